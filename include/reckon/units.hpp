// SPDX-License-Identifier: MIT
// The units room: quantities, makers, accessors and literals. Exchange with Boost.Units: <reckon/units/boost.hpp>.
#pragma once
#include <reckon/units/literals.hpp>
#include <reckon/units/makers.hpp>
#include <reckon/units/names.hpp>
#include <reckon/units/quantity.hpp>
