// SPDX-License-Identifier: MIT
#include "calibrate/fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace calibrate {

using reckon::calibration;

#define FRACTION(member)                                                                           \
    [](calibration const& c) { return c.member.fraction; },                                        \
        [](calibration& c, double v) { c.member = reckon::efficiency(std::min(v, 0.98)); }
#define MICRO(member)                                                                              \
    [](calibration const& c) { return reckon::in_microseconds(c.member); },                        \
        [](calibration& c, double v) { c.member = reckon::microseconds(v); }

axis const axes[constants_of_hardware] = {
    {"weight_streaming", 0.8, 0.15, FRACTION(weight_streaming)},
    {"cache_streaming", 0.7, 0.3, FRACTION(cache_streaming)},
    {"decode_matmul", 0.5, 0.4, FRACTION(decode_matmul)},
    {"prefill_matmul", 0.6, 0.3, FRACTION(prefill_matmul)},
    {"expert_matmul", 0.7, 0.4, FRACTION(expert_matmul)},
    {"link", 0.6, 0.5, FRACTION(link)},
    {"per_layer us", 30, 0.3, MICRO(per_layer)},
    {"per_mixture us", 20, 0.4, MICRO(per_mixture)},
    {"per_collective us", 4, 0.4, MICRO(per_collective)},
    {"per_step us", 1000, 0.3, MICRO(per_step)},
    {"per_request us", 60000, 0.6, MICRO(per_request)},
    {"per_sequence us", 10, 0.4, MICRO(per_sequence)},
};

engine_axis const engine_axes[factors_of_engine] = {
    {"weight_streaming", 0.35, &reckon::engine_factors::weight_streaming, {0}},
    {"cache_streaming", 0.35, &reckon::engine_factors::cache_streaming, {1}},
    {"mixture", 0.7, &reckon::engine_factors::mixture, {7}},
    {"prefill_matmul", 0.7, &reckon::engine_factors::prefill_matmul, {3}},
    {"overhead", 1.0, &reckon::engine_factors::overhead, {6, 8, 9, 11}},
    {"request", 1.05, &reckon::engine_factors::request, {10}},
};

std::string family_of(std::string const& set) {
    if (set.starts_with("local")) { return ""; }
    for (char const* f : {"Blackwell", "CDNA", "Gaudi"}) {
        if (set.find(f) != std::string::npos) { return std::string("family ") + f; }
    }
    return "";
}

std::string maker_of(std::string const& set) {
    bool const local = set.starts_with("local");
    auto const is = [&](auto... parts) { return ((set.find(parts) != std::string::npos) || ...); };
    std::string const family = local ? "local" : "server";
    if (is("Hopper", "Blackwell", "Ampere", "Ada", "NVIDIA")) { return family + " NVIDIA"; }
    if (is("CDNA", "AMD")) { return family + " AMD"; }
    if (is("Gaudi", "Xe")) { return family + " Intel"; }
    return "";
}

namespace {

std::string root_of(std::string const& set) { return set.starts_with("local") ? "local" : "all"; }
using vec = std::array<double, constants_of_hardware>;

calibration from_logs(vec const& u) {
    calibration c{};
    for (int j = 0; j < constants_of_hardware; ++j) {
        axes[j].set(c, std::exp(u[static_cast<std::size_t>(j)]));
    }
    return c;
}

struct block {
    int at{}; ///< first parameter
    bool engine{};
    vec value{}; ///< logs
};

} // namespace

calibration constants::of_set(std::string const& set) const {
    for (std::string const& name : {set, family_of(set), maker_of(set), root_of(set)}) {
        if (auto const f = hardware.find(name); f != hardware.end()) { return f->second; }
    }
    calibration c{};
    for (axis const& a : axes) {
        a.set(c, a.prior);
    }
    return c;
}

calibration constants::of(speed_row const& r) const {
    calibration const c = of_set(r.load->set);
    auto const e = engines.find(r.load->engine_set);
    return e == engines.end() ? c : under(c, e->second);
}

double log_ratio(speed_row const& r, calibration const& c) {
    double const p = accuracy::predicted(*r.load, c);
    return p > 0 && std::isfinite(p) ? std::log(p / r.result.measured) : 5.0;
}

constants fit(std::vector<speed_row const*> const& rows) {
    // Log errors of this size weigh as much as a constant that is one sigma from its parent.
    constexpr double scale = 0.15;
    std::map<std::string, block> blocks;
    int n = 0;
    auto const add = [&](std::string const& name, bool engine) {
        if (name.empty() || blocks.contains(name)) { return; }
        blocks[name] = {n, engine, {}};
        n += engine ? factors_of_engine : constants_of_hardware;
    };
    std::map<std::string, double> rows_of;
    auto const key = [](speed_row const& r) {
        return r.load->set + r.result.group + r.result.quantity + r.load->engine_set;
    };
    for (auto const* r : rows) {
        rows_of[key(*r)] += 1;
        add(root_of(r->load->set), false);
        add(maker_of(r->load->set), false);
        add(family_of(r->load->set), false);
        add(r->load->set, false);
        add(r->load->engine_set, true);
    }
    struct item {
        speed_row const* row;
        double weight;
        std::vector<block*> parents;
        block* engine;
    };
    std::vector<item> items;
    for (auto const* r : rows) {
        item i{r, 1 / std::sqrt(rows_of[key(*r)]), {}, nullptr};
        for (std::string const& name : {root_of(r->load->set), maker_of(r->load->set),
                                        family_of(r->load->set), r->load->set}) {
            if (!name.empty()) {
                block* b = &blocks[name];
                if (std::find(i.parents.begin(), i.parents.end(), b) == i.parents.end())
                    i.parents.push_back(b);
            }
        }
        if (!r->load->engine_set.empty()) { i.engine = &blocks[r->load->engine_set]; }
        items.push_back(std::move(i));
    }
    std::vector<double> x(static_cast<std::size_t>(n), 0.0);
    std::vector<double> sigma(static_cast<std::size_t>(n), 1.0);
    for (auto& [name, b] : blocks) {
        auto const at = static_cast<std::size_t>(b.at);
        if (b.engine) {
            for (std::size_t k = 0; k < factors_of_engine; ++k) {
                sigma[at + k] = engine_axes[k].sigma;
            }
            continue;
        }
        bool const root = name == "all" || name == "local";
        bool const leaf = !root && name != maker_of(name) && !name.starts_with("family");
        double const reach = root ? 1.5 : leaf ? 1.3 : 0.9;
        for (std::size_t j = 0; j < constants_of_hardware; ++j) {
            sigma[at + j] = reach * axes[j].sigma;
        }
    }
    auto const logs_of = [&](item const& i, std::vector<double> const& at) {
        vec u{};
        for (int j = 0; j < constants_of_hardware; ++j) {
            auto const s = static_cast<std::size_t>(j);
            u[s] = std::log(axes[j].prior);
            for (block const* b : i.parents) {
                u[s] += at[static_cast<std::size_t>(b->at + j)];
            }
        }
        if (i.engine != nullptr) {
            for (int k = 0; k < factors_of_engine; ++k) {
                for (int const j : engine_axes[k].scales) {
                    u[static_cast<std::size_t>(j)] +=
                        at[static_cast<std::size_t>(i.engine->at + k)];
                }
            }
        }
        return u;
    };
    constexpr double smooth = 0.02;
    double reach = 0;
    // Like |r| near zero; a row that is off by several times `reach` pulls no more.
    auto const cost_of = [&](double r) {
        double const a = std::sqrt(r * r + smooth * smooth);
        return reach * std::atan(a / reach);
    };
    auto const objective = [&](std::vector<double> const& at) {
        double sum = 0;
        for (item const& i : items) {
            sum += i.weight * cost_of(log_ratio(*i.row, from_logs(logs_of(i, at)))) / scale;
        }
        for (std::size_t p = 0; p < at.size(); ++p) {
            sum += at[p] * at[p] / (2 * sigma[p] * sigma[p]);
        }
        return sum;
    };
    // First all rows are believed, then those that nothing explains are let go.
    for (double const stage : {5.0, 0.8}) {
        reach = stage;
        double best = objective(x);
        double damping = 1e-2;
        auto const size = static_cast<std::size_t>(n);
        constexpr int most = 60;
        for (int iteration = 0; iteration < most; ++iteration) {
            std::vector<double> h(size * size, 0.0);
            std::vector<double> g(size, 0.0);
            for (item const& i : items) {
                vec const u = logs_of(i, x);
                double const r = log_ratio(*i.row, from_logs(u));
                double const a = std::sqrt(r * r + smooth * smooth);
                double const w = i.weight / scale / (a * (1 + a / reach * a / reach));
                std::array<double, 40> slope{};
                std::array<int, 64> where{};
                std::array<double, 64> slopes{};
                int used = 0;
                for (int j = 0; j < constants_of_hardware; ++j) {
                    vec v = u;
                    constexpr double step = 1e-3;
                    v[static_cast<std::size_t>(j)] += step;
                    double const d = (log_ratio(*i.row, from_logs(v)) - r) / step;
                    slope[static_cast<std::size_t>(j)] = d;
                    if (d == 0) { continue; }
                    for (block const* b : i.parents) {
                        where[static_cast<std::size_t>(used)] = b->at + j;
                        slopes[static_cast<std::size_t>(used++)] = d;
                    }
                }
                if (i.engine != nullptr) {
                    for (int k = 0; k < factors_of_engine; ++k) {
                        double d = 0;
                        for (int const j : engine_axes[k].scales) {
                            d += slope[static_cast<std::size_t>(j)];
                        }
                        if (d == 0) { continue; }
                        where[static_cast<std::size_t>(used)] = i.engine->at + k;
                        slopes[static_cast<std::size_t>(used++)] = d;
                    }
                }
                for (int p = 0; p < used; ++p) {
                    auto const wp = static_cast<std::size_t>(where[static_cast<std::size_t>(p)]);
                    double const sp = slopes[static_cast<std::size_t>(p)] * w;
                    g[wp] += sp * r;
                    for (int q = 0; q < used; ++q) {
                        h[wp * size +
                          static_cast<std::size_t>(where[static_cast<std::size_t>(q)])] +=
                            sp * slopes[static_cast<std::size_t>(q)];
                    }
                }
            }
            for (std::size_t p = 0; p < size; ++p) {
                double const precision = 1 / (sigma[p] * sigma[p]);
                h[p * size + p] += precision;
                g[p] += precision * x[p];
            }
            bool better = false;
            double gain = 0;
            for (int attempt = 0; attempt < 6 && !better; ++attempt) {
                std::vector<double> m = h;
                for (std::size_t p = 0; p < size; ++p) {
                    m[p * size + p] *= 1 + damping;
                }
                std::vector<double> d = g;
                // Cholesky, in place.
                for (std::size_t c = 0; c < size; ++c) {
                    double s = m[c * size + c];
                    for (std::size_t k = 0; k < c; ++k) {
                        s -= m[c * size + k] * m[c * size + k];
                    }
                    double const root = std::sqrt(std::max(s, 1e-12));
                    m[c * size + c] = root;
                    for (std::size_t r = c + 1; r < size; ++r) {
                        double t = m[r * size + c];
                        for (std::size_t k = 0; k < c; ++k) {
                            t -= m[r * size + k] * m[c * size + k];
                        }
                        m[r * size + c] = t / root;
                    }
                }
                for (std::size_t r = 0; r < size; ++r) {
                    for (std::size_t k = 0; k < r; ++k) {
                        d[r] -= m[r * size + k] * d[k];
                    }
                    d[r] /= m[r * size + r];
                }
                for (std::size_t r = size; r-- > 0;) {
                    for (std::size_t k = r + 1; k < size; ++k) {
                        d[r] -= m[k * size + r] * d[k];
                    }
                    d[r] /= m[r * size + r];
                }
                std::vector<double> y = x;
                for (std::size_t p = 0; p < size; ++p) {
                    y[p] -= std::clamp(d[p], -0.7, 0.7);
                }
                double const now = objective(y);
                if (now < best) {
                    gain = best - now;
                    best = now;
                    x = y;
                    damping = std::max(damping / 4, 1e-6);
                    better = true;
                } else {
                    damping *= 8;
                }
            }
            if (!better || gain < 1e-6 * best) { break; }
        }
    }
    constants k;
    for (auto const& [name, b] : blocks) {
        if (b.engine) {
            reckon::engine_factors f{};
            for (int e = 0; e < factors_of_engine; ++e) {
                f.*engine_axes[e].value = std::exp(x[static_cast<std::size_t>(b.at + e)]);
            }
            k.engines[name] = f;
            continue;
        }
        vec u{};
        for (int j = 0; j < constants_of_hardware; ++j) {
            auto const s = static_cast<std::size_t>(j);
            u[s] = std::log(axes[j].prior);
            std::vector<std::string> up{root_of(name), maker_of(name), family_of(name), name};
            if (name.starts_with("family ")) up = {"all", maker_of(name), name};
            if (name == "all" || name == "local") { up = {name}; }
            if (name.starts_with("server ")) { up = {"all", name}; }
            if (name == maker_of(name) && name.starts_with("local ")) { up = {"local", name}; }
            std::vector<block const*> seen;
            for (auto const& parent : up) {
                auto const f = blocks.find(parent);
                if (f == blocks.end() ||
                    std::find(seen.begin(), seen.end(), &f->second) != seen.end()) {
                    continue;
                }
                seen.push_back(&f->second);
                u[s] += x[static_cast<std::size_t>(f->second.at + j)];
            }
        }
        k.hardware[name] = from_logs(u);
    }
    return k;
}

} // namespace calibrate
