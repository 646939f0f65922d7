// SPDX-License-Identifier: MIT
// The parallel room: layouts, sharding, and whether a layout divides a model.
#pragma once
#include <reckon/parallel/layout.hpp>
#include <reckon/parallel/sharding.hpp>
#include <reckon/parallel/validate.hpp>
