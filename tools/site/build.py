#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds the documentation as a site: the pages of docs/ with MkDocs, the reference of the headers with Doxygen.

    tools/site/build.py                 into build/docs; index.html is where to begin, no server is needed
    tools/site/build.py --output DIR    into another folder

On the way from docs/ to the site
    - a link to a page outside of docs/ brings that page along, a link to a source file a page that shows it;
    - the name of a header, as `memory/kv_cache.hpp`, becomes a link to its reference;
    - the comment above a block says in its title where it is from, or who says it;
    - <!-- errors: serving_memory.weights --> becomes the measured errors of that name, from docs/accuracy.md.

Exit status 0 when the site is whole; 1 when a link leads nowhere or Doxygen objects to a comment. That no public name is
without one is checked by tools/check_comments.py.
"""

import argparse
import html
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Doxygen 1.9.4 takes overloads over alias templates for others than they are.
KNOWN = re.compile(r"no matching (file|class) member found for")
FENCE = re.compile(r"^\s*(```+|~~~+)")
LINK = re.compile(r"(!?\[(?:[^][]|\[[^]]*\])*\])\(([^)\s]+)\)")
HEADER = re.compile(r"(?<![\[`])`((?:reckon/)?[\w/]+\.hpp)`(?!\])")
SHOWN = {".cpp": "cpp", ".hpp": "cpp", ".h": "c", ".py": "python", ".sh": "sh", ".yml": "yaml", ".yaml": "yaml",
         ".cmake": "cmake", ".expected": "text", ".txt": "text", ".json": "json", ".csv": "text", "": "text"}
SPEAKERS = {"gcc says": "GCC 12", "clang says": "Clang 19"}
LONGEST = 200_000  # bytes of a file that is shown as a page; larger ones are copied


def say(text):
    print(text, file=sys.stderr)


# --- The reference ---------------------------------------------------------------------------------------------------

def doxygen(output, work, *settings):
    """Runs Doxygen and returns its warnings, one string each."""
    log = work / "doxygen.log"
    lines = [f"@INCLUDE = {HERE / 'Doxyfile'}", f"INPUT = {ROOT / 'include'}", f"OUTPUT_DIRECTORY = {output}",
             f"STRIP_FROM_PATH = {ROOT / 'include'}", f"STRIP_FROM_INC_PATH = {ROOT / 'include'}",
             f'FILTER_PATTERNS = *.hpp="awk -f {HERE / "for_doxygen.awk"}" *.h="awk -f {HERE / "for_doxygen.awk"}"', f"WARN_LOGFILE = {log}",
             f"LAYOUT_FILE = {HERE / 'layout.xml'}", f"HTML_EXTRA_STYLESHEET = {HERE / 'reference.css'}",
             f"PROJECT_NUMBER = {version()}", *settings]
    done = subprocess.run(["doxygen", "-"], input="\n".join(lines), text=True, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"doxygen failed:\n{done.stderr}")
    return re.findall(r"^\S+:\d+: warning: .*(?:\n(?!\S+:\d+: warning).*)*", log.read_text(encoding="utf-8"), re.MULTILINE)


def version():
    text = (ROOT / "include/reckon/version.hpp").read_text(encoding="utf-8")
    return ".".join(re.search(rf"version_{part} = (\d+)", text)[1] for part in ("major", "minor", "patch"))


def reference(output, work):
    """(header below include/ -> its page, problems)."""
    tags = work / "reference.tag"
    problems = [w for w in doxygen(output, work, "EXTRACT_ALL = YES", f"GENERATE_TAGFILE = {tags}") if not KNOWN.search(w)]
    pages = {}
    for compound in ElementTree.parse(tags).getroot().iter("compound"):
        if compound.get("kind") == "file":
            header = Path(compound.findtext("path"), compound.findtext("name")).relative_to(ROOT / "include")
            pages[header.as_posix()] = compound.findtext("filename").removesuffix(".html") + ".html"
    return pages, problems


# --- The pages -------------------------------------------------------------------------------------------------------

def measured_errors(names):
    """The rows of docs/accuracy.md with these names, as a table."""
    rows = {}
    for line in (ROOT / "docs/accuracy.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 7 and cells[0] not in rows:
            rows[cells[0]] = cells
    if missing := [name for name in names if name not in rows]:
        raise KeyError(", ".join(missing))
    out = ["**Measured.** Against what others published; each row is in [accuracy]({accuracy}).", "",
           "| quantity | rows compared | median error | 90 % below | bias | inside the 80 % interval |",
           "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for name in names:
        _, _, covered, median, p90, bias, inside = rows[name]
        out.append(f"| `{name}` | {int(covered):,} | {median} | {p90} | {bias} | {inside} |")
    return out


class Site:
    def __init__(self, sources, headers):
        self.sources, self.headers = sources, headers
        self.problems, self.waiting, self.known = [], [], {}

    def place_of(self, path):
        """Where a file of the repository goes in the site's sources; it is queued to go there."""
        if path in self.known:
            return self.known[path]
        relative = path.relative_to(ROOT)
        if relative.parts[0] == "docs":
            place = Path(*relative.parts[1:])
        elif path.is_dir():
            place = Path("repository", relative, "index.md")
        elif path.suffix in SHOWN and path.stat().st_size <= LONGEST:
            place = Path("repository", f"{relative}.md")
        else:
            place = Path("repository", relative)
        self.known[path] = place
        self.waiting.append(path)
        return place

    def target(self, page, place, target):
        """What a link of `page`, which goes to `place`, becomes."""
        if re.match(r"[a-z]+:|#", target):
            return target
        name, mark, anchor = target.partition("#")
        path = Path(os.path.normpath(page.parent / name))
        if not path.is_relative_to(ROOT) or not path.exists():
            self.problems.append(f"{page.relative_to(ROOT)}: {target} leads nowhere")
            return target
        if path == ROOT / "docs/laws":
            path, mark, anchor = ROOT / "docs/README.md", "#", "the-laws"
        if path.is_dir() and (path / "README.md").is_file():
            path = path / "README.md"
        if path.is_relative_to(ROOT / "include") and path.is_file():
            return self.header_link(place, path.relative_to(ROOT / "include").as_posix())
        return os.path.relpath(self.place_of(path), place.parent) + mark + anchor

    def header_link(self, place, header):
        # Not a page of MkDocs' own: its check of links must not look for it.
        return os.path.relpath(Path("reference", self.headers[header]), place.parent)

    def line(self, page, place, text):
        def header(match):
            name = match[1] if match[1].startswith("reckon/") else f"reckon/{match[1]}"
            return f"[{match[0]}]({self.header_link(place, name)})" if name in self.headers else match[0]
        links = []

        def keep(match):
            links.append(f"{match[1]}({self.target(page, place, match[2])})")
            return f"\0{len(links) - 1}\0"
        text = LINK.sub(keep, text)
        text = HEADER.sub(header, text)
        return re.sub(r"\0(\d+)\0", lambda m: links[int(m[1])], text)

    def page(self, page, place):
        """The page as MkDocs is to have it."""
        out, fence, title, said, comment = [], None, "", False, False
        for text in page.read_text(encoding="utf-8").splitlines():
            if fence:
                ends = text.strip() == fence
                # The page's line breaks in a message are not the compiler's.
                if said and text.strip() and not ends and out[-1].strip() and not FENCE.match(out[-1]):
                    out[-1] += f" {text}"
                else:
                    out.append(text)
                fence, said = (None, False) if ends else (fence, said)
            elif match := FENCE.match(text):
                fence, said = match[1], title in SPEAKERS.values()
                language = text.strip().removeprefix(fence).strip()
                out.append(f'{fence}{{.{language}{" .said" if said else ""} title="{html.escape(title)}"}}' if title and language else text)
                title = ""
            elif match := re.match(r"<!--\s*(example|output|gcc says|clang says|errors)\s*:\s*(.*?)\s*-->\s*$", text):
                kind, what = match.groups()
                if kind == "errors":
                    try:
                        accuracy = os.path.relpath("accuracy.md", place.parent)
                        out += [line.format(accuracy=accuracy) for line in measured_errors(what.split())]
                    except KeyError as missing:
                        self.problems.append(f"{page.relative_to(ROOT)}: docs/accuracy.md says nothing of {missing}")
                else:
                    title = SPEAKERS.get(kind) or ("prints" if kind == "output" else what.partition("#")[0])
            elif text.startswith("<!--") or comment:
                comment = "-->" not in text
            elif text.startswith("    ") and not re.match(r"\s*[-*\d]", text):
                out.append(text)
            else:
                out.append(self.line(page, place, text))
        return "\n".join(out) + "\n"

    def make(self, path):
        place = self.place_of(path)
        to = self.sources / place
        to.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            names = sorted(p for p in path.iterdir() if not p.name.startswith("."))
            rows = [f"- [{p.name}]({os.path.relpath(self.place_of(p), place.parent)})" if p.is_file() else f"- {p.name}/" for p in names]
            to.write_text(f"# {path.relative_to(ROOT)}\n\n" + "\n".join(rows) + "\n", encoding="utf-8")
        elif path.suffix == ".md":
            to.write_text(self.page(path, place), encoding="utf-8")
        elif place.suffix == ".md":
            text = path.read_text(encoding="utf-8", errors="replace")
            to.write_text(f"# {path.name}\n\n`{path.relative_to(ROOT)}`\n\n~~~~~~{SHOWN[path.suffix]}\n{text}\n~~~~~~\n", encoding="utf-8")
        else:
            shutil.copy(path, to)

    def make_all(self):
        for page in sorted((ROOT / "docs").rglob("*.md")) + sorted((ROOT / "docs").rglob("*.svg")):
            self.place_of(page)
        self.place_of(ROOT / "README.md")
        while self.waiting:
            self.make(self.waiting.pop())
        shutil.copy(HERE / "pages.css", self.sources / "pages.css")


def mkdocs(sources, output, work):
    """Runs MkDocs; returns its warnings."""
    config = (HERE / "mkdocs.yml").read_text(encoding="utf-8")
    (work / "mkdocs.yml").write_text(f"{config}\ndocs_dir: {sources}\nsite_dir: {output}\n", encoding="utf-8")
    done = subprocess.run(["mkdocs", "build", "--quiet", "--config-file", str(work / "mkdocs.yml")], text=True, capture_output=True,
                          check=False, env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONWARNINGS": "ignore"})
    if done.returncode != 0:
        sys.exit(f"mkdocs failed:\n{done.stdout}{done.stderr}")
    return [line for line in (done.stdout + done.stderr).splitlines() if "WARNING" in line and "reference/" not in line]


def lost_links(output):
    """Links of the finished pages that lead to no file, or to no place in one."""
    texts, problems = {}, []

    def text_of(path):
        if path not in texts:
            texts[path] = path.read_text(encoding="utf-8")
        return texts[path]
    for page in sorted(output.rglob("*.html")):
        if page.is_relative_to(output / "reference") or page.name == "404.html":
            continue
        for link in sorted(set(re.findall(r'(?:href|src)="([^"]+)"', text_of(page)))):
            name, _, anchor = html.unescape(link).partition("#")
            if re.match(r"[a-z]+:", name):
                continue
            there = (page.parent / urllib.parse.unquote(name)).resolve() if name else page
            there = there / "index.html" if there.is_dir() else there
            if not there.is_file():
                problems.append(f"{page.relative_to(output)}: {link} leads nowhere")
            elif anchor and there.suffix == ".html" and f'id="{anchor}"' not in text_of(there):
                problems.append(f"{page.relative_to(output)}: there is no {link}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=ROOT / "build/docs")
    options = parser.parse_args()
    output = options.output.resolve()
    work = output.with_name(output.name + ".work")
    for folder in (output, work):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    made = work / "reference"
    made.mkdir()
    say("Doxygen: the reference")
    headers, problems = reference(made, work)
    say("MkDocs: the pages")
    site = Site(work / "pages", headers)
    site.make_all()
    problems += site.problems + mkdocs(work / "pages", output, work)
    shutil.move(made, output / "reference")
    problems += lost_links(output)
    if problems:
        print("\n".join(problems))
        print(f"{len(problems)} problems")
        return 1
    shutil.rmtree(work)
    print(f"{len(site.known)} pages and files, the reference of {len(headers)} headers: {output / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
