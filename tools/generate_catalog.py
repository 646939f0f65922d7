#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes include/reckon/catalog.hpp and the generated headers, nearly all under include/reckon/catalog/, from the tables in data/.

    tools/generate_catalog.py           write what differs
    tools/generate_catalog.py --check   write nothing; fail when a header differs from what the tables give, or when
                                        the numbers read back out of a header are not the numbers of its table

Exit status 0 when everything holds, 1 when something is wrong (one line each), 2 when there are no tables.
"""

import argparse
import importlib
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

# Each part has generate(root) -> {path relative to root: text}, check(root) -> [sentence] and the exception Wrong.
PARTS = ("catalog_hardware", "catalog_models", "catalog_licences", "catalog_calibrations")
UMBRELLA = "include/reckon/catalog.hpp"


def umbrella(root, generated):
    """Gathers catalog/, by hand or generated, except where the figures come from and licences: asked for by name."""
    folder = root / "include" / "reckon" / "catalog"
    names = {path.name for path in folder.glob("*.hpp")} | {Path(path).name for path in generated if Path(path).parent.name == "catalog"}
    lines = "".join(f"#include <reckon/catalog/{name}>\n" for name in sorted(names) if not name.endswith(("_sources.hpp", "hub_names.hpp", "licence.hpp", "licences.hpp")))
    return ("// SPDX-License-Identifier: MIT\n// The catalog room: data, and looking it up by name.\n//\n"
            "// Written by tools/generate_catalog.py. Where each figure comes from is in catalog/*_sources.hpp.\n"
            "#pragma once\n" + lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=HERE.parent)
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    options = parser.parse_args()
    if not (options.root / "data").is_dir():
        print(f"{options.root} has no data folder: pass the repository with --root", file=sys.stderr)
        return 2
    parts = [importlib.import_module(part) for part in PARTS if (HERE / f"{part}.py").is_file()]
    texts, problems = {}, []
    for part in parts:
        try:
            texts |= part.generate(options.root)
        except part.Wrong as why:
            problems.append(str(why))
    texts[UMBRELLA] = umbrella(options.root, texts)

    for name, text in texts.items():
        path = options.root / name
        if options.check or (path.is_file() and path.read_text(encoding="utf-8") == text):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"wrote {name}")
    there = options.root / UMBRELLA
    if not there.is_file() or there.read_text(encoding="utf-8") != texts[UMBRELLA]:
        problems.append(f"{UMBRELLA} does not gather what is in catalog/: run tools/generate_catalog.py")
    for part in parts:
        problems += [problem for problem in part.check(options.root) if problem not in problems]
    for problem in problems:
        print(problem)
    print(f"{len(texts)} generated headers, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
