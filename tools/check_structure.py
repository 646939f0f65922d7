#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the shape of include/reckon: who includes whom, and what a header may contain.

    tools/check_structure.py               check this repository
    tools/check_structure.py --root DIR    check another tree
    tools/check_structure.py --self-test   feed it bad trees and demand that each is refused

Exit status 0 when everything holds, 1 when a rule is broken (one line each), 2 when it cannot run.
"""

import re
import sys
from pathlib import Path

import checker

# Room -> the rooms whose headers its headers may include, besides its own. A room that is not listed does not exist.
# Sharding decides what one rank holds and does, so parallel/ lies below memory/ and flops/.
SHAPES = {"detail", "units", "precision", "model", "gpu"}
LAWS = SHAPES | {"parallel", "memory", "flops", "bandwidth"}
ROOMS = {
    "detail": set(),
    "units": {"detail"},
    "precision": {"detail", "units"},
    "model": {"detail", "units", "precision"},
    "gpu": {"detail", "units", "precision"},
    "parallel": {"detail", "units", "precision", "model"},
    "memory": {"detail", "units", "precision", "model", "parallel"},
    "flops": {"detail", "units", "precision", "model", "parallel"},
    "bandwidth": LAWS - {"bandwidth"},
    "serving": LAWS,
    "training": LAWS,
    "cost": {"detail", "units"},  # money is made of quantities, never of machines
    "host": SHAPES,  # what stands around accelerators: it knows them, and neither models' memory nor their speed
    "recommend": LAWS | {"serving", "training", "cost", "host"},
    "catalog": LAWS | {"cost", "host"},
    "io": LAWS | {"serving", "training", "cost", "host", "recommend", "catalog"},
}

UMBRELLA = "reckon.hpp"
# Headers outside the rooms, without includes of ours: anyone may include them.
FOUNDATIONS = {"version.hpp"}
# Rooms that the umbrella leaves out: they are asked for by name, because most programs need none of them.
ASKED_FOR = {"io", "detail", "training", "host"}

# What the core may take from the standard library: nothing that allocates, prints, calls through a pointer or is
# expensive to include. <cmath> is missing because nothing in it is constexpr before C++26.
CORE_STD = {
    "algorithm", "array", "bit", "compare", "concepts", "cstddef", "cstdint", "initializer_list", "limits", "numbers",
    "optional", "span", "string_view", "tuple", "type_traits", "utility", "variant", "version",
}
FREE_STD_ROOM = "io"
BOOST_ROOM = "units"
JSON_ROOM = "io"
MOST_LINES = 400
GENERATED_ROOM = "catalog"

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]')
DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def without_comments(text):
    """The text with comments blanked and line numbers kept; an include in a comment is not an include."""
    return COMMENT.sub(lambda match: "\n" * match.group().count("\n"), text)


def place(relative):
    """('room', name), ('umbrella of', name), ('all', ''), ('foundation', '') or None for a path under include/reckon."""
    if len(relative.parts) > 1:
        return ("room", relative.parts[0]) if relative.parts[0] in ROOMS else None
    if relative.name == UMBRELLA:
        return ("all", "")
    if relative.name in FOUNDATIONS:
        return ("foundation", "")
    if relative.stem in ROOMS and relative.suffix == ".hpp":
        return ("umbrella of", relative.stem)
    return None


def check_own_include(kind, room, target, base):
    """Why this header must not include that one, or None."""
    to = place(target)
    if to is None:
        return f"reckon/{target} is in no room"
    if not (base / target).is_file():
        return f"reckon/{target} does not exist"
    to_kind, to_room = to
    if to_kind == "all":
        return f"{UMBRELLA} is for users of the library, not for its own headers"
    if to_kind == "foundation":
        return None
    if kind == "foundation":
        return "a header outside the rooms includes nothing of ours"
    if kind == "all":
        return None if to_room != "io" else "the umbrella leaves io out: reading files is asked for by name"
    if kind == "umbrella of":
        if to_kind == "room" and to_room == room:
            return None
        return f"{room}.hpp includes the headers of {room}/ and nothing else"
    if to_room == room:
        return None if to_kind == "room" else f"{room}.hpp gathers {room}/, so a header of {room}/ cannot include it"
    if to_room not in ROOMS[room]:
        allowed = ", ".join(sorted(ROOMS[room])) or "no other room"
        return f"{room} -> {to_room} points the wrong way ({room} may include: {allowed})"
    return None


def check_foreign_include(kind, room, name):
    """Why this header must not include something that is not ours, or None."""
    inside = room if kind == "room" else ""
    if name.startswith("boost/"):
        return None if inside == BOOST_ROOM else f"<{name}>: Boost is included in {BOOST_ROOM}/ only"
    if name.startswith("nlohmann/"):
        return None if inside == JSON_ROOM else f"<{name}>: JSON is parsed in {JSON_ROOM}/ only"
    if "/" in name or name.endswith((".h", ".hpp")):
        return f"<{name}>: the library depends on Boost's headers and, in {JSON_ROOM}/, on nlohmann/json"
    if inside == FREE_STD_ROOM or name in CORE_STD:
        return None
    return f"<{name}>: outside {FREE_STD_ROOM}/ only headers without allocation, printing and locale ({', '.join(sorted(CORE_STD))})"


def check_header(path, base):
    """All broken rules of one header, as (line, sentence)."""
    relative = path.relative_to(base)
    where = place(relative)
    if where is None:
        return [(1, "is in no room; the rooms are " + ", ".join(ROOMS))]
    kind, room = where
    problems = []
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return [(1, "is not UTF-8")]
    lines = text.splitlines()
    if not lines or not lines[0].startswith("// SPDX-License-Identifier: MIT"):
        problems.append((1, "the first line must be '// SPDX-License-Identifier: MIT'"))
    if len(lines) > MOST_LINES and room != GENERATED_ROOM:
        problems.append((MOST_LINES + 1, f"has {len(lines)} lines; a header is read in one sitting, at most {MOST_LINES}: split it by law"))
    code = without_comments(text).splitlines()
    if not any(re.match(r"#pragma once\s*$", line) for line in code):
        problems.append((1, "has no '#pragma once'"))
    for number, line in enumerate(code, start=1):
        if match := DEFINE.match(line):
            problems.append((number, f"defines the macro {match[1]}; macros leak into every program that includes us"))
        if not (match := INCLUDE.match(line)):
            continue
        quote, name = match.groups()
        if quote == '"':
            problems.append((number, f'#include "{name}": name our own headers as <reckon/...>'))
        elif name.startswith("reckon/"):
            if why := check_own_include(kind, room, Path(name[len("reckon/"):]), base):
                problems.append((number, f"#include <{name}>: {why}"))
        elif why := check_foreign_include(kind, room, name):
            problems.append((number, f"#include {why}"))
    return problems


def included_by(path):
    """The names of our headers that this one includes."""
    found = (INCLUDE.match(line) for line in without_comments(path.read_text(encoding="utf-8")).splitlines())
    return {match[2] for match in found if match and match[2].startswith("reckon/")}


def check_umbrella(base):
    """The umbrella includes every room there is, except io and training; a room nobody gathers is a room nobody finds."""
    umbrella = base / UMBRELLA
    if not umbrella.is_file():
        return []
    rooms = [room for room in ROOMS if room not in ASKED_FOR and any((base / room).glob("**/*.hpp"))]
    missing = [room for room in rooms if f"reckon/{room}.hpp" not in included_by(umbrella)]
    return [(1, f"does not include <reckon/{room}.hpp>") for room in missing]


def check_tree(root):
    """All broken rules under root, as printable lines; and how many headers were read."""
    base = root / "include" / "reckon"
    headers = sorted(path for path in base.rglob("*") if path.is_file())
    found = []
    for path in headers:
        if path.suffix != ".hpp":
            found.append(f"{path.relative_to(root)}:1: only .hpp files live under include/")
            continue
        found += [f"{path.relative_to(root)}:{line}: {why}" for line, why in check_header(path, base)]
    found += [f"include/reckon/{UMBRELLA}:{line}: {why}" for line, why in check_umbrella(base)]
    return found, len(headers)


GOOD = "// SPDX-License-Identifier: MIT\n#pragma once\n"


def self_test():
    """Each bad tree breaks one rule; a checker that accepts one of them is worth nothing."""
    good_tree = {
        "detail/result.hpp": GOOD + "#include <cstdint>\n",
        "units/quantity.hpp": GOOD + "#include <boost/units/quantity.hpp>\n#include <reckon/detail/result.hpp>\n",
        "units.hpp": GOOD + "#include <reckon/units/quantity.hpp>\n",
        "memory/weights.hpp": GOOD + "#include <reckon/units.hpp>\n// #include <reckon/io/json.hpp>\n/*\n#include <vector>\n*/\n",
        "memory.hpp": GOOD + "#include <reckon/memory/weights.hpp>\n",
        "gpu/spec.hpp": GOOD,
        "cost/rent.hpp": GOOD + "#include <reckon/units/quantity.hpp>\n",
        "cost.hpp": GOOD + "#include <reckon/cost/rent.hpp>\n",
        "gpu.hpp": GOOD + "#include <reckon/gpu/spec.hpp>\n",
        "io/json.hpp": GOOD + "#include <nlohmann/json.hpp>\n#include <string>\n#include <reckon/memory.hpp>\n",
        "version.hpp": GOOD,
        "reckon.hpp": GOOD + "#include <reckon/cost.hpp>\n#include <reckon/gpu.hpp>\n#include <reckon/memory.hpp>\n#include <reckon/units.hpp>\n#include <reckon/version.hpp>\n",
        "catalog/gpus.hpp": GOOD + "//\n" * 1000,
        "catalog.hpp": GOOD + "#include <reckon/catalog/gpus.hpp>\n",
    }
    good_tree["reckon.hpp"] += "#include <reckon/catalog.hpp>\n"
    bad = {
        "memory looks at the machine": ({"memory/a.hpp": GOOD + "#include <reckon/gpu/spec.hpp>\n"}, "memory -> gpu points the wrong way"),
        "memory looks at the machine through the umbrella": ({"memory/a.hpp": GOOD + "#include <reckon/gpu.hpp>\n"}, "memory -> gpu points the wrong way"),
        "a blank inside the directive": ({"memory/a.hpp": GOOD + "  #  include  <reckon/gpu/spec.hpp>\n"}, "memory -> gpu"),
        "a room includes the catalogue": ({"gpu/a.hpp": GOOD + "#include <reckon/catalog/gpus.hpp>\n"}, "gpu -> catalog"),
        "a room includes io": ({"gpu/a.hpp": GOOD + "#include <reckon/io/json.hpp>\n"}, "gpu -> io"),
        "cost knows a machine": ({"cost/rent.hpp": GOOD + "#include <reckon/gpu/spec.hpp>\n"}, "cost -> gpu"),
        "detail includes a room": ({"detail/a.hpp": GOOD + "#include <reckon/units/quantity.hpp>\n"}, "detail -> units"),
        "a room includes its own umbrella": ({"gpu/a.hpp": GOOD + "#include <reckon/gpu.hpp>\n"}, "cannot include it"),
        "a room includes everything": ({"gpu/a.hpp": GOOD + "#include <reckon/reckon.hpp>\n"}, "is for users"),
        "a room umbrella includes a neighbour": ({"gpu.hpp": GOOD + "#include <reckon/memory/weights.hpp>\n"}, "and nothing else"),
        "the umbrella includes io": ({"io.hpp": GOOD + "#include <reckon/io/json.hpp>\n", "reckon.hpp": good_tree["reckon.hpp"] + "#include <reckon/io.hpp>\n"}, "leaves io out"),
        "the umbrella forgets a room": ({"model/a.hpp": GOOD, "model.hpp": GOOD + "#include <reckon/model/a.hpp>\n"}, "does not include <reckon/model.hpp>"),
        "a header that is not there": ({"gpu/a.hpp": GOOD + "#include <reckon/units/nothing.hpp>\n"}, "does not exist"),
        "a room that is not there": ({"attic/a.hpp": GOOD}, "is in no room"),
        "a stray header": ({"misc.hpp": GOOD}, "is in no room"),
        "Boost outside units": ({"gpu/a.hpp": GOOD + "#include <boost/units/quantity.hpp>\n"}, "Boost is included in units/ only"),
        "Boost in a room umbrella": ({"units.hpp": good_tree["units.hpp"] + "#include <boost/units/io.hpp>\n"}, "Boost is included in units/ only"),
        "JSON outside io": ({"gpu/a.hpp": GOOD + "#include <nlohmann/json.hpp>\n"}, "JSON is parsed in io/ only"),
        "an unknown dependency": ({"io/a.hpp": GOOD + "#include <fmt/core.h>\n"}, "the library depends on"),
        "strings in the core": ({"gpu/a.hpp": GOOD + "#include <string>\n"}, "<string>: outside io/"),
        "run-time mathematics in the core": ({"gpu/a.hpp": GOOD + "#include <cmath>\n"}, "<cmath>: outside io/"),
        "a header of ours in quotes": ({"gpu/a.hpp": GOOD + '#include "spec.hpp"\n'}, "name our own headers as"),
        "too long": ({"gpu/a.hpp": GOOD + "//\n" * MOST_LINES}, "at most 400"),
        "no licence line": ({"gpu/a.hpp": "#pragma once\n"}, "SPDX-License-Identifier"),
        "no include guard": ({"gpu/a.hpp": "// SPDX-License-Identifier: MIT\n// #pragma once\n"}, "#pragma once"),
        "a macro": ({"gpu/a.hpp": GOOD + "#define RECKON_MAX 3\n"}, "defines the macro RECKON_MAX"),
        "a file that is no header": ({"gpu/a.inc": "int x;\n"}, "only .hpp files"),
    }

    return checker.try_trees(good_tree, bad, lambda root: check_tree(root)[0], folder="include/reckon")


def check(root):
    found, headers = check_tree(root)
    return found, f"{headers} headers read, {len(found)} rules broken"


if __name__ == "__main__":
    sys.exit(checker.main(__doc__, check, self_test))
