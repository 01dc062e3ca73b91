#!/usr/bin/env python3
"""Proves from the compiled core that it reaches nothing but memory and keeps nothing between calls.

    purity.py ARCHIVE...

D2  What the archives ask of the outside must be on the list below: no clock, file, thread, locale or libm.
D3  No symbol may lie in a section that can be written to: no global, no function-local static; and none may run before
    main.  Tables of constants that hold addresses lie in .data.rel.ro, which is read-only once the program runs.

Give all archives of the core at once: what one of them defines, another may use.  Exit status 1 if a rule is broken.
"""

import re
import subprocess
import sys

# What the core may ask for, as demangled names; each pattern must match the whole name.
ALLOWED = [
    r"operator (new|delete)(\[\])?\(.*\)",
    r"mem(cpy|move|set|cmp|chr)|bcmp|strlen|abort",
    # 128-bit division and multiplication, which compilers call by name.
    r"__u?(div|mod|divmod)ti[34]|__muloti4|__multi3|__(popcount|clz|ctz)(di|ti)2",
    r"__stack_chk_fail|_GLOBAL_OFFSET_TABLE_",
    # libstdc++ containers: the parts of std::map and std::string that are not templates, and the exits of all of them.
    r"std::_Rb_tree_(in|de)crement\(.*\)|std::_Rb_tree_(insert_and_rebalance|rebalance_for_erase)\(.*\)",
    r"std::__cxx11::basic_string<char, .*>::.*",
    r"std::__throw_(length_error|logic_error|bad_alloc|bad_array_new_length|out_of_range|out_of_range_fmt|"
    r"invalid_argument|bad_optional_access|bad_variant_access|bad_function_call)\(.*\)",
    r"std::__(throw_bad_variant_access|glibcxx_assert_fail)\(.*\)",
    # SHA-256 of OpenSSL, ed25519 of libsodium and recovery of libsecp256k1: functions of their arguments alone.  The
    # context is a constant of the library.
    r"SHA256(_(Init|Update|Final|Transform))?",
    r"crypto_sign(_ed25519)?_verify_detached|sodium_(memcmp|memzero)",
    r"secp256k1_(context_static|ec_pubkey_serialize|ecdsa_recover|ecdsa_recoverable_signature_parse_compact)",
]
ALLOWED_NAME = re.compile("|".join(f"(?:{pattern})" for pattern in ALLOWED))

# `std::string` can be made from a number of floating point or with a locale; those are not containers.
FORBIDDEN_NAME = re.compile(r"\b(locale|float|double|wchar_t|ios_base|basic_[io]?stream)\b")

WRITABLE = re.compile(r"\.(data(?!\.rel\.ro)|bss|tdata|tbss)\b|\*COM\*")
BEFORE_MAIN = re.compile(r"\.(init_array|ctors|fini_array|dtors)\b")


def symbols(archive):
    """Yields (binding, section, size, mangled name) of every symbol of `archive`."""
    listing = subprocess.run(["objdump", "-t", "--wide", archive], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        # "0000000000000000 g     F .text	0000000000000002 .hidden name"
        found = re.match(r"[0-9a-f]{16} (.{7}) (\S+)\t([0-9a-f]+) (?:\.hidden |\.internal |\.protected )?(.*)", line)
        if found:
            yield found[1], found[2], int(found[3], 16), found[4]


def sections_before_main(archive):
    """Names the sections of `archive` whose functions run before or after main."""
    listing = subprocess.run(["objdump", "-h", "--wide", archive], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        fields = line.split()
        if len(fields) > 2 and fields[0].isdigit() and BEFORE_MAIN.match(fields[1]) and int(fields[2], 16) > 0:
            yield fields[1]


def demangled(names):
    """The readable form of each mangled name."""
    if not names:
        return {}
    readable = subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True, check=True).stdout
    return dict(zip(names, readable.splitlines()))


def faults(archives):
    """Every breach of a rule, as a line of text."""
    defined, wanted, written = set(), {}, []
    for archive in archives:
        for flags, section, size, name in symbols(archive):
            if section == "*UND*":
                wanted.setdefault(name, archive)
                continue
            if flags[0] != "l":
                defined.add(name)
            is_section_itself = "d" in flags
            if WRITABLE.match(section) and size > 0 and not is_section_itself:
                written.append((archive, section, name))
        for section in sections_before_main(archive):
            yield f"{archive}: D3 runs code before or after main: section {section}"

    outside = sorted(name for name in wanted if name not in defined)
    readable = demangled(outside + [name for _, _, name in written])
    for name in outside:
        text = readable[name]
        if not ALLOWED_NAME.fullmatch(text) or FORBIDDEN_NAME.search(text):
            yield f"{wanted[name]}: D2 reaches outside the core: {text}"
    for archive, section, name in written:
        yield f"{archive}: D3 can be written to, in {section}: {readable[name]}"


def main(archives):
    if not archives:
        print(__doc__.strip())
        return 2
    found = list(faults(archives))
    for line in found:
        print(line)
    print(f"purity: {len(archives)} archives, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
