// SPDX-License-Identifier: MIT
// The io room: files in, text out. Not part of reckon.hpp: it needs nlohmann/json and allocates.
#pragma once
#include <reckon/io/format.hpp>
#include <reckon/io/gguf.hpp>
#include <reckon/io/hugging_face.hpp>
#include <reckon/io/json.hpp>
#include <reckon/io/launch_report.hpp>
#include <reckon/io/quantity_text.hpp>
#include <reckon/io/read_file.hpp>
#include <reckon/io/safetensors.hpp>
#include <reckon/io/table.hpp>
