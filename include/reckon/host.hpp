// SPDX-License-Identifier: MIT
// The host room: what stands around accelerators, how long it takes to load them, what must be installed.
#pragma once
#include <reckon/host/disk.hpp>
#include <reckon/host/load_time.hpp>
#include <reckon/host/memory.hpp>
#include <reckon/host/plan.hpp>
#include <reckon/host/power.hpp>
#include <reckon/host/software.hpp>
#include <reckon/host/version.hpp>
