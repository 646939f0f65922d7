#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How much of include/ the tests run through, from the counters that Clang puts into the test programs.

    tools/coverage.py BUILD                    run its test programs, print a table by room
    tools/coverage.py BUILD --line 95 --branch 90   exit 1 below these percentages
    tools/coverage.py BUILD --missing [ROOM|HEADER] lines and branches that nothing runs through
    tools/coverage.py --self-test              merge known counters, demand known sums

What is counted:
- A line is covered when a test ran it, in any instantiation of the template that it is in.
- A branch is one outcome of one condition at one place of the source, again in any instantiation. `if constexpr`,
  conditions that are constant and what `= default` stands for have no branches.
- What only the compiler evaluates (static_assert, constexpr variables) does not count: the counters run at run time.
- A template or inline function that no test program uses at all has no counters; tests/structure compiles it, and
  the self-contained builds of the tests use each header, so that such a function is rare. It is not counted.
- Generated tables (include/reckon/catalog/) hold no decisions and are left out; the functions that search them are not.
"""

import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INCLUDE = ROOT / "include"
PROGRAMS = ["detail", "units", "precision", "model", "gpu", "parallel", "memory", "flops", "bandwidth", "serving", "training",
            "cost", "host", "recommend", "catalog", "io"]


def run(build: Path, jobs: int) -> tuple:
    """Runs every test program; returns the programs and the merged profile."""
    commands = [[build / "tests" / f"test_{room}"] for room in PROGRAMS]
    corpora = ROOT / "tests" / "fuzz" / "corpus"
    commands += [[build / "tests" / "fuzz" / f"replay_{corpus.name}", corpus] for corpus in sorted(corpora.iterdir())]
    golden = ROOT / "tests" / "data" / "config"
    commands.append([build / "tests" / "fuzz" / "replay_hugging_face", "--prefix", " ", golden])
    commands.append([build / "tests" / "c_abi" / "test_c_abi"])
    for command in commands:
        if not command[0].exists():
            sys.exit(f"coverage: {command[0]} is not built; ./dev coverage builds what is needed")
    programs = list(dict.fromkeys(command[0] for command in commands[:-1])) + [build / "libreckon_c.so"]
    raw = build / "coverage"
    raw.mkdir(exist_ok=True)
    for old in raw.glob("*.profraw"):
        old.unlink()

    def one(command: list) -> str:
        program = command[0]
        done = subprocess.run([*map(str, command)], cwd=build, capture_output=True, text=True,
                              env={**os.environ, "LLVM_PROFILE_FILE": str(raw / f"{program.name}-%m.profraw"),
                                   "RC_PARAMS": "seed=42"})
        if not list(raw.glob(f"{program.name}-*.profraw")):
            sys.exit(f"coverage: {program.name} ended with {done.returncode} and left no counters:\n{done.stderr[-1000:]}")
        # Counting slows programs down, so that a test against the clock may fail. `./dev test` judges; this only counts.
        if done.returncode != 0:
            places = re.findall(r"^(\S+:\d+): (?:ERROR|FATAL ERROR)", done.stdout, re.M)
            return f"{program.name}: {len(places)} checks fail, if not by the clock then in ./dev test too: {' '.join(places)}"
        return ""

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for text in pool.map(one, commands):
            if text:
                print(text, file=sys.stderr)
    profile = raw / "all.profdata"
    subprocess.run(["llvm-profdata-19", "merge", "-sparse", *map(str, sorted(raw.glob("*.profraw"))), "-o", str(profile)],
                   check=True)
    return programs, profile


def exported(programs: list, profile: Path) -> list:
    """One list of files for each program: merging all in one call takes memory for every instantiation at once."""
    out = []
    for program in programs:
        done = subprocess.run(["llvm-cov-19", "export", "-format=text", "-skip-expansions", "-skip-functions",
                               f"-instr-profile={profile}", str(program)], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"coverage: llvm-cov cannot read {program.name}: {done.stderr[-500:]}")
        out.append(json.loads(done.stdout)["data"][0]["files"])
    return out


def lines_of(segments: list) -> dict:
    """line -> largest count, as llvm-cov shows lines: by the regions that begin on it, or the one that goes on."""
    counts, by_line = {}, defaultdict(list)
    for line, _, count, has_count, is_entry, is_gap in segments:
        by_line[line].append((count, has_count, is_entry, is_gap))
    if not segments:
        return counts
    wrapped = None
    for line in range(segments[0][0], segments[-1][0] + 1):
        here = by_line.get(line, [])
        starts = [s for s in here if s[1] and s[2] and not s[3]]
        mapped = (wrapped is not None and wrapped[1]) or bool(starts)
        if here and here[0][1] is False and not starts and not (wrapped and wrapped[1]):
            mapped = False
        if mapped:
            candidates = [s[0] for s in starts] + ([wrapped[0]] if wrapped and wrapped[1] else [])
            counts[line] = max(candidates)
        if here:
            wrapped = here[-1]
    return counts


def in_constexpr(source: list, line: int, column: int) -> bool:
    """Whether the condition there belongs to `if constexpr`, whose other side does not exist."""
    text = "\n".join(source[max(0, line - 4):line - 1] + [source[line - 1][:column - 1]])
    at = text.rfind("if constexpr (")
    if at < 0:
        return False
    depth = 0
    for character in text[at:]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == ")" and depth == 0:
            return False
    return True


class Merged:
    def __init__(self):
        self.lines = defaultdict(lambda: defaultdict(int))
        self.branches = defaultdict(lambda: defaultdict(lambda: [0, 0]))

    def add(self, files: list) -> None:
        for file in files:
            path = Path(file["filename"])
            if INCLUDE not in path.parents:
                continue
            name = path.relative_to(INCLUDE).as_posix()
            for line, count in lines_of(file["segments"]).items():
                self.lines[name][line] = max(self.lines[name][line], count)
            for line, column, end_line, end_column, taken, not_taken, *_ in file.get("branches", []):
                both = self.branches[name][(line, column, end_line, end_column)]
                both[0] += taken
                both[1] += not_taken

    def finish(self) -> None:
        for name, branches in self.branches.items():
            source = (INCLUDE / name).read_text().split("\n")
            for place in [p for p in branches if in_constexpr(source, p[0], p[1]) or written_by_the_compiler(source, p)]:
                del branches[place]
            # A constant condition is exported as one that never ran, though its line did.
            for place in [p for p, both in branches.items() if both == [0, 0] and self.lines[name].get(p[0], 0) > 0
                          and constant(source, p)]:
                del branches[place]


def written_by_the_compiler(source: list, place: tuple) -> bool:
    """The comparisons of `operator== = default`, member by member, and the end of a range-based for."""
    line, column, _, _ = place
    return "= default" in source[line - 1] or source[line - 1][column - 1:column + 1] == ": "


def constant(source: list, place: tuple) -> bool:
    line, column, end_line, end_column = place
    text = source[line - 1][column - 1:end_column - 1] if line == end_line else ""
    return bool(re.fullmatch(r"(std::is_constant_evaluated\(\)|[\w:]*\bis_\w+_v<.*>|std::\w+<.*>|sizeof.*)", text))


def room_of(name: str) -> str:
    parts = name.split("/")
    return parts[1] if len(parts) > 2 else parts[0]


def generated(name: str) -> bool:
    return name.startswith("reckon/catalog/") and "find" not in name


def percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 100


def table(merged: Merged, out) -> tuple:
    sums = defaultdict(lambda: [0, 0, 0, 0])
    for name in set(merged.lines) | set(merged.branches):
        if generated(name):
            continue
        for key in (room_of(name), "all of include/"):
            s = sums[key]
            s[0] += sum(c > 0 for c in merged.lines[name].values())
            s[1] += len(merged.lines[name])
            s[2] += sum((t > 0) + (f > 0) for t, f in merged.branches[name].values())
            s[3] += 2 * len(merged.branches[name])
    print("| room | lines | covered | branches | covered |", file=out)
    print("| --- | ---: | ---: | ---: | ---: |", file=out)
    for key in sorted(k for k in sums if not k.startswith("all")) + ["all of include/"]:
        s = sums[key]
        print(f"| {key} | {s[1]} | {percent(s[0], s[1]):.1f} % | {s[3]} | {percent(s[2], s[3]):.1f} % |", file=out)
    s = sums["all of include/"]
    return percent(s[0], s[1]), percent(s[2], s[3])


def missing(merged: Merged, where: str) -> None:
    rows = []
    for name in set(merged.lines) | set(merged.branches):
        if generated(name) or (where and where not in (room_of(name), name) and where not in name):
            continue
        lines = [n for n, c in sorted(merged.lines[name].items()) if c == 0]
        branches = [(p, both) for p, both in sorted(merged.branches[name].items()) if 0 in both]
        rows.append((len(lines) + sum((t == 0) + (f == 0) for _, (t, f) in branches), name, lines, branches))
    for size, name, lines, branches in sorted(rows, reverse=True):
        if not size:
            continue
        source = (INCLUDE / name).read_text().split("\n")
        print(f"{name}: {len(lines)} lines, {size - len(lines)} branches")
        for n in lines:
            print(f"    {n}: {source[n - 1].strip()}")
        for (line, column, end_line, end_column), (taken, not_taken) in branches:
            text = source[line - 1][column - 1:end_column - 1 if end_line == line else None]
            never = "never runs" if taken == not_taken == 0 else "is never true" if taken == 0 else "is never false"
            print(f"    {line}:{column}: {text} {never}")


def self_test() -> int:
    # A function from line 1 to 5, of which line 3 begins a region that never ran and line 4 goes on after it.
    segments = [[1, 10, 2, True, True, False], [3, 5, 0, True, True, False], [3, 20, 2, True, False, False],
                [5, 2, 0, False, False, False]]
    faults = []
    if lines_of(segments) != {1: 2, 2: 2, 3: 2, 4: 2, 5: 2}:
        faults.append(f"lines: {lines_of(segments)}")
    segments[2] = [4, 20, 2, True, False, False]
    if lines_of(segments) != {1: 2, 2: 2, 3: 2, 4: 0, 5: 2}:
        faults.append(f"lines of a region that never ran: {lines_of(segments)}")
    source = ["    if constexpr (std::same_as<A, B> &&", "                  more) {", "    if (a) {"]
    if not in_constexpr(source, 1, 19) or not in_constexpr(source, 2, 19) or in_constexpr(source, 3, 9):
        faults.append("if constexpr is not told from if")
    for fault in faults:
        print("coverage: " + fault)
    return 1 if faults else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", type=Path)
    parser.add_argument("--line", type=float, default=0, metavar="PERCENT")
    parser.add_argument("--branch", type=float, default=0, metavar="PERCENT")
    parser.add_argument("--missing", nargs="?", const="", metavar="ROOM|HEADER")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--again", action="store_true", help="from the counters of the last run")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--targets", action="store_true", help="what has to be built")
    asked = parser.parse_args()
    if asked.self_test:
        return self_test()
    if asked.targets:
        print(*[f"test_{room}" for room in PROGRAMS], "replays", "test_c_abi")
        return 0
    if asked.build is None:
        parser.error("a build folder is needed: one of the preset `coverage` (./dev coverage makes it)")
    build = asked.build.resolve()
    kept = build / "coverage" / "files.json"
    if asked.again and kept.exists():
        files = json.loads(kept.read_text())
    else:
        programs, profile = run(build, asked.jobs)
        files = exported(programs, profile)
        for list_ in files:
            for file in list_:
                file.pop("expansions", None)
        files = [[f for f in l if "/include/reckon" in f["filename"]] for l in files]
        kept.write_text(json.dumps(files))
    merged = Merged()
    for list_ in files:
        merged.add(list_)
    merged.finish()
    if asked.missing is not None:
        missing(merged, asked.missing)
        return 0
    line, branch = table(merged, sys.stdout)
    print(f"lines {line:.1f} %, branches {branch:.1f} %")
    if line < asked.line or branch < asked.branch:
        print(f"coverage: wanted are {asked.line:g} % of lines and {asked.branch:g} % of branches; "
              "--missing says what is left", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
