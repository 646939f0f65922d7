#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a program and compares what it prints with a committed file.

    compare_output.py --programs BUILD_FOLDER CASE.expected

The command is the case's name, or the first line of CASE.command beside it: a program and its arguments, quoted as in a
shell. A further line 'exit N' states the exit status when it is not 0, 'input FILE' what it reads from standard input.
Programs are looked for in BUILD_FOLDER and run in
the current folder. With RECKON_ACCEPT in the environment the file is written instead of compared.
"""

import argparse
import difflib
import os
import shlex
import subprocess
import sys
from pathlib import Path


def read_command(case):
    """(words, exit status, file of standard input) of a case."""
    path = case.with_suffix(".command")
    if not path.is_file():
        return [case.stem], 0, os.devnull
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].strip():
        sys.exit(f"{path}: the first line must be the command to run")
    status = 0
    given = os.devnull
    for number, line in enumerate(lines[1:], 2):
        words = line.split()
        if len(words) == 2 and words[0] == "exit" and words[1].isdigit():
            status = int(words[1])
        elif len(words) == 2 and words[0] == "input":
            given = words[1]
        elif words:
            sys.exit(f"{path}:{number}: must be 'exit N' or 'input FILE', not '{line}'")
    return shlex.split(lines[0]), status, given


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("case", type=Path)
    options = parser.parse_args()
    words, status, given = read_command(options.case)
    program = options.programs / words[0]
    if not program.is_file():
        sys.exit(f"{program} does not exist: there is no program {words[0]} in this build")
    # Width and colour must not depend on who runs the tests.
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    with open(given, encoding="utf-8") as text:
        done = subprocess.run([str(program), *words[1:]], capture_output=True, text=True, encoding="utf-8",
                              env=environment, stdin=text, check=False)
    printed = done.stdout + (f"[standard error]\n{done.stderr}" if status else "")
    if done.returncode != status:
        print(f"{shlex.join(words)}: exit status {done.returncode}, expected {status}\n{done.stdout}{done.stderr}")
        return 1
    if os.environ.get("RECKON_ACCEPT"):
        options.case.write_text(printed, encoding="utf-8")
        return 0
    expected = options.case.read_text(encoding="utf-8")
    if printed != expected:
        sys.stdout.writelines(difflib.unified_diff(
            expected.splitlines(True), printed.splitlines(True), options.case.name, "printed now"))
        print(f"\n{shlex.join(words)} prints something else; if that is right, run: ./dev accept")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
