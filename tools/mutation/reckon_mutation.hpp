// SPDX-License-Identifier: MIT
// What tools/mutate.py puts into a copy of the headers: operators that can be made wrong one at a time while a program
// runs. `a + b` becomes `a + arithmetic{7} + b`, which adds unless mutant 7 is the active one; precedence is kept,
// because an operator stands for itself.
//
//   RECKON_MUTANT=7 in the environment   makes mutant 7 active at run time
//   -DRECKON_MUTANT=7                    makes it active in constant expressions too
//   RECKON_MUTATION_SEEN=FILE            writes what a run has passed: `1 7` reached, `2 7` refused by the types
#pragma once
#include <concepts>
#include <cstdio>
#include <cstdlib>
#include <type_traits>

#ifndef RECKON_MUTANT
#define RECKON_MUTANT -1
#endif

namespace reckon_mutation {

inline int const active = [] {
    char const* const id = std::getenv("RECKON_MUTANT");
    return id == nullptr ? RECKON_MUTANT : std::atoi(id);
}();

struct record {
    unsigned char of[1 << 16]{};
    ~record() {
        char const* const path = std::getenv("RECKON_MUTATION_SEEN");
        std::FILE* const file = path == nullptr ? nullptr : std::fopen(path, "w");
        if (file == nullptr) { return; }
        for (int id = 0; id < (1 << 16); ++id) {
            if (of[id] != 0) { std::fprintf(file, "%d %d\n", of[id], id); }
        }
        std::fclose(file);
    }
};
inline record seen;

constexpr bool on(int id) {
    if (std::is_constant_evaluated()) { return id == RECKON_MUTANT; }
    if (seen.of[id] == 0) { seen.of[id] = 1; }
    return id == active;
}
constexpr void refused(int id) {
    if (!std::is_constant_evaluated()) { seen.of[id] = 2; }
}

/// The right side of `+=`, or nothing of it.
struct none_of {
    int id;
    template <class T> constexpr auto operator()(T const& x) const {
        if constexpr (requires {
                          { x - x } -> std::convertible_to<T>;
                      }) {
            return on(id) ? static_cast<T>(x - x) : x;
        } else {
            refused(id);
            return x;
        }
    }
};

template <class A> struct left {
    A&& a;
    int id;
};

// RECKON_MUTATION_OPERATOR(NAME, OP, INSTEAD): a OP NAME{id} OP b is a OP b, or a INSTEAD b where that has the same type.
#define RECKON_MUTATION_OPERATOR(NAME, OP, INSTEAD)                                                \
    struct NAME {                                                                                  \
        int id;                                                                                    \
    };                                                                                             \
    template <class A> struct NAME##_left : left<A> {};                                            \
    template <class A> constexpr NAME##_left<A> operator OP(A && a, NAME m) {                      \
        return {{static_cast<A&&>(a), m.id}};                                                      \
    }                                                                                              \
    template <class A, class B> constexpr auto operator OP(NAME##_left<A> l, B&& b) {              \
        using result =                                                                             \
            std::remove_cvref_t<decltype(static_cast<A&&>(l.a) OP static_cast<B&&>(b))>;           \
        if constexpr (requires {                                                                   \
                          {                                                                        \
                              static_cast<A&&>(l.a) INSTEAD static_cast<B&&>(b)                    \
                          } -> std::same_as<result>;                                               \
                      }) {                                                                         \
            if (on(l.id)) { return static_cast<A&&>(l.a) INSTEAD static_cast<B&&>(b); }            \
        } else {                                                                                   \
            refused(l.id);                                                                         \
        }                                                                                          \
        return result(static_cast<A&&>(l.a) OP static_cast<B&&>(b));                               \
    }

RECKON_MUTATION_OPERATOR(plus_minus, +, -)
RECKON_MUTATION_OPERATOR(minus_plus, -, +)
RECKON_MUTATION_OPERATOR(times_over, *, /)
RECKON_MUTATION_OPERATOR(over_times, /, *)
RECKON_MUTATION_OPERATOR(remainder_over, %, /)
RECKON_MUTATION_OPERATOR(less_or_equal, <, <=)
RECKON_MUTATION_OPERATOR(less_not, <, >=)
RECKON_MUTATION_OPERATOR(greater_or_equal, >, >=)
RECKON_MUTATION_OPERATOR(greater_not, >, <=)
RECKON_MUTATION_OPERATOR(at_most_less, <=, <)
RECKON_MUTATION_OPERATOR(at_most_not, <=, >)
RECKON_MUTATION_OPERATOR(at_least_greater, >=, >)
RECKON_MUTATION_OPERATOR(at_least_not, >=, <)
RECKON_MUTATION_OPERATOR(equal_not, ==, !=)
RECKON_MUTATION_OPERATOR(unequal_not, !=, ==)
#undef RECKON_MUTATION_OPERATOR

} // namespace reckon_mutation
