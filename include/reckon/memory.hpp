// SPDX-License-Identifier: MIT
// The memory room: weights, cache, activations, and what engines reserve.
#pragma once
#include <reckon/memory/activations.hpp>
#include <reckon/memory/engine.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/weights.hpp>
