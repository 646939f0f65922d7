// SPDX-License-Identifier: MIT
// How doctest shows quantities when a comparison fails: the number in base units (byte, FLOP,
// token, second, joule, US dollar), with every digit, because a failed comparison may be one byte off.
#pragma once

#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <cstdio>

template <class Unit, class Kind>
struct doctest::StringMaker<reckon::quantity<Unit, Kind>> {
    static String convert(reckon::quantity<Unit, Kind> q) {
        char text[64];
        std::snprintf(text, sizeof text, "%.17g (base units)", q.base_value);
        return text;
    }
};
