// SPDX-License-Identifier: MIT
// Ranked changes as lines of text, for the programs that explain what does not fit.
#pragma once
#include <reckon/io/format.hpp>
#include <reckon/memory/llama_cpp/remedies.hpp>
#include <reckon/model/gguf_facts.hpp>
#include <reckon/serving/why_not.hpp>

#include <iostream>
#include <string>
#include <vector>

/// How sizes are written: in GB, or in the GiB of the engines' own messages.
using size_text = std::string (*)(reckon::bytes);
inline std::string in_gb(reckon::bytes size) { return reckon::io::to_text(size); }
inline std::string in_gib(reckon::bytes size) {
    return reckon::io::to_text(reckon::gibibytes(in_gibibytes(size)));
}

inline std::string value_of(reckon::serving::remedy const& r, size_text text = in_gb) {
    using enum reckon::serving::remedy_kind;
    auto const whole = [&] { return reckon::io::with_commas(static_cast<reckon::count>(r.value)); };
    switch (r.kind) {
    case no_drafting:
    case no_graphs: return "";
    case utilization: return " " + reckon::io::percent(r.value, 0);
    case narrow_cache:
    case narrow_weights: return " " + std::string(r.to.view());
    case offload: return " of " + text(reckon::bytes{r.value});
    case less_context: return " of " + whole() + " tokens";
    case fewer_requests: return ", " + whole() + " at once";
    default: return " " + whole();
    }
}

inline void print_remedies(reckon::serving::refusal_report const& why, size_text text = in_gb) {
    if (why.remedies.empty()) { return; }
    std::cout << "What would mend it alone, then what would help\n";
    for (reckon::serving::remedy const& r : why.remedies) {
        std::cout << (r.mends ? "  + " : "    ") << name(r.kind) << value_of(r, text) << ": frees "
                  << text(r.freed) << " a GPU, " << r.devices
                  << (r.devices == 1 ? " GPU\n" : " GPUs\n");
    }
}

/// The mixtures that a GGUF repository has, from the most bytes to the fewest.
inline std::vector<reckon::recipe> narrower_files(reckon::any_model const& m) {
    std::vector<reckon::recipe> files;
    for (char const* type : {"Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M", "Q2_K"}) {
        if (auto const mixture = reckon::gguf_recipe_for(m, type)) { files.push_back(*mixture); }
    }
    return files;
}

inline void print_remedies(reckon::llama_cpp_remedies const& remedies, size_text text = in_gb) {
    if (remedies.empty()) { return; }
    std::cout << "What would mend it alone, then what would help\n";
    for (reckon::llama_cpp_remedy const& r : remedies) {
        std::cout << (r.mends ? "  + " : "    ");
        if (r.change == reckon::llama_cpp_change::devices) {
            std::cout << r.value << " devices";
        } else {
            std::cout << flag_of(r.change);
            if (r.value > 0) { std::cout << ' ' << r.value; }
            if (!r.format.empty()) { std::cout << ' ' << r.format.view(); }
        }
        std::cout << ": frees " << text(r.freed) << " on the fullest device";
        if (r.host > 0.01 * r.freed) { std::cout << ", " << text(r.host) << " more on the host"; }
        std::cout << '\n';
    }
}
