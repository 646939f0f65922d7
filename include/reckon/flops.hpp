// SPDX-License-Identifier: MIT
// The flops room: work of a forward pass.
#pragma once
#include <reckon/flops/forward.hpp>
