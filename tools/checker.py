# SPDX-License-Identifier: MIT
"""What the checks of the tree share: their command line, and how each is tried on trees that are wrong."""
import argparse
import sys
import tempfile
from pathlib import Path


def problems_of(files, check, folder=""):
    """What `check(root)` finds in a tree of `files` (path below `folder`: text)."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary).resolve()
        for name, text in files.items():
            path = root / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return check(root)


def try_trees(good, bad, check, folder=""):
    """A good tree has no problem; each bad one, by name (changed files, words of the problem), has that one. Exit status."""
    failures = []
    if found := problems_of(good, check, folder):
        failures.append("a good tree is refused: " + "; ".join(found))
    for name, (change, expected) in bad.items():
        found = problems_of(good | change, check, folder)
        if len(found) != 1 or expected not in found[0]:
            failures.append(f"{name}: expected one problem with '{expected}', got {found}")
    return report(failures, f"{len(bad) + 1} trees tried, {len(failures)} judged wrongly")


def report(problems, summary):
    """Prints problems and a last line; the exit status."""
    for problem in problems:
        print(problem)
    print(summary)
    return 1 if problems else 0


def main(doc, check, self_test, needs="include/reckon"):
    """`check(root)` gives problems and a summary; `self_test()` an exit status."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if not (options.root / needs).is_dir():
        print(f"{options.root} has no {needs} folder: pass the repository with --root", file=sys.stderr)
        return 2
    problems, summary = check(options.root.resolve())
    return report(problems, summary)
