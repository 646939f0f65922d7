# SPDX-License-Identifier: MIT
"""A Conan 2 recipe that packages the checkout it lies in:  conan create cmake/packages/conan"""
import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeToolchain
from conan.tools.files import copy, load


class Reckon(ConanFile):
    name = "reckon"
    description = "What it takes to serve or train a large language model, calculated at compile time"
    license = "MIT"
    topics = ("llm", "inference", "capacity-planning", "constexpr", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"with_io": [True, False]}
    default_options = {"with_io": True}
    no_copy_source = True

    def _checkout(self):
        return os.path.join(self.recipe_folder, "..", "..", "..")

    def set_version(self):
        header = load(self, os.path.join(self._checkout(), "include", "reckon", "version.hpp"))
        self.version = ".".join(re.search(rf"version_{part} = (\d+);", header)[1] for part in ("major", "minor", "patch"))

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "include/*"):
            copy(self, pattern, self._checkout(), self.export_sources_folder)

    def requirements(self):
        self.requires("boost/[>=1.74 <2]", options={"header_only": True})
        if self.options.with_io:
            self.requires("nlohmann_json/[>=3.9 <4]")

    def validate(self):
        check_min_cppstd(self, 20)

    def package_id(self):
        self.info.clear()

    def generate(self):
        toolchain = CMakeToolchain(self)
        for part in ("TESTS", "EXAMPLES", "BENCH"):
            toolchain.cache_variables[f"RECKON_BUILD_{part}"] = False
        include = self.dependencies["boost"].cpp_info.aggregated_components().includedirs[0]
        toolchain.cache_variables["RECKON_BOOST_INCLUDE_DIR"] = include
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()

    def package(self):
        cmake = CMake(self)
        cmake.install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        # The package's own config is used as it is: it makes reckon::reckon and reckon::io.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("share", "cmake", "reckon")]
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
