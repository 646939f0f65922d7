// SPDX-License-Identifier: MIT
// What mends a launch with a draft model that does not fit.
#pragma once
#include <reckon/io/format.hpp>
#include <reckon/serving/draft_model.hpp>
#include <reckon/serving/fits.hpp>

#include <iostream>

/// Changes that mend it alone: no draft, a shorter context, more ranks. Nothing where it fits.
inline void print_draft_remedies(reckon::any_deployment const& d,
                                 reckon::serving::draft_model<reckon::any_model> const& draft,
                                 reckon::serving::memory_report const& memory, reckon::count most) {
    if (memory.fits()) { return; }
    std::cout << "What would mend it alone\n";
    if (auto const alone = reckon::serving::memory_of(d); alone.fits()) {
        std::cout << "  + no draft model: frees "
                  << reckon::io::to_text(memory.needed() - alone.needed()) << " a GPU\n";
    }
    reckon::tokens const longest = reckon::serving::largest_context(d, draft);
    if (longest > reckon::tokens{0} && longest < d.max_context) {
        std::cout << "  + less context of "
                  << reckon::io::with_commas(static_cast<reckon::count>(in_tokens(longest)))
                  << " tokens\n";
    }
    reckon::any_deployment wider = d;
    for (wider.layout.tensor *= 2; wider.layout.devices() <= most; wider.layout.tensor *= 2) {
        if (!reckon::serving::memory_of(wider, draft).fits()) { continue; }
        std::cout << "  + tensor parallelism " << wider.layout.tensor << ": "
                  << wider.layout.devices() << " GPUs\n";
        return;
    }
}
