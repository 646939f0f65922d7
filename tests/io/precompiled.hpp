// SPDX-License-Identifier: MIT
// What every test of readers includes besides: a second of each file's time.
#pragma once

#include "support/precompiled.hpp"

#include <nlohmann/json.hpp>
