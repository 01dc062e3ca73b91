#!/usr/bin/env python3
"""tidy.py finds each kind of fault, and lets plain code pass: a small tree is written and judged."""

import subprocess
import tempfile
import unittest
from pathlib import Path

import tidy

FLOORS = "ballast_folder(base)\nballast_folder(math ON base)\nballast_folder(vaults SHELF positions ON base)\n"
HEADER = "#pragma once\n"
LONG = "void f() {\n" + "    g();\n" * 59 + "}\n"
FITS = "void f() {\n" + "    g();\n" * 58 + "}\n"

# rule, file, text that breaks it
WRONG = [
    ("no_floating_point", "core/base/a.cpp", "long f() { return static_cast<double>(3); }\n"),
    ("no_floating_point", "core/base/a.cpp", "long f() { return 3 * 1.5; }\n"),
    ("no_floating_point", "core/base/a.cpp", "long f() { return 1e8; }\n"),
    ("no_outside", "core/base/a.cpp", "#include <chrono>\n"),
    ("no_mutable_static", "core/base/a.cpp", "int f() {\n    static int n = 0;\n    return n;\n}\n"),
    ("no_mutable_static", "core/base/a.cpp", "thread_local int n;\n"),
    ("order_is_key_order", "core/base/a.cpp", "std::unordered_map<int, int> m;\n"),
    ("closed_sets", "core/base/a.hpp", HEADER + "struct A : public B {};\n"),
    ("closed_sets", "core/base/a.cpp", "void f() {\n    switch (a) {\n    case A::b:\n    default: break;\n    }\n}\n"),
    ("include", "core/base/a.cpp", '#include "../math/b.hpp"\n'),
    ("include", "core/base/a.cpp", '#include "own.hpp"\n'),
    ("include", "tests/a.cpp", '#include "../core/base/own.hpp"\n'),
    ("include", "core/base/a.hpp", "int f();\n"),
    ("include", "core/base/own.cpp", "#include <vector>\n#include <ballast/base/own.hpp>\n"),
    ("no_using_namespace", "core/base/a.hpp", HEADER + "using namespace std;\n"),
    ("size", "core/base/a.cpp", LONG),
    ("size", "core/base/a.cpp", "namespace n {\ntemplate <class T>\nstruct A {\n" + LONG + "};\n}\n"),
    ("size", "core/base/a.cpp", "int x;" + " " * 94 + ";\n"),
    ("size", "core/base/a.cpp", "\n" * 501),
    ("comments", "core/base/a.cpp", "// TODO: more.\n"),
    ("comments", "core/base/a.cpp", "int a;  // Previously this was b.\n"),
    ("floors", "core/base/a.cpp", "#include <ballast/math/b.hpp>\n"),
    ("floors", "core/positions/vaults/a.cpp", "#include <ballast/math/b.hpp>\n"),
    ("readme", "core/math/a.cpp", "int f();\n"),
    ("links", "docs/a.md", "see [there](nowhere.md)\n"),
]

RIGHT = [
    ("core/base/a.cpp", "// A double is 1.5 and a float.\nconst char* f() { return \"float 1.5 // TODO\"; }\n"),
    ("core/base/a.cpp", "u64 a = 1'000'000; u64 b = 0xabcdef; char c = '\"'; // Fine.\n"),
    ("core/base/a.cpp", "static constexpr int table[] = {1, 2};\nstatic int f(int);\n"),
    ("core/base/a.cpp", "void f() {\n    switch (n) {\n        case 1: return;\n        default: break;\n    }\n}\n"),
    ("core/base/a.cpp", FITS + FITS),
    ("core/base/a.cpp", "namespace n {\n" + FITS + FITS + "}\n"),
    ("core/base/a_test.cpp", "double reference(double x) { return x * 1.5; }\n"),
    ("core/base/own.cpp", "#include <ballast/base/own.hpp>\n\n#include <vector>\n"),
    ("tests/base/a.cpp", '#include "a.hpp"\n'),
    ("core/positions/vaults/a.cpp", "#include <ballast/base/a.hpp>\n#include <ballast/vaults/a.hpp>\n"),
    ("docs/a.md", "see [here](a.md#there), [base](../core/base/README.md), [web](https://example.org)\n"),
]


class Tidy(unittest.TestCase):
    def judge(self, path, text):
        """The rules that a tree with this one file breaks."""
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder)
            subprocess.run(["git", "init", "-q", folder], check=True)
            files = {"core/CMakeLists.txt": FLOORS, "core/base/README.md": "base\n",
                     "core/base/own.hpp": HEADER, "tests/base/a.hpp": HEADER,
                     "core/positions/vaults/README.md": "vaults\n", path: text}
            for name, content in files.items():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                (tree / name).write_text(content, encoding="utf-8")
            wrong, _, _ = tidy.faults(tree)
            return {rule for _, rule, _ in wrong}

    def test_each_fault_is_found_by_its_rule_alone(self):
        for rule, path, text in WRONG:
            with self.subTest(rule=rule, text=text[:60]):
                self.assertEqual(self.judge(path, text), {rule})

    def test_plain_code_passes(self):
        for path, text in RIGHT:
            with self.subTest(path=path, text=text[:60]):
                self.assertEqual(self.judge(path, text), set())

    def test_every_rule_has_a_case(self):
        rules = {name[len("rule_"):] for name in vars(tidy) if name.startswith("rule_")}
        self.assertEqual(rules - {rule for rule, _, _ in WRONG}, {"scripts"})


if __name__ == "__main__":
    unittest.main()
