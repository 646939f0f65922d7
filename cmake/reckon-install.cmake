# SPDX-License-Identifier: MIT
# Headers, package config and its version file. Relocatable: no absolute path is written into any of them.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_DATADIR}/cmake/reckon")

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# Two export sets: who asks for the core alone must not need a JSON parser to be found.
install(TARGETS reckon EXPORT reckon-targets INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT reckon-targets NAMESPACE reckon:: DESTINATION "${package_dir}")
if(TARGET reckon-io)
    install(TARGETS reckon-io EXPORT reckon-io-targets)
    install(EXPORT reckon-io-targets NAMESPACE reckon:: DESTINATION "${package_dir}")
endif()
if(RECKON_BUILD_C)
    install(TARGETS reckon_c EXPORT reckon-c-targets INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
    install(EXPORT reckon-c-targets NAMESPACE reckon:: DESTINATION "${package_dir}")
endif()

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/reckon-config.cmake.in"
    "${PROJECT_BINARY_DIR}/reckon-config.cmake"
    INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO)
# ARCH_INDEPENDENT: headers only, so a package made on 64 bits serves a 32-bit build as well.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/reckon-config-version.cmake"
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES
    "${PROJECT_BINARY_DIR}/reckon-config.cmake"
    "${PROJECT_BINARY_DIR}/reckon-config-version.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/reckon-boost.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/validate/reckon-validate.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/validate/reckon-validate.cpp"
    "${PROJECT_SOURCE_DIR}/cmake/module/reckon.cppm"
    DESTINATION "${package_dir}")

# pkg-config, for builds without CMake. The prefix is found from where the file lies, so that it moves with the package.
cmake_path(SET pkgconfig_dir "${CMAKE_INSTALL_DATADIR}/pkgconfig")
file(RELATIVE_PATH RECKON_PC_PREFIX "/prefix/${pkgconfig_dir}" "/prefix")
string(REGEX REPLACE "/$" "" RECKON_PC_PREFIX "${RECKON_PC_PREFIX}")
foreach(name IN ITEMS reckon reckon-io)
    if(name STREQUAL "reckon" OR TARGET reckon-io)
        configure_file("${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in" "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
        install(FILES "${PROJECT_BINARY_DIR}/${name}.pc" DESTINATION "${pkgconfig_dir}")
    endif()
endforeach()

if(PROJECT_IS_TOP_LEVEL)
    include(reckon-package)
endif()
