// SPDX-License-Identifier: MIT
// The inputs of a check, "model=deepseek-r1 tokens=1024", as laws read them.
#pragma once
#include <reckon/catalog/find_gpu.hpp>
#include <reckon/catalog/find_model.hpp>
#include <reckon/cost/offer.hpp>
#include <reckon/precision/find_precision.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace audit {

/// Reading never fails: the first thing that is wrong is kept, and what is read then is of no use.
class arguments {
public:
    explicit arguments(std::string_view text);

    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] std::string_view text(std::string_view name);
    [[nodiscard]] double number(std::string_view name);
    [[nodiscard]] double number_or(std::string_view name, double otherwise);
    [[nodiscard]] reckon::count whole(std::string_view name);
    [[nodiscard]] reckon::count whole_or(std::string_view name, reckon::count otherwise);
    [[nodiscard]] reckon::any_model model(std::string_view name = "model");
    [[nodiscard]] reckon::any_gpu gpu(std::string_view name = "gpu");
    [[nodiscard]] reckon::any_precision format(std::string_view name = "format");
    [[nodiscard]] reckon::recipe recipe(std::string_view name = "format");
    [[nodiscard]] reckon::arithmetic operands(std::string_view name = "operands");
    [[nodiscard]] reckon::offer instance(std::string_view name = "instance");
    /// A figure that must be known.
    template <class T> [[nodiscard]] T known(reckon::figure<T> const& f, std::string_view what) {
        if (!f.known()) { fail(std::string(what) + " is not known"); }
        return f.value_or(T{});
    }
    void fail(std::string_view why);
    /// What was wrong, or an argument that no law has asked for.
    [[nodiscard]] std::optional<std::string> wrong() const;

private:
    struct named {
        std::string name;
        std::string value;
        bool read{false};
    };
    std::vector<named> given_;
    std::optional<std::string> wrong_;
};

/// "fp16" and so on, as peaks are listed; nothing for other words.
[[nodiscard]] std::optional<reckon::arithmetic> find_operands(std::string_view name);

} // namespace audit
