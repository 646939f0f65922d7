#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures what including reckon costs a compiler, beside Boost.Units alone.

    tools/compile_cost.py [--cxx g++] [--cxx clang++-19] [--runs 5] [--check]
    tools/compile_cost.py --instantiations [--rooms] [--cxx clang++-19] [--write]

For each compiler, the median time of -std=c++20 -fsyntax-only over --runs interleaved runs of a file that includes
    base      <boost/units/quantity.hpp> and <array> <span> <string_view> <variant>: what the library cannot do without
    library   every room of the umbrella except the catalogue (host, io and training are included by name)
    umbrella  <reckon/reckon.hpp>, with the catalogue
and, with a Clang, how many templates are instantiated, which is the same on every machine. Prints a Markdown table.

--check: exit status 1 when library or umbrella cost more than their share (MOST below) of base.

--instantiations: how many templates each public header instantiates, included alone, against RECORDED; exit status 1 when one
makes over 2 % more than is recorded (and over FEW), or is not recorded; 77 with another compiler than the one that the counts
are of. --rooms takes the headers of the rooms and the umbrella alone, in seconds instead of minutes. --write writes all counts
anew, which is how a saving is kept.
"""

import argparse
import concurrent.futures
import csv
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INCLUDE = ROOT / "include"
MOST = {"library": 1.5, "umbrella": 2.1}
RECORDED = ROOT / "tests" / "structure" / "instantiations.csv"
RECORDED_WITH = "clang version 19."
TOLERATED = 1.02
FEW = 10  # templates more are nothing to speak of, however few there were
NOT_IN_LIBRARY = {"reckon", "catalog", "host", "io", "training"}


def sources():
    """Name -> text of the files that are compiled."""
    rooms = sorted(path.name for path in (INCLUDE / "reckon").glob("*.hpp") if path.stem not in NOT_IN_LIBRARY)
    found = {
        "base": "#include <boost/units/quantity.hpp>\n#include <array>\n#include <span>\n#include <string_view>\n#include <variant>\n",
        "library": "".join(f"#include <reckon/{name}>\n" for name in rooms),
    }
    if (INCLUDE / "reckon" / "reckon.hpp").is_file():
        found["umbrella"] = "#include <reckon/reckon.hpp>\n"
    return found


def compile_once(cxx, path, *flags):
    """Seconds of one compilation; stops the program with the compiler's words when it fails."""
    # CPU time of the child, not wall-clock time: a busy machine stretches the second, hardly the first.
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([cxx, "-std=c++20", f"-I{INCLUDE}", *boost_flags(), *flags, str(path)],
                          capture_output=True, text=True, errors="replace", check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        sys.exit(f"{cxx} does not compile {path.stem}: its messages are above")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def boost_flags():
    folder = os.environ.get("RECKON_BOOST_INCLUDE_DIR")
    return ["-isystem", folder] if folder else []


def seconds(cxx, files, runs):
    """Name -> median seconds. Interleaved, so that a slow minute slows all alike; one run to warm the disk cache."""
    times = {name: [] for name in files}
    for run in range(runs + 1):
        for name, path in files.items():
            spent = compile_once(cxx, path, "-fsyntax-only")
            if run > 0:
                times[name].append(spent)
    return {name: statistics.median(values) for name, values in times.items()}


def counts_templates(cxx, wanted="clang"):
    return wanted in subprocess.run([cxx, "--version"], capture_output=True, text=True, check=False).stdout


def instantiations(cxx, path):
    """How many templates a Clang instantiates in a file; it writes each of them down."""
    trace = path.with_suffix(".json")
    compile_once(cxx, path, "-c", f"-ftime-trace={trace}", "-ftime-trace-granularity=0", "-o", str(path.with_suffix(".o")))
    written = trace.read_bytes()
    trace.unlink()
    return sum(written.count(b'"name":"Instantiate%s"' % what) for what in (b"Class", b"Function"))


def public_headers(rooms):
    """The umbrella and every room's, or every header that a program may include."""
    if rooms:
        found = (INCLUDE / "reckon").glob("*.hpp")
    else:
        found = (path for path in (INCLUDE / "reckon").rglob("*.hpp") if "detail" not in path.parts)
    return sorted(str(path.relative_to(INCLUDE)) for path in found)


def gate_instantiations(cxx, rooms, write):
    """Compares or writes the recorded counts; the exit status."""
    if not counts_templates(cxx, RECORDED_WITH):
        print(f"the counts are of {RECORDED_WITH.strip('.')}, and {cxx} is another compiler")
        return 77
    headers = public_headers(rooms and not write)
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        files = []
        for number, name in enumerate(headers):
            files.append(Path(folder, f"{number}.cpp"))
            files[-1].write_text(f"#include <{name}>\n", encoding="utf-8")
        counts = dict(zip(headers, workers.map(lambda path: instantiations(cxx, path), files)))
    if write:
        RECORDED.write_text("header,instantiations\n" + "".join(f"{name},{count}\n" for name, count in counts.items()),
                            encoding="utf-8")
        print(f"{len(counts)} counts written to {RECORDED.relative_to(ROOT)}")
        return 0
    with RECORDED.open(encoding="utf-8", newline="") as table:
        recorded = {row["header"]: int(row["instantiations"]) for row in csv.DictReader(table)}
    broken, moved = [], []
    for name, count in counts.items():
        if name not in recorded:
            broken.append(f"{name} is not recorded: run tools/compile_cost.py --instantiations --write")
        elif count > max(TOLERATED * recorded[name], recorded[name] + FEW):
            broken.append(f"{name} instantiates {count} templates, {recorded[name]} are recorded and 2 % more tolerated")
        if rooms or count != recorded.get(name):
            moved.append(f"| {name} | {recorded.get(name, '-')} | {count} |")
    broken += [f"{name} is recorded and does not exist" for name in recorded if not (INCLUDE / name).is_file()]
    print("\n".join(["| header | recorded | now |", "|---|---:|---:|", *moved]) if moved else "every count is as recorded")
    print("\n".join(broken) or f"{len(counts)} headers, none instantiates more than is tolerated")
    return 1 if broken else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cxx", action="append", help="a compiler; may be repeated (default: g++)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--instantiations", action="store_true")
    parser.add_argument("--rooms", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.runs < 1:
        sys.exit("--runs must be at least 1")
    compilers = options.cxx or ["clang++-19" if options.instantiations else "g++"]
    for cxx in compilers:
        if shutil.which(cxx) is None:
            sys.exit(f"the compiler {cxx} was not found: install it or name another with --cxx")

    if options.instantiations:
        return gate_instantiations(compilers[0], options.rooms, options.write)

    rows, broken = [], []
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for name, text in sources().items():
            files[name] = Path(folder, f"{name}.cpp")
            files[name].write_text(text, encoding="utf-8")
        for cxx in compilers:
            spent = seconds(cxx, files, options.runs)
            counts = {name: instantiations(cxx, path) for name, path in files.items()} if counts_templates(cxx) else {}
            for name, value in spent.items():
                ratio = value / spent["base"]
                count = f"{counts[name]:,}" if name in counts else "-"
                rows.append(f"| {Path(cxx).name} | {name} | {value * 1000:.0f} ms | {ratio:.2f} | {count} |")
                if ratio > MOST.get(name, float("inf")):
                    broken.append(f"{Path(cxx).name}: {name} costs {ratio:.2f} times base, at most {MOST[name]} is allowed")
    print("| compiler | what is included | CPU time | times base | templates instantiated |")
    print("|---|---|---:|---:|---:|")
    print("\n".join(rows))
    for line in broken:
        print(line)
    return 1 if options.check and broken else 0


if __name__ == "__main__":
    sys.exit(main())
