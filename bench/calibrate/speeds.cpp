// SPDX-License-Identifier: MIT
// As rows.cpp, for the tables of speed.
#include "accuracy/speed.cpp"
#include "accuracy/speed_serving.cpp"
#include "accuracy/speed_single.cpp"
