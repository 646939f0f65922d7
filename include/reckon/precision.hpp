// SPDX-License-Identifier: MIT
// The precision room: number formats, block scaling, GGUF types, recipes. Formats and mixtures by
// name are headers of their own: precision/find_precision.hpp, precision/gguf_recipes.hpp.
#pragma once
#include <reckon/precision/arithmetic.hpp>
#include <reckon/precision/element.hpp>
#include <reckon/precision/formats.hpp>
#include <reckon/precision/gguf.hpp>
#include <reckon/precision/precision.hpp>
#include <reckon/precision/recipe.hpp>
#include <reckon/precision/storage.hpp>
