// SPDX-License-Identifier: MIT
// The catalog room: data, and looking it up by name.
//
// Written by tools/generate_catalog.py. Where each figure comes from is in catalog/*_sources.hpp.
#pragma once
#include <reckon/catalog/datum.hpp>
#include <reckon/catalog/find_gpu.hpp>
#include <reckon/catalog/find_model.hpp>
#include <reckon/catalog/find_offer.hpp>
#include <reckon/catalog/gpu_names.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instance_row.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/interconnect.hpp>
#include <reckon/catalog/links.hpp>
#include <reckon/catalog/model_names.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/catalog/table.hpp>
