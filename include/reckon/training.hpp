// SPDX-License-Identifier: MIT
// Training runs: memory, time of a step, duration, the search of layouts.
#pragma once
#include <reckon/training/activations.hpp>
#include <reckon/training/calibrations.hpp>
#include <reckon/training/duration_of.hpp>
#include <reckon/training/framework.hpp>
#include <reckon/training/memory_of.hpp>
#include <reckon/training/model_state.hpp>
#include <reckon/training/offload.hpp>
#include <reckon/training/recipe.hpp>
#include <reckon/training/remedies.hpp>
#include <reckon/training/rollouts.hpp>
#include <reckon/training/run.hpp>
#include <reckon/training/search.hpp>
#include <reckon/training/step_of.hpp>
