#!/usr/bin/env python3
"""Adds the template instrument to a copy of the machine, as docs/methods/instruments.md, section 1, says, and tests it.

    add_instrument.py SOURCE BUILD COMPILER

SOURCE is the tree, BUILD a folder of our own, which is made anew.  Exit status 1 if a step cannot be done or a test
fails.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

NAME = "power"
HERE = Path(__file__).parent


def copy_machine(source, tree):
    """The core without its tests, and what builds it."""
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(source / "core", tree / "core", ignore=shutil.ignore_patterns("*_test.cpp"))
    shutil.copytree(source / "cmake", tree / "cmake")
    shutil.copy(HERE / "machine.cmake", tree / "CMakeLists.txt")
    shutil.copy(HERE / "registry_test.cpp", tree)


def edit(path, pattern, replacement):
    """Replaces the one place that matches."""
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), flags=re.DOTALL)
    if count != 1:
        sys.exit(f"{path.name}: the step of the documentation fits {count} places, not one: {pattern}")
    path.write_text(text, encoding="utf-8")


def add(tree):
    """One folder and two lines."""
    shutil.copytree(HERE / NAME, tree / "core" / "positions" / NAME)

    floors = tree / "core" / "CMakeLists.txt"
    edit(floors, r"(\nballast_instrument\(perps\)\n)", rf"\1ballast_instrument({NAME})\n")

    registry = tree / "core" / "engine" / "registry.hpp"
    edit(registry, r"\n( *)\}\);", rf"\n\1    {NAME}::kind(),\n\1}});")


def main(source, build, compiler):
    tree, out = build / "tree", build / "out"
    copy_machine(source, tree)
    add(tree)
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run(["cmake", "-S", tree, "-B", out, "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={compiler}"], check=True)
    tests = [f"{NAME}_test", "registry_test"]
    subprocess.run(["cmake", "--build", out, "--target", *tests], check=True)
    for test in tests:
        subprocess.run([next(path for path in out.rglob(test) if path.is_file())], check=True)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__.strip())
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
    except subprocess.CalledProcessError as failure:
        sys.exit(f"failed: {failure}")
