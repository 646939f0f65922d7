// SPDX-License-Identifier: MIT
// A target that makes a precompiled header needs a source file; this one has nothing else to do.
