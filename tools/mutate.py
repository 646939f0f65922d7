#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the laws wrong, one operator at a time, and says which mistakes the tests do not see.

    tools/mutate.py                          200 mutants of all laws, chosen by --seed
    tools/mutate.py memory cost --sample 50  of two rooms
    tools/mutate.py --all                    every mutant there is: hours
    tools/mutate.py --unreached              compile again only what no test passes at run time: minutes instead of hours
    tools/mutate.py memory --tests memory    by the tests of one room: quicker to build, and no kinder
    tools/mutate.py --least 85               exit 1 when fewer percent are killed
    tools/mutate.py --list                   the mutants that would be tried, without building
    tools/mutate.py --self-test              instrument known text, demand known text

How: all chosen mutants are compiled into one build of the tests of the laws (build/mutation), asleep
(tools/mutation/reckon_mutation.hpp). One run of each test file says which mutants it passes; then each mutant is woken
for the test files that pass it, quickest first. What survives, or is only evaluated by the compiler, is compiled once
more with the mutant awake in constant expressions. So a mutant costs milliseconds where a test runs, and seconds where
a static_assert must see it.

What is changed: + - * / %, comparisons (their boundary, or their sense), && || (a side dropped or decided), min/max,
floor/ceil, plain conditions, numbers (+1), true/false, and accumulations (dropped). Not changed: tables of fitted
constants, the figures in rows of tables (facts with a source), texts, preprocessor lines, static_assert, constraints.

A mutant that no test can see because nothing differs is listed in tools/mutation/equivalent.txt, with its reason.
A change that does not compile is refused by the types of quantities; it is counted apart, and is not part of the score.
"""

import argparse
import concurrent.futures
import hashlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "mutation"
TREE = WORK / "tree"
BUILD = WORK / "build"
EQUIVALENT = ROOT / "tools" / "mutation" / "equivalent.txt"
ROOMS = ["model", "parallel", "memory", "flops", "bandwidth", "serving", "training", "cost", "host", "recommend"]
# Published counts of every model of the catalogue and the conformance vectors, among io's tests, judge the laws as well.
TEST_ROOMS = [*ROOMS, "catalog", "io"]
# Tables of constants that were fitted to measurements: bench/accuracy judges them, not a test.
TABLES = {"bandwidth/fitted.hpp", "bandwidth/calibrations.hpp", "training/fitted.hpp", "training/calibrations.hpp"}
BOUNDARY = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
SENSE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "/"}
MARKS = {"+-": "plus_minus", "-+": "minus_plus", "*/": "times_over", "/*": "over_times", "%/": "remainder_over",
         "<<=": "less_or_equal", "<>=": "less_not", ">>=": "greater_or_equal", "><=": "greater_not",
         "<=<": "at_most_less", "<=>": "at_most_not", ">=>": "at_least_greater", ">=<": "at_least_not",
         "==!=": "equal_not", "!===": "unequal_not"}
# A row of a table states facts: names, figures and units, and nothing that is calculated.
ROW = re.compile(r"(\{|\.\w+ = )(?!.* [-+*/<>?] )[^()]*(\w+\([\d.' {},]*\)[^()]*)*(,|\}\);)")
PAIRS = {"(": ")", "[": "]", "{": "}"}


def hidden(text: str) -> str:
    """`text` with comments, strings, characters and preprocessor lines made blank, of the same length."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])\'|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*',
                         re.S | re.M)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def closing(mask: str, opening: int) -> int:
    """Where the bracket at `opening` ends."""
    stack = []
    for i in range(opening, len(mask)):
        if mask[i] in PAIRS:
            stack.append(PAIRS[mask[i]])
        elif stack and mask[i] == stack[-1]:
            stack.pop()
            if not stack:
                return i
    raise ValueError("a bracket is open at the end of the file")


def without_constant_text(mask: str) -> str:
    """`mask` without what a mutant cannot stand in: constraints, static_assert, parameters of templates, labels."""
    blank = list(mask)

    def wipe(begin: int, end: int) -> None:
        for i in range(begin, end):
            if blank[i] != "\n":
                blank[i] = " "

    for m in re.finditer(r"\b(static_assert|if constexpr|noexcept|decltype|sizeof\.\.\.|sizeof|requires|alignas)\s*\(", mask):
        wipe(m.start(), closing(mask, m.end() - 1) + 1)
    for m in re.finditer(r"\brequires\s+[A-Za-z(][^\n]*|\bcase\b[^:\n]*:(?!:)|\bdefault\s*:|\[\[[^\]]*\]\]|\busing\b[^;]*;"
                         r"|\btypename\b", mask):
        wipe(m.start(), m.end())
    for m in re.finditer(r"\b(concept|enum)\b[^;]*;", mask):
        wipe(m.start(), m.end())
    for m in re.finditer(r"\btemplate\s*<", mask):
        depth, i = 1, m.end()
        while depth and i < len(mask):
            depth += {"<": 1, ">": -1}.get(mask[i], 0)
            i += 1
        wipe(m.start(), i)
    return "".join(blank)


@dataclass
class Mutant:
    path: str  # below include/reckon
    line: int
    source: str  # the line as it stands
    change: str  # "+ -> -"
    nth: int  # of the same change on lines of the same text
    edits: list = field(default_factory=list)  # (position, rank, text with {id})
    fate: str = ""
    by: str = ""
    id: int = -1

    def key(self) -> str:
        return f"{self.path} | {self.source} | {self.change} | {self.nth}"


def operand_end(mask: str, begin: int) -> int:
    """The end of the operand of && or || that starts at `begin`."""
    i = begin
    while i < len(mask):
        if mask[i] in PAIRS:
            i = closing(mask, i) + 1
            continue
        if mask[i] in ")]};,?" or mask.startswith(" && ", i) or mask.startswith(" || ", i) or mask.startswith(" : ", i) \
                or re.match(r"\s(&&|\|\||\?|:)\s", mask[i:i + 4]):
            return i
        i += 1
    return i


def pick(seed: int, *of) -> int:
    return int.from_bytes(hashlib.sha256(repr((seed, *of)).encode()).digest()[:8], "big")


def mutants_of(path: str, text: str, seed: int) -> list:
    mask = without_constant_text(hidden(text))
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found, times = [], {}

    def add(at: int, change: str, edits: list) -> None:
        low, high = 0, len(lines)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if starts[middle] <= at else (low, middle)
        source = lines[low].strip()
        nth = times[(source, change)] = times.get((source, change), -1) + 1
        found.append(Mutant(path, low + 1, source, change, nth, edits))

    def in_row(at: int) -> bool:
        end = text.index("\n", at)
        return ROW.fullmatch(text[text.rindex("\n", 0, at) + 1:end].split(" //")[0].strip()) is not None

    def wrap(begin: int, end: int, before: str, after: str) -> list:
        return [(begin, (1, -(end - begin)), before), (end, (0, end - begin), after)]

    for m in re.finditer(r"(?<=\s)(\+|-|\*|/|%|<=|>=|<|>|==|!=)(?=\s)", mask):
        op = m[1]
        around = mask[max(0, m.start() - 5):m.end() + 5]
        if "..." in around or "operator" in mask[max(0, m.start() - 10):m.start()]:
            continue
        if op in ARITHMETIC:
            instead = ARITHMETIC[op]
        elif op in BOUNDARY and pick(seed, path, m.start(), "boundary") % 2:
            instead = BOUNDARY[op]
        else:
            instead = SENSE[op]
        mark = MARKS[op + instead]
        add(m.start(), f"{op} -> {instead}", [(m.end(), (2, 0), f" ::reckon_mutation::{mark}{{{{{{id}}}}}} {op}")])

    for m in re.finditer(r"(?<=\s)(&&|\|\|)(?=\s)", mask):
        op = m[1]
        if "..." in mask[max(0, m.start() - 5):m.end() + 5]:
            continue
        begin = m.end() + len(mask[m.end():]) - len(mask[m.end():].lstrip())
        end = operand_end(mask, begin)
        if pick(seed, path, m.start(), "side") % 2:
            on = "::reckon_mutation::on({id}) || (" if op == "&&" else "!::reckon_mutation::on({id}) && ("
            add(m.start(), f"a {op} b -> a", wrap(begin, end, f"({on}", "))"))
        else:
            decided = "!::reckon_mutation::on({id})" if op == "&&" else "::reckon_mutation::on({id})"
            add(m.start(), f"{op} -> {'false' if op == '&&' else 'true'}", [(m.end(), (2, 0), f" {decided} {op}")])

    for m in re.finditer(r"\b((?:reckon::)?(?:detail::|std::)?)(min|max|floor|ceil)\(", mask):
        end = closing(mask, m.end() - 1) + 1
        before = mask[max(0, m.start() - 2):m.start()]
        if mask[m.end()] == "{" or before.endswith((".", "::", ">")) or re.search(r"\w\s$", mask[:m.start()][-2:]) and \
                not re.search(r"\b(return|case)\s$", mask[:m.start()]):
            continue
        other = {"min": "max", "max": "min", "floor": "ceil", "ceil": "floor"}[m[2]]
        changed = m[1] + other + re.sub(r"//[^\n]*|\n", " ", text[m.end() - 1:end])  # lines keep their numbers
        add(m.start(), f"{m[2]} -> {other}",
            wrap(m.start(), end, f"(::reckon_mutation::on({{id}}) ? {escape(changed)} : ", ")"))

    for m in re.finditer(r"\b(?:reckon::)?(?:detail::)?ceil_div\(", mask):
        end = closing(mask, m.end() - 1) + 1
        before = mask[:m.start()]
        if re.search(r"count\s$", before):
            continue
        add(m.start(), "ceil_div -> ceil_div - 1",
            wrap(m.start(), end, "(", " - (::reckon_mutation::on({id}) ? 1 : 0))"))

    for m in re.finditer(r"\bif \(", mask):
        end = closing(mask, m.end() - 1)
        condition = mask[m.end():end]
        if ";" in condition or re.search(r"[^=!<>]=[^=]| (&&|\|\||<|>|<=|>=|==|!=) ", condition) or not condition.strip():
            continue
        add(m.start(), "if (a) -> if (!a)",
            wrap(m.end(), end, "static_cast<bool>(", ") != ::reckon_mutation::on({id})"))

    for m in re.finditer(r"(?<![\w.<'])(\d[\d']*(?:\.\d*)?(?:e[+-]?\d+)?)(?![\w.'>])", mask):
        if in_row(m.start()) or re.search(r"\[\s*$", mask[:m.start()]) or re.search(r"<=>[^;]*$", mask[:m.start()][-80:]):
            continue
        add(m.start(), f"{m[1]} -> {m[1]} + 1", wrap(m.start(), m.end(), f"(::reckon_mutation::on({{id}}) ? {m[1]} + 1 : ", ")"))

    for m in re.finditer(r"(?<![\w<])(true|false)(?![\w>])", mask):
        if in_row(m.start()):
            continue
        add(m.start(), f"{m[1]} -> {'false' if m[1] == 'true' else 'true'}",
            wrap(m.start(), m.end(), "(", " != ::reckon_mutation::on({id}))"))

    for m in re.finditer(r"(?<=\s)(\+=|-=|\*=)\s+", mask):
        i = m.end()
        while mask[i] not in ");":
            i = closing(mask, i) + 1 if mask[i] in PAIRS else i + 1
        if mask[m.end()] == "{" or m[1] == "*=":
            continue
        add(m.start(), f"a {m[1]} b -> a", wrap(m.end(), i, "::reckon_mutation::none_of{{{{{id}}}}}(", ")"))
    return found


def escape(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def instrumented(text: str, mutants: list) -> str:
    """`text` with these mutants in it, asleep; lines keep their numbers."""
    edits = sorted((position, rank, piece.format(id=m.id)) for m in mutants for position, rank, piece in m.edits)
    parts, last = [], 0
    for position, _, piece in edits:
        parts.append(text[last:position])
        parts.append(piece)
        last = position
    parts.append(text[last:])
    whole = "".join(parts)
    return "#include <reckon_mutation.hpp>" + whole[whole.index("\n"):]  # instead of the line with the licence


def every_mutant(rooms: list, seed: int) -> list:
    found = []
    for room in rooms:
        for header in sorted((ROOT / "include" / "reckon" / room).rglob("*.hpp")):
            path = header.relative_to(ROOT / "include" / "reckon").as_posix()
            if path not in TABLES:
                found += mutants_of(path, header.read_text(), seed)
    return found


def sample(mutants: list, size: int, seed: int) -> list:
    """The same ones as long as their lines stay the same."""
    return sorted(sorted(mutants, key=lambda m: pick(seed, m.key()))[:size], key=lambda m: (m.path, m.line, m.change, m.nth))


# --- Building ---------------------------------------------------------------------------------------------------------

def put(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def make_tree(mutants: list) -> None:
    """The repository by links, with headers of its own."""
    TREE.mkdir(parents=True, exist_ok=True)
    for entry in ROOT.iterdir():
        link = TREE / entry.name
        if entry.name not in ("include", "build", ".git") and not link.is_symlink():
            link.symlink_to(entry)
    by_path = {}
    for m in mutants:
        by_path.setdefault(m.path, []).append(m)
    wanted = set()
    for header in (ROOT / "include").rglob("*"):
        if header.is_file():
            copy = TREE / "include" / header.relative_to(ROOT / "include")
            wanted.add(copy)
            path = header.relative_to(ROOT / "include").as_posix().removeprefix("reckon/")
            text = header.read_text()
            put(copy, instrumented(text, by_path[path]) if path in by_path else text)
    marker = TREE / "include" / "reckon_mutation.hpp"
    wanted.add(marker)
    put(marker, (ROOT / "tools" / "mutation" / "reckon_mutation.hpp").read_text())
    for old in (TREE / "include").rglob("*"):
        if old.is_file() and old not in wanted:
            old.unlink()


def build(mutants: list, rooms: list, jobs: int) -> list:
    """Builds the tests; a mutant that does not compile is taken out, and the rest is built again."""
    dropped = []
    while True:
        make_tree([m for m in mutants if m not in dropped])
        if not (BUILD / "build.ninja").exists():
            subprocess.run(["cmake", "-S", str(TREE), "-B", str(BUILD), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                            "-DCMAKE_CXX_COMPILER=clang++-19", "-DCMAKE_CXX_FLAGS_DEBUG=-O0",
                            "-DCMAKE_CXX_FLAGS=-w -Wno-narrowing -fconstexpr-steps=100000000 -fbracket-depth=1024",
                            "-DCMAKE_CXX_EXTENSIONS=OFF", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON",
                            "-DRECKON_TEST_STATIC=OFF", "-DRECKON_TEST_SELF_CONTAINED=OFF",
                            "-DRECKON_BUILD_EXAMPLES=OFF", "-DRECKON_BUILD_BENCH=OFF"],
                           check=True, stdout=subprocess.DEVNULL)
        done = subprocess.run(["ninja", "-C", str(BUILD), f"-j{jobs}", "-k0", *[f"test_{room}" for room in rooms]],
                              capture_output=True, text=True)
        if done.returncode == 0:
            return dropped
        wrong = {(m[1], int(m[2])) for m in re.finditer(r"include/reckon/([\w/]+\.hpp):(\d+):\d+: (?:fatal )?error", done.stdout)}
        # A note says where an error came from, when the error itself is inside the operators.
        wrong |= {(m[1], int(m[2])) for m in re.finditer(r"include/reckon/([\w/]+\.hpp):(\d+):\d+: note: in instantiation",
                                                         done.stdout)} if not wrong else set()
        now = [m for m in mutants if m not in dropped and (m.path, m.line) in wrong]
        if not now:
            sys.exit("mutate: the instrumented tests do not build:\n" + done.stdout[-6000:])
        for m in now:
            m.fate = "refused"
        dropped += now


# --- Running ----------------------------------------------------------------------------------------------------------

@dataclass
class TestFile:
    room: str
    name: str
    seconds: float = 0
    reached: set = field(default_factory=set)


def run(command: list, seconds: float, **variables) -> int:
    """The exit status; a run that takes too long, crashes or fails is not 0."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
                             env={**os.environ, "RC_PARAMS": "seed=42", **variables}, cwd=WORK)
    try:
        return child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return -1


def command_of(test: TestFile) -> list:
    return [str(BUILD / "tests" / f"test_{test.room}"), f"--source-file=*/{test.room}/{test.name}.cpp", "--abort-after=1"]


def survey(rooms: list, jobs: int, refused: set) -> list:
    """Every test file of the rooms with its time and the mutants that it passes."""
    tests = [TestFile(room, source.stem) for room in rooms for source in sorted((ROOT / "tests" / room).glob("*.cpp"))]

    def look(test: TestFile) -> None:
        seen = WORK / f"seen.{test.room}.{test.name}"
        seen.unlink(missing_ok=True)
        start = time.monotonic()
        if run(command_of(test), 600, RECKON_MUTATION_SEEN=str(seen)) != 0:
            sys.exit(f"mutate: tests/{test.room}/{test.name}.cpp fails with every mutant asleep")
        test.seconds = time.monotonic() - start
        for line in seen.read_text().splitlines():
            what, number = line.split()
            if what == "2":
                refused.add(int(number))
            else:
                test.reached.add(int(number))

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        list(pool.map(look, tests))
    return sorted(tests, key=lambda t: t.seconds)


def rooms_by_nearness(m: Mutant):
    room = m.path.split("/")[0]
    stem = Path(m.path).stem
    return lambda t: (t.room != room, not t.name.startswith(stem), t.seconds)


def judge(m: Mutant, tests: list) -> None:
    for test in sorted((t for t in tests if m.id in t.reached), key=rooms_by_nearness(m)):
        if run(command_of(test), 10 + 10 * test.seconds, RECKON_MUTANT=str(m.id)) != 0:
            m.fate, m.by = "killed", f"{test.room}.{test.name}"
            return
    m.fate = "survived" if any(m.id in t.reached for t in tests) else "unreached"


class Compiler:
    """The second chance: a test file compiled with the mutant awake in constant expressions."""

    def __init__(self):
        import json
        self.commands = {c["file"]: c for c in json.loads((BUILD / "compile_commands.json").read_text())}
        self.links = {}
        self.sound = {}

    def compiles(self, words: list, folder: str, mutant: int) -> bool:
        command = [w if not w.startswith("-DRECKON_MUTANT=") else f"-DRECKON_MUTANT={mutant}" for w in words]
        return subprocess.run(command, cwd=folder, capture_output=True).returncode == 0

    def link(self, room: str, object_file: Path, program: Path) -> list:
        if room not in self.links:
            out = subprocess.run(["ninja", "-C", str(BUILD), "-t", "commands", f"test_{room}"], capture_output=True, text=True)
            self.links[room] = next(line for line in reversed(out.stdout.splitlines()) if f"-o tests/test_{room}" in line)
        words = [w for w in shlex.split(self.links[room]) if w not in (":", "&&")]
        mine = f"tests/CMakeFiles/test_{room}.dir/"
        first = next(w for w in words if w.startswith(mine))
        kept = [str(object_file) if w == first else w for w in words if w == first or not w.startswith(mine)]
        kept[kept.index("-o") + 1] = str(program)
        return kept

    def judge(self, m: Mutant, tests: list, most: int) -> None:
        include = f"<reckon/{m.path}>"
        room, stem = m.path.split("/")[0], Path(m.path).stem
        near = []
        for t in tests:
            source = (ROOT / "tests" / t.room / f"{t.name}.cpp").read_text()
            if t.name.startswith(stem) or include in source or m.id in t.reached and t.room == room:
                near.append((t.room != room, not t.name.startswith(stem), include not in source, t.seconds, t))
        for *_, t in sorted(near, key=lambda n: n[:4])[:most]:
            file = str(TREE / "tests" / t.room / f"{t.name}.cpp")
            entry = self.commands[file]
            words = [w for w in shlex.split(entry["command"])]
            object_file = WORK / f"one.{m.id}.o"
            program = WORK / f"one.{m.id}"
            words[words.index("-o") + 1] = str(object_file)
            words.insert(words.index("-c"), f"-DRECKON_MUTANT={m.id}")
            try:
                if not self.compiles(words, entry["directory"], m.id):
                    if file not in self.sound:
                        self.sound[file] = self.compiles(words, entry["directory"], -1)
                    if not self.sound[file]:
                        raise RuntimeError(f"tests/{t.room}/{t.name}.cpp does not compile with every mutant asleep")
                    m.fate, m.by = "killed", f"{t.room}.{t.name} (compiler)"
                    return
                linked = subprocess.run(self.link(t.room, object_file, program), cwd=BUILD, capture_output=True, text=True)
                if linked.returncode != 0:
                    raise RuntimeError(f"tests/{t.room}/{t.name}.cpp cannot be linked alone:\n{linked.stderr[-2000:]}")
                if run([str(program)], 10 + 10 * t.seconds) != 0:
                    m.fate, m.by = "killed", f"{t.room}.{t.name} (constants)"
                    return
            finally:
                object_file.unlink(missing_ok=True)
                program.unlink(missing_ok=True)


def equivalents() -> dict:
    """key -> reason. Each entry is two lines: the mutant as the report prints it, and why nothing differs."""
    known, lines = {}, []
    if EQUIVALENT.exists():
        lines = [line.strip() for line in EQUIVALENT.read_text().splitlines() if line.strip() and not line.startswith("#")]
    for mutant, reason in zip(lines[::2], lines[1::2]):
        known[mutant] = reason
    return known


def report(mutants: list, out) -> float:
    counted = [m for m in mutants if m.fate not in ("refused", "equivalent")]
    killed = [m for m in counted if m.fate == "killed"]
    print("| room | mutants | killed | by the room's own tests | survive | equivalent | refused by types | score |", file=out)
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", file=out)
    for room in [r for r in ROOMS if any(m.path.startswith(r + "/") for m in mutants)] + ["all"]:
        mine = [m for m in mutants if room == "all" or m.path.startswith(room + "/")]
        dead = [m for m in mine if m.fate == "killed"]
        live = [m for m in mine if m.fate in ("survived", "unreached")]
        own = sum(m.by.startswith(m.path.split("/")[0] + ".") for m in dead)
        same = sum(m.fate == "equivalent" for m in mine)
        refused = sum(m.fate == "refused" for m in mine)
        score = f"{100 * len(dead) / (len(dead) + len(live)):.1f} %" if dead or live else "-"
        print(f"| {room} | {len(mine)} | {len(dead)} | {own} | {len(live)} | {same} | {refused} | {score} |", file=out)
    for m in counted:
        if m.fate != "killed":
            print(f"{m.fate}: include/reckon/{m.path}:{m.line}\n    {m.key()}", file=out)
    return 100 * len(killed) / len(counted) if counted else 100


def self_test() -> int:
    text = """// SPDX
#pragma once
template <int N = 1 + 2> requires(N > 0)
constexpr int f(int a, int b) { // a + b
    static_assert(1 < 2);
    if (ready(a)) { return max(a * 2, b); }
    a += g(b);
    return a < b && b >= 10'000 ? a - b : 0;
}
"""
    found = mutants_of("x/y.hpp", text, 1)
    changes = sorted(m.change.split(" -> ")[0] for m in found)
    wanted = sorted(["if (a)", "max", "*", "2", "a += b", "<", ">=", "10'000", "-", "0"] +
                    [c for c in changes if c in ("a && b", "&&")])
    faults = []
    if changes != wanted:
        faults.append(f"found {changes}, expected {wanted}")
    for number, m in enumerate(found):
        m.id = number
    whole = instrumented(text, found)
    if whole.count("\n") != text.count("\n"):
        faults.append("lines were moved")
    if "1 + 2" not in whole or "static_assert(1 < 2)" not in whole or "// a + b" not in whole:
        faults.append("something that is no law was changed")
    star = next(m for m in found if m.change == "* -> /")
    if f"a * ::reckon_mutation::times_over{{{star.id}}} * " not in whole:
        faults.append("the product was not marked:\n" + whole)
    if sample(found, 3, 5) != sample(list(reversed(found)), 3, 5):
        faults.append("the sample depends on the order")
    for fault in faults:
        print("mutate: " + fault)
    return 1 if faults else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help="of " + ", ".join(ROOMS))
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--least", type=float, default=0, help="percent")
    parser.add_argument("--compile", type=int, default=4, metavar="N",
                        help="test files that a survivor is compiled into; 0 leaves the second chance out")
    parser.add_argument("--unreached", action="store_true",
                        help="the second chance only for what no test passes at run time: minutes instead of hours")
    parser.add_argument("--tests", nargs="+", choices=TEST_ROOMS, default=TEST_ROOMS, metavar="ROOM",
                        help="whose tests judge; all of " + ", ".join(TEST_ROOMS) + " unless told")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    asked = parser.parse_args()
    if asked.self_test:
        return self_test()
    for room in asked.rooms:
        if room not in ROOMS:
            parser.error(f"there is no room of laws '{room}'; there are {', '.join(ROOMS)}")
    everything = every_mutant(asked.rooms or ROOMS, asked.seed)
    mutants = everything if asked.all else sample(everything, asked.sample, asked.seed)
    for number, m in enumerate(mutants):
        m.id = number
    print(f"{len(mutants)} of {len(everything)} mutants, seed {asked.seed}", flush=True)
    if asked.list:
        for m in mutants:
            print(m.key())
        return 0
    known = equivalents()
    for m in mutants:
        if m.key() in known:
            m.fate = "equivalent"
    started = time.monotonic()
    WORK.mkdir(parents=True, exist_ok=True)
    build(mutants, asked.tests, asked.jobs)
    built = time.monotonic()
    refused = set()
    tests = survey(asked.tests, asked.jobs, refused)
    reached = set().union(*(t.reached for t in tests))
    for m in mutants:
        if not m.fate and m.id in refused and m.id not in reached:
            m.fate = "refused"
    with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
        list(pool.map(lambda m: judge(m, tests), [m for m in mutants if not m.fate]))
        ran = time.monotonic()
        compiler = Compiler()
        again = ("unreached",) if asked.unreached else ("survived", "unreached")
        late = [m for m in mutants if m.fate in again] if asked.compile else []
        list(pool.map(lambda m: compiler.judge(m, tests, asked.compile), late))
    score = report(mutants, sys.stdout)
    ended = time.monotonic()
    print(f"{score:.1f} % killed; {built - started:.0f} s to build, {ran - built:.0f} s to run, {ended - ran:.0f} s to compile "
          f"{len(late)} again")
    return 1 if score < asked.least else 0


if __name__ == "__main__":
    sys.exit(main())
