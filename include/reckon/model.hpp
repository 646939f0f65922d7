// SPDX-License-Identifier: MIT
// The model room: attention and feed-forward families, layer groups, parameter counts.
#pragma once
#include <reckon/model/attention.hpp>
#include <reckon/model/feed_forward.hpp>
#include <reckon/model/layer_set.hpp>
#include <reckon/model/model_spec.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/model/tensor.hpp>
