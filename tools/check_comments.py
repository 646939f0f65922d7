#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that every public name of include/reckon has a comment of its own: meaning, unit, domain.

    tools/check_comments.py               check this repository
    tools/check_comments.py --root DIR    check another tree
    tools/check_comments.py --self-test   feed it bad headers and demand that each is refused

A public name is a type, a function, an alias or a concept of a namespace that is not `detail`, or a type inside such a
type. Its comment is a line of `///` right above it, or `///<` behind it. Not asked for: what is generated, functions
whose name is all there is to say (`name`, `print`, `in_gigabytes`, `gigabytes(double n)`), operators, declarations without
a body, and specialisations, which are what their template is. Constants are rows of tables, with a heading above them.

Exit status 0 when nothing is missing, 1 when a name has no comment (one line each).
"""

import re
import sys

import checker

NOT_ASKED = {"catalog", "detail"}
SAYS_ENOUGH = re.compile(r"operator|name$|print$|in_\w+$")
MAKER = re.compile(r"\w+\(double \w+\)")
TYPE = re.compile(r"(?:template\s*<.*>\s*)?(?:requires\b.*?)?\b(?:enum class|struct|class)\s+(?:alignas\(\w+\)\s*)?(\w+)\s*(<?)")
ALIAS = re.compile(r"(?:template\s*<.*>\s*)?using\s+(\w+)\s*=")
CONCEPT = re.compile(r"template\s*<.*>\s*concept\s+(\w+)\s*=")


def hidden(text):
    """`text` with comments, strings, characters and preprocessor lines made blank, of the same length."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])\'|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*',
                         re.S | re.M)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def function_name(head):
    """The function that this declaration defines, with its first parameters, or ''."""
    angles = skipped = 0
    for i, c in enumerate(head):
        if i < skipped:
            continue
        angles += {"<": 1, ">": -1}.get(c, 0) if head[i - 1:i + 1] != "->" else 0
        if c == "(" and angles <= 0:
            before = re.search(r"(operator\s*\S+|[\w:]+)\s*$", head[:i])
            if before is not None and before[1] not in ("requires", "decltype", "alignas", "explicit"):
                return before[1] + head[i:]
            depth = 0
            for skipped in range(i, len(head)):
                depth += {"(": 1, ")": -1}.get(head[skipped], 0)
                if depth == 0:
                    break
    return ""


def declarations(text):
    """(position, head, whether it has a body, whether inside a type) of all that stands in public namespaces and their types."""
    mask = hidden(text)
    scopes = []  # per open brace: 'namespace', 'type', or 'private' and 'other' for what is not looked into
    begin = round_ = 0
    told = -1  # where the last declaration began whose body was opened
    for i, c in enumerate(mask):
        inside = not scopes or scopes[-1] in ("namespace", "type")
        if c == "(":
            round_ += 1
        elif c == ")":
            round_ -= 1
        elif round_ > 0:
            continue
        elif c == ";" and inside:
            if told != begin:
                yield begin, mask[begin:i], "using" in mask[begin:i], bool(scopes) and scopes[-1] == "type"
            begin = i + 1
        elif c == "{":
            head = mask[begin:i].strip()
            if not inside:
                scopes.append("other")
                continue
            if match := re.fullmatch(r"(?:inline )?namespace\b(.*)", head, re.S):
                hides = "detail" in re.split(r"\W+", match[1])
                scopes.append("other" if hides else "namespace")
                begin = i + 1
                continue
            if told != begin:
                yield begin, mask[begin:i], True, bool(scopes) and scopes[-1] == "type"
            told = begin
            if (match := TYPE.match(head.replace("\n", " "))) and "enum" not in head:
                scopes.append("private" if re.search(r"\bclass\s+$", head.replace("\n", " ")[:match.start(1)]) else "type")
                begin = i + 1
            else:
                scopes.append("other")
        elif c == "}" and scopes:
            was = scopes.pop()
            if not scopes or scopes[-1] in ("namespace", "type"):
                rest = mask[i + 1:].lstrip()
                begin = i + 1 if was != "other" or not rest.startswith(("{", ",", ";", ")", "(")) else begin
        elif c == ":" and scopes and scopes[-1] in ("type", "private") and (word := re.search(r"\b(public|private)\s*$", mask[:i])):
            scopes[-1] = "type" if word[1] == "public" else "private"
            begin = i + 1


def uncommented(text):
    """(line, name) of every public name without a comment."""
    lines = text.splitlines()
    found = []
    for position, head, body, member in declarations(text):
        start = position + len(head) - len(head.lstrip())
        flat = " ".join(head.split())
        if not body or re.match(r"template ?<> |(static_assert|friend|extern|typedef|using namespace)\b", flat):
            continue
        if match := TYPE.match(flat):
            if match[2] or not flat.rstrip().endswith(match[1]) and ":" not in flat and "final" not in flat:
                continue  # a specialisation, or a function that returns `struct x`
            name = match[1]
        elif member:
            continue
        elif match := CONCEPT.match(flat) or ALIAS.match(flat):
            name = match[1]
        elif not re.search(r"^(\[\[nodiscard\]\] )?inline constexpr\b", flat) and (call := function_name(flat)):
            name = call.split("(")[0]
            if SAYS_ENOUGH.match(name) or MAKER.match(call):
                continue
        else:
            continue
        line = text.count("\n", 0, start)
        above = lines[line - 1].strip() if line else ""
        end = text.count("\n", 0, position + len(head))
        if not above.startswith("///") and not any("///<" in one for one in lines[line:end + 1]):
            found.append((line + 1, name))
    return found


def check_tree(root):
    """Printable lines, and how many headers were read."""
    base = root / "include" / "reckon"
    headers = [h for h in sorted(base.rglob("*.hpp")) if not NOT_ASKED & set(h.relative_to(base).parts[:-1])]
    found = [f"{h.relative_to(root)}:{line}: {name} has no comment; say above it what it means, in which unit and where it holds"
             for h in headers for line, name in uncommented(h.read_text(encoding="utf-8"))]
    return found, len(headers)


def self_test():
    """A header with every kind of name; without one comment exactly that name is reported."""
    good = """// SPDX-License-Identifier: MIT
namespace reckon::inline v0 {

/// A.
struct a {
    int x{}; // struct no { };
    /// B.
    struct b {
        int y{};
    };
    constexpr int member() const noexcept { return x < 1 ? 2 : 3; }
};
/// A class.
class closed {
    struct unseen { int n; };
public:
    int open() const { return 1; }
private:
    int shut() const { return 1; }
    struct unseen_too {};
    int n{};
};
/// C.
enum class c : unsigned char { one, two };
using d = a; ///< D.
/// E.
template <class T> using e = T;
/// F.
template <class T>
concept f = requires(T t) { t.x; };
/// G.
template <class T>
    requires(sizeof(T) > 1)
[[nodiscard]] constexpr a g(T const& t) noexcept {
    if (t.x > 0) { return {1}; }
    return a{};
}
/// H.
[[nodiscard]] inline int h(int n) { return n + '{'; }

struct forward;
constexpr int forward_function(int n);
template <> struct special<a> {
    int x;
};
inline constexpr a constant{3};
inline constexpr int also = h(3);
inline constexpr a rows[] = {{1}, {2}};
[[nodiscard]] constexpr int name(c) noexcept { return 1; }
[[nodiscard]] constexpr double in_bytes(a q) noexcept { return q.x; }
[[nodiscard]] constexpr a gigabytes(double n) noexcept { return a{static_cast<int>(n)}; }
constexpr bool operator==(a, a) noexcept { return true; }
namespace detail {
constexpr int hidden(int n) { return n; }
struct also_hidden {};
} // namespace detail

} // namespace reckon::inline v0
"""
    failures = []
    if found := uncommented(good):
        failures.append(f"a good header is refused: {found}")
    for wanted in "abcdefgh":
        comment = "/// " + wanted.upper() + "." if wanted != "d" else " ///< D."
        bad = good.replace(comment, "", 1)
        if (found := [name for _, name in uncommented(bad)]) != [wanted]:
            failures.append(f"without the comment of {wanted}: {found}")
        line = 1 + good[:good.index(comment)].count("\n") + (wanted != "d")
        if wanted != "d" and (found := [n for n, _ in uncommented(bad)]) != [line]:
            failures.append(f"{wanted} is in line {line}, reported in {found}")
    return checker.report(failures, f"9 headers tried, {len(failures)} judged wrongly")


def check(root):
    found, headers = check_tree(root)
    return found, f"{headers} headers read, {len(found)} names without a comment"


if __name__ == "__main__":
    sys.exit(checker.main(__doc__, check, self_test))
