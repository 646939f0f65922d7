#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds what `recommend --format json` prints against the schema that `recommend --json-schema` prints.

    check_schema.py --programs BUILD_FOLDER [CASE.command..]

Each command gets `--format json` in addition, or in place of its own; what it prints must be as the schema of its verb
says, and must no longer be when a required member is taken away. Exit status 0 when all agree, 1 when something differs,
77 when there is no Python module jsonschema (Debian: python3-jsonschema).
"""

import argparse
import json
import shlex
import subprocess
import sys
from pathlib import Path

VERBS = ("plan", "compare", "buy-or-rent", "share")


def printed(words):
    """What a command prints; statuses 0 and 1 are answers."""
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False)
    if done.returncode > 1:
        sys.exit(f"{shlex.join(words)}: exit status {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


def objects(value, schema, root):
    """Every object of an answer with the schema that it must meet, as far as properties and items lead."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, dict) and "properties" in schema:
        yield value, schema
        for key, inner in value.items():
            yield from objects(inner, schema["properties"].get(key, {}), root)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner, schema.get("items", {}), root)


def main():
    try:
        import jsonschema
    except ImportError:
        print("the Python module jsonschema is missing (Debian: python3-jsonschema)")
        return 77
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("cases", type=Path, nargs="+")
    options = parser.parse_args()
    wrong = 0
    for case in options.cases:
        words = shlex.split(case.read_text(encoding="utf-8").splitlines()[0])
        if "--format" in words:
            at = words.index("--format")
            del words[at:at + 2]
        program = str(options.programs / words[0])
        verb = [w for w in words[1:2] if w in VERBS]
        schema = printed([program, *verb, "--json-schema"])
        validator = jsonschema.Draft202012Validator(schema)
        answer = printed([program, *words[1:], "--format", "json"])
        for error in validator.iter_errors(answer):
            print(f"{case.stem}: {'/'.join(map(str, error.path))}: {error.message[:200]}")
            wrong += 1
        held = list(objects(answer, schema, schema))
        if not held:
            print(f"{case.stem}: the schema demands nothing")
            wrong += 1
        for value, of in held:
            for key in of.get("required", [])[:1]:
                kept = value.pop(key)
                if validator.is_valid(answer):
                    print(f"{case.stem}: the schema does not miss {key}")
                    wrong += 1
                value[key] = kept
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
