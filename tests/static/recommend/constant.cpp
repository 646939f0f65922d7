// SPDX-License-Identifier: MIT
// The recommender in a constant expression, within the compilers' default limits.
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend.hpp>
#include <reckon/units.hpp>

using namespace reckon;
using namespace reckon::literals;

namespace {

constexpr any_gpu three[] = {gpus::h100_sxm_80gb, gpus::h200_sxm, gpus::b200};

// AT-32: on at most eight devices, 64 requests of 32,768 tokens.
constexpr auto found =
    recommend<4, 16>(models::deepseek_r1, {.context = 32768_tok, .concurrency = 64}, three, {}, {},
                     {.max_devices = 8, .rank_by = objective::devices});

constexpr bool serves(count gpu, count devices) {
    for (plan const& p : *found) {
        if (p.gpu == gpu && p.devices() == devices && p.memory.fits()) { return true; }
    }
    return false;
}

} // namespace

static_assert(found.has_value());
static_assert(serves(1, 8));  // 8 x H200
static_assert(!serves(0, 8)); // 8 x H100: the weights
static_assert(serves(2, 8) || serves(2, 4));
