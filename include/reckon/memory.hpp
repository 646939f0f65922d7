// SPDX-License-Identifier: MIT
// The memory room: weights, cache, activations, and what engines reserve.
#pragma once
#include <reckon/memory/activations.hpp>
#include <reckon/memory/adapters.hpp>
#include <reckon/memory/allocated.hpp>
#include <reckon/memory/attention_groups.hpp>
#include <reckon/memory/cache_layout.hpp>
#include <reckon/memory/engine.hpp>
#include <reckon/memory/engines.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/rotary_table.hpp>
#include <reckon/memory/sparse_prefill.hpp>
#include <reckon/memory/static_fraction.hpp>
#include <reckon/memory/unified_pages.hpp>
#include <reckon/memory/weights.hpp>
