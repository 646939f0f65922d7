#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Uses the library as a stranger would, one way a call, from nothing to a program that runs.

    consume.py WAY --checkout DIR --work DIR [--cmake PATH] [--cxx PATH] [--other-cxx PATH] [--flags FLAGS] [--boost DIR]

    package         cmake --install into a new prefix, which is moved before find_package looks there
    subdirectory    add_subdirectory of a checkout
    fetch_content   FetchContent of a checkout
    pkg_config      a compiler and pkg-config, no build system
    meson           Meson, through pkg-config
    single_header   tools/amalgamate.py's header, with the README's program
    c_interface     an installed reckon::reckon_c, from a project without C++
    debian          CPack's libreckon-dev: installed with apt where that can be undone, else unpacked
    vcpkg           the overlay port, played with stand-ins for vcpkg's functions that do what those do
    conan           the recipe, played with stand-ins for Conan's classes
    module          `import reckon;` of an installed package, with the lines of docs/using.md: a Clang and CMake 3.28

Exit status 0 when it works, 1 when it does not, 77 when the machine lacks a tool that only this way needs.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import types
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE / "project"
CORE = "fits, and both files say so\n"
OFF = ["-DRECKON_BUILD_TESTS=OFF", "-DRECKON_BUILD_EXAMPLES=OFF", "-DRECKON_BUILD_BENCH=OFF"]


class Failed(Exception):
    """What did not work."""


class Lacking(Exception):
    """What this machine does not have."""


def run(*command, **settings):
    """Standard output of a command that must succeed."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **settings)
    if done.returncode != 0:
        raise Failed(f"{shlex.join(map(str, command))}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    if re.search(r"\bwarning\b", done.stderr, re.IGNORECASE):
        raise Failed(f"{shlex.join(map(str, command))}\nwarns:\n{done.stderr}")
    return done.stdout


def need(tool, package):
    if not shutil.which(tool):
        raise Lacking(f"there is no {tool} here (Debian: {package})")


def demand(condition, what):
    if not condition:
        raise Failed(what)


class Ways:
    def __init__(self, options, way):
        self.checkout = options.checkout.resolve()
        self.cmake, self.cxx, self.flags = options.cmake, options.cxx, options.flags
        self.boost = options.boost
        self.others = options.other_cxx
        self.work = options.work.resolve() / way
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)

    def version(self):
        header = (self.checkout / "include/reckon/version.hpp").read_text(encoding="utf-8")
        return ".".join(re.search(rf"version_{part} = (\d+);", header)[1] for part in ("major", "minor", "patch"))

    def configure(self, source, build, *more):
        boost = [f"-DRECKON_BOOST_INCLUDE_DIR={self.boost}"] if self.boost else []
        run(self.cmake, "-S", source, "-B", build, "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={self.cxx}",
            f"-DCMAKE_CXX_FLAGS={self.flags}", *boost, *more)

    def program(self, path, wanted=CORE):
        printed = run(path)
        demand(printed == wanted, f"{path} prints {printed!r}")

    def refusal(self, path):
        printed = run(path)
        demand("lama" in printed and "llama" in printed, f"{path} prints {printed!r}")

    def install(self, prefix, *more):
        """The installed library, configured as a packager does: nothing is built."""
        build = self.work / "reckon"
        self.configure(self.checkout, build, *OFF, f"-DCMAKE_INSTALL_PREFIX={prefix}", *more)
        run(self.cmake, "--install", build)

    def moved_install(self):
        """A prefix that is not where it was installed, and is seen to name no folder of this machine."""
        first, prefix = self.work / "first", self.work / "moved/prefix"
        self.install(first)
        prefix.parent.mkdir()
        first.rename(prefix)
        written = [path for path in prefix.rglob("*") if path.is_file()]
        demand(len(written) > 100, f"only {len(written)} files were installed")
        for path in written:
            if path.suffix in (".cmake", ".pc"):
                text = path.read_text(encoding="utf-8")
                for folder in (self.checkout, self.work):
                    demand(str(folder) not in text, f"{path} has the folder {folder} in it")
        return prefix

    def consumer(self, way, *more):
        build = self.work / "consumer"
        if way == "package": # before 1.0, another minor version is another interface
            major, minor, _ = map(int, self.version().split("."))
            asked = (f"-DASKED={major}.{minor}", f"-DREFUSED={major}.{minor + 1};{major}.{minor - 1};{major + 1}.{minor}")
        else:
            asked = (f"-DRECKON_CHECKOUT={self.checkout}",)
        self.configure(PROJECT, build, f"-DWAY={way}", *asked, *more)
        run(self.cmake, "--build", build, "-j", "2")
        self.program(build / "consumer")
        if (build / "consumer_io").exists():
            self.refusal(build / "consumer_io")
        run(self.cmake, "--install", build, "--prefix", self.work / "theirs")
        theirs = [path for path in (self.work / "theirs").rglob("*") if path.is_file()]
        demand(len(theirs) == 1, f"a consumer that installs one program installs {len(theirs)} files")

    # --- The ways ---------------------------------------------------------------------------------------------------

    def package(self):
        prefix = self.moved_install()
        demand((Path(prefix) / "share/cmake/reckon/reckon.cppm").is_file(), "the module's interface is not installed")
        self.consumer("package", f"-DCMAKE_PREFIX_PATH={prefix}")

    def subdirectory(self):
        self.consumer("subdirectory")

    def fetch_content(self):
        self.consumer("fetch_content")

    def through_pkg_config(self, environment):
        """Compiles the project with what pkg-config says, and with nothing of ours besides."""
        demand(run("pkg-config", "--modversion", "reckon", env=environment).strip() == self.version(),
               "reckon.pc has another version than the header")
        boost = ["-isystem", self.boost] if self.boost else []
        for program, files, module in (("consumer", ("main.cpp", "other.cpp"), "reckon"), ("consumer_io", ("io.cpp",), "reckon-io")):
            flags = run("pkg-config", "--cflags", "--libs", module, env=environment).split()
            run(self.cxx, "-std=c++20", "-Wall", "-Wextra", "-Werror", *self.flags.split(), *boost, *(PROJECT / f for f in files),
                *flags, "-o", self.work / f"plain_{program}")
        self.program(self.work / "plain_consumer")
        self.refusal(self.work / "plain_consumer_io")

    def pkg_config(self):
        need("pkg-config", "pkgconf")
        prefix = self.moved_install()
        self.through_pkg_config({**os.environ, "PKG_CONFIG_PATH": str(prefix / "share/pkgconfig")})

    def meson(self):
        need("meson", "meson")
        need("pkg-config", "pkgconf")
        prefix = self.moved_install()
        build = self.work / "consumer"
        run("meson", "setup", build, PROJECT, env={
            **os.environ, "CXX": self.cxx, "CXXFLAGS": self.flags + (f" -isystem {self.boost}" if self.boost else ""),
            "PKG_CONFIG_PATH": str(prefix / "share/pkgconfig")})
        run("ninja", "-C", build)
        self.program(build / "consumer")
        self.refusal(build / "consumer_io")

    def single_header(self):
        """Regenerated, seen by each compiler as the same words as the headers, and used without them."""
        amalgamate = [sys.executable, self.checkout / "tools/amalgamate.py"]
        run(*amalgamate, "-o", self.work / "reckon.hpp")
        program = (self.checkout / "examples/first_estimate.cpp").read_text(encoding="utf-8")
        program = re.sub(r"#include <reckon/.*>\n", "", program)
        demand("reckon/" not in program, "the README's program includes a header of ours in another form")
        (self.work / "main.cpp").write_text('#include "reckon.hpp"\n' + program, encoding="utf-8")
        wanted = (self.checkout / "examples/first_estimate.expected").read_text(encoding="utf-8")
        boost = ["-isystem", self.boost] if self.boost else []
        for number, cxx in enumerate([self.cxx, *self.others]):
            run(*amalgamate, "--check-against", cxx, *self.flags.split(), *boost)
            run(cxx, "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", *self.flags.split(),
                *boost, self.work / "main.cpp", "-o", self.work / f"program{number}", cwd=self.work)
            self.program(self.work / f"program{number}", wanted)

    def c_interface(self):
        prefix, moved = self.work / "first", self.work / "moved"
        build = self.work / "reckon"
        self.configure(self.checkout, build, *OFF, f"-DCMAKE_INSTALL_PREFIX={prefix}", "-DRECKON_BUILD_C=ON")
        run(self.cmake, "--build", build, "-j", "2")
        run(self.cmake, "--install", build)
        prefix.rename(moved)
        theirs = self.work / "consumer"
        boost = [f"-DRECKON_BOOST_INCLUDE_DIR={self.boost}"] if self.boost else []
        run(self.cmake, "-S", HERE / "c_project", "-B", theirs, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={moved}", *boost)
        run(self.cmake, "--build", theirs)
        printed = run(theirs / "consumer")
        demand(re.fullmatch(r'\{"context_tokens":40960,"concurrency":[1-9]\d*\}\n', printed), f"it prints {printed!r}")

    def debian(self):
        need("dpkg-deb", "dpkg")
        build = self.work / "reckon"
        self.configure(self.checkout, build, *OFF, "-DCMAKE_INSTALL_PREFIX=/usr")
        run(Path(self.cmake).with_name("cpack"), "-G", "DEB", cwd=build)
        packages = list(build.glob("*.deb"))
        demand([p.name for p in packages] == [f"libreckon-dev_{self.version()}_all.deb"], f"CPack made {packages}")
        told = run("dpkg-deb", "--field", packages[0])
        for line in ("Package: libreckon-dev", f"Version: {self.version()}", "Architecture: all",
                     "Depends: libboost-dev (>= 1.74)", "Section: libdevel"):
            demand(line in told.splitlines(), f"the package does not say '{line}':\n{told}")
        present = subprocess.run(["dpkg-query", "-W", "libreckon-dev"], capture_output=True, check=False).returncode == 0
        if os.getuid() != 0 or present or self.boost:
            print("unpacked, not installed: that takes root, and must not replace a libreckon-dev that is there already")
            root = self.work / "root"
            run("dpkg-deb", "-x", packages[0], root)
            return self.consumer("package", f"-DCMAKE_PREFIX_PATH={root}/usr")
        apt = ["apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=120", "--no-install-recommends"]
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        installed = subprocess.run([*apt, "install", str(packages[0])], env=quiet, capture_output=True, text=True, check=False)
        try:
            demand(installed.returncode == 0, f"apt does not install it:\n{installed.stdout}{installed.stderr}")
            self.consumer("package") # no path to anything: it lies where everything lies
            self.through_pkg_config({**os.environ})
        finally:
            subprocess.run([*apt, "remove", "libreckon-dev"], env=quiet, capture_output=True, check=False)
        demand(not Path("/usr/include/reckon").exists(), "removing the package leaves files behind")
        return None

    def vcpkg(self):
        port = self.checkout / "cmake/packages/vcpkg/reckon"
        manifest = json.loads((port / "vcpkg.json").read_text(encoding="utf-8"))
        demand(manifest["version-semver"] == self.version(), "vcpkg.json has another version than include/reckon/version.hpp")
        demand(manifest["license"] == "MIT" and manifest["name"] == port.name, "vcpkg.json names another port or licence")
        for name in manifest["default-features"]:
            demand(name in manifest["features"], f"vcpkg.json has no feature {name}")
        packages = self.work / "packages/reckon"
        installed = self.work / "installed"
        (installed / "include").mkdir(parents=True)
        boost = Path(self.boost or "/usr/include") / "boost"
        (installed / "include/boost").symlink_to(boost)
        run(self.cmake, f"-DCURRENT_PORT_DIR={port}", f"-DCURRENT_PACKAGES_DIR={packages}", f"-DCURRENT_INSTALLED_DIR={installed}",
            "-DPORT=reckon", f"-DBUILD={self.work / 'build'}", f"-DCXX={self.cxx}", "-P", HERE / "vcpkg_stand_in.cmake")
        # What vcpkg's own checks after a build look for.
        for path in ("include/reckon/reckon.hpp", "share/reckon/reckon-config.cmake", "share/reckon/copyright", "share/pkgconfig/reckon.pc"):
            demand((packages / path).is_file(), f"the port does not install {path}")
        for path in ("debug", "lib/cmake", "share/cmake"):
            demand(not (packages / path).exists(), f"the port leaves {path}, which vcpkg objects to")
        self.consumer("package", f"-DCMAKE_PREFIX_PATH={packages}")

    def conan(self):
        recipe = self.checkout / "cmake/packages/conan/conanfile.py"
        if shutil.which("conan"):
            run("conan", "inspect", recipe)
        sys.path.insert(0, str(HERE))
        import conan_stand_in
        package = conan_stand_in.create(recipe, self.work, run, self.cmake, self.boost or "/usr/include")
        demand(package.version == self.version(), f"the recipe says version {package.version}")
        prefix = Path(package.package_folder)
        demand((prefix / "licenses/LICENSE").is_file(), "the package has no licence")
        demand((prefix / package.cpp_info.builddirs[0] / "reckon-config.cmake").is_file(), "builddirs does not hold the config")
        self.consumer("package", f"-DCMAKE_PREFIX_PATH={prefix}")

    def module(self):
        """The lines that the documentation gives, in a project of a file that imports and one that includes."""
        version = run(self.cmake, "--version").split()[2]
        if tuple(map(int, version.split(".")[:2])) < (3, 28):
            raise Lacking(f"CMake builds modules since 3.28, and this is {version}")
        self.cxx = next((cxx for cxx in (self.cxx, *self.others) if "clang++" in Path(cxx).name), "")
        scanner = shutil.which(Path(self.cxx).name.replace("clang++", "clang-scan-deps")) if self.cxx else None
        if not scanner:
            raise Lacking("there is no Clang with clang-scan-deps here (Debian: clang-19 and clang-tools-19)")
        prefix = self.moved_install()
        page = (self.checkout / "docs/using.md").read_text(encoding="utf-8")
        told = re.search(r"^## As a module\n.*?```cmake\n(.*?)```", page, re.MULTILINE | re.DOTALL)
        demand(told, "docs/using.md has no CMake lines for the module")
        builds = self.checkout / "tests/builds"
        theirs = self.work / "theirs"
        theirs.mkdir()
        (theirs / "other.cpp").write_text(f'#include "{builds}/question.hpp"\ndouble answer_by_include();\n'
                                          "double answer_by_include() { return answer(); }\n", encoding="utf-8")
        (theirs / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.28)\nproject(theirs LANGUAGES CXX)\n" + told[1] +
            f"add_executable(program {builds}/importer.cpp)\n"
            "target_link_libraries(program PRIVATE reckon_module including)\n"
            "add_library(including other.cpp)\ntarget_link_libraries(including PRIVATE reckon::reckon)\n", encoding="utf-8")
        build = self.work / "consumer"
        self.configure(theirs, build, f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER_CLANG_SCAN_DEPS={scanner}")
        run(self.cmake, "--build", build, "-j", "2")
        run(build / "program")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ways = [name for name, value in vars(Ways).items() if isinstance(value, types.FunctionType) and "    " + name + " " in __doc__]
    parser.add_argument("way", choices=ways)
    parser.add_argument("--checkout", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--cmake", default="cmake")
    parser.add_argument("--cxx", default="c++")
    parser.add_argument("--other-cxx", action="append", default=[], help="further compilers for single_header")
    parser.add_argument("--flags", default="")
    parser.add_argument("--boost", default="")
    options = parser.parse_args()
    options.boost = "" if options.boost in ("", "/usr/include") or options.boost.endswith("-NOTFOUND") else options.boost
    try:
        getattr(Ways(options, options.way), options.way)()
    except Failed as why:
        print(why)
        return 1
    except Lacking as why:
        print(f"skipped: {why}")
        return 77
    print(f"{options.way}: works")
    return 0


if __name__ == "__main__":
    sys.exit(main())
