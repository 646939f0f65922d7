#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""reckon_validate() in a stranger's build, and the hook and the action that run the same check.

    validate.py --checkout DIR --work DIR [--cmake PATH] [--cxx PATH] [--flags FLAGS] [--boost DIR]

The repository deployments_project/ is copied, built against an installed and moved reckon, broken in each of its
forms, and mended. Exit status 0 when all of it behaves, 1 when it does not.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from consume import Failed, Ways, demand, run

HERE = Path(__file__).resolve().parent

# (file, what is changed, into what, the line that the build must then print)
BROKEN = [
    ("lines.txt", "# reckon: accelerator=RTX 4090, name=small\nvllm serve Qwen/Qwen3-8B --max-model-len 16384",
     "# reckon: accelerator=RTX 4090, name=large\nvllm serve Qwen/Qwen3-32B",
     r'deployments/lines\.txt:6: deployment "large": needs \d+\.\d GiB per GPU, \d+\.\d GiB usable on RTX 4090 24GB; '
     r'would fit with --tensor-parallel-size 4 or --cpu-offload-gb \d+$'),
    ("lines.txt", "--max-model-len 32768", "--max-model-length 32768",
     r'deployments/lines\.txt:2: deployment "lines": .*--max-model-length.* the nearest flag is --max-model-len\.$'),
    ("r1.json", '"data": 8, "expert": 8', '"tensor": 8',
     r'deployments/r1\.json:1: deployment "r1-batch": needs \d+\.\d GiB per GPU, \d+\.\d GiB usable on H200 SXM 141GB; '
     r'would fit with layout\.context \d or max_context \d+$'),
    ("pods.yaml", '"--tensor-parallel-size", "2"', '"--tensor-parallel-size", "1"',
     r'deployments/pods\.yaml:16: deployment "gpt-oss": the container asks for 2 devices, and what it launches takes 1; '
     r'make them the same\.$'),
    ("pods.yaml", 'NVIDIA-H100-80GB-HBM3', 'NVIDIA-A10',
     r'deployments/pods\.yaml:16: deployment "gpt-oss": needs \d+\.\d GiB per GPU, \d+\.\d GiB usable on A10 24GB; '
     r'would fit with .*--\S+ \d+.*$'),
    ("more.toml", "--tensor-parallel-size 8", "--tensor-parallel-size 4",
     r'deployments/more\.toml:4: deployment "r1-flags": needs \d+\.\d GiB per GPU, \d+\.\d GiB usable on H200 SXM 141GB; '
     r'would fit with --tensor-parallel-size 8 or --cpu-offload-gb \d+$'),
    ("more.toml", "layout = {data = 8, expert = 8}", "layout = {tensor = 8}",
     r'deployments/more\.toml:7: deployment "r1-fields": needs \d+\.\d GiB per GPU, \d+\.\d GiB usable on '
     r'H200 SXM 141GB; would fit with layout\.context \d or max_context \d+$'),
]


def build(cmake, folder, target):
    """(exit status, everything printed)"""
    done = subprocess.run([cmake, "--build", folder, "--target", target], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def check_build(ways):
    theirs = ways.work / "theirs"
    shutil.copytree(HERE / "deployments_project", theirs)
    folder = ways.work / "build"
    ways.configure(theirs, folder, f"-DCMAKE_PREFIX_PATH={ways.moved_install()}")
    status, printed = build(ways.cmake, folder, "all")
    demand(status == 0, f"sound deployments do not build:\n{printed}")
    demand("6 deployments start" in printed, f"the build does not say what it checked:\n{printed}")
    proof = (folder / "reckon_validate/all_deployments.cpp").read_text(encoding="utf-8")
    demand(proof.count("static_assert(") == 6, f"not every deployment is a static_assert:\n{proof}")

    _, printed = build(ways.cmake, folder, "all")
    demand("Checking" not in printed and "no work to do" in printed, f"nothing changed, and yet:\n{printed}")
    (theirs / "server.cpp").write_text("int main() { return 0; }\n", encoding="utf-8")
    _, printed = build(ways.cmake, folder, "all")
    demand("Checking" not in printed, f"only the program changed, and yet:\n{printed}")

    for name, before, after, wanted in BROKEN:
        path = theirs / "deployments" / name
        sound = path.read_text(encoding="utf-8")
        demand(sound.count(before) == 1, f"{name} has no single '{before}'")
        path.write_text(sound.replace(before, after), encoding="utf-8")
        status, printed = build(ways.cmake, folder, "all_deployments")
        demand(status != 0, f"{name} with '{after}' builds")
        said = [line for line in printed.splitlines() if " deployment \"" in line]
        demand(len(said) == 1 and re.search(wanted, said[0]), f"'{after}' in {name} is refused with {said}, not with\n{wanted}")
        path.write_text(sound, encoding="utf-8")
    status, printed = build(ways.cmake, folder, "all")
    demand(status == 0, f"what was mended does not build:\n{printed}")

    # A file that appears in a checked folder is checked.
    (theirs / "deployments/more.cmd").write_text("vllm serve Qwen/Qwen3-235B-A22B\n", encoding="utf-8")
    status, printed = build(ways.cmake, folder, "all")
    demand(status != 0 and 'more.cmd:1: deployment "more": needs' in printed, f"a new file is not checked:\n{printed}")
    return theirs


def check_script(ways, theirs):
    """What the hook and the action run, without a build system."""
    script = ways.checkout / "cmake/validate/reckon-validate.sh"
    settings = {"cwd": theirs, "capture_output": True, "text": True, "check": False,
                "env": {**os.environ, "XDG_CACHE_HOME": str(ways.work / "cache"), "CXX": ways.cxx,
                        "CXXFLAGS": ways.flags + (f" -isystem {ways.boost}" if ways.boost else "")}}
    for attempt in ("first", "second"):
        done = subprocess.run([script, "--accelerator", "h200-sxm", "deployments/lines.txt", "deployments/r1.json"], **settings)
        demand(done.returncode == 0 and done.stdout == "3 deployments start\n", f"{script}: {done}")
        demand(("building it" in done.stderr) == (attempt == "first"), f"the {attempt} call: {done.stderr}")
    done = subprocess.run([script, "deployments/more.cmd"], **settings)
    demand(done.returncode == 1 and done.stderr.startswith('deployments/more.cmd:1: deployment "more": no accelerator is said'),
           f"{script}: {done}")
    done = subprocess.run([script, "--help"], **settings)
    demand(done.returncode == 0 and done.stdout.startswith("reckon-validate [--accelerator NAME]"), f"{script}: {done}")
    done = subprocess.run([script, "--fast", "x"], **settings)
    demand(done.returncode == 2 and "there is no option --fast" in done.stderr, f"{script}: {done}")
    return settings


def check_definitions(ways, settings):
    try:
        import yaml
    except ImportError:
        print("the hook and the action are not read: there is no PyYAML here (Debian: python3-yaml)")
        return
    hooks = yaml.safe_load((ways.checkout / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    demand(len(hooks) == 1 and hooks[0]["language"] == "script", f"hooks: {hooks}")
    demand(os.access(ways.checkout / hooks[0]["entry"], os.X_OK), f"{hooks[0]['entry']} cannot be run")
    for name, wanted in (("deployments/a.yaml", True), ("deployment/x/b.json", True), ("deployments/c.toml", True), ("src/main.cpp", False), ("deployments/README.md", False)):
        demand(bool(re.search(hooks[0]["files"], name)) == wanted, f"the hook is {'not ' if wanted else ''}run for {name}")

    action_path = ways.checkout / ".github/actions/validate"
    action = yaml.safe_load((action_path / "action.yml").read_text(encoding="utf-8"))
    demand(action["runs"]["using"] == "composite", "the action is not composite")

    def follow(files):
        """The last step as GitHub runs it, with the expressions of its environment filled in."""
        step = action["runs"]["steps"][-1]
        given = {"files": files, "accelerator": "h200-sxm"}
        inputs = {name: given.get(name, told.get("default")) for name, told in action["inputs"].items()}
        known = {**{f"inputs.{name}": value for name, value in inputs.items()}, "github.action_path": str(action_path)}
        environment = {name: re.sub(r"\$\{\{ *(\S+) *\}\}", lambda match: known[match[1]], value) for name, value in step["env"].items()}
        demand("${{" not in step["run"], "an expression inside a script can be injected into; hand it over in env")
        return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", step["run"]],
                              **{**settings, "env": {**settings["env"], **environment}})
    done = follow("deployments/*.txt deployments/*.json")
    demand(done.returncode == 0 and "3 deployments start" in done.stdout, f"the action: {done}")
    done = follow("deployments/**/*.cmd")
    demand(done.returncode == 1 and 'deployments/more.cmd:1: deployment "more": needs' in done.stderr, f"the action: {done}")
    demand(follow("nothing/*.cmd").returncode == 2, "the action accepts that there is nothing to check")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("checkout", None), ("work", None), ("cmake", "cmake"), ("cxx", "c++"), ("flags", ""), ("boost", "")):
        parser.add_argument(f"--{name}", type=Path if default is None else str, required=default is None, default=default)
    options, _ = parser.parse_known_args()
    options.other_cxx = []
    options.boost = "" if options.boost in ("", "/usr/include") or options.boost.endswith("-NOTFOUND") else options.boost
    ways = Ways(options, "validate")
    try:
        theirs = check_build(ways)
        check_definitions(ways, check_script(ways, theirs))
    except Failed as why:
        print(why)
        return 1
    print("reckon_validate, the hook and the action work")
    return 0


if __name__ == "__main__":
    sys.exit(main())
