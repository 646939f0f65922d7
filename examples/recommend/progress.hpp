// SPDX-License-Identifier: MIT
// A line on a terminal's standard error while a search takes long; nothing where that is no terminal.
#pragma once
#include <reckon/reckon.hpp>

#include <chrono>
#include <cstdio>
#include <string>
#include <unistd.h>

namespace recommend {

class progress {
public:
    progress() : shown_to_(isatty(STDERR_FILENO) == 1) {}
    ~progress() { clear(); }
    progress(progress const&) = delete;
    progress& operator=(progress const&) = delete;

    /// After each thing tried; `done` of `all` accelerators are behind.
    void tick(std::size_t done, std::size_t all) {
        ++tried_;
        if (tried_ % between == 0) { now(tried_, done, all); }
    }
    /// The same for `tried` things at once.
    void now(reckon::count tried, std::size_t done, std::size_t all) {
        if (!shown_to_) { return; }
        auto const time = std::chrono::steady_clock::now();
        if (time < next_) { return; }
        next_ = time + std::chrono::milliseconds(100);
        std::string const line = "  " + std::to_string(tried) + " plans tried, accelerator " +
                                 std::to_string(done + 1) + " of " + std::to_string(all);
        std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
        written_ = true;
    }
    void clear() {
        if (written_) { std::fprintf(stderr, "\r\x1b[K"); }
        written_ = false;
    }

private:
    static constexpr reckon::count between = 4096; ///< plans between two looks at the clock
    bool shown_to_;
    bool written_{};
    reckon::count tried_{};
    /// Short searches say nothing.
    std::chrono::steady_clock::time_point next_{std::chrono::steady_clock::now() +
                                                std::chrono::milliseconds(500)};
};

/// A sink of a search that passes everything on and shows how far it is.
template <class Sink> struct watched {
    Sink& kept;
    progress& line;
    std::size_t accelerators{};

    void accept(reckon::plan const& p) {
        kept.accept(p);
        line.tick(p.gpu, accelerators);
    }
    void refuse(reckon::refusal const& r) {
        kept.refuse(r);
        line.tick(r.gpu, accelerators);
    }
    [[nodiscard]] bool is_beaten(reckon::plan const& p) const { return kept.is_beaten(p); }
};

} // namespace recommend
