#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the code and the output shown in README.md and docs/ are those of real files.

    tools/check_readme.py               check this repository
    tools/check_readme.py --root DIR    check another tree
    tools/check_readme.py --write       copy the files into the blocks instead
    tools/check_readme.py --self-test   feed it bad pages and demand that each is refused

A comment on the line before a fenced block names its file:

    <!-- example: examples/first.cpp -->              a ```cpp block: the whole file
    <!-- example: examples/first.cpp#answer -->       the lines between '// [answer]' and '// [/answer]', unindented
    <!-- output: examples/first.expected -->          a ```text block: the whole file
    <!-- output: examples/first.expected#answer -->   the lines between '# answer' and the next line that begins with '# '
    <!-- not compiled: WHY -->                        a ```cpp block that is no file, e.g. one that must not compile

Every ```cpp block must have one of them. Licence lines and the blank lines after them are not shown.

A translation, README.<language>.md, has the headings, paragraphs, list items, tables and blocks of README.md in the same
order. Blocks and comments are the same word for word. Every piece of prose and cell of a table has the same figures in
the same order, which is how --write can copy them, and the same `code` and link targets, so that a changed paragraph is
seen. A paragraph that only links to the other languages is passed over.
Exit status 0 when all agree, 1 when something differs, 2 when it cannot run, 77 when there is no README yet.
"""

import argparse
import re
import sys
import tempfile
import textwrap
from pathlib import Path

MARKER = re.compile(r"^[ \t]*<!--[ \t]*(example|output|not compiled)[ \t]*:[ \t]*(.*?)[ \t]*-->[ \t]*$")
FENCE = re.compile(r"^([ \t]*)(```+|~~~+)[ \t]*([\w+-]*)")
LANGUAGES = {"example": "cpp", "output": "text", "not compiled": "cpp"}


class Problem(Exception):
    """What the page's author has to change."""


def shown_text(root, kind, reference):
    """The text that a marker promises."""
    name, _, section = reference.partition("#")
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise Problem(f"names {name}, which is no file of the repository")
    lines = path.read_text(encoding="utf-8").splitlines()
    if section and kind == "output":
        begins = [i for i, line in enumerate(lines) if line == f"# {section}"]
        if len(begins) != 1:
            raise Problem(f"names #{section}, but {name} has no single line '# {section}'")
        lines = lines[begins[0] + 1:]
        lines = lines[:next((i for i, line in enumerate(lines) if line.startswith("# ")), len(lines))]
    elif section:
        begins = [i for i, line in enumerate(lines) if line.strip() == f"// [{section}]"]
        ends = [i for i, line in enumerate(lines) if line.strip() == f"// [/{section}]"]
        if len(begins) != 1 or len(ends) != 1 or ends[0] < begins[0]:
            raise Problem(f"names #{section}, but {name} has no single pair of lines '// [{section}]' and '// [/{section}]'")
        lines = lines[begins[0] + 1:ends[0]]
    elif kind == "example" and lines and lines[0].startswith("// SPDX-"):
        lines = lines[1:]
    # Marks of other sections are for this script, not for the reader.
    if kind == "example":
        lines = [line for line in lines if not re.fullmatch(r"\s*// \[/?[\w-]+\]", line)]
    return textwrap.dedent("\n".join(lines)).strip("\n")


def blocks_of(lines):
    """(first line, last line, language, indentation, marker) of each fenced block; the lines are those of its content."""
    found, number, marker = [], 0, None
    while number < len(lines):
        line = lines[number]
        if match := FENCE.match(line):
            indent, fence, language = match.groups()
            end = number + 1
            while end < len(lines) and not re.fullmatch(rf"[ \t]*{re.escape(fence)}+[ \t]*", lines[end]):
                end += 1
            found.append((number + 1, end, language, indent, marker))
            number, marker = end + 1, None
            continue
        if match := MARKER.match(line):
            if marker:
                found.append((number, number, None, "", marker))
            marker = (*match.groups(), number)
        elif marker and line.strip():
            found.append((number, number, None, "", marker))  # text between a marker and its block
            marker = None
        number += 1
    if marker:
        found.append((number, number, None, "", marker))
    return found


def check_page(root, page, write):
    """(problems as lines, blocks compared) of one page."""
    lines = page.read_text(encoding="utf-8").splitlines()
    problems, compared = [], 0
    new, copied = list(lines), 0
    for begin, end, language, indent, marker in reversed(blocks_of(lines)):
        where = f"{page.relative_to(root)}:{begin}"
        if marker is None:
            if language == "cpp":
                problems.append(f"{where}: this code is no file: put '<!-- example: PATH -->' before it, or '<!-- not compiled: WHY -->'")
            continue
        kind, reference, at = marker
        where = f"{page.relative_to(root)}:{at + 1}"
        if language != LANGUAGES[kind]:
            problems.append(f"{where}: the comment '{kind}' must be followed by a ```{LANGUAGES[kind]} block")
            continue
        if kind == "not compiled":
            if not reference:
                problems.append(f"{where}: say why it is not compiled")
            continue
        compared += 1
        try:
            text = shown_text(root, kind, reference)
        except Problem as problem:
            problems.append(f"{where}: {problem}")
            continue
        shown = [line[len(indent):] if line.startswith(indent) else line for line in lines[begin:end]]
        wanted = text.split("\n")
        if shown == wanted:
            continue
        if write:
            new[begin:end] = [indent + line if line else "" for line in wanted]
            copied += 1
            continue
        first = next((i for i, (a, b) in enumerate(zip(shown, wanted)) if a != b), min(len(shown), len(wanted)))
        theirs = wanted[first] if first < len(wanted) else "(nothing more)"
        ours = shown[first] if first < len(shown) else "(nothing more)"
        problems.append(f"{where}: differs from {reference} in line {first + 1} of the block:\n"
                        f"    page: {ours}\n    file: {theirs}\n  copy the files with: tools/check_readme.py --write")
    if copied:
        page.write_text("\n".join(new) + "\n", encoding="utf-8")
    return problems[::-1], compared


NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
KEPT = re.compile(r"`[^`]+`|\]\([^)\s]*\)")
LANGUAGE_LINKS = re.compile(r"[^\w\s]*(\[[^]]*\]\(README[\w.-]*\.md\)|[\s|·]|English|简体中文)*")


def pieces_of(lines):
    """(kind, first line, last line) of each piece of a page, in order. Kinds: block, comment, row, # to ######, item, text."""
    found, number = [], 0
    while number < len(lines):
        line, begin = lines[number], number
        number += 1
        if not line.strip():
            continue
        if match := FENCE.match(line):
            while number < len(lines) and not re.fullmatch(rf"[ \t]*{re.escape(match[2])}+[ \t]*", lines[number]):
                number += 1
            number = min(number + 1, len(lines))
            kind = "block"
        elif line.lstrip().startswith("<!--"):
            kind = "comment"
        elif line.startswith("|"):
            kind = "row"
        elif match := re.match(r"#+(?= )", line):
            kind = match[0]
        else:
            kind = "item" if line.startswith("- ") else "text"
            while number < len(lines) and lines[number].strip() and not re.match(r"- |\||#+ |<!--|```|~~~", lines[number]):
                number += 1
            if LANGUAGE_LINKS.fullmatch(" ".join(lines[begin:number])):
                continue
        found.append((kind, begin, number))
    return found


def with_figures_of(theirs, ours):
    """`theirs` with its figures replaced by those of `ours`, one after the other; None where their number differs."""
    figures = NUMBER.findall(ours)
    if len(figures) != len(NUMBER.findall(theirs)):
        return None
    return NUMBER.sub(lambda _: figures.pop(0), theirs)


def check_translation(page, original, write):
    """Problems of a translation beside its original."""
    lines, wanted = page.read_text(encoding="utf-8").splitlines(), original.read_text(encoding="utf-8").splitlines()
    theirs, ours = pieces_of(lines), pieces_of(wanted)
    for (kind, begin, _), (other, at, _) in zip(theirs, ours):
        if kind != other:
            return [f"{page.name}:{begin + 1}: here is a piece of kind '{kind}', at {original.name}:{at + 1} one of kind '{other}': "
                    "the pages have the same pieces in the same order"]
    if len(theirs) != len(ours):
        return [f"{page.name}: has {len(theirs)} pieces, {original.name} has {len(ours)}: the pages have the same pieces in the same order"]
    problems, new = [], list(lines)
    for (kind, begin, end), (_, at, until) in reversed(list(zip(theirs, ours))):
        where, there = f"{page.name}:{begin + 1}", f"{original.name}:{at + 1}"
        here, same = "\n".join(lines[begin:end]), "\n".join(wanted[at:until])
        if kind in ("block", "comment"):
            mended = same
        else: # the cells of a row by themselves, so that a figure cannot move from one to the next
            parts = [(a, b) for a, b in zip(here.split("|"), same.split("|"))] if kind == "row" else [(here, same)]
            if kind == "row" and here.count("|") != same.count("|"):
                problems.append(f"{where}: has other columns than {there}")
                continue
            each = [with_figures_of(a, b) for a, b in parts]
            if None in each:
                problems.append(f"{where}: the figures are {NUMBER.findall(here)}, at {there} they are {NUMBER.findall(same)}: translate it anew")
                continue
            mended = "|".join(each)
            if sorted(KEPT.findall(here)) != sorted(KEPT.findall(same)):
                odd = sorted(set(KEPT.findall(here)) ^ set(KEPT.findall(same))) or ["how often something occurs"]
                problems.append(f"{where}: code and links differ from {there} in {', '.join(odd)}: translate it anew")
                continue
        if mended == here:
            continue
        if write:
            new[begin:end] = mended.split("\n")
            continue
        problems.append(f"{where}: differs from {there} in "
                        + (f"this {kind}" if kind in ("block", "comment") else f"its figures: {NUMBER.findall(here)}, there {NUMBER.findall(same)}")
                        + "\n  copy them with: tools/check_readme.py --write")
    if write and new != lines:
        page.write_text("\n".join(new) + "\n", encoding="utf-8")
    return problems[::-1]


def pages_of(root):
    return sorted(root.glob("README*.md")) + sorted(root.glob("docs/**/*.md"))


def check_tree(root, write=False):
    problems, compared = [], 0
    for page in pages_of(root):
        found, count = check_page(root, page, write)
        problems += found
        compared += count
    for page in sorted(root.glob("README.*.md")):
        problems += check_translation(page, root / "README.md", write)
    return problems, compared


def self_test():
    example = "// SPDX-License-Identifier: MIT\n#include <x>\n\nint main()\n{\n    // [answer]\n    auto a = 42;\n    // [/answer]\n}\n"
    whole = "#include <x>\n\nint main()\n{\n    auto a = 42;\n}"

    def block(text, language="cpp"):
        return f"```{language}\n{text}\n```\n"

    good = ("# Title\n\n<!-- example: e/a.cpp -->\n" + block(whole) + "\n<!-- example: e/a.cpp#answer -->\n\n"
            + block("auto a = 42;") + "\n<!-- output: e/a.expected -->\n" + block("42", "text")
            + "\n<!-- output: e/b.expected#second -->\n" + block("2\n3", "text")
            + "\n```sh\nmake\n```\n<!-- a remark -->\n<!-- not compiled: shows an error -->\n" + block("int x = \"\";"))
    bad = {
        "code that differs": ("<!-- example: e/a.cpp#answer -->\n" + block("auto a = 43;"), "differs from e/a.cpp#answer"),
        "a line too few": ("<!-- example: e/a.cpp -->\n" + block(whole[:-2]), "(nothing more)"),
        "output that differs": ("<!-- output: e/a.expected -->\n" + block("41", "text"), "differs from e/a.expected"),
        "no such file": ("<!-- example: e/b.cpp -->\n" + block(whole), "no file of the repository"),
        "a file outside": ("<!-- example: ../../etc/passwd -->\n" + block(whole), "no file of the repository"),
        "no such part of the output": ("<!-- output: e/b.expected#third -->\n" + block("2", "text"), "no single line '# third'"),
        "another part of the output": ("<!-- output: e/b.expected#first -->\n" + block("2\n3", "text"), "differs from e/b.expected#first"),
        "no such section": ("<!-- example: e/a.cpp#question -->\n" + block(whole), "no single pair"),
        "code without a file": (block("int x;"), "this code is no file"),
        "a marker without a block": ("<!-- example: e/a.cpp -->\n", "must be followed by"),
        "a marker far from its block": ("<!-- example: e/a.cpp -->\ntext\n\n" + block("x", "sh"), "must be followed by"),
        "a marker before another language": ("<!-- example: e/a.cpp -->\n" + block(whole, "sh"), "must be followed by"),
        "no reason": ("<!-- not compiled: -->\n" + block("int x;"), "say why"),
    }

    english = ("# Title\n\n[English](README.md) | [简体中文](README.zh-CN.md)\n\nTakes 1.3 µs for\n1,024 of them.\n\n- one 5\n- two `x`\n\n"
               "| a | b |\n| --- | ---: |\n| bytes | 7 |\n\n<!-- a remark -->\n```sh\nmake 3\n```\n")
    chinese = ("# 标题\n\n用 1.3 µs 算 1,024 个。\n\n- 一 5\n- `x` 二\n\n| 甲 | 乙 |\n| --- | ---: |\n| 字节 | 7 |\n\n<!-- a remark -->\n"
               "```sh\nmake 3\n```\n")
    bad_translations = {
        "another figure": ("1.3 µs", "1.4 µs", "differs from README.md:5 in its figures"),
        "figures in another order": ("用 1.3 µs 算 1,024 个", "1,024 个用 1.3 µs", "in its figures"),
        "a figure too few": ("1,024 个", "许多", "translate it anew"),
        "another figure in a table": ("| 字节 | 7 |", "| 字节 | 8 |", "in its figures"),
        "a figure in another cell": ("| 字节 | 7 |", "| 字节 7 | |", "translate it anew"),
        "a column too many": ("| 字节 | 7 |", "| 字节 | 7 | |", "other columns"),
        "another block": ("make 3", "make 4", "in this block"),
        "another comment": ("a remark", "another", "in this comment"),
        "other code": ("`x` 二", "`y` 二", "in `x`, `y`: translate it anew"),
        "an item too few": ("- `x` 二\n", "", "here is a piece of kind 'row'"),
        "a paragraph too many": ("make 3\n```\n", "make 3\n```\n\n完\n", "has 10 pieces"),
        "another level": ("# 标题", "## 标题", "kind '##'"),
    }

    def problems_of_translation(page, write=False):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "README.md").write_text(english, encoding="utf-8")
            (Path(folder) / "README.zh-CN.md").write_text(page, encoding="utf-8")
            if write:
                check_tree(Path(folder), write=True)
            return check_tree(Path(folder))[0]

    def problems_of(page, write=False):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "e").mkdir()
            (root / "e/a.cpp").write_text(example, encoding="utf-8")
            (root / "e/a.expected").write_text("42\n", encoding="utf-8")
            (root / "e/b.expected").write_text("# first\n1\n# second\n2\n3\n", encoding="utf-8")
            (root / "README.md").write_text(page, encoding="utf-8")
            if write:
                check_tree(root, write=True)
            return check_tree(root)[0]

    failures = []
    if found := problems_of(good):
        failures.append(f"a good page is refused: {found}")
    if found := problems_of(good.replace("= 42;\n}", "= 7;\n\n\n}").replace("\n42\n", "\n"), write=True):
        failures.append(f"--write does not mend a page: {found}")
    for name, (page, expected) in bad.items():
        found = problems_of(page)
        if len(found) != 1 or expected not in found[0]:
            failures.append(f"{name}: expected one problem with '{expected}', got {found}")
    if found := problems_of_translation(chinese):
        failures.append(f"a good translation is refused: {found}")
    outdated = chinese.replace("1.3 µs", "9.9 µs").replace("make 3", "make 9").replace("| 7 |", "| 9 |")
    if found := problems_of_translation(outdated, write=True):
        failures.append(f"--write does not mend a translation: {found}")
    for name, (before, after, expected) in bad_translations.items():
        found = problems_of_translation(chinese.replace(before, after))
        if len(found) != 1 or expected not in found[0]:
            failures.append(f"{name}: expected one problem with '{expected}', got {found}")
    for failure in failures:
        print(failure)
    print(f"{len(bad) + len(bad_translations) + 4} pages tried, {len(failures)} judged wrongly")
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if not (options.root / "README.md").is_file():
        print("There is no README.md yet: nothing to compare.")
        return 77
    problems, compared = check_tree(options.root, options.write)
    for problem in problems:
        print(problem)
    print(f"{compared} blocks compared, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
