// SPDX-License-Identifier: MIT
#include "recommend/svg.hpp"

#include <algorithm>
#include <cmath>

namespace recommend {
namespace {

constexpr double width = 860;
constexpr double plot_left = 64;
constexpr double plot_right = width - 20;
constexpr double plot_top = 14;
constexpr double plot_bottom = 340;

/// Up to three digits behind the point, none that say nothing.
std::string number(double value) {
    std::string s = std::to_string(std::round(value * 1000) / 1000);
    while (s.find('.') != std::string::npos && (s.back() == '0' || s.back() == '.')) {
        bool const point = s.back() == '.';
        s.pop_back();
        if (point) { break; }
    }
    return s == "-0" ? "0" : s;
}

/// 12,000 as 12k: what fits beside an axis.
std::string tick_text(double value) {
    double const size = std::fabs(value);
    if (size >= 1e9) { return number(value / 1e9) + "G"; }
    if (size >= 1e6) { return number(value / 1e6) + "M"; }
    if (size >= 1e4) { return number(value / 1e3) + "k"; }
    return number(value);
}

std::string attribute(char const* name, double value) {
    return std::string(" ") + name + "=\"" + number(value) + "\"";
}

std::string words(double x, double y, std::string_view text, std::string_view anchor = "start",
                  std::string_view look = "label") {
    return "<text class=\"" + std::string(look) + "\"" + attribute("x", x) + attribute("y", y) +
           " text-anchor=\"" + std::string(anchor) + "\">" + escaped(text) + "</text>\n";
}

std::string stroke(double x1, double y1, double x2, double y2, std::string_view look) {
    return "<line class=\"" + std::string(look) + "\"" + attribute("x1", x1) + attribute("y1", y1) +
           attribute("x2", x2) + attribute("y2", y2) + "/>\n";
}

std::string opened(double height, std::string_view title) {
    return "<svg viewBox=\"0 0 " + number(width) + " " + number(height) +
           "\" role=\"img\" aria-label=\"" + escaped(title) + "\">\n";
}

/// One direction of a plot: values to places, and where its ticks are.
class scale {
public:
    scale(double low, double high, bool log, double begin, double end)
        : log_(log), begin_(begin), end_(end) {
        if (log) {
            low_ = std::log10(low) - 0.05;
            high_ = std::log10(high) + 0.05;
            for (double power = std::floor(low_); power <= high_; ++power) {
                for (double const m : {1.0, 2.0, 5.0}) {
                    double const value = m * std::pow(10.0, power);
                    if (std::log10(value) >= low_ && std::log10(value) <= high_) {
                        ticks_.push_back(value);
                    }
                }
            }
            return;
        }
        double const span = high > low ? high - low : 1;
        double const raw = span / 6;
        double const power = std::pow(10.0, std::floor(std::log10(raw)));
        double step = 10 * power;
        for (double const m : {1.0, 2.0, 5.0}) {
            if (m * power >= raw) {
                step = m * power;
                break;
            }
        }
        low_ = std::floor(low / step) * step;
        high_ = std::ceil((low + span) / step) * step;
        for (double value = low_; value <= high_ + step / 2; value += step) {
            ticks_.push_back(value);
        }
    }
    [[nodiscard]] double at(double value) const {
        double const v = log_ ? std::log10(value) : value;
        return begin_ + (v - low_) / (high_ - low_) * (end_ - begin_);
    }
    [[nodiscard]] std::vector<double> const& ticks() const { return ticks_; }

private:
    bool log_;
    double begin_;
    double end_;
    double low_{};
    double high_{};
    std::vector<double> ticks_{};
};

/// The frame of a plot with ticks and titles.
std::string frame(axes const& a, scale const& x, scale const& y) {
    std::string out;
    for (double const value : x.ticks()) {
        out += stroke(x.at(value), plot_top, x.at(value), plot_bottom, "grid");
        out += words(x.at(value), plot_bottom + 18, tick_text(value), "middle", "tick");
    }
    for (double const value : y.ticks()) {
        out += stroke(plot_left, y.at(value), plot_right, y.at(value), "grid");
        out += words(plot_left - 8, y.at(value) + 4, tick_text(value), "end", "tick");
    }
    out += words((plot_left + plot_right) / 2, plot_bottom + 40, a.x, "middle", "tick");
    double const middle = (plot_top + plot_bottom) / 2;
    out += "<text class=\"tick\" text-anchor=\"middle\" transform=\"translate(14 " +
           number(middle) + ") rotate(-90)\">" + escaped(a.y) + "</text>\n";
    return out;
}

struct bounds {
    double low{1e300};
    double high{-1e300};
    void add(double v) {
        low = std::min(low, v);
        high = std::max(high, v);
    }
};

/// Names in a row, each behind a square of its colour.
std::string legend(std::vector<std::string> const& names, double top) {
    std::string out;
    double left = plot_left;
    constexpr double letter = 7.2;
    for (std::size_t i = 0; i < names.size(); ++i) {
        out += "<rect class=\"c" + std::to_string(i) + "\"" + attribute("x", left) +
               attribute("y", top) + " width=\"11\" height=\"11\" rx=\"2\"/>\n";
        out += words(left + 16, top + 10, names[i]);
        left += 36 + letter * static_cast<double>(names[i].size());
    }
    return out;
}

} // namespace

std::string escaped(std::string_view text) {
    std::string out;
    for (char const c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

std::string stacked_bars(std::vector<std::string> const& keys, std::vector<bar> const& bars,
                         std::string const& unit) {
    constexpr double label_width = 230;
    constexpr double row = 26;
    constexpr double thick = 16;
    constexpr double number_width = 110;
    double most = 0;
    for (bar const& b : bars) {
        most = std::max(most, b.whole);
    }
    double const room = plot_right - number_width - label_width;
    double const height = 34 + row * static_cast<double>(bars.size());
    std::string out = opened(height, "bars");
    out += legend(keys, 2);
    double top = 26;
    for (bar const& b : bars) {
        out += words(label_width - 10, top + 12, b.label, "end");
        double left = label_width;
        double used = 0;
        for (std::size_t i = 0; i < b.parts.size(); ++i) {
            double const length = b.parts[i] / most * room;
            out += "<rect class=\"c" + std::to_string(i) + "\"" + attribute("x", left) +
                   attribute("y", top) + attribute("width", length) + attribute("height", thick) +
                   "><title>" + escaped(keys[i]) + ": " + number(b.parts[i]) + " " + escaped(unit) +
                   "</title></rect>\n";
            left += length;
            used += b.parts[i];
        }
        out += "<rect class=\"frame\"" + attribute("x", label_width) + attribute("y", top) +
               attribute("width", b.whole / most * room) + attribute("height", thick) + "/>\n";
        out += words(label_width + b.whole / most * room + 8, top + 12,
                     number(std::round(used * 10) / 10) + " / " +
                         number(std::round(b.whole * 10) / 10) + " " + unit,
                     "start", "tick");
        top += row;
    }
    return out + "</svg>\n";
}

std::string scatter(axes const& a, std::vector<dot> const& dots) {
    bounds bx;
    bounds by;
    for (dot const& d : dots) {
        bx.add(d.x);
        by.add(d.y);
    }
    scale const x(bx.low, bx.high, a.log_x, plot_left, plot_right);
    scale const y(by.low, by.high, a.log_y, plot_bottom, plot_top);
    std::string out = opened(plot_bottom + 50, a.y + " over " + a.x) + frame(a, x, y);
    std::vector<dot const*> front;
    for (dot const& d : dots) {
        if (d.on_front) { front.push_back(&d); }
    }
    std::ranges::sort(front, [](dot const* p, dot const* q) { return p->x < q->x; });
    if (!front.empty()) {
        out += "<path class=\"line l0\" d=\"M";
        for (dot const* d : front) {
            out += (d == front[0] ? "" : " L") + number(x.at(d->x)) + " " + number(y.at(d->y));
        }
        out += "\"/>\n";
    }
    // A name that would stand on another is left to the dot's title.
    struct box {
        double x, y, wide;
    };
    std::vector<box> taken;
    auto const draw = [&](dot const& d) {
        double const px = x.at(d.x);
        double const py = y.at(d.y);
        out += "<circle class=\"" + std::string(d.on_front ? "c0" : "faint") + "\"" +
               attribute("cx", px) + attribute("cy", py) + " r=\"" + (d.on_front ? "5" : "3.5") +
               "\"><title>" + escaped(d.label) + ": " + number(d.x) + ", " + number(d.y) +
               "</title></circle>\n";
        // Right or left of the dot, above or below it: the first place that is free.
        constexpr double letter = 6.4;
        constexpr double tall = 12;
        double const wide = letter * static_cast<double>(d.label.size());
        for (double const below : {-6.0, 15.0}) {
            for (bool const left : {false, true}) {
                box const b{left ? px - 8 - wide : px + 8, py + below, wide};
                bool const inside = b.x > plot_left && b.x + wide < plot_right + 10;
                bool const free = std::ranges::none_of(taken, [&](box const& t) {
                    return std::fabs(t.y - b.y) < tall && b.x < t.x + t.wide && t.x < b.x + wide;
                });
                if (!inside || !free) { continue; }
                taken.push_back(b);
                out += words(left ? px - 8 : px + 8, b.y, d.label, left ? "end" : "start",
                             d.on_front ? "label" : "tick");
                return;
            }
        }
    };
    for (dot const* d : front) {
        draw(*d);
    }
    for (dot const& d : dots) {
        if (!d.on_front) { draw(d); }
    }
    return out + "</svg>\n";
}

std::string lines(axes const& a, std::vector<curve> const& curves) {
    bounds bx;
    bounds by;
    if (!a.log_y) { by.add(0); }
    std::vector<std::string> names;
    for (curve const& c : curves) {
        names.push_back(c.label);
        for (double const v : c.x) {
            bx.add(v);
        }
        for (double const v : c.y) {
            by.add(v);
        }
    }
    scale const x(bx.low, bx.high, a.log_x, plot_left, plot_right);
    scale const y(by.low, by.high, a.log_y, plot_bottom, plot_top);
    std::string out = opened(plot_bottom + 76, a.y + " over " + a.x) + frame(a, x, y);
    for (std::size_t i = 0; i < curves.size(); ++i) {
        curve const& c = curves[i];
        out += "<path class=\"line l" + std::to_string(i) + "\" d=\"";
        for (std::size_t k = 0; k < c.x.size(); ++k) {
            std::string const px = number(x.at(c.x[k]));
            std::string const py = number(y.at(c.y[k]));
            out += k == 0 ? "M" + px + " " + py
                          : (c.steps ? " H" + px + " V" + py : " L" + px + " " + py);
        }
        out += "\"/>\n";
    }
    out += legend(names, plot_bottom + 56);
    return out + "</svg>\n";
}

} // namespace recommend
