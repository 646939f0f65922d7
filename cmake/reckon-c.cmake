# SPDX-License-Identifier: MIT
# reckon::reckon_c, the C interface (include/reckon_c/): one file compiled into a library that exports a dozen functions
# and nothing else. Shared, for hosts that load it by name, unless BUILD_SHARED_LIBS says otherwise. It is installed with
# RECKON_BUILD_C=ON; the tests build it without installing it.
set(reckon_c_kind SHARED)
if(DEFINED BUILD_SHARED_LIBS AND NOT BUILD_SHARED_LIBS)
    set(reckon_c_kind STATIC)
endif()
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/reckon_c.cpp" CONTENT "#include <reckon_c/source.hpp>\n" @ONLY)
add_library(reckon_c ${reckon_c_kind} "${PROJECT_BINARY_DIR}/reckon_c.cpp")
add_library(reckon::reckon_c ALIAS reckon_c)
target_link_libraries(reckon_c PRIVATE "$<BUILD_INTERFACE:reckon-io>")
target_compile_definitions(reckon_c PRIVATE RECKON_C_BUILDING)
if(reckon_c_kind STREQUAL "SHARED")
    target_compile_definitions(reckon_c INTERFACE RECKON_C_SHARED)
endif()
target_include_directories(reckon_c INTERFACE "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>")
set_target_properties(reckon_c PROPERTIES
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON
    VERSION ${PROJECT_VERSION}
    SOVERSION 1) # RECKON_C_ABI
