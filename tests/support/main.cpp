// SPDX-License-Identifier: MIT
// doctest's runner, compiled once and linked into the test program of every room.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
