// SPDX-License-Identifier: MIT
// The bandwidth room: bytes moved, calibration, and the time of a pass.
#pragma once
#include <reckon/bandwidth/cache_traffic.hpp>
#include <reckon/bandwidth/calibration.hpp>
#include <reckon/bandwidth/calibrations.hpp>
#include <reckon/bandwidth/collectives.hpp>
#include <reckon/bandwidth/decode_attention.hpp>
#include <reckon/bandwidth/distinct_experts.hpp>
#include <reckon/bandwidth/engine_factors.hpp>
#include <reckon/bandwidth/engine_generations.hpp>
#include <reckon/bandwidth/fitted.hpp>
#include <reckon/bandwidth/local_rates.hpp>
#include <reckon/bandwidth/narrow_operands.hpp>
#include <reckon/bandwidth/pass_time.hpp>
#include <reckon/bandwidth/weight_traffic.hpp>
