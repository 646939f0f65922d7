# SPDX-License-Identifier: MIT
# What our own tests, examples and benchmarks are built with, and no consumer ever sees.

add_library(reckon_own INTERFACE)
target_compile_options(reckon_own INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
# GCC 12 takes `"text" + f()` for overlapping memory once it inlines std::string (GCC bug 105651, mended in 13), which
# would stop an optimised build. Every other compiler keeps the warning.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(reckon_own INTERFACE -Wno-restrict)
endif()
# Data files and golden tables are found from here, whatever folder a program is started in.
target_compile_definitions(reckon_own INTERFACE "RECKON_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\"")
target_link_libraries(reckon_own INTERFACE reckon::reckon)
if(TARGET reckon::io)
    target_link_libraries(reckon_own INTERFACE reckon::io)
endif()

# GCC collects its garbage whenever its memory has doubled, from 128 MiB on: up to a tenth of what a file costs. It may take
# half a gigabyte first, which a large file needs anyway.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(reckon_own INTERFACE --param=ggc-min-expand=400 --param=ggc-min-heapsize=524288)
endif()

# The presets that are built most compile several files as one; clang19 compiles each alone and sees whether it includes
# what it needs, release each as it is shipped.
set(RECKON_FILES_AT_ONCE 1 CACHE STRING "How many files of tests are compiled as one; above 1, small programs as well")

# A compiler cache where there is one. Precompiled headers change their time stamps at every build, and ccache refuses
# to share what includes them unless it is told that the stamps do not matter.
find_program(RECKON_CCACHE ccache)
mark_as_advanced(RECKON_CCACHE)
if(RECKON_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
        "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime" "${RECKON_CCACHE}")
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(reckon_own INTERFACE -fpch-preprocess)
    elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        target_compile_options(reckon_own INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
    endif()
endif()

# Libraries that Debian ships compiled are built against libstdc++; a build against libc++ cannot link them.
include(CheckCXXSourceCompiles)
check_cxx_source_compiles("#include <version>
#ifndef __GLIBCXX__
#error another standard library
#endif
int main() {}" RECKON_STANDARD_LIBRARY_IS_LIBSTDCXX)

# Makes one program of every <name>.cpp in the calling folder, together with the files of a folder <name>/, if there is
# one; a folder alone makes a program as well. What a program needs besides reckon is read from its includes; a program
# whose need is not met is left out with a message, so that a build without it still succeeds. Programs that are named as
# arguments have namesakes in other folders: their targets get the folder's name in front, the programs do not.
function(reckon_add_programs)
    file(GLOB sources CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_LIST_DIR}"
         "${CMAKE_CURRENT_LIST_DIR}/*.cpp" "${CMAKE_CURRENT_LIST_DIR}/*/*.cpp")
    set(programs "")
    foreach(source IN LISTS sources)
        string(REGEX REPLACE "(/.*|\\.cpp)$" "" name "${source}")
        list(APPEND programs "${name}")
        list(APPEND "sources_of_${name}" "${source}")
    endforeach()
    list(REMOVE_DUPLICATES programs)
    # A change of the includes may change what has to be linked.
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${sources})

    foreach(name IN LISTS programs)
        set(includes "")
        foreach(source IN LISTS "sources_of_${name}")
            file(STRINGS "${source}" lines REGEX "^#include <(CLI|benchmark|httplib|nlohmann|reckon/io)")
            list(APPEND includes ${lines})
        endforeach()
        set(libraries "")
        set(missing "")
        if(includes MATCHES "<CLI/")
            find_package(CLI11 CONFIG QUIET)
            if(TARGET CLI11::CLI11)
                list(APPEND libraries CLI11::CLI11)
            else()
                list(APPEND missing "CLI11 (Debian: libcli11-dev)")
            endif()
        endif()
        if(includes MATCHES "<benchmark/")
            find_package(benchmark CONFIG QUIET)
            if(TARGET benchmark::benchmark AND RECKON_STANDARD_LIBRARY_IS_LIBSTDCXX)
                list(APPEND libraries benchmark::benchmark)
            else()
                list(APPEND missing "Google Benchmark for this standard library (Debian: libbenchmark-dev)")
            endif()
        endif()
        if(includes MATCHES "<httplib")
            # How the library was compiled is part of its classes: only pkg-config says it.
            find_package(PkgConfig QUIET)
            if(PKG_CONFIG_FOUND AND RECKON_STANDARD_LIBRARY_IS_LIBSTDCXX)
                pkg_check_modules(CPP_HTTPLIB QUIET IMPORTED_TARGET cpp-httplib)
            endif()
            if(TARGET PkgConfig::CPP_HTTPLIB)
                list(APPEND libraries PkgConfig::CPP_HTTPLIB)
            else()
                list(APPEND missing "cpp-httplib for this standard library (Debian: libcpp-httplib-dev and pkgconf)")
            endif()
        endif()
        if(includes MATCHES "<(nlohmann|reckon/io)" AND NOT TARGET reckon::io)
            list(APPEND missing "nlohmann_json (Debian: nlohmann-json3-dev)")
        endif()
        if(missing)
            list(JOIN missing ", " missing)
            message(STATUS "Program ${name} is left out; not found: ${missing}")
            continue()
        endif()
        set(target "${name}")
        if(name IN_LIST ARGN)
            cmake_path(GET CMAKE_CURRENT_LIST_DIR FILENAME folder)
            set(target "${folder}_${name}")
        endif()
        add_executable(${target} ${sources_of_${name}})
        set_target_properties(${target} PROPERTIES OUTPUT_NAME "${name}")
        target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_LIST_DIR}")
        target_link_libraries(${target} PRIVATE reckon_own ${libraries})
        list(LENGTH "sources_of_${name}" files)
        # The files of a small program share most of what they cost.
        if(RECKON_FILES_AT_ONCE GREATER 1 AND files GREATER 1 AND files LESS 10)
            set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
        endif()
        # A program of many files reads once what all of them include and takes longest; not optimised ones: GCC 12 forgets
        # of a precompiled header what came from the system, and they stop at warnings inside std::string.
        if(files GREATER 9 AND includes MATCHES "<(nlohmann|reckon/io)")
            target_precompile_headers(${target} PRIVATE "$<$<CONFIG:Debug>:<nlohmann/json.hpp$<ANGLE-R>>"
                                                        "$<$<CONFIG:Debug>:<reckon/reckon.hpp$<ANGLE-R>>")
        endif()
    endforeach()
endfunction()
