// SPDX-License-Identifier: MIT
// Lists of modules that a quantised checkpoint leaves alone, as the tools write them: plain names
// or
// parts of names ("lm_head", "gate"), shell patterns ("model.layers.*.self_attn", modelopt) and
// regular
// expressions ("re:.*self_attn.*", compressed-tensors).
//
// The matcher is written here, and bounded, because std::regex throws on what it does not like and
// can take exponential time on what it does.
#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace reckon::inline v0::io::hugging_face {

/// Whether a shell pattern ('*', '?') matches the whole name. Linear in name x stars.
[[nodiscard]] constexpr bool glob_matches(std::string_view pattern,
                                          std::string_view name) noexcept {
    std::size_t p = 0;
    std::size_t n = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = n;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

/// The part of Python's regular expressions that these lists use: literals, '.', classes, '\d',
/// '\.',
/// groups with '|', the repeats '*', '+', '?', and the anchors. Anything else is `unknown`.
/// As re.match does, it must match from the start but not to the end.
class small_regex {
public:
    /// `unknown`: the pattern has what is not read here, or takes too many steps.
    enum class answer : unsigned char { no, yes, unknown };

    /// Steps that one match may take; a list of ordinary patterns needs a few hundred each.
    static constexpr std::size_t most_steps = 20'000;

    /// `budget` is what all matches together may still take, and shrinks.
    [[nodiscard]] static answer match(std::string_view pattern, std::string_view name,
                                      std::size_t& budget) {
        small_regex r{pattern, name};
        std::size_t const granted = std::min(budget, most_steps);
        r.steps_ = granted;
        bool const found = r.alternatives(0, pattern.size(), 0, nullptr);
        budget -= granted - r.steps_;
        return r.unknown_ || r.steps_ == 0 ? answer::unknown : found ? answer::yes : answer::no;
    }

private:
    /// What has to match after a group: the rest of the pattern around it.
    struct rest {
        std::size_t from;
        std::size_t to;
        rest const* next;
    };
    small_regex(std::string_view pattern, std::string_view name) : pattern_(pattern), name_(name) {}

    /// The end of the atom that starts at p: one character, an escape, a class or a group.
    [[nodiscard]] std::size_t atom_end(std::size_t p, std::size_t to) {
        if (pattern_[p] == '\\') { return p + 2 <= to ? p + 2 : give_up(to); }
        if (pattern_[p] == '[') {
            std::size_t const close = pattern_.find(']', p + 1);
            return close < to ? close + 1 : give_up(to);
        }
        if (pattern_[p] != '(') { return p + 1; }
        std::size_t depth = 0;
        for (std::size_t i = p; i < to; ++i) {
            if (steps_ > 0) { --steps_; }
            if (pattern_[i] == '\\') {
                ++i;
            } else if (pattern_[i] == '(') {
                ++depth;
            } else if (pattern_[i] == ')' && --depth == 0) {
                return i + 1;
            }
        }
        return give_up(to);
    }
    [[nodiscard]] std::size_t give_up(std::size_t to) {
        unknown_ = true;
        return to;
    }
    /// Any of the branches a|b|c in [from, to), then the rest.
    [[nodiscard]] bool alternatives(std::size_t from, std::size_t to, std::size_t at,
                                    rest const* then) {
        if (++depth_ > 200) {
            unknown_ = true;
            return false;
        }
        bool found = false;
        std::size_t start = from;
        for (std::size_t i = from; i <= to && !found && !unknown_;
             i = i < to ? atom_end(i, to) : i + 1) {
            if (i < to && pattern_[i] != '|') { continue; }
            found = sequence(start, i, at, then);
            start = i + 1;
        }
        --depth_;
        return found;
    }
    [[nodiscard]] bool sequence(std::size_t from, std::size_t to, std::size_t at,
                                rest const* then) {
        if (unknown_ || steps_ <= 1) {
            steps_ = 0;
            return false;
        }
        --steps_;
        if (from == to) {
            return then == nullptr || sequence(then->from, then->to, at, then->next);
        }
        char const first = pattern_[from];
        if (first == '^') { return at == 0 && sequence(from + 1, to, at, then); }
        if (first == '$') { return at == name_.size() && sequence(from + 1, to, at, then); }
        std::size_t const end = atom_end(from, to);
        if (unknown_) { return false; }
        char const repeat = end < to ? pattern_[end] : '\0';
        bool const repeats = repeat == '*' || repeat == '+' || repeat == '?';
        std::size_t const after = repeats ? end + 1 : end;
        if (repeat == '{' ||
            (repeats && after < to && (pattern_[after] == '?' || pattern_[after] == '+'))) {
            unknown_ = true; // counted, lazy and possessive repeats
            return false;
        }
        if (first == '(') {
            std::size_t inner = from + 1;
            if (pattern_.substr(inner, 2) == "?:") { inner += 2; }
            if ((repeats && repeat != '?') || (inner < to && pattern_[inner] == '?')) {
                unknown_ = true; // repeated groups and look-around
                return false;
            }
            rest const tail{after, to, then};
            return alternatives(inner, end - 1, at, &tail) ||
                   (repeat == '?' && sequence(after, to, at, then));
        }
        std::size_t least = repeat == '*' || repeat == '?' ? 0 : 1;
        std::size_t most = repeat == '*' || repeat == '+' ? name_.size() : 1;
        std::size_t taken = 0;
        while (taken < most && at + taken < name_.size() && accepts(from, end, name_[at + taken])) {
            ++taken;
        }
        for (std::size_t n = taken + 1; n-- > least;) {
            if (sequence(after, to, at + n, then)) { return true; }
            if (unknown_ || steps_ == 0) { return false; }
        }
        return false;
    }
    /// Whether a single-character atom takes c.
    [[nodiscard]] bool accepts(std::size_t from, std::size_t to, char c) {
        auto const is_digit = [](char d) { return d >= '0' && d <= '9'; };
        char const first = pattern_[from];
        if (first == '.') { return true; }
        if (first == '\\') {
            char const escaped = pattern_[from + 1];
            if (escaped == 'd') { return is_digit(c); }
            if (escaped == 'w') {
                return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            }
            bool const letter = (escaped >= 'a' && escaped <= 'z') ||
                                (escaped >= 'A' && escaped <= 'Z') || is_digit(escaped);
            unknown_ = unknown_ || letter;
            return c == escaped;
        }
        if (first != '[') {
            unknown_ = unknown_ || first == '*' || first == '+' || first == '?' || first == '{' ||
                       first == ')';
            return c == first;
        }
        std::size_t i = from + 1;
        bool const negated = pattern_[i] == '^';
        if (negated) { ++i; }
        bool inside = false;
        for (; i + 1 < to; ++i) {
            unknown_ = unknown_ || pattern_[i] == '\\';
            if (i + 3 < to && pattern_[i + 1] == '-') {
                inside = inside || (c >= pattern_[i] && c <= pattern_[i + 2]);
                i += 2;
            } else {
                inside = inside || c == pattern_[i];
            }
        }
        return inside != negated;
    }

    std::string_view pattern_;
    std::string_view name_;
    std::size_t steps_{};
    std::size_t depth_{};
    bool unknown_{};
};

/// A list of patterns, asked by full module name ("model.layers.3.mlp.gate").
class module_patterns {
public:
    /// More than any published list of wildcards; plain names are looked up and not limited.
    static constexpr std::size_t most_wildcards = 1024;
    static constexpr std::size_t longest_wildcard = 512;

    explicit module_patterns(std::vector<std::string_view> const& list) {
        for (std::string_view const pattern : list) {
            if (pattern.starts_with("re:")) {
                expressions_.push_back(pattern.substr(3));
            } else if (pattern.find_first_of("*?") != std::string_view::npos) {
                globs_.push_back(pattern);
            } else {
                plain_.insert(pattern.ends_with('.') ? pattern.substr(0, pattern.size() - 1)
                                                     : pattern);
            }
        }
    }
    [[nodiscard]] bool empty() const noexcept {
        return plain_.empty() && globs_.empty() && expressions_.empty();
    }
    /// Whether the list would take too long to apply.
    [[nodiscard]] bool too_large() const noexcept {
        auto const is_long = [](std::string_view pattern) {
            return pattern.size() > longest_wildcard;
        };
        return globs_.size() + expressions_.size() > most_wildcards ||
               std::any_of(globs_.begin(), globs_.end(), is_long) ||
               std::any_of(expressions_.begin(), expressions_.end(), is_long);
    }

    /// A plain name matches as a run of whole components ("gate" in "mlp.gate", not in
    /// "gate_proj");
    /// a shell pattern matches the module or one that contains it.
    [[nodiscard]] bool matches(std::string_view module) {
        for (std::size_t from = 0; from < module.size();) {
            for (std::size_t to = from;;) {
                to = std::min(module.find('.', to), module.size());
                if (plain_.contains(module.substr(from, to - from))) { return true; }
                if (to++ == module.size()) { break; }
            }
            from = std::min(module.find('.', from), module.size() - 1) + 1;
        }
        for (std::string_view const glob : globs_) {
            for (std::size_t to = module.size(); to != std::string_view::npos;
                 to = to == 0 ? to : module.rfind('.', to - 1)) {
                if (glob_matches(glob, module.substr(0, to))) { return true; }
                if (to == 0) { break; }
            }
        }
        for (std::string_view const expression : expressions_) {
            auto const answer = small_regex::match(expression, module, budget_);
            if (answer == small_regex::answer::unknown && not_understood_.empty()) {
                not_understood_ = expression;
            }
            if (answer == small_regex::answer::yes) { return true; }
        }
        return false;
    }
    /// A regular expression that asks for more than the matcher knows, if there was one.
    [[nodiscard]] std::string_view not_understood() const noexcept { return not_understood_; }

private:
    std::unordered_set<std::string_view> plain_{};
    std::vector<std::string_view> globs_{};
    std::vector<std::string_view> expressions_{};
    std::string_view not_understood_{};
    std::size_t budget_{20'000'000}; ///< a fraction of a second
};

} // namespace reckon::inline v0::io::hugging_face
