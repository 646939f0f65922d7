#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures what including reckon costs a compiler, beside Boost.Units alone.

    tools/compile_cost.py [--cxx g++] [--cxx clang++-19] [--runs 5] [--check]
    tools/compile_cost.py --instantiations [--cxx clang++-19] [--write]

For each compiler, the median time of -std=c++20 -fsyntax-only over --runs interleaved runs of a file that includes
    base      <boost/units/quantity.hpp> and <array> <span> <string_view> <variant>: what the library cannot do without
    library   every room of the umbrella except the catalogue (host, io and training are included by name)
    umbrella  <reckon/reckon.hpp>, with the catalogue
and, with a Clang, how many templates are instantiated, which is the same on every machine. Prints a Markdown table.

--check: exit status 1 when library or umbrella cost more than their share (MOST below) of base.

--instantiations: how many templates each room's header and the umbrella instantiate, against RECORDED; exit status 1 when one
makes over 2 % more than is recorded, or is not recorded; 77 with another compiler than the one that the counts are of. The
counts of a room that makes fewer are written anew with --write, which is how a saving is kept.
"""

import argparse
import csv
import json
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
MOST = {"library": 1.5, "umbrella": 2.2}
RECORDED = ROOT / "tests" / "structure" / "instantiations.csv"
RECORDED_WITH = "clang version 19."
TOLERATED = 1.02
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


def instantiations(cxx, files, folder):
    """Name -> instantiated templates, or {} when the compiler cannot count them."""
    version = subprocess.run([cxx, "--version"], capture_output=True, text=True, check=False).stdout
    if "clang" not in version:
        return {}
    counts = {}
    for name, path in files.items():
        compile_once(cxx, path, "-c", "-ftime-trace", "-ftime-trace-granularity=0", "-o", str(folder / f"{name}.o"))
        events = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["traceEvents"]
        counts[name] = sum(event.get("name") in ("InstantiateClass", "InstantiateFunction") for event in events)
    return counts


def public_headers():
    """The umbrella and every room's, but those that need more than the standard library and Boost."""
    return sorted(path.name for path in (INCLUDE / "reckon").glob("*.hpp") if path.stem != "io")


def gate_instantiations(cxx, write):
    """Compares or writes the recorded counts; the exit status."""
    version = subprocess.run([cxx, "--version"], capture_output=True, text=True, check=False).stdout
    if RECORDED_WITH not in version:
        print(f"the counts are of {RECORDED_WITH.strip('.')}, and {cxx} is another compiler")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for name in public_headers():
            files[name] = Path(folder, f"{Path(name).stem}.cpp")
            files[name].write_text(f"#include <reckon/{name}>\n", encoding="utf-8")
        counts = instantiations(cxx, {Path(name).stem: path for name, path in files.items()}, Path(folder))
    if write:
        lines = ["header,instantiations"] + [f"reckon/{stem}.hpp,{count}" for stem, count in counts.items()]
        RECORDED.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return 0
    with RECORDED.open(encoding="utf-8", newline="") as table:
        recorded = {row["header"]: int(row["instantiations"]) for row in csv.DictReader(table)}
    broken = []
    print("| header | recorded | now |\n|---|---:|---:|")
    for stem, count in counts.items():
        header = f"reckon/{stem}.hpp"
        print(f"| {header} | {recorded.get(header, '-')} | {count} |")
        if header not in recorded:
            broken.append(f"{header} is not recorded: run tools/compile_cost.py --instantiations --write")
        elif count > TOLERATED * recorded[header]:
            broken.append(f"{header} instantiates {count} templates, {recorded[header]} are recorded and 2 % more tolerated")
    broken += [f"{header} is recorded and does not exist" for header in recorded if Path(header).stem not in counts]
    print("\n".join(broken))
    return 1 if broken else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cxx", action="append", help="a compiler; may be repeated (default: g++)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--instantiations", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.runs < 1:
        sys.exit("--runs must be at least 1")
    compilers = options.cxx or ["clang++-19" if options.instantiations else "g++"]
    for cxx in compilers:
        if shutil.which(cxx) is None:
            sys.exit(f"the compiler {cxx} was not found: install it or name another with --cxx")

    if options.instantiations:
        return gate_instantiations(compilers[0], options.write)

    rows, broken = [], []
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for name, text in sources().items():
            files[name] = Path(folder, f"{name}.cpp")
            files[name].write_text(text, encoding="utf-8")
        for cxx in compilers:
            spent = seconds(cxx, files, options.runs)
            counts = instantiations(cxx, files, Path(folder))
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
