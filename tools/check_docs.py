#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the pages are whole: every law has its page, every page its sections, every link a target.

    tools/check_docs.py               check this repository
    tools/check_docs.py --root DIR    check another tree
    tools/check_docs.py --self-test   feed it wrong trees and demand that each is refused

- Every header of the rooms of laws (LAW_ROOMS) is named by the line '**Headers.**' of exactly one page of docs/laws/, by its
  path or by its folder (`cost/`); a path goes before a folder. Headers that such a line names exist.
- A page of docs/laws/ has an equation (an indented block), a table of symbols with meaning, unit and domain where symbols have
  one, and the paragraphs of SECTIONS; it names its tests, which exist, and is in the list of docs/README.md and in the
  navigation of the site. Pages of readers (NOT_FORMULAS) need no equation, symbols and derivation.
- Every link between pages, and to files, leads somewhere; every #anchor is a heading there. (README*.md, docs/, data/, tests/)
- Every public header begins with a comment that says what it is.
- `<!-- errors: NAME .. -->` names rows of docs/accuracy.md.

Exit status 0 when all holds, 1 when something does not, one line each.
"""

import re
import sys

import checker

LAW_ROOMS = ("memory", "flops", "bandwidth", "serving", "training", "cost", "host", "recommend")
# Where a paragraph may have one of several names.
SECTIONS = (("Derivation",), ("Source", "Sources"), ("Deviations",), ("Not modelled", "Not searched"), ("Error",), ("Headers",))
NOT_FORMULAS = {"command_lines": ("Derivation",)}
FENCE = re.compile(r"^\s*(```+|~~~+)")
LINK = re.compile(r"(?<!\\)\[(?:[^][]|\[[^]]*\])*\]\(([^)\s]+)\)")


def without_blocks(text):
    """The lines of a page, those of fenced and indented blocks empty."""
    out, fence = [], None
    for line in text.splitlines():
        match = FENCE.match(line)
        if fence or match:
            out.append("")
            fence = None if fence and line.strip() == fence else fence or match[1]
        else:
            out.append("" if line.startswith("    ") else line)
    return out


def anchors(text):
    """The anchors of a page's headings, as code hosts and the site make them."""
    found = {}
    for line in without_blocks(text):
        if match := re.match(r"#{1,6} +(.*?) *#*$", line):
            title = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", match[1])
            slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
            found[slug if slug not in found else f"{slug}-{found[slug]}"] = 0
            found[slug] += 1
    return set(found)


def check_links(root, pages):
    problems = []
    for page in pages:
        for number, line in enumerate(without_blocks(page.read_text(encoding="utf-8")), start=1):
            for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, anchor = target.partition("#")
                there = (page.parent / name).resolve() if name else page
                where = f"{page.relative_to(root)}:{number}"
                if not there.exists():
                    problems.append(f"{where}: {target} leads nowhere")
                elif anchor and there.suffix == ".md" and anchor not in anchors(there.read_text(encoding="utf-8")):
                    problems.append(f"{where}: {name or page.name} has no heading #{anchor}")
    return problems


def paragraph(text, title):
    """The paragraph that begins with '**title.**', or None."""
    match = re.search(rf"^\*\*{title}[^*\n]*\.\*\*.*(?:\n\S.*)*|(?<=\S )\*\*{title}\.\*\*.*(?:\n\S.*)*", text, re.MULTILINE)
    return match[0] if match else None


def symbol_problem(text):
    """What the page's table of symbols lacks."""
    headings = [re.sub(r"\s+", "", line).strip("|").split("|") for line in text.splitlines() if re.match(r"\|\s*symbol\b", line)]
    if not headings:
        return "has no table of symbols"
    columns = {column for heading in headings for column in heading}
    if "meaning" not in columns or not columns & {"unit", "domain"}:
        return "has a table of symbols without meaning, unit or domain"
    if "domain" not in columns and not paragraph(text, "Domain"):
        return "says the domain of its symbols neither in their table nor in a paragraph '**Domain.**'"
    return None


def check_laws(root):
    problems, named, folders = [], {}, {}
    include = root / "include/reckon"
    listed = (root / "docs/README.md").read_text(encoding="utf-8")
    navigation = (root / "tools/site/mkdocs.yml").read_text(encoding="utf-8")
    measured = set(re.findall(r"^\| *`?([\w.]+)`? *\|", (root / "docs/accuracy.md").read_text(encoding="utf-8"), re.MULTILINE))
    for page in sorted((root / "docs/laws").glob("*.md")):
        name, text = page.relative_to(root), page.read_text(encoding="utf-8")
        exempt = NOT_FORMULAS.get(page.stem, ())
        for titles in SECTIONS:
            if titles[0] not in exempt and not any(paragraph(text, title) for title in titles):
                problems.append(f"{name}: has no paragraph '**{titles[0]}.**'")
        if "Derivation" not in exempt:
            if not re.search(r"^    \S", text, re.MULTILINE):
                problems.append(f"{name}: has no equation (a block that is indented by four blanks)")
            if problem := symbol_problem(text):
                problems.append(f"{name}: {problem}")
        tests = re.findall(r"`((?:tests|examples)/[\w/.*-]+)`", text)
        if not tests:
            problems.append(f"{name}: names no test")
        problems += [f"{name}: there is no {test}" for test in tests
                     if not any(list(root.glob(test.rstrip("/") + end)) for end in ("", ".cpp"))]
        for place, where in ((f"laws/{page.name}", "the list of docs/README.md"), (f"laws/{page.name}", "tools/site/mkdocs.yml")):
            if place not in (listed if "README" in where else navigation):
                problems.append(f"{name}: is not in {where}")
        for header in re.findall(r"`([\w/.]+)`", paragraph(text, "Headers") or ""):
            if not (include / header).exists():
                problems.append(f"{name}: there is no include/reckon/{header}")
            (folders if header.endswith("/") else named).setdefault(header, []).append(name)
        for errors in re.findall(r"<!--\s*errors:\s*(.*?)\s*-->", text):
            problems += [f"{name}: docs/accuracy.md has no row {error}" for error in errors.split() if error not in measured]
    for header, by in [*named.items(), *folders.items()]:
        if len(by) > 1:
            problems.append(f"include/reckon/{header}: is named by several pages: {', '.join(map(str, by))}")
    for room in LAW_ROOMS:
        for path in sorted((include / room).rglob("*.hpp")):
            header = path.relative_to(include).as_posix()
            if header not in named and not any(header.startswith(folder) for folder in folders):
                problems.append(f"include/reckon/{header}: no page of docs/laws/ names it; put `{header}` behind '**Headers.**' "
                                "of the page that it belongs to")
    return problems


def check_headers(root):
    problems = []
    for path in sorted((root / "include").rglob("*.h*")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) < 2 or not re.match(r"(//|/\*) ?\S*\w|/\*", lines[1]):
            problems.append(f"{path.relative_to(root)}: the second line must be a comment that says what the header is")
    return problems


def pages_of(root):
    return sorted(page for pattern in ("README*.md", "docs/**/*.md", "data/**/*.md", "tests/**/*.md", "bench/**/*.md")
                  for page in root.glob(pattern))


def check_tree(root):
    return check_links(root, pages_of(root)) + check_laws(root) + check_headers(root)


def self_test():
    law = ("# Law\n\nWhat it is. [There](../README.md#the-laws), [a file](../../include/reckon/memory/a.hpp)\n\n    a = b c\n\n| symbol | meaning | unit | domain |\n"
           "| --- | --- | --- | --- |\n| a | so | byte | > 0 |\n\n**Derivation.** So.\n\n**Source.** A book.\n\n**Deviations.** None.\n\n"
           "**Not modelled.** Much.\n\n**Error.** 0. Tests: `tests/memory/a.cpp`.\n\n<!-- errors: memory.a -->\n\n**Headers.** `memory/a.hpp`, `cost/`.\n")
    good = {
        "docs/laws/law.md": law,
        "docs/README.md": "# Documentation\n\n## The laws\n\n[law](laws/law.md) `[no](link.md)`\n\n```text\n[no](link.md)\n```\n",
        "docs/accuracy.md": "| memory.a | 1 |\n",
        "tools/site/mkdocs.yml": "  - Law: laws/law.md\n",
        "include/reckon/memory/a.hpp": "// SPDX-License-Identifier: MIT\n// A law.\n#pragma once\n",
        "include/reckon/cost/b.hpp": "// SPDX-License-Identifier: MIT\n// Another.\n#pragma once\n",
        "tests/memory/a.cpp": "",
    }
    bad = {
        "a header without a page": ({"include/reckon/memory/c.hpp": good["include/reckon/memory/a.hpp"]}, "no page of docs/laws/ names it"),
        "a header on two pages": ({"docs/laws/law2.md": law.replace("`, `cost/", ""), "docs/README.md": good["docs/README.md"] + "laws/law2.md",
                                   "tools/site/mkdocs.yml": "laws/law.md laws/law2.md"}, "named by several pages"),
        "a page that names no header of ours": ({"docs/laws/law.md": law.replace("`cost/`", "`cost/`, `cost/c.hpp`")}, "there is no include/reckon/cost/c.hpp"),
        "no source": ({"docs/laws/law.md": law.replace("**Source.**", "Source:")}, "no paragraph '**Source.**'"),
        "no derivation": ({"docs/laws/law.md": law.replace("**Derivation.** So.\n\n", "")}, "no paragraph '**Derivation.**'"),
        "no equation": ({"docs/laws/law.md": law.replace("    a = b c", "a = b c")}, "has no equation"),
        "no symbols": ({"docs/laws/law.md": law.replace("| symbol", "| letter")}, "no table of symbols"),
        "no domain": ({"docs/laws/law.md": law.replace("| domain |", "| remark |")}, "says the domain"),
        "no test": ({"docs/laws/law.md": law.replace("`tests/memory/a.cpp`", "many")}, "names no test"),
        "a test that is none": ({"docs/laws/law.md": law.replace("tests/memory/a", "tests/memory/b")}, "there is no tests/memory/b.cpp"),
        "a page that is not listed": ({"docs/README.md": "# Documentation\n\n## The laws\n"}, "not in the list"),
        "a page that is not in the navigation": ({"tools/site/mkdocs.yml": ""}, "not in tools/site/mkdocs.yml"),
        "an error that nobody measured": ({"docs/laws/law.md": law.replace("memory.a -->", "memory.b -->")}, "has no row memory.b"),
        "a link to nowhere": ({"docs/laws/law.md": law + "[x](nothing.md)\n"}, "nothing.md leads nowhere"),
        "an anchor to nowhere": ({"docs/laws/law.md": law.replace("#the-laws", "#the-lores")}, "no heading #the-lores"),
        "an anchor of its own to nowhere": ({"docs/laws/law.md": law + "[x](#nothing)\n"}, "no heading #nothing"),
        "a header without a comment": ({"include/reckon/cost/b.hpp": "// SPDX-License-Identifier: MIT\n#pragma once\n"}, "must be a comment"),
    }

    return checker.try_trees(good, bad, check_tree)


def check(root):
    problems = check_tree(root)
    return problems, f"{len(pages_of(root))} pages read, {len(problems)} problems"


if __name__ == "__main__":
    sys.exit(checker.main(__doc__, check, self_test, needs="docs"))
