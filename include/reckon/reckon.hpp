// SPDX-License-Identifier: MIT
// Everything but io/ and training/: units, precisions, models, accelerators, laws, serving, cost, the
// recommender and the catalogue. Training is asked for by name: <reckon/training.hpp>.
#pragma once
#include <reckon/bandwidth.hpp>
#include <reckon/catalog.hpp>
#include <reckon/cost.hpp>
#include <reckon/flops.hpp>
#include <reckon/gpu.hpp>
#include <reckon/memory.hpp>
#include <reckon/model.hpp>
#include <reckon/parallel.hpp>
#include <reckon/precision.hpp>
#include <reckon/recommend.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>
#include <reckon/version.hpp>
