// SPDX-License-Identifier: MIT
// What is said about the pods of an object: which containers would run out of memory when they start, and which are
// not understood.
#pragma once
#include <reckon/io/deployment_file.hpp>
#include <reckon/io/kubernetes_object.hpp>
#include <reckon/io/verdict_text.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace admission {

/// How a cluster judges.
struct rules {
    std::string accelerator{}; ///< where an object says none
    reckon::count most_gpus{16};
    bool strict{}; ///< what is not understood is denied instead of warned about
};

/// Each with the container that it is about.
struct verdict {
    std::vector<std::string> refusals{};
    std::vector<std::string> warnings{};
    std::vector<std::string> notes{};
    [[nodiscard]] bool allowed() const noexcept { return refusals.empty(); }
};

/// The verdict on an AdmissionReview, on another object as JSON, or on manifests in YAML. `review`: the answer to an
/// AdmissionReview, as JSON; empty for the others.
struct answer {
    verdict found{};
    std::string review{};
};

namespace detail {

using namespace reckon;

inline constexpr recipe narrower[] = {fp8_block128, int4_g128};

inline void not_understood(verdict& v, rules const& r, std::string what) {
    (r.strict ? v.refusals : v.warnings).push_back(std::move(what));
}

/// One launch on one accelerator; `who` begins the sentence.
inline void judge(verdict& v, rules const& r, std::string const& who,
                  serving::any_deployment const& d, bool shrinks_context) {
    if (!io::starts(d, shrinks_context)) {
        v.refusals.push_back(who + io::refusal_in_words(d, false, narrower, r.most_gpus));
        return;
    }
    auto const memory = memory_of(d);
    auto const gib = [](bytes size) {
        return std::string(text<63>{}.append_fixed(in_gibibytes(size), 1).view());
    };
    v.notes.push_back(who +
                      (memory.fits()
                           ? "needs " + gib(memory.needed()) + " of " + gib(memory.budget) +
                                 " GiB per GPU usable on " + std::string(d.gpu.name.view())
                           : "starts with a shorter context on " + std::string(d.gpu.name.view())));
}

inline void judge(verdict& v, rules const& r, io::pod_text const& pods,
                  io::pod_container const& c) {
    bool const engine = launches_engine(c.text);
    if (!engine && c.text.devices == 0) { return; } // a sidecar
    std::string const who = "container " + io::detail::in_quotes(c.name, 63) + ": ";
    if (!engine) {
        return not_understood(v, r,
                              who +
                                  "what it runs is no engine whose memory is known (vLLM, SGLang, "
                                  "TensorRT-LLM, llama.cpp)");
    }
    result<any_model> const held = pods.model.empty() ? any_model{} : find_model(pods.model);
    if (!held) { return not_understood(v, r, who + std::string(held.error().message.view())); }
    auto const read = io::read_container(c.text, pods.model.empty() ? nullptr : &*held);
    if (!read) {
        std::string why = who + std::string(read.error().message.view());
        if (read.error().code == errc::missing_field && pods.model.empty()) {
            why += " The annotation reckon/model names the model that a path holds.";
        }
        // Devices that are not used, or are not there, are wrong whatever the model needs.
        if (read.error().code == errc::contradiction) {
            v.refusals.push_back(why);
        } else {
            not_understood(v, r, why);
        }
        return;
    }
    auto wanted = pods.accelerators;
    if (wanted.empty() && !r.accelerator.empty()) { wanted = {r.accelerator}; }
    if (wanted.empty()) {
        return not_understood(v, r,
                              who + "no accelerator is said that it starts on; write the node "
                                    "selector nvidia.com/gpu.product or the annotation "
                                    "reckon/accelerator");
    }
    for (std::string const& name : wanted) {
        auto const gpu = find_gpu(name);
        if (!gpu) {
            not_understood(v, r, who + std::string(gpu.error().message.view()));
            continue;
        }
        judge(v, r, who, read->on(*gpu, {.concurrency = pods.concurrency}), read->shrinks_context);
    }
}

inline result<verdict> judge_object(nlohmann::json const& object, std::string_view source,
                                    rules const& r) {
    auto const pods = io::read_pods(object, source);
    if (!pods) { return pods.error(); }
    verdict v;
    for (io::pod_container const& c : pods->containers) {
        judge(v, r, *pods, c);
    }
    return v;
}

inline std::string joined(std::vector<std::string> const& sentences) {
    std::string all;
    for (std::string const& s : sentences) {
        all += (all.empty() ? "" : "; ") + s;
    }
    return all;
}

/// The answer to a review. Source: Kubernetes API reference, admission.k8s.io/v1 AdmissionResponse.
inline std::string response(std::string_view uid, verdict const& v) {
    nlohmann::ordered_json answer = {{"uid", uid}, {"allowed", v.allowed()}};
    if (!v.allowed()) {
        answer["status"] = {{"code", 403}, {"message", "reckon: " + joined(v.refusals)}};
    }
    if (!v.warnings.empty()) { answer["warnings"] = v.warnings; }
    if (!v.notes.empty()) { answer["auditAnnotations"] = {{"memory", joined(v.notes)}}; }
    nlohmann::ordered_json const all = {
        {"apiVersion", "admission.k8s.io/v1"}, {"kind", "AdmissionReview"}, {"response", answer}};
    return all.dump(2) + "\n";
}

inline result<answer> judge_review(nlohmann::json const& review, std::string_view source,
                                   rules const& r) {
    io::json_fields top(review, source);
    if (top.text_or("apiVersion", "") != "admission.k8s.io/v1") {
        top.refuse(errc::unsupported, "apiVersion",
                   "is not \"admission.k8s.io/v1\"; register the webhook with that version.");
    }
    nlohmann::json const none = nlohmann::json::object();
    nlohmann::json const* const request = top.object_or_none("request");
    io::json_fields asked(request == nullptr ? none : *request, source, "request.");
    std::string_view const uid = asked.text_or("uid", "");
    nlohmann::json const* const object =
        asked.object_or_none("object"); // null where one is deleted
    if (uid.empty()) {
        asked.refuse(errc::missing_field, "uid", "is missing; an answer must repeat it.");
    }
    for (io::json_fields const* fields : {&top, &asked}) {
        if (fields->failure()) { return *fields->failure(); }
    }
    verdict v;
    if (object != nullptr) {
        auto const judged = judge_object(*object, "the object", r);
        if (judged) {
            v = *judged;
        } else { // the review itself is sound: the answer says why
            not_understood(v, r, std::string(judged.error().message.view()));
        }
    }
    std::string text = response(uid, v);
    return answer{std::move(v), std::move(text)};
}

inline verdict judge_manifests(std::string_view yaml, std::string_view source, rules const& r) {
    verdict v;
    for (auto const& w : io::read_deployments(yaml, "manifest.yaml", r.accelerator)) {
        std::string const who = std::string(source) + ":" + std::to_string(w.line) + ": " +
                                io::detail::in_quotes(w.name, 63) + ": ";
        if (w.read) {
            judge(v, r, who, *w.read, w.shrinks_context);
        } else if (w.read.error().code == errc::contradiction) {
            v.refusals.push_back(who + std::string(w.read.error().message.view()));
        } else {
            not_understood(v, r, who + std::string(w.read.error().message.view()));
        }
    }
    return v;
}

} // namespace detail

/// Error: what is no object of Kubernetes, or no AdmissionReview of version 1.
[[nodiscard]] inline reckon::result<answer> judge(std::string_view text, std::string_view source,
                                                  rules const& r) {
    using namespace reckon;
    using namespace admission::detail;
    std::size_t const begin = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (begin == std::string_view::npos) {
        return error{errc::malformed,
                     sentence(source).append(": there is nothing in it; give an AdmissionReview or "
                                             "a manifest.")};
    }
    if (text[begin] != '{') { return answer{judge_manifests(text, source, r), {}}; }
    auto const object = io::parse_json(text, source);
    if (!object) { return object.error(); }
    io::json_fields top(*object, source);
    std::string_view const kind = top.text_or("kind", "");
    if (kind == "AdmissionReview") { return judge_review(*object, source, r); }
    if (kind.empty()) {
        top.refuse(errc::missing_field, "kind",
                   "is missing; give an AdmissionReview or another object of Kubernetes.");
    }
    if (top.failure()) { return *top.failure(); }
    auto const judged = judge_object(*object, source, r);
    if (!judged) { return judged.error(); }
    return answer{*judged, {}};
}

} // namespace admission
