#!/usr/bin/env python3
"""The rules of STYLE.md that no compiler checks, over the whole tree.

    tidy.py [TREE]

A fault prints as `file:line: rule: what is wrong` and makes the exit status 1.  Advice is counted and shown with
--advice; it is for a reviewer to judge.  The rules are the functions whose names start with `rule_`; each says what it
wants in its first line.
"""

import re
import subprocess
import sys
from pathlib import Path

LINES_MAX = 500
COLUMNS_MAX = 100
FUNCTION_LINES_MAX = 60
PRICING = "core/pricing/"


class Source:
    """One C++ file: its lines as written, and with comments and the insides of strings blanked out."""

    def __init__(self, tree, path):
        self.tree, self.path = tree, path
        self.text = (tree / path).read_text(encoding="utf-8")
        self.lines = self.text.splitlines()
        self.code, self.comments = split_comments(self.text)
        self.code_lines = self.code.splitlines()
        self.in_core = path.startswith("core/")
        self.is_test = path.endswith("_test.cpp") or path.startswith("tests/")
        self.is_header = path.endswith(".hpp")


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
                   r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.DOTALL)


def split_comments(text):
    """The text with comments and string contents blanked, and the list of (line number, comment)."""
    comments = []

    def blank(found):
        token = found[0]
        if token.startswith(("//", "/*")):
            first = text.count("\n", 0, found.start()) + 1
            comments.extend((first + offset, line) for offset, line in enumerate(token.split("\n")))
        keep = token[0] in "\"'"
        inside = re.sub(r"[^\n]", " ", token)
        return token[0] + inside[1:-1] + token[-1] if keep else inside

    return TOKEN.sub(blank, text), comments


def matches(source, pattern):
    """(line number, match) of `pattern` in the code of `source`."""
    for number, line in enumerate(source.code_lines, 1):
        for found in re.finditer(pattern, line):
            yield number, found


# --- rules on one file: each yields (line number, what is wrong) ------------------------------------------------------


def rule_no_floating_point(source):
    """D1: no floating point in core outside pricing."""
    if source.in_core and not source.is_test and not source.path.startswith(PRICING):
        number_or_type = r"\b(float|double|__float128|_Float\d+)\b|\b\d+\.\d*(?![\w.])|\b\d[\d']*e-?\d+\b"
        for number, found in matches(source, number_or_type):
            yield number, f"floating point: {found[0]}"


def rule_no_outside(source):
    """D2: no header of the world in core."""
    if source.in_core and not source.is_test:
        headers = (r"<(chrono|ctime|time\.h|cmath|math\.h|random|thread|mutex|atomic|future|fstream|iostream|ostream|"
                   r"istream|sstream|iomanip|cstdio|stdio\.h|locale|filesystem|unordered_\w+|functional|regex|"
                   r"memory_resource)>")
        for number, line in enumerate(source.lines, 1):
            found = re.match(r"\s*#\s*include\s*" + headers, line)
            if found:
                yield number, f"header of the world or of forbidden order: <{found[1]}>"


def rule_no_mutable_static(source):
    """D3: no mutable static or thread-local variable in core."""
    if source.in_core and not source.is_test:
        for number, found in matches(source, r"^\s*(static|thread_local)\s+(?!constexpr\b|consteval\b)[^()]*(=|;|\{)"):
            yield number, f"static variable: {found[0].strip()}"


def rule_order_is_key_order(source):
    """D4: no hashed container and no order by address in core."""
    if source.in_core and not source.is_test:
        for number, found in matches(source, r"\bunordered_\w+|\bstd::hash\b|\buintptr_t\b|\bintptr_t\b"):
            yield number, f"order that differs between runs: {found[0]}"


def rule_closed_sets(source):
    """No inheritance, no virtual function and no `default:` over an enum in core: a switch names all its values."""
    if source.in_core and not source.is_test:
        inheritance = r"\b(class|struct) \w+[^;{]*[^:]:\s*(public|private)\b"
        for number, found in matches(source, r"\bvirtual\b|" + inheritance):
            yield number, f"open set: {found[0].strip()}"
        case = ""
        for number, line in enumerate(source.code_lines, 1):
            label = re.match(r"\s*(?:case\s+(.+?)|default):", line)
            if label and label[1]:
                case = label[1]
            elif label and not case[:1].isdigit():
                yield number, "open set: default in a switch over an enum"


INCLUDE = re.compile(r'\s*#\s*include\s*([<"].*[>"])')


def rule_include(source):
    """A header is included by its folder, own header first; each says #pragma once.

    Programs under tests/ and bench/ are no folders of the machine and include what stands beside them by name."""
    found = ((number, INCLUDE.match(line)) for number, line in enumerate(source.lines, 1))
    includes = [(number, match[1]) for number, match in found if match]
    for number, name in includes:
        beside = (source.tree / source.path).parent / name[1:-1]
        shared_in_tests = source.path.startswith(("tests/", "bench/")) and "/" not in name and beside.exists()
        if name.startswith('"') and not shared_in_tests:
            yield number, f"include by folder, not by place: {name}"
    own = re.fullmatch(r"(?:core|drivers)/(?:.*/)?(\w+)/(\w+)\.cpp", source.path)
    if own and (source.tree / source.path).with_suffix(".hpp").exists():
        expected = f"<ballast/{own[1]}/{own[2]}.hpp>"
        if not includes or includes[0][1] != expected:
            yield 1, f"the first include must be {expected}"
    if source.is_header and "#pragma once" not in source.text:
        yield 1, "a header starts with #pragma once"


def rule_no_using_namespace(source):
    """No `using namespace` in a header."""
    if source.is_header:
        for number, _ in matches(source, r"\busing namespace\b"):
            yield number, "using namespace in a header"


def rule_size(source):
    """A file has at most 500 lines, a line 100 columns, a function 60 lines."""
    if len(source.lines) > LINES_MAX:
        yield LINES_MAX + 1, f"{len(source.lines)} lines in a file; the most is {LINES_MAX}"
    for number, line in enumerate(source.lines, 1):
        if len(line) > COLUMNS_MAX and "http" not in line:
            yield number, f"{len(line)} columns; the most is {COLUMNS_MAX}"
    for first, last in functions(source.code):
        if last - first + 1 > FUNCTION_LINES_MAX:
            yield first, f"{last - first + 1} lines in a function; the most is {FUNCTION_LINES_MAX}"


NOT_A_FUNCTION = re.compile(r"^\s*(namespace|class|struct|enum|union|extern|concept|using|typedef)\b")


def functions(code):
    """(first line, last line) of each function body that is not inside another, found by its braces."""
    code = re.sub(r"(?m)^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda found: re.sub(r"[^\n]", " ", found[0]), code)
    depth, inside, head_start, first = 0, None, 0, 0
    for found in re.finditer(r"[{};]", code):
        at, sign = found.start(), found[0]
        if sign == "{":
            head = re.sub(r"^\s*template\s*<[^{]*?>\s*(?=\w)", "", code[head_start:at])
            if inside is None and ")" in head and not NOT_A_FUNCTION.match(head):
                inside = depth
                first = code.count("\n", 0, head_start + len(head) - len(head.lstrip())) + 1
            depth += 1
        elif sign == "}":
            depth -= 1
            if inside == depth:
                inside = None
                yield first, code.count("\n", 0, at) + 1
        if inside is None or sign == "{":
            head_start = at + 1


LEFT_OPEN = re.compile(r"\b(TODO|FIXME|XXX|HACK|WIP)\b")
HISTORY = re.compile(r"\b(previously|formerly|originally|used to be|was (changed|renamed|moved|removed|added)|"
                     r"refactor(ed)?|old (code|version|way)|new (code|version|way)|legacy|backwards? compatib)", re.I)


def rule_comments(source):
    """A comment tells why, not what was: no history, and nothing left open."""
    for number, comment in source.comments:
        if LEFT_OPEN.search(comment):
            yield number, f"left open: {comment.strip()}"
        if HISTORY.search(comment):
            yield number, f"tells history: {comment.strip()}"


def advice_words_of_time(source):
    """`now`, `no longer`, `used to` may mean the block or the tree; only the block's time belongs in a comment."""
    for number, comment in source.comments:
        if re.search(r"\b(no longer|used to|anymore|for now|at the moment|recently)\b", comment, re.I):
            yield number, comment.strip()


# --- rules on the tree: each yields (file, line number, what is wrong) ------------------------------------------------


FLOOR = re.compile(r"\s*ballast_folder\((\w+)\s*(?:SHELF\s+(\w+))?\s*(?:ON\s+([\w ]+?))?\s*(?:LIBS\s+[\w ]+)?\)")


def floors(tree):
    """The folders of core/CMakeLists.txt: name -> (path, the folders that its line names)."""
    found = {}
    for line in (tree / "core/CMakeLists.txt").read_text(encoding="utf-8").splitlines():
        words = FLOOR.match(line)
        if words:
            place = f"core/{words[2]}/{words[1]}" if words[2] else f"core/{words[1]}"
            found[words[1]] = (place, set((words[3] or "").split()))
    return found


def rule_floors(tree, sources):
    """A file includes only from folders that its own folder's line in core/CMakeLists.txt names."""
    rooms = floors(tree)
    for name, (place, below) in rooms.items():
        for source in sources:
            if source.path.startswith(place + "/"):
                for number, line in enumerate(source.lines, 1):
                    found = re.match(r"\s*#\s*include\s*<ballast/(\w+)/", line)
                    if found and found[1] != name and found[1] not in below:
                        yield source.path, number, f"{name} may not include from {found[1]}"


def rule_readme(tree, sources):
    """Every folder of core that holds code has a README.md of its own."""
    for name, (place, _) in floors(tree).items():
        if any(source.path.startswith(place + "/") for source in sources) and not (tree / place / "README.md").exists():
            yield place, 1, f"the folder {name} has no README.md"


def rule_links(tree, _sources):
    """A link in a page leads to a file that is there."""
    for page in listed(tree, "*.md"):
        text = (tree / page).read_text(encoding="utf-8")
        text = re.sub(r"```.*?```", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.DOTALL)
        for number, line in enumerate(text.splitlines(), 1):
            for target in re.findall(r"\]\(([^)\s]+)\)", line):
                if re.match(r"[a-z]+:|#", target):
                    continue
                if not ((tree / page).parent / target.split("#")[0]).exists():
                    yield page, number, f"the link leads nowhere: {target}"


def rule_scripts(tree, _sources):
    """Scripts keep the length of files and lines too."""
    for path in listed(tree, "*.py", "*.cmake", "*CMakeLists.txt", "dev"):
        lines = (tree / path).read_text(encoding="utf-8").splitlines()
        if len(lines) > LINES_MAX:
            yield path, LINES_MAX + 1, f"{len(lines)} lines in a file; the most is {LINES_MAX}"
        for number, line in enumerate(lines, 1):
            if len(line) > 120:
                yield path, number, f"{len(line)} columns; the most in a script is 120"


def listed(tree, *patterns):
    """The files of the tree that match, tracked or not, without what git ignores."""
    command = ["git", "-C", str(tree), "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted({name for name in names if (tree / name).is_file()})


def faults(tree):
    """Every fault of the tree, and every piece of advice, as (place, rule, text)."""
    sources = [Source(tree, path) for path in listed(tree, "*.cpp", "*.hpp")]
    wrong, advice = [], []
    for source in sources:
        for name, rule in globals().items():
            if name.startswith(("rule_", "advice_")) and rule.__code__.co_argcount == 1:
                kept = wrong if name.startswith("rule_") else advice
                kept.extend((f"{source.path}:{number}", name.split("_", 1)[1], text) for number, text in rule(source))
    for name, rule in globals().items():
        if name.startswith("rule_") and rule.__code__.co_argcount == 2:
            found = rule(tree, sources)
            wrong.extend((f"{path}:{number}", name.split("_", 1)[1], text) for path, number, text in found)
    return wrong, advice, len(sources)


def main(arguments):
    show_advice = "--advice" in arguments
    names = [argument for argument in arguments if not argument.startswith("--")]
    tree = Path(names[0] if names else Path(__file__).resolve().parent.parent)
    wrong, advice, count = faults(tree)
    for place, rule, text in wrong + (advice if show_advice else []):
        print(f"{place}: {rule}: {text}")
    print(f"tidy: {count} C++ files, {len(wrong)} faults, {len(advice)} pieces of advice")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
