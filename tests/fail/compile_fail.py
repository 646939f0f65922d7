#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiles one program that must not compile and checks what the compiler says about it.

    compile_fail.py --cxx g++ --family gnu CASE.cpp -- FLAGS...
    compile_fail.py --cxx g++ --family gnu --self-test -- FLAGS...

A case is a C++ file with comments, one to a line:

    // expect-match: REGEX          must be found in the compiler's messages (at least one expectation is required)
    // expect-match-gcc: REGEX      the same, for GCC alone; expect-match-clang for Clang alone
    // forbid-match: REGEX          must not be found anywhere; also forbid-match-gcc, forbid-match-clang
    // within-lines: N              every expectation must be met in the first N lines: readers stop there

A message is worth little if the program fails for another reason as well. A case that contains the word RECKON_CONTROL
is therefore compiled a second time with that macro defined, and must then be accepted:

    #ifdef RECKON_CONTROL
    constexpr int devices = 8;
    #else
    constexpr int devices = 1;   // the one wrong line
    #endif

Exit status 0 when the case behaves, 1 when it does not, 2 when it cannot be run.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = {"gnu": "gcc", "gcc": "gcc", "clang": "clang", "appleclang": "clang"}
COMMENT = re.compile(r"^\s*//\s*(expect-match|forbid-match|within-lines)(?:-(gcc|clang))?:[ \t]*(.*?)\s*$")
MISSPELT = re.compile(r"^\s*//\s*((?:expect|forbid)[-_ ]\w*|within[-_ ]line\w*)")
CONTROL = "RECKON_CONTROL"


class BadCase(Exception):
    """The case is written wrongly; the text says how."""


def read_case(source, compiler):
    """(expected, forbidden, lines) for this compiler."""
    expected, forbidden, within = [], [], None
    for number, line in enumerate(source.splitlines(), start=1):
        match = COMMENT.match(line)
        if not match:
            if wrong := MISSPELT.match(line):
                raise BadCase(f"line {number}: '{wrong[1]}' is no comment of a case; they are expect-match, forbid-match, within-lines")
            continue
        kind, only, value = match.groups()
        if only not in (None, compiler):
            continue
        if kind == "within-lines":
            if not value.isdigit() or int(value) == 0:
                raise BadCase(f"line {number}: within-lines needs a number of lines, not '{value}'")
            within = int(value)
            continue
        try:
            pattern = re.compile(value)
        except re.error as error:
            raise BadCase(f"line {number}: '{value}' is no regular expression: {error}") from error
        if not value:
            raise BadCase(f"line {number}: {kind} without a regular expression matches everything")
        (expected if kind == "expect-match" else forbidden).append(pattern)
    if not expected:
        raise BadCase(f"has no expect-match for {compiler}: without one it would pass for any error")
    return expected, forbidden, within


def compile_messages(command, source_path, extra=()):
    """(accepted, messages) of a syntax-only compilation in the C locale, without colours."""
    done = subprocess.run(
        [*command, *extra, "-fsyntax-only", "-fdiagnostics-color=never", str(source_path)],
        capture_output=True, text=True, errors="replace", env={**os.environ, "LC_ALL": "C"}, check=False)
    if done.returncode < 0 or "internal compiler error" in done.stderr:
        return None, done.stderr
    return done.returncode == 0, done.stderr


def check(command, compiler, source_path):
    """Sentences about what is wrong with this case; none when it behaves. And the messages it was judged by."""
    source = source_path.read_text(encoding="utf-8")
    expected, forbidden, within = read_case(source, compiler)
    accepted, messages = compile_messages(command, source_path)
    if accepted is None:
        return ["the compiler itself crashed"], messages
    if accepted:
        return ["it compiles, and must not"], messages
    problems = []
    read = "\n".join(messages.splitlines()[:within])
    where = f"the first {within} lines" if within else "the messages"
    for pattern in expected:
        if not pattern.search(read):
            further = " (it is further down)" if pattern.search(messages) else ""
            problems.append(f"'{pattern.pattern}' is not in {where}{further}")
    problems += [f"'{pattern.pattern}' is in the messages, and must not be" for pattern in forbidden if pattern.search(messages)]
    if CONTROL in source:
        accepted, control_messages = compile_messages(command, source_path, [f"-D{CONTROL}"])
        if not accepted:
            problems.append(f"with -D{CONTROL} it must compile, and does not:\n{control_messages}")
    return problems, messages


def self_test(command, compiler):
    """Cases that misbehave in one way each: the driver must say so."""
    failing = "static_assert(sizeof(int) == 0, \"needs 3 GiB\");\n"
    other = "gcc" if compiler == "clang" else "clang"
    cases = {
        "a good case": ("// expect-match: needs 3 GiB\n// forbid-match: no such text\n// within-lines: 3\n" + failing, None),
        "a good case with its control": (
            f"// expect-match: needs 3 GiB\n#ifndef {CONTROL}\n{failing}#endif\n", None),
        "an expectation of the other compiler does not count": (
            f"// expect-match: needs 3 GiB\n// expect-match-{other}: no such text\n" + failing, None),
        "it compiles": ("// expect-match: needs 3 GiB\nint main() {}\n", "it compiles"),
        "another error": ("// expect-match: needs 3 GiB\nint main() { return undeclared; }\n", "is not in the messages"),
        "the expectation of this compiler": (
            f"// expect-match: needs 3 GiB\n// expect-match-{compiler}: no such text\n" + failing, "'no such text' is not in"),
        "too far down": (
            "// expect-match: needs 3 GiB\n// within-lines: 2\nint a = undeclared_a;\nint b = undeclared_b;\n" + failing, "further down"),
        "forbidden text": ("// expect-match: needs 3 GiB\n// forbid-match: stat.c_assert|assertion\n" + failing, "must not be"),
        "the control fails as well": (
            f"// expect-match: needs 3 GiB\n// {CONTROL} changes nothing\n" + failing, "with -DRECKON_CONTROL it must compile"),
        "no expectation": ("// forbid-match: x\n" + failing, "has no expect-match"),
        "an expectation for the other compiler only": (f"// expect-match-{other}: needs\n" + failing, "has no expect-match"),
        "a misspelt comment": ("// expect-match: needs\n// expect-matches: gone\n" + failing, "is no comment of a case"),
        "an empty expectation": ("// expect-match:\n" + failing, "matches everything"),
        "a broken expression": ("// expect-match: (\n" + failing, "is no regular expression"),
        "no number of lines": ("// expect-match: needs\n// within-lines: few\n" + failing, "needs a number"),
    }
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, (source, sentence) in cases.items():
            path = Path(folder, "case.cpp")
            path.write_text(source, encoding="utf-8")
            try:
                problems, _ = check(command, compiler, path)
            except BadCase as error:
                problems = [str(error)]
            good = not problems if sentence is None else len(problems) == 1 and sentence in problems[0]
            if not good:
                wrong += 1
                print(f"{name}: expected {sentence or 'no problem'}, got {problems or 'none'}")
    print(f"{len(cases)} cases tried, {wrong} judged wrongly")
    return 1 if wrong else 0


def main():
    arguments = sys.argv[1:]
    flags = []
    if "--" in arguments:
        cut = arguments.index("--")
        arguments, flags = arguments[:cut], arguments[cut + 1:]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cxx", required=True)
    parser.add_argument("--family", required=True, choices=sorted(NAMES))
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("case", nargs="?", type=Path)
    options = parser.parse_args(arguments)
    compiler = NAMES[options.family]
    command = [options.cxx, *flags]
    if options.self_test:
        return self_test(command, compiler)
    if options.case is None or not options.case.is_file():
        print(f"{options.case or 'no case'}: pass the C++ file that must not compile", file=sys.stderr)
        return 2
    try:
        problems, messages = check(command, compiler, options.case)
    except BadCase as error:
        print(f"{options.case}: {error}", file=sys.stderr)
        return 2
    for problem in problems:
        print(f"{options.case.name}: {problem}")
    if problems:
        print("The compiler said:")
        print("\n".join(messages.splitlines()[:60]) or "(nothing)")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
