#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the messages that docs/ quotes are what compilers and programs really say.

    tools/check_messages.py --cxx g++ --family gnu -- FLAGS...     compile the quoted cases with this compiler
    tools/check_messages.py --cxx .. --write -- FLAGS...           put today's figures into quotations that differ in nothing else
    tools/check_messages.py --self-test                            feed it wrong quotations and demand that each is seen

A comment on the line before a ```text block says who says it:

    <!-- gcc says: tests/fail/gpu/unknown_figure.cpp -->        a program that must not compile
    <!-- clang says: tests/fail/gpu/unknown_figure.cpp -->
    <!-- printed: examples/recommend_error_*.expected -->       text that is in one of these files

A block may hold several quotations with blank lines between them. Each is searched for as it stands, but line breaks count
as blanks, '…' stands for anything left out, and numbers of lines and columns do not matter. The beginning of a path may be
left out. Quotations of the other compiler are passed over, and so are all where the compiler is not the one that the pages
quote (GCC 12, Clang 19).

Exit status 0 when all agree, 1 when something differs, 2 when it cannot run, 77 when this compiler is not quoted.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

MARKER = re.compile(r"^<!--\s*(gcc says|clang says|printed)\s*:\s*(\S+)\s*-->\s*$")
FAMILIES = {"gnu": ("gcc says", "12"), "clang": ("clang says", "19")}


def quotations(page):
    """(line, kind, reference, [quoted texts]) of each marked block of a page."""
    lines = page.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if not (match := MARKER.match(line)):
            continue
        begin = number + 1
        if begin >= len(lines) or lines[begin].strip() != "```text":
            yield number + 1, match[1], match[2], None
            continue
        end = next((i for i in range(begin + 1, len(lines)) if lines[i].strip() == "```"), len(lines))
        block = "\n".join(lines[begin + 1:end])
        yield number + 1, match[1], match[2], [text for text in re.split(r"\n\s*\n", block) if text.strip()]


def plain(text):
    """Text without what may differ: line breaks, and the lines and columns of files."""
    text = re.sub(r"(\.[ch]pp):\d+(:\d+)?", r"\1:0", text)
    return re.sub(r"\s+", " ", text).strip()


def is_quoted(quotation, said):
    parts = [re.escape(plain(part)) for part in quotation.split("…")]
    return re.search(r"\s*.*?\s*".join(parts), plain(said)) is not None


NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def with_figures_of(quotation, said):
    """The quotation with the figures that are really said, or None where more than figures differs."""
    parts = []
    for part in quotation.split("…"):
        pieces = NUMBER.split(plain(part))
        parts.append(f"({NUMBER.pattern})".join(re.escape(piece) for piece in pieces))
    match = re.search(r"\s*.*?\s*".join(parts), plain(said))
    if match is None:
        return None
    figures = list(match.groups())
    # Lines and columns were made equal above: those of the page stay.
    return re.sub(rf"(\.[ch]pp):\d+(?::\d+)?|{NUMBER.pattern}",
                  lambda m: (figures.pop(0) and m[0]) if m[1] else figures.pop(0), quotation)


def said_by_compiler(root, cxx, case, flags):
    source = root / case
    done = subprocess.run([cxx, *flags, "-fsyntax-only", "-fno-diagnostics-color", str(source)], capture_output=True,
                          text=True, encoding="utf-8", errors="replace", check=False)
    return None if done.returncode == 0 else done.stdout + done.stderr


def check_tree(root, speaker, say, write=False):
    """(problems, quotations compared). `say` gives what the compiler says of a case, None where it accepts it."""
    problems, compared, known = [], 0, {}
    for page in sorted(root.glob("README*.md")) + sorted(root.glob("docs/**/*.md")):
        for line, kind, reference, texts in quotations(page):
            where = f"{page.relative_to(root)}:{line}"
            if texts is None:
                problems.append(f"{where}: the comment '{kind}' must be followed by a ```text block")
                continue
            if kind == "printed":
                files = sorted(root.glob(reference))
                said = "\n".join(file.read_text(encoding="utf-8") for file in files)
            elif kind != speaker:
                continue
            else:
                files = [root / reference] if (root / reference).is_file() else []
                if files and reference not in known:
                    known[reference] = say(reference)
                said = known.get(reference)
            if not files:
                problems.append(f"{where}: names {reference}, which is no file of the repository")
                continue
            if said is None:
                problems.append(f"{where}: {reference} compiles")
                continue
            for text in texts:
                compared += 1
                if not is_quoted(text, said):
                    if write and (mended := with_figures_of(text, said)) is not None:
                        page.write_text(page.read_text(encoding="utf-8").replace(text, mended, 1), encoding="utf-8")
                        continue
                    first = "\n    ".join(said.splitlines()[:12])
                    problems.append(f"{where}: this is not what {reference} makes it say:\n  {text}\n  It says:\n    {first}")
    return problems, compared


def self_test():
    said = "in file x/fits.hpp:12:3: error: call to ‘void f()’\n   12 |  f();\nnote: declared\nhere"
    good = ["fits.hpp:99:1: error: call to ‘void f()’", "error: call … declared here", "note: declared here"]
    bad = ["error: call to ‘void g()’", "note: declared there", "declared … error"]
    pages = {
        "a block that is none": ("<!-- gcc says: a.cpp -->\n\n```text\nx\n```\n", "must be followed"),
        "a case that is none": ("<!-- gcc says: b.cpp -->\n```text\nx\n```\n", "no file"),
        "a wrong quotation": ("<!-- gcc says: a.cpp -->\n```text\nnote: declared there\n```\n", "not what a.cpp"),
        "the second is wrong": ("<!-- gcc says: a.cpp -->\n```text\nnote: declared\n\nnote: nothing\n```\n", "not what a.cpp"),
        "a file without the text": ("<!-- printed: *.expected -->\n```text\nfive\n```\n", "not what"),
    }
    fine = "<!-- gcc says: a.cpp -->\n```text\nnote: declared here\n```\n<!-- clang says: c.cpp -->\n```text\nx\n```\n" \
           "<!-- printed: *.expected -->\n```text\ntwo\nthree\n\none\n```\n"
    failures = []
    outdated = "fits.hpp:7:7: error: call to ‘void f()’\n 13 | f();"
    if with_figures_of(outdated, said) != outdated.replace("13", "12"):
        failures.append("--write does not mend a figure")
    if with_figures_of("error: call to ‘void g()’ 13", said) is not None:
        failures.append("--write mends what is no figure")
    failures += [f"not found: {text}" for text in good if not is_quoted(text, said)]
    failures += [f"found: {text}" for text in bad if is_quoted(text, said)]

    def problems_of(page):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "README.md").write_text(page, encoding="utf-8")
            (root / "a.cpp").write_text("", encoding="utf-8")
            (root / "a.expected").write_text("one\n", encoding="utf-8")
            (root / "b.expected").write_text("two three\n", encoding="utf-8")
            return check_tree(root, "gcc says", lambda _: said)[0]

    if found := problems_of(fine):
        failures.append(f"a good page is refused: {found}")
    for name, (page, expected) in pages.items():
        found = problems_of(page)
        if len(found) != 1 or expected not in found[0]:
            failures.append(f"{name}: expected one problem with '{expected}', got {found}")
    for failure in failures:
        print(failure)
    print(f"{len(good) + len(bad) + len(pages) + 3} quotations tried, {len(failures)} judged wrongly")
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--cxx")
    parser.add_argument("--family", choices=[*FAMILIES, "appleclang"])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("flags", nargs="*")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if not options.cxx or not options.family:
        print("name a compiler with --cxx and --family", file=sys.stderr)
        return 2
    speaker, quoted = FAMILIES.get(options.family, (None, None))
    version = subprocess.run([options.cxx, "-dumpversion"], capture_output=True, text=True, check=False).stdout.strip()
    if version.split(".")[0] != quoted:
        print(f"The pages quote GCC 12 and Clang 19, not {options.cxx} {version}.")
        return 77
    problems, compared = check_tree(options.root, speaker,
                                    lambda case: said_by_compiler(options.root, options.cxx, case, options.flags),
                                    options.write)
    for problem in problems:
        print(problem)
    print(f"{compared} quotations compared, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
