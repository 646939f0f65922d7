// SPDX-License-Identifier: MIT
// As rows.cpp, for the runs of training.csv.
#include "accuracy/training_models.cpp"
#include "accuracy/training_run.cpp"
