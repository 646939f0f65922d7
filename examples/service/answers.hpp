// SPDX-License-Identifier: MIT
// What the service answers to a question, whatever carried it here.
#pragma once
#include <string>
#include <string_view>

namespace service {

/// One question: GET /models?contains=qwen has no body, POST /memory one in JSON.
struct question {
    std::string_view method{};
    std::string_view path{};
    std::string_view contains{}; ///< of the query, for lists
    std::string_view body{};
};

/// A status of HTTP and a text in JSON; an error is {"error": one sentence, "code": its kind}.
struct answer {
    int status{200};
    std::string text{};
};

/// Nothing is kept from one question to the next, so that any number of threads may ask.
[[nodiscard]] answer answer_to(question const& q);

/// An error of the transport: a body that is too large, a method that nothing has.
[[nodiscard]] answer refusal(int status, std::string_view code, std::string_view sentence);

/// The OpenAPI description of all of it.
[[nodiscard]] std::string_view description();

} // namespace service
