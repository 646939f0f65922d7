// SPDX-License-Identifier: MIT
// Any bytes as a user's prices, accelerators or lists of token prices: a sentence with the file's name, or
// rows whose figures are finite, above 0 and dated.
//
// With clang: -fsanitize=fuzzer,address,undefined (tests/fuzz/CMakeLists.txt). replay.cpp drives the same
// entry over files with any compiler. The first byte chooses: 'a' accelerators, 'l' lists, else prices.
#include "demand.hpp"

#include <reckon/io/offers.hpp>
#include <reckon/io/price_lists.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using reckon::fuzz::demand;
using reckon::fuzz::demand_sentence;

constexpr reckon::date today{2026, 11, 22};

void demand_place(reckon::error const& why) {
    demand_sentence(why);
    demand(why.message.view().starts_with("fuzz"));
}

template <class Quantity> void demand_positive(reckon::figure<Quantity> const& f) {
    demand(!f.known() ||
           (f.value().base_value > 0 && reckon::detail::finite(f.value().base_value)));
}

void inspect_prices(std::string_view text) {
    constexpr reckon::exchange_rate rates[] = {
        {reckon::currency::euro, reckon::usd{1.1}, {2026, 10, 1}}};
    auto const read = reckon::io::read_offers(text, "fuzz", {.today = today, .rates = rates});
    if (!read) {
        demand_place(read.error());
        return;
    }
    demand(!read->empty());
    for (reckon::offer const& o : *read) {
        demand(o.gpus >= 1 && !o.gpu_id.empty());
        for (int how = 0; how < 5; ++how) {
            auto const quoted = o.price_of(static_cast<reckon::purchase>(how));
            demand_positive(quoted.figure_of_rate());
            demand(!quoted.known() || reckon::days_between(quoted.value().as_of, today) >= 0);
        }
    }
}

void inspect_accelerators(std::string_view text) {
    auto const read = reckon::io::read_accelerators(text, "fuzz");
    if (!read) {
        demand_place(read.error());
        return;
    }
    for (reckon::any_gpu const& g : *read) {
        demand(!g.id.empty() && g.memory.known());
        demand_positive(g.memory);
        demand_positive(g.bandwidth);
        demand_positive(g.power);
    }
}

void inspect_lists(std::string_view text) {
    auto const read = reckon::io::read_price_lists(text, "fuzz", today);
    if (!read) {
        demand_place(read.error());
        return;
    }
    for (reckon::price_list const& p : *read) {
        demand(!p.seller.empty() && reckon::days_between(p.as_of, today) >= 0);
        for (reckon::usd_per_token const price : {p.input, p.cached, p.output}) {
            demand(price.base_value > 0 && reckon::detail::finite(price.base_value));
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) { return 0; }
    // A copy of the exact size, so that reading one byte too far is seen.
    std::string const text(data + 1, data + size);
    if (data[0] == 'a') {
        inspect_accelerators(text);
    } else if (data[0] == 'l') {
        inspect_lists(text);
    } else {
        inspect_prices(text);
    }
    return 0;
}
