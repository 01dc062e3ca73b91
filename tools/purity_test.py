#!/usr/bin/env python3
"""purity.py finds what must not be in the core, and lets pass what may: small archives are compiled and judged."""

import subprocess
import tempfile
import unittest
from pathlib import Path

import purity

IMPURE = {
    "clock": ("#include <ctime>\nlong f() { return time(nullptr); }", "outside the core: time"),
    "file": ("#include <cstdio>\nvoid f() { std::fopen(\"x\", \"r\"); }", "outside the core: fopen"),
    "libm": ("#include <cmath>\ndouble f(double x) { return std::sin(x); }", "outside the core: sin"),
    "environment": ("#include <cstdlib>\nconst char* f() { return getenv(\"HOME\"); }", "outside the core: getenv"),
    "thread": ("#include <pthread.h>\nvoid f() { pthread_exit(nullptr); }", "outside the core: pthread_exit"),
    "global": ("int counter = 3; int f() { return ++counter; }", "D3 can be written to, in .data: counter"),
    "zero global": ("int counter; int f() { return ++counter; }", "D3 can be written to, in .bss: counter"),
    "static local": ("int f() { static int n; return ++n; }", "D3 can be written to, in .bss: f()::n"),
    "thread local": ("thread_local int n; int* f() { return &n; }", "D3 can be written to, in .tbss: n"),
    "inline global": ("inline int n = 4; int* f() { return &n; }", "D3 can be written to"),
    "before main": ("int g(); int x = g();", "D3 runs code before or after main"),
}

PURE = """
#include <map>
#include <string>
#include <vector>
constexpr const char* names[] = {"a", "b"};
const char* name(int i) { return names[i]; }
std::string join(std::string a, const std::string& b) { return a += b; }
void put(std::map<int, std::vector<int>>& m) { m[3].push_back(4); m.erase(2); }
int other();
int f() { return other(); }
"""


def archive(folder, name, text):
    """Compiles `text` as the core is compiled, into an archive."""
    unit, code, library = (Path(folder) / f"{name}{ending}" for ending in (".cpp", ".o", ".a"))
    unit.write_text(text, encoding="utf-8")
    subprocess.run(["g++", "-std=c++23", "-O3", "-fno-exceptions", "-fno-rtti", "-c", unit, "-o", code], check=True)
    subprocess.run(["ar", "rc", library, code], check=True)
    return str(library)


class Purity(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def test_what_is_impure_is_found(self):
        for name, (text, expected) in IMPURE.items():
            with self.subTest(name):
                found = list(purity.faults([archive(self.folder.name, "impure", text)]))
                self.assertTrue(any(expected in fault for fault in found), found)

    def test_what_is_pure_passes(self):
        pure = archive(self.folder.name, "pure", PURE)
        other = archive(self.folder.name, "other", "int other() { return 3; }")
        self.assertEqual(list(purity.faults([pure, other])), [])
        self.assertEqual(len(list(purity.faults([pure]))), 1, "what no archive defines is outside")


if __name__ == "__main__":
    unittest.main()
