#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One program under one set of flags, which must print what it prints under no flags at all.

    builds.py NAME --checkout DIR --work DIR --cxx PATH [--flags FLAGS] [--boost DIR] [--differs LINE] [--wasm NODE]

`--differs` is a line that may be printed instead of the plain build's, and must be: what a flag is known to change.
`baseline` as NAME makes the plain build, which the others are held against. `odr` as NAME links fifty files, each with
another part of the library, and looks for definitions that differ between them. `module` compiles cmake/module/reckon.cppm,
links a program that imports it with one that includes, and looks whether a deployment that does not fit is refused there.
Exit status 0 when it builds and prints the same, 1 when not, 77 when the machine cannot build for that target.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
PROBE = "#include <cstdio>\n#include <string>\n#include <vector>\nint main() { std::puts(std::string(\"works\").c_str()); }\n"


class Failed(Exception):
    """What did not work."""


def run(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{(done.stdout + done.stderr)[-4000:]}")
    return done.stdout


def runner(options, program):
    return [options.wasm, "--no-warnings", HERE / "wasi.mjs", program] if options.wasm else [program]


def lacks_target(options, flags):
    """Why a program that has nothing to do with us does not build or run either; empty where it does."""
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder, "probe.cpp"), Path(folder, "probe")
        source.write_text(PROBE, encoding="utf-8")
        try:
            run([options.cxx, "-std=c++20", *flags, source, "-o", program])
            return "" if run(runner(options, program)) == "works\n" else "the probe prints nothing"
        except (Failed, OSError) as why:
            return str(why)


def compile_and_run(options, flags, name):
    program = options.work / name
    include = f"{options.checkout}/include"
    # nvcc takes warnings by number, and sees headers as a project does that has found the package.
    how = ["-Werror", "all-warnings", "-isystem", include] if options.cuda else [*STRICT, f"-I{include}"]
    run([options.cxx, "-std=c++20", *how, *flags, HERE / "program.cpp", "-o", program])
    return run(runner(options, program))


def compare(options, flags):
    baseline = options.work / "baseline.txt"
    if options.name == "baseline":
        baseline.write_text(compile_and_run(options, flags, "baseline"), encoding="utf-8")
        return
    printed = compile_and_run(options, flags, options.name).splitlines()
    expected = baseline.read_text(encoding="utf-8").splitlines()
    differing = [(a, b) for a, b in zip(expected, printed) if a != b]
    if len(expected) != len(printed) or [b for _, b in differing] != options.differs:
        told = "\n".join(f"  plain: {a}\n  here:  {b}" for a, b in differing)
        raise Failed(f"{len(printed)} lines, {len(expected)} from the plain build; known to differ: {options.differs}; differing:\n{told}")


def link_fifty(options, flags):
    """Each file has one of the rooms, every eighth everything, and all say what they make of the same deployment."""
    include = options.checkout / "include/reckon"
    rooms = sorted(path.stem for path in include.glob("*.hpp") if path.stem not in ("io", "catalog", "reckon", "version"))
    folder = options.work / "odr"
    folder.mkdir(exist_ok=True)
    names = [f"part{number}" for number in range(50)]
    question = (HERE / "question.hpp").read_text(encoding="utf-8")
    (folder / "question.hpp").write_text(question, encoding="utf-8")
    for number, name in enumerate(names):
        chosen = ["reckon"] if number % 8 == 0 else [rooms[number % len(rooms)]]
        text = "".join(f"#include <reckon/{room}.hpp>\n" for room in chosen)
        (folder / f"{name}.cpp").write_text(f'{text}#include "question.hpp"\ndouble {name}();\ndouble {name}() {{ return answer(); }}\n', encoding="utf-8")
    listed = "".join(f"double {name}();\n" for name in names)
    (folder / "main.cpp").write_text(
        f"{listed}int main() {{\n    double const all[] = {{{', '.join(f'{name}()' for name in names)}}};\n"
        "    for (double const one : all) { if (one != all[0] || !(one > 1e9)) { return 1; } }\n}\n", encoding="utf-8")
    sources = [folder / f"{name}.cpp" for name in [*names, "main"]]
    objects = [source.with_suffix(".o") for source in sources]
    for at in range(0, len(sources), 2): # two at a time, as there are cores in CI
        running = [subprocess.Popen([str(word) for word in
                                     (options.cxx, "-std=c++20", "-O0", *STRICT, *flags, f"-I{options.checkout}/include", "-c", source, "-o", target)],
                                    stderr=subprocess.PIPE, text=True) for source, target in zip(sources[at:at + 2], objects[at:at + 2])]
        for process in running:
            _, said = process.communicate()
            if process.returncode != 0:
                raise Failed(said[-4000:])
    program = folder / "program"
    said = subprocess.run([options.cxx, *flags, *map(str, objects), "-o", str(program)], capture_output=True, text=True, check=False)
    if said.returncode != 0 or said.stderr:
        raise Failed(f"the linker objects:\n{said.stderr[-4000:]}")
    run([program])


def included(header, include, seen):
    """What the headers below `header` include from elsewhere."""
    found = set()
    for name in re.findall(r"^#include <([^>]+)>", header.read_text(encoding="utf-8"), re.MULTILINE):
        if not name.startswith("reckon/"):
            found.add(name)
        elif name not in seen:
            seen.add(name)
            found |= included(include / name, include, seen)
    return found


def lacks_modules(options):
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "probe.cppm")
        source.write_text("module;\nexport module probe;\nexport extern \"C++\" { inline int one() { return 1; } }\n", encoding="utf-8")
        try:
            run([options.cxx, "-std=c++20", "-x", "c++-module", source, "--precompile", "-o", Path(folder, "probe.pcm")])
        except (Failed, OSError) as why:
            return str(why)
    return ""


def import_module(options, flags):
    include = options.checkout / "include"
    interface = options.checkout / "cmake/module/reckon.cppm"
    listed = set(re.findall(r"^#include <([^>]+)>", interface.read_text(encoding="utf-8"), re.MULTILINE))
    wanted = included(include / "reckon/reckon.hpp", include, set()) | {"reckon/reckon.hpp"}
    if listed != wanted:
        raise Failed(f"{interface.name} must include exactly what the headers do; lacking: {sorted(wanted - listed)}, too many: {sorted(listed - wanted)}")
    folder = options.work / "module"
    folder.mkdir(exist_ok=True)
    compiled, other, program = folder / "reckon.pcm", folder / "other.cpp", folder / "program"
    common = [options.cxx, "-std=c++20", *STRICT, *flags, f"-I{include}"]
    run([*common, "-x", "c++-module", interface, "--precompile", "-o", compiled])
    other.write_text(f'#include "{HERE}/question.hpp"\ndouble answer_by_include();\ndouble answer_by_include() {{ return answer(); }}\n', encoding="utf-8")
    importing = [options.cxx, "-std=c++20", *STRICT, *flags, f"-fmodule-file=reckon={compiled}"] # and no folder of headers
    run([*importing, "-c", HERE / "importer.cpp", "-o", folder / "importer.o"])
    run([*common, "-c", other, "-o", folder / "other.o"])
    run([options.cxx, *flags, folder / "importer.o", folder / "other.o", compiled, "-o", program])
    run([program])
    try:
        run([*importing, "-DDOES_NOT_FIT", "-fsyntax-only", HERE / "importer.cpp"])
    except Failed as said:
        if "r1: needs " not in str(said):
            raise Failed(f"what does not fit is refused without the sentence:\n{said}") from said
    else:
        raise Failed("what does not fit compiles behind an import")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name")
    parser.add_argument("--checkout", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--cxx", required=True)
    parser.add_argument("--flags", default="")
    parser.add_argument("--boost", default="")
    parser.add_argument("--differs", action="append", default=[])
    parser.add_argument("--cuda", action="store_true", help="the compiler is nvcc")
    parser.add_argument("--wasm", default="", metavar="NODE")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    flags = options.flags.split()
    if why := lacks_target(options, flags) or (options.name == "module" and lacks_modules(options)):
        print(f"skipped: this machine does not build for {options.name}:\n{why}")
        return 77
    boost = "" if options.boost.endswith("-NOTFOUND") else options.boost
    if options.wasm: # the host's other headers must not be seen
        folder = options.work / "boost_alone"
        folder.mkdir(exist_ok=True)
        if not (folder / "boost").exists():
            (folder / "boost").symlink_to(Path(boost or "/usr/include") / "boost")
        boost = str(folder)
    if boost and boost != "/usr/include":
        flags += ["-isystem", boost]
    try:
        {"odr": link_fifty, "module": import_module}.get(options.name, compare)(options, flags)
    except Failed as why:
        print(why)
        return 1
    print(f"{options.name}: as it should be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
