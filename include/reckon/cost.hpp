// SPDX-License-Identifier: MIT
// The cost room: dated prices, machines for rent, money per token and per joule.
#pragma once
#include <reckon/cost/cheapest_offer.hpp>
#include <reckon/cost/cost_per_token.hpp>
#include <reckon/cost/energy_cost.hpp>
#include <reckon/cost/offer.hpp>
#include <reckon/cost/price.hpp>
#include <reckon/cost/rent_of.hpp>
#include <reckon/cost/reservation.hpp>
