# SPDX-License-Identifier: MIT
# An overlay port that packages the checkout it lies in, whichever release that is:
#   vcpkg install reckon --overlay-ports=PATH/TO/reckon/cmake/packages/vcpkg
set(VCPKG_BUILD_TYPE release) # headers: nothing differs between the builds
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../../.." ABSOLUTE)

vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        -DRECKON_BUILD_TESTS=OFF
        -DRECKON_BUILD_EXAMPLES=OFF
        -DRECKON_BUILD_BENCH=OFF
        "-DRECKON_BOOST_INCLUDE_DIR=${CURRENT_INSTALLED_DIR}/include")
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/reckon)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/share/doc")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
