// SPDX-License-Identifier: MIT
// The gpu room: architectures, accelerators, links. Parts of a device are asked for by name: gpu/mig.hpp.
#pragma once
#include <reckon/gpu/architecture.hpp>
#include <reckon/gpu/architectures.hpp>
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/gpu/machine.hpp>
