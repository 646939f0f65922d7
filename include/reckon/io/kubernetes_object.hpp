// SPDX-License-Identifier: MIT
// An object of Kubernetes' API, as JSON, to the containers of the pods that it makes: what an admission webhook is
// asked about, and what kubectl prints with -o json.
//
//   Pod                                                      spec
//   Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, ..  spec.template.spec
//   CronJob                                                  spec.jobTemplate.spec.template.spec
//
// Which accelerators its nodes may have is said by the label nvidia.com/gpu.product in spec.nodeSelector or in a
// required node affinity (operator In), or by the annotation reckon/accelerator; the load by reckon/concurrency; the
// model that a path in the arguments holds by reckon/model.
// Deviations:   init containers are passed over; what other operators and labels say is not read.
// Source:       Kubernetes API reference v1.31, Pod and PodTemplateSpec; labels of NVIDIA's GPU feature discovery.
#pragma once
#include <reckon/io/json.hpp>
#include <reckon/io/kubernetes_reader.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::inline v0::io {

/// A container and its name.
struct pod_container {
    std::string name{};
    container_text text{};
};

/// What an object says about each of its pods.
struct pod_text {
    std::string name{}; ///< of the object
    std::vector<pod_container> containers{};
    std::vector<std::string> accelerators{}; ///< any of which a node may have; empty: not said
    count concurrency{};                     ///< 0: not said
    std::string model{};                     ///< what a path stands for; empty: not said
};

namespace detail {

inline constexpr std::string_view product_label = "nvidia.com/gpu.product";

/// Reads one object; the first defect stops it.
class pod_reader {
public:
    pod_reader(nlohmann::json const& object, std::string_view source)
        : source_(source), object_(object) {}

    [[nodiscard]] result<pod_text> read() {
        nlohmann::json const* const meta = member(object_, "metadata");
        if (meta != nullptr) { read_metadata(*meta, "metadata.", true); }
        nlohmann::json const* holder = &object_;
        std::string path;
        nlohmann::json const* spec = member(*holder, "spec", path);
        for (char const* const step : {"jobTemplate", "template"}) {
            nlohmann::json const* const inner =
                spec == nullptr ? nullptr : member(*spec, step, path + "spec.");
            if (inner == nullptr) { continue; }
            path += "spec." + std::string(step) + ".";
            holder = inner;
            if (nlohmann::json const* const own = member(*holder, "metadata", path)) {
                read_metadata(*own, path + "metadata.", false);
            }
            spec = member(*holder, "spec", path);
        }
        if (spec != nullptr) { read_spec(*spec, path + "spec."); }
        if (failed_) { return *failed_; }
        return std::move(found_);
    }

private:
    [[nodiscard]] json_fields fields(nlohmann::json const& of, std::string_view path) const {
        return {of, source_, path};
    }
    void keep(json_fields const& from) {
        if (!failed_ && from.failure()) { failed_ = *from.failure(); }
    }
    /// An object inside an object; null where it is not written.
    [[nodiscard]] nlohmann::json const* member(nlohmann::json const& of, std::string_view name,
                                               std::string_view path = {}) {
        json_fields from = fields(of, path);
        nlohmann::json const* const found = from.object_or_none(name);
        keep(from);
        return found;
    }
    /// The objects of a list inside an object.
    template <class Each>
    void for_each(nlohmann::json const& of, std::string_view name, std::string const& path,
                  Each&& each) {
        json_fields from = fields(of, path);
        nlohmann::json const* const list = from.find(name);
        if (list == nullptr) { return; }
        bool const right =
            list->is_array() &&
            std::all_of(list->begin(), list->end(), [](auto const& i) { return i.is_object(); });
        if (!right) {
            from.refuse(errc::wrong_type, name, "is ", shown(*list),
                        "; it must be a list of objects.");
            return keep(from);
        }
        for (std::size_t i = 0; i < list->size() && !failed_; ++i) {
            each((*list)[i], path + std::string(name) + "[" + std::to_string(i) + "].");
        }
    }

    void read_metadata(nlohmann::json const& meta, std::string const& path, bool named) {
        json_fields from = fields(meta, path);
        if (named) { found_.name = from.text_or("name", from.text_or("generateName", "")); }
        keep(from);
        nlohmann::json const* const notes = member(meta, "annotations", path);
        if (notes == nullptr) { return; }
        json_fields said = fields(*notes, path + "annotations.");
        if (std::string_view const gpu = said.text_or("reckon/accelerator", ""); !gpu.empty()) {
            found_.accelerators = {std::string(gpu)};
            annotated_ = true;
        }
        if (std::string_view const model = said.text_or("reckon/model", ""); !model.empty()) {
            found_.model = model;
        }
        if (std::string_view const load = said.text_or("reckon/concurrency", ""); !load.empty()) {
            auto const number = command::read_plain_count(load);
            if (!number || *number < 1 || *number > count{1} << 40) {
                said.refuse(errc::out_of_range, "reckon/concurrency", "is ", in_quotes(load),
                            "; it must be a number of requests, such as \"64\".");
            } else {
                found_.concurrency = *number;
            }
        }
        keep(said);
    }

    void read_spec(nlohmann::json const& spec, std::string const& path) {
        if (!annotated_) { read_products(spec, path); }
        for_each(spec, "containers", path, [&](nlohmann::json const& c, std::string const& here) {
            read_container_fields(c, here);
        });
    }

    void read_products(nlohmann::json const& spec, std::string const& path) {
        if (nlohmann::json const* const selector = member(spec, "nodeSelector", path)) {
            json_fields from = fields(*selector, path + "nodeSelector.");
            std::string_view const product = from.text_or(product_label, "");
            keep(from);
            if (!product.empty()) {
                found_.accelerators = {std::string(product)};
                return;
            }
        }
        nlohmann::json const* at = &spec;
        std::string here = path;
        for (char const* const step :
             {"affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"}) {
            at = member(*at, step, here);
            if (at == nullptr) { return; }
            here += std::string(step) + ".";
        }
        auto const one = [&](nlohmann::json const& wanted, std::string const& where) {
            json_fields from = fields(wanted, where);
            if (from.text_or("key", "") == product_label && from.text_or("operator", "") == "In") {
                for (std::string_view const value : from.texts_or_none("values")) {
                    found_.accelerators.emplace_back(value);
                }
            }
            keep(from);
        };
        for_each(*at, "nodeSelectorTerms", here,
                 [&](nlohmann::json const& term, std::string const& where) {
                     for_each(term, "matchExpressions", where, one);
                 });
    }

    void read_container_fields(nlohmann::json const& c, std::string const& path) {
        json_fields from = fields(c, path);
        pod_container out{.name = std::string(from.text_or("name", "")), .text = {}};
        out.text.image = from.text_or("image", "");
        auto const words = [&](std::string_view name, std::vector<std::string>& into) {
            for (std::string_view const word : from.texts_or_none(name)) {
                auto plain = without_references(word);
                if (!plain) {
                    from.refuse(errc::unsupported, name,
                                "has a variable, whose value is not read: ", in_quotes(word), ".");
                    return;
                }
                into.push_back(std::move(*plain));
            }
        };
        words("command", out.text.command);
        words("args", out.text.arguments);
        keep(from);
        for_each(c, "env", path, [&](nlohmann::json const& e, std::string const& where) {
            json_fields variable = fields(e, where);
            if (e.contains("value")) { // others come from elsewhere
                out.text.variables.push_back(std::string(variable.text_or("name", "")) + "=" +
                                             std::string(variable.text_or("value", "")));
            }
            keep(variable);
        });
        nlohmann::json const* const resources = member(c, "resources", path);
        for (char const* const kind : {"requests", "limits"}) {
            nlohmann::json const* const quantities =
                resources == nullptr ? nullptr : member(*resources, kind, path + "resources.");
            if (quantities != nullptr) {
                read_devices(*quantities, path + "resources." + kind + ".", out.text.devices);
            }
        }
        found_.containers.push_back(std::move(out));
    }

    void read_devices(nlohmann::json const& quantities, std::string const& path, count& devices) {
        json_fields from = fields(quantities, path);
        for (auto const& [name, amount] : quantities.items()) {
            if (!is_device_resource(name)) { continue; }
            std::string const written =
                amount.is_string() ? amount.get<std::string>() : amount.dump();
            auto const number = command::read_plain_count(written);
            if (!number || *number < 0 || *number > 1'000'000) {
                from.refuse(errc::out_of_range, name, "is ", shown(amount),
                            "; it must be a number of devices, such as 8.");
            } else {
                devices = *number;
            }
        }
        keep(from);
    }

    std::string source_;
    nlohmann::json const& object_;
    pod_text found_{};
    bool annotated_{};
    possible_error failed_{};
};

} // namespace detail

/// The containers of the pods that an object makes; none where it makes none. `source` names it in errors.
/// Errors: wrong_type, out_of_range or unsupported, with the field.
[[nodiscard]] inline result<pod_text> read_pods(nlohmann::json const& object,
                                                std::string_view source = "the object") {
    return detail::pod_reader(object, source).read();
}

} // namespace reckon::inline v0::io
