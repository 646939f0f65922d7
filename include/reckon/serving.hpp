// SPDX-License-Identifier: MIT
// The serving room: deployments, whether they fit, and how fast they run.
#pragma once
#include <reckon/serving/closed_loop.hpp>
#include <reckon/serving/deployment.hpp>
#include <reckon/serving/explain.hpp>
#include <reckon/serving/fits.hpp>
#include <reckon/serving/launch_figures.hpp>
#include <reckon/serving/limits.hpp>
#include <reckon/serving/memory_of.hpp>
#include <reckon/serving/on_paper.hpp>
#include <reckon/serving/passes.hpp>
#include <reckon/serving/reserve.hpp>
#include <reckon/serving/saturated.hpp>
#include <reckon/serving/settled.hpp>
#include <reckon/serving/single_stream.hpp>
#include <reckon/serving/speculation.hpp>
#include <reckon/serving/speed_of.hpp>
#include <reckon/serving/static_batch.hpp>
#include <reckon/serving/together.hpp>
#include <reckon/serving/why_not.hpp>
