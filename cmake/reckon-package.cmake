# SPDX-License-Identifier: MIT
# The Debian package libreckon-dev: `cpack -G DEB` in a build folder that installs under /usr, such as
#   cmake -B build/deb -DCMAKE_INSTALL_PREFIX=/usr -DRECKON_BUILD_TESTS=OFF -DRECKON_BUILD_EXAMPLES=OFF -DRECKON_BUILD_BENCH=OFF
#   cd build/deb && cpack -G DEB && apt-get install ./libreckon-dev_*.deb
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME libreckon-dev)
set(CPACK_PACKAGE_VENDOR "the reckon authors")
set(CPACK_PACKAGE_CONTACT "the reckon authors <reckon@localhost>") # dpkg wants an address in every package
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES OFF)
# Headers are the same everywhere; the C interface, if it is built, is not.
if(RECKON_BUILD_C)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
else()
    set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE all)
endif()
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libboost-dev (>= 1.74)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "nlohmann-json3-dev (>= 3.9)")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "C++20 headers that calculate, in the compiler or at run time, the memory, speed and cost of serving a large language model.")
include(CPack)
