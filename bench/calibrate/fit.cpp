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
#define NUMBER(member)                                                                             \
    [](calibration const& c) { return c.member; }, [](calibration& c, double v) { c.member = v; }
#define MICRO(member)                                                                              \
    [](calibration const& c) { return reckon::in_microseconds(c.member); },                        \
        [](calibration& c, double v) { c.member = reckon::microseconds(v); }

axis const axes[all_constants] = {
    {"weight_streaming", 0.8, 0.15, FRACTION(weight_streaming)},
    {"cache_streaming", 0.7, 0.3, FRACTION(cache_streaming)},
    {"decode_matmul", 0.5, 0.4, FRACTION(decode_matmul)},
    {"prefill_matmul", 0.6, 0.3, FRACTION(prefill_matmul)},
    {"expert_matmul", 0.7, 0.4, FRACTION(expert_matmul)},
    {"link", 0.6, 0.5, FRACTION(link)},
    {"per_layer us", 30, 0.3, MICRO(per_layer)},
    {"per_mixture us", 20, 0.55, MICRO(per_mixture)},
    {"per_collective us", 4, 0.4, MICRO(per_collective)},
    {"per_step us", 1000, 0.3, MICRO(per_step)},
    {"per_request us", 60000, 0.9, MICRO(per_request)},
    {"per_sequence us", 10, 0.4, MICRO(per_sequence)},
    {"latent launches", 1, 0.3, NUMBER(launched.latent)},
    {"rounding launches", 0.4, 0.3, NUMBER(launched.rounding)},
    {"fused launches", 0.5, 0.3, NUMBER(launched.fused)},
};

namespace {
constexpr int waiting = all_constants; // what engines alone decide: prompts that wait
} // namespace

engine_axis const engine_axes[factors_of_engine] = {
    {"streaming", 0.35, &reckon::engine_factors::streaming, {0, 1}},
    {"wait", 1.0, &reckon::engine_factors::wait, {waiting}},
    {"mixture", 0.7, &reckon::engine_factors::mixture, {7}},
    {"matmul", 0.7, &reckon::engine_factors::matmul, {2, 3}},
    {"overhead", 1.0, &reckon::engine_factors::overhead, {6, 8, 9, 11}},
    {"request", 1.05, &reckon::engine_factors::request, {10}},
};

namespace {

bool is_local(std::string const& set) { return set.starts_with("local"); }

/// How far a node is from its parent, of an axis' sigma. Generations of a maker are alike: let loose, a leaf with few
/// rows takes over what is odd in them.
double reach_of(std::string const& node) {
    if (node == "all" || node == "local") { return 1.5; }
    if (node.starts_with("server ") || node == "local NVIDIA" || node == "local AMD" ||
        node == "local Apple") {
        return 0.3;
    }
    if (node.starts_with("family ")) { return 0.35; }
    return 0.25;
}

} // namespace

std::vector<std::string> lineage_of(std::string const& set) {
    auto const says = [&](auto... parts) { return (accuracy::contains(set, parts) || ...); };
    bool const local = is_local(set);
    std::vector<std::string> nodes{local ? "local" : "all"};
    auto const add = [&](std::string node) {
        if (node != nodes.back()) { nodes.push_back(std::move(node)); }
    };
    std::string const kind = local ? "local " : "server ";
    if (says("Hopper", "Blackwell", "Ampere", "Ada", "NVIDIA")) { add(kind + "NVIDIA"); }
    if (says("CDNA", "AMD")) { add(kind + "AMD"); }
    if (says("Xe", "Intel")) { add(kind + "Intel"); }
    if (says("Gaudi", "Habana")) { add(kind + "Habana"); }
    if (!local && says("Blackwell")) { add("family Blackwell"); }
    if (!local && says("CDNA")) { add("family CDNA"); }
    if (set != nodes.front()) { add(set); }
    return nodes;
}

std::vector<std::string> lineage_of_engine(std::string const& generation) {
    if (generation.empty()) { return {}; }
    for (std::string const engine : {"vLLM", "SGLang", "TensorRT-LLM", "llama.cpp"}) {
        if (!generation.starts_with(engine)) { continue; }
        std::vector<std::string> nodes{"engine " + engine};
        for (reckon::engine_generation const& g : reckon::engine_generations) {
            if (g.name != generation || g.architecture.empty()) { continue; }
            // What the same release is on the maker's other hardware.
            nodes.emplace_back(reckon::generation_of(g.engine, g.since, g.maker));
        }
        nodes.push_back(generation);
        return nodes;
    }
    return {generation};
}

namespace {

/// How far an engine is from none, and a generation from its engine, of an axis' sigma: releases are alike, and one
/// that was measured on a single accelerator would take over what is odd in that.
double reach_of_engine(std::string const& node) {
    return lineage_of_engine(node).front() == node ? 1.0 : 0.4;
}

/// The constants of a calibration, and what engines alone decide.
constexpr int scaled_by_engines = all_constants + 1;
using vec = std::array<double, scaled_by_engines>;
constexpr auto wide = [](int i) { return static_cast<std::size_t>(i); };

calibration from_logs(vec const& u) {
    calibration c{};
    for (int j = 0; j < all_constants; ++j) {
        axes[j].set(c, std::exp(u[wide(j)]));
    }
    c.wait = std::exp(u[waiting]);
    return c;
}

/// A node of a tree: where its logarithms stand among the parameters.
struct node {
    int at{};
    bool engine{};
};

struct item {
    speed_row const* row{};
    double weight{};
    std::vector<int> hardware{}; ///< first parameters of its nodes, from the root
    std::vector<int> engines{};
};

/// What is minimised, its weighted slopes, and the parameters themselves.
struct problem {
    std::map<std::string, node> nodes{};
    std::vector<item> items{};
    std::vector<double> sigma{};
    double reach{};

    // Log errors of this size weigh as much as a constant that is one sigma from its parent.
    static constexpr double scale = 0.2;
    static constexpr double smooth = 0.02;

    explicit problem(std::vector<speed_row const*> const& rows) {
        std::map<std::string, double> rows_of;
        auto const key = [](speed_row const& r) {
            return r.load->set + r.result.group + r.result.quantity + r.load->engine_set +
                   r.result.model + r.result.gpu;
        };
        auto const place = [&](std::string const& name, bool engine) {
            auto const [found, is_new] =
                nodes.emplace(name, node{static_cast<int>(sigma.size()), engine});
            if (is_new) {
                bool const root = name == "all" || name == "local";
                constexpr double fixed = 1e-3;
                for (int j = 0; j < (engine ? factors_of_engine : all_constants); ++j) {
                    sigma.push_back(engine ? engine_axes[j].sigma * reach_of_engine(name)
                                    : root || j < constants_of_hardware
                                        ? reach_of(name) * axes[j].sigma
                                        : fixed);
                }
            }
            return found->second.at;
        };
        for (auto const* r : rows) {
            rows_of[key(*r)] += 1;
        }
        for (auto const* r : rows) {
            item i{.row = r, .weight = 1 / std::sqrt(rows_of[key(*r)])};
            for (std::string const& name : lineage_of(r->load->set)) {
                i.hardware.push_back(place(name, false));
            }
            for (std::string const& name : lineage_of_engine(r->load->engine_set)) {
                i.engines.push_back(place(name, true));
            }
            items.push_back(std::move(i));
        }
    }

    [[nodiscard]] vec logs_of(item const& i, std::vector<double> const& x) const {
        vec u{};
        for (int j = 0; j < all_constants; ++j) {
            u[wide(j)] = std::log(axes[j].prior);
            for (int const at : i.hardware) {
                u[wide(j)] += x[wide(at + j)];
            }
        }
        for (int const at : i.engines) {
            for (int k = 0; k < factors_of_engine; ++k) {
                for (int const j : engine_axes[k].scales) {
                    u[wide(j)] += x[wide(at + k)];
                }
            }
        }
        return u;
    }

    /// Like |r| near zero; a row that is off by several times `reach` pulls no more.
    [[nodiscard]] double cost_of(double r) const {
        return reach * std::atan(std::hypot(r, smooth) / reach);
    }

    [[nodiscard]] double at(std::vector<double> const& x) const {
        double sum = 0;
        for (item const& i : items) {
            sum += i.weight * cost_of(log_ratio(*i.row, from_logs(logs_of(i, x)))) / scale;
        }
        for (std::size_t p = 0; p < x.size(); ++p) {
            sum += x[p] * x[p] / (2 * sigma[p] * sigma[p]);
        }
        return sum;
    }

    /// Normal equations of the squares that the costs are near `x`.
    void linearise(std::vector<double> const& x, std::vector<double>& h,
                   std::vector<double>& g) const {
        std::size_t const size = x.size();
        h.assign(size * size, 0.0);
        g.assign(size, 0.0);
        std::vector<std::pair<std::size_t, double>> slopes;
        for (item const& i : items) {
            vec const u = logs_of(i, x);
            double const r = log_ratio(*i.row, from_logs(u));
            double const a = std::hypot(r, smooth);
            double const w = i.weight / scale / (a * (1 + a / reach * a / reach));
            vec slope{};
            slopes.clear();
            for (int j = 0; j < scaled_by_engines; ++j) {
                constexpr double step = 1e-3;
                vec v = u;
                v[wide(j)] += step;
                slope[wide(j)] = (log_ratio(*i.row, from_logs(v)) - r) / step;
                if (slope[wide(j)] == 0 || j >= all_constants) { continue; }
                for (int const at : i.hardware) {
                    slopes.emplace_back(wide(at + j), slope[wide(j)]);
                }
            }
            for (int const at : i.engines) {
                for (int k = 0; k < factors_of_engine; ++k) {
                    double d = 0;
                    for (int const j : engine_axes[k].scales) {
                        d += slope[wide(j)];
                    }
                    if (d != 0) { slopes.emplace_back(wide(at + k), d); }
                }
            }
            for (auto const& [p, sp] : slopes) {
                g[p] += sp * w * r;
                for (auto const& [q, sq] : slopes) {
                    h[p * size + q] += sp * w * sq;
                }
            }
        }
        for (std::size_t p = 0; p < size; ++p) {
            double const precision = 1 / (sigma[p] * sigma[p]);
            h[p * size + p] += precision;
            g[p] += precision * x[p];
        }
    }
};

/// Solves m d = d by Cholesky's factors, in place.
void solve(std::vector<double>& m, std::vector<double>& d) {
    std::size_t const size = d.size();
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
}

void minimise(problem& f, std::vector<double>& x, double reach) {
    constexpr int most = 60;
    constexpr double enough = 1e-5; // of the cost
    std::vector<double> h;
    std::vector<double> g;
    f.reach = reach;
    double best = f.at(x);
    double damping = 1e-2;
    for (int iteration = 0; iteration < most; ++iteration) {
        f.linearise(x, h, g);
        bool better = false;
        double gain = 0;
        for (int attempt = 0; attempt < 6 && !better; ++attempt) {
            std::vector<double> m = h;
            for (std::size_t p = 0; p < x.size(); ++p) {
                m[p * x.size() + p] *= 1 + damping;
            }
            std::vector<double> d = g;
            solve(m, d);
            std::vector<double> y = x;
            for (std::size_t p = 0; p < x.size(); ++p) {
                y[p] -= std::clamp(d[p], -0.7, 0.7);
            }
            double const now = f.at(y);
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
        if (!better || gain < enough * best) { break; }
    }
}

/// Begins where another fit ended, if there was one.
void fit_tree(std::vector<speed_row const*> const& rows, constants& into,
              constants const& begin = {}) {
    if (rows.empty()) { return; }
    problem f(rows);
    std::vector<double> x(f.sigma.size(), 0.0);
    for (auto const& [name, n] : f.nodes) {
        if (auto const there = begin.offsets.find(name); there != begin.offsets.end()) {
            std::copy(there->second.begin(), there->second.end(), x.begin() + n.at);
        }
    }
    // First all rows are believed, then those that nothing explains are let go.
    if (begin.offsets.empty()) { minimise(f, x, 5.0); }
    minimise(f, x, 0.8);
    for (auto const& [name, n] : f.nodes) {
        auto const first = x.begin() + n.at;
        into.offsets[name] = {first, first + (n.engine ? factors_of_engine : all_constants)};
        item i{};
        auto& places = n.engine ? i.engines : i.hardware;
        for (std::string const& up : n.engine ? lineage_of_engine(name) : lineage_of(name)) {
            if (auto const found = f.nodes.find(up); found != f.nodes.end()) {
                places.push_back(found->second.at);
            }
        }
        if (!n.engine) {
            into.hardware[name] = from_logs(f.logs_of(i, x));
            continue;
        }
        if (places.empty()) { places.push_back(n.at); } // an engine itself
        reckon::engine_factors factors{};
        for (int k = 0; k < factors_of_engine; ++k) {
            double u = 0;
            for (int const at : places) {
                u += x[wide(at + k)];
            }
            factors.*engine_axes[k].value = std::exp(u);
        }
        into.engines[name] = factors;
    }
}

std::vector<speed_row const*> of_tree(std::vector<speed_row const*> const& rows, bool local) {
    std::vector<speed_row const*> chosen;
    for (auto const* r : rows) {
        if (is_local(r->load->set) == local) { chosen.push_back(r); }
    }
    return chosen;
}

} // namespace

calibration constants::of_set(std::string const& set) const {
    auto const nodes = lineage_of(set);
    for (auto name = nodes.rbegin(); name != nodes.rend(); ++name) {
        if (auto const f = hardware.find(*name); f != hardware.end()) { return f->second; }
    }
    calibration c{};
    for (axis const& a : axes) {
        a.set(c, a.prior);
    }
    return c;
}

calibration constants::of(speed_row const& r) const {
    calibration const c = of_set(r.load->set);
    auto const nodes = lineage_of_engine(r.load->engine_set);
    for (auto name = nodes.rbegin(); name != nodes.rend(); ++name) {
        if (auto const f = engines.find(*name); f != engines.end()) { return under(c, f->second); }
    }
    return c;
}

double log_ratio(speed_row const& r, calibration const& c) {
    double const p = accuracy::predicted(*r.load, c);
    return p > 0 && std::isfinite(p) ? std::log(p / r.result.measured) : 5.0;
}

constants fit(std::vector<speed_row const*> const& rows) {
    constants k;
    fit_tree(of_tree(rows, false), k);
    fit_tree(of_tree(rows, true), k);
    return k;
}

constants refit(std::vector<speed_row const*> const& in,
                std::vector<speed_row const*> const& left_out, constants const& all) {
    constants k;
    for (bool const local : {false, true}) {
        if (!of_tree(left_out, local).empty()) {
            fit_tree(of_tree(in, local), k, all);
            continue;
        }
        for (auto const& [name, c] : all.hardware) {
            if (is_local(name) == local) { k.hardware[name] = c; }
        }
    }
    // Of a tree that was not fitted again no row is judged: its engines do not matter.
    return k;
}

} // namespace calibrate
