// SPDX-License-Identifier: MIT
// The recommend room: search, ranking, refusals.
#pragma once
#include <reckon/recommend/plan.hpp>
#include <reckon/recommend/recommend.hpp>
#include <reckon/recommend/rules.hpp>
#include <reckon/recommend/search.hpp>
#include <reckon/recommend/workload.hpp>
