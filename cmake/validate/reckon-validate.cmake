# SPDX-License-Identifier: MIT
# reckon_validate(<target> FILES <file, folder or pattern>.. [ACCELERATOR <name>] [MOST_GPUS <number>])
#
# Building <target> first checks that every deployment in these files would start: engine command lines (.txt, .cmd),
# deployments as JSON (.json) or TOML (.toml) and Kubernetes manifests (.yaml, .yml); see reckon/io/deployment_file.hpp
# for their form.
# The build fails with one line for each that would not:
#   FILE:LINE: deployment "r1-prod": needs 221.4 GiB per GPU, 125.8 GiB usable on H200 SXM 141GB; would fit with ..
# and what passes is compiled once more, as static_asserts. Both happen again only when a file, or reckon, changes.
# ACCELERATOR is meant where a file says none; MOST_GPUS (16) is how many a remedy may ask for.
#
# A target that does not exist is made, so that a repository of deployments needs no program of its own. The check is a
# program that is built here when first needed; when cross-compiling, RECKON_VALIDATE_PROGRAM is one that runs here.

set(RECKON_VALIDATE_PROGRAM "" CACHE FILEPATH "A reckon-validate that runs on this machine; empty: it is built")
mark_as_advanced(RECKON_VALIDATE_PROGRAM)

function(reckon_validate target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "ACCELERATOR;MOST_GPUS" "FILES")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_FILES)
        message(FATAL_ERROR "reckon_validate(${target}): give FILES, and ACCELERATOR or MOST_GPUS if need be; "
                            "'${arg_UNPARSED_ARGUMENTS}' is not understood")
    endif()
    if(NOT TARGET reckon::io)
        message(FATAL_ERROR "reckon_validate needs reckon::io, and that nlohmann_json 3.9 or newer, which was not found")
    endif()

    set(files "")
    foreach(entry IN LISTS arg_FILES)
        cmake_path(ABSOLUTE_PATH entry BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
        if(IS_DIRECTORY "${entry}")
            string(REGEX REPLACE "/$" "" entry "${entry}")
            file(GLOB_RECURSE found CONFIGURE_DEPENDS "${entry}/*.json" "${entry}/*.toml" "${entry}/*.yaml"
                 "${entry}/*.yml" "${entry}/*.txt" "${entry}/*.cmd")
        elseif(entry MATCHES "[*?[]")
            file(GLOB found CONFIGURE_DEPENDS "${entry}")
        else()
            set(found "${entry}")
        endif()
        if(NOT found)
            message(FATAL_ERROR "reckon_validate(${target}): there is nothing to check at ${entry}")
        endif()
        list(APPEND files ${found})
    endforeach()
    list(REMOVE_DUPLICATES files)

    set(program "${RECKON_VALIDATE_PROGRAM}")
    if(NOT program)
        if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
            message(FATAL_ERROR "reckon_validate runs a program while building: set RECKON_VALIDATE_PROGRAM to a "
                                "reckon-validate that was built for this machine")
        endif()
        if(NOT TARGET reckon-validate)
            add_executable(reckon-validate EXCLUDE_FROM_ALL "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/reckon-validate.cpp")
            target_link_libraries(reckon-validate PRIVATE reckon::io)
        endif()
        set(program reckon-validate)
    endif()

    set(options "")
    if(arg_ACCELERATOR)
        list(APPEND options --accelerator "${arg_ACCELERATOR}")
    endif()
    if(arg_MOST_GPUS)
        list(APPEND options --most-gpus "${arg_MOST_GPUS}")
    endif()
    string(MAKE_C_IDENTIFIER "${target}" name)
    set(proof "${CMAKE_CURRENT_BINARY_DIR}/reckon_validate/${name}.cpp")
    file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/reckon_validate")
    add_custom_command(OUTPUT "${proof}"
        COMMAND ${program} ${options} --proof "${proof}" ${files}
        DEPENDS ${files} ${program}
        COMMENT "Checking the deployments of ${target}"
        VERBATIM)
    if(NOT TARGET ${target})
        add_library(${target} OBJECT "${proof}")
        target_link_libraries(${target} PRIVATE reckon::reckon)
        set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL OFF)
    else()
        add_library(${target}_deployments OBJECT "${proof}")
        target_link_libraries(${target}_deployments PRIVATE reckon::reckon)
        add_dependencies(${target} ${target}_deployments)
    endif()
endfunction()
