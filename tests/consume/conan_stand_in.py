# SPDX-License-Identifier: MIT
"""Conan 2's classes, as far as a recipe of headers uses them, so that the recipe runs where Conan is not installed.

Each stand-in does what Conan documents of it; an attribute that the recipe asks for and that is not here fails.
"""

import fnmatch
import importlib.util
import shutil
import sys
import types
from pathlib import Path


class Requirement:
    def __init__(self, include):
        self.cpp_info = types.SimpleNamespace(
            aggregated_components=lambda: types.SimpleNamespace(includedirs=[include]))


class ConanFile:
    def __init__(self):
        self.options = types.SimpleNamespace(**self.default_options)
        self.required = []
        self.properties = {}
        self.info = types.SimpleNamespace(clear=lambda: None)
        self.cpp_info = types.SimpleNamespace(set_property=self.properties.__setitem__)

    def requires(self, reference, options=None):
        del options
        self.required.append(reference)


def copy(conanfile, pattern, src, dst):
    del conanfile
    for path in Path(src).rglob("*"):
        name = path.relative_to(src).as_posix()
        if path.is_file() and fnmatch.fnmatch(name, pattern):
            target = Path(dst, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def create(recipe, work, run, cmake, boost):
    """What `conan create` does with a recipe, in the order in which it does it. Returns the recipe's object."""

    class CMakeToolchain:
        def __init__(self, conanfile):
            self.conanfile, self.cache_variables = conanfile, {}

        def generate(self):
            self.conanfile.cache_variables = self.cache_variables

    class CMake:
        def __init__(self, conanfile):
            self.recipe = conanfile

        def configure(self):
            given = [f"-D{name}={'ON' if value is True else 'OFF' if value is False else value}"
                     for name, value in self.recipe.cache_variables.items()]
            run(cmake, "-S", self.recipe.source_folder, "-B", self.recipe.build_folder, "-G", "Ninja",
                f"-DCMAKE_INSTALL_PREFIX={self.recipe.package_folder}", *given)

        def install(self):
            run(cmake, "--install", self.recipe.build_folder)

    modules = {
        "conan": {"ConanFile": ConanFile},
        "conan.tools": {},
        "conan.tools.build": {"check_min_cppstd": lambda conanfile, standard: None},
        "conan.tools.cmake": {"CMake": CMake, "CMakeToolchain": CMakeToolchain},
        "conan.tools.files": {"copy": copy, "load": lambda conanfile, path: Path(path).read_text(encoding="utf-8")},
    }
    for name, members in modules.items():
        module = types.ModuleType(name)
        vars(module).update(members)
        sys.modules[name] = module
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location("conanfile", recipe)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    made = next(value for value in vars(loaded).values()
                if isinstance(value, type) and issubclass(value, ConanFile) and value is not ConanFile)()
    made.recipe_folder = str(recipe.parent)
    made.export_sources_folder = made.source_folder = str(work / "source")
    made.build_folder, made.package_folder = str(work / "build"), str(work / "package")
    made.set_version()
    made.export_sources()
    made.requirements()
    made.dependencies = {reference.split("/")[0]: Requirement(boost) for reference in made.required}
    made.validate()
    made.package_id()
    made.generate()
    made.build()
    made.package()
    made.package_info()
    return made
