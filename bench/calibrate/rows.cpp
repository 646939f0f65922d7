// SPDX-License-Identifier: MIT
// The readers of the accuracy program, compiled once more for this one: what is fitted is exactly
// what is judged.
#include "accuracy/csv.cpp"
#include "accuracy/names.cpp"
