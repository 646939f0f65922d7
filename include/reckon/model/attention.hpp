// SPDX-License-Identifier: MIT
// Attention families: their weights, what they keep per token, and the work of attending.
//
// Sources: docs/laws/parameters.md; formulas checked against 104 published exact totals.
#pragma once
#include <reckon/model/attention/any_attention.hpp>
#include <reckon/model/attention/compressed.hpp>
#include <reckon/model/attention/concept.hpp>
#include <reckon/model/attention/cross.hpp>
#include <reckon/model/attention/gqa.hpp>
#include <reckon/model/attention/linear.hpp>
#include <reckon/model/attention/mla.hpp>
#include <reckon/model/attention/none.hpp>
#include <reckon/model/attention/shared_compressed.hpp>
#include <reckon/model/attention/short_convolution.hpp>
#include <reckon/model/attention/sparse.hpp>
#include <reckon/model/attention/state_space.hpp>
#include <reckon/model/attention/windowed.hpp>
