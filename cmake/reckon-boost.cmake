# SPDX-License-Identifier: MIT
# Makes Boost::headers, from the first of these that works:
#   1. a target of that name that the surrounding build already has
#   2. RECKON_BOOST_INCLUDE_DIR, for a Boost that is nothing but a folder of headers
#   3. Boost's own package config
#   4. a search for boost/version.hpp: some header-only packages of Boost ship no config file
# CMake's FindBoost module is not asked: it is on its way out (policy CMP0167), and 4 does what it would do for headers.
# Installed beside the package config, so that a consumer finds Boost the same way.

macro(reckon_find_boost)
    if(NOT TARGET Boost::headers AND NOT RECKON_BOOST_INCLUDE_DIR)
        find_package(Boost 1.74 QUIET CONFIG)
    endif()
    if(NOT TARGET Boost::headers)
        find_path(RECKON_BOOST_INCLUDE_DIR boost/version.hpp DOC "The folder that holds boost/version.hpp")
        if(RECKON_BOOST_INCLUDE_DIR)
            file(STRINGS "${RECKON_BOOST_INCLUDE_DIR}/boost/version.hpp" _reckon_boost_version
                 REGEX "^#define BOOST_VERSION [0-9]+")
            string(REGEX MATCH "[0-9]+$" _reckon_boost_version "${_reckon_boost_version}")
            if(_reckon_boost_version LESS 107400)
                message(WARNING "The Boost in ${RECKON_BOOST_INCLUDE_DIR} is older than 1.74 and is not used.")
            else()
                add_library(Boost::headers INTERFACE IMPORTED)
                target_include_directories(Boost::headers SYSTEM INTERFACE "${RECKON_BOOST_INCLUDE_DIR}")
            endif()
            unset(_reckon_boost_version)
        endif()
    endif()
endmacro()
