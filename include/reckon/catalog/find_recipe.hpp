// SPDX-License-Identifier: MIT
// Formats, GGUF mixtures and sizes ("670B") by name, beside models and accelerators by name. They live in their own
// rooms; who only calculates does not pay for parsing them.
#pragma once
#include <reckon/model/gguf_facts.hpp>
#include <reckon/model/parameter_text.hpp>
#include <reckon/precision/find_precision.hpp>
