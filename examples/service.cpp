// SPDX-License-Identifier: MIT
// A sizing service over HTTP: the questions and answers of the C interface (reckon_c.h), the catalogue, and
// Kubernetes' admission check.
//
//   service --port 8080
//   curl localhost:8080/gpus?contains=h200
//   curl localhost:8080/preflight -d '{"command_line": "vllm serve Qwen/Qwen3-32B", "accelerator": "l40s"}'
//
// /openapi.json describes it. With --certificate and --key it speaks HTTPS, as a webhook must.
// Exit status: 1 the port is taken, 2 the call itself makes no sense.
#include "service/answers.hpp"

#include <reckon/io/read_file.hpp>

#include <CLI/CLI.hpp>

#include <filesystem>
#include <httplib.h>
#include <iostream>
#include <memory>
#include <string>

namespace {

constexpr std::size_t largest_body = std::size_t{1} << 20U;

void send(httplib::Response& to, service::answer const& said) {
    to.status = said.status;
    to.set_content(said.text, "application/json");
}

/// What the transport refuses before anybody is asked.
void send_error(httplib::Response& to) {
    if (!to.body.empty()) { return; } // an answer of ours
    switch (to.status) {
    case 413:
        return send(to, service::refusal(413, "out_of_range",
                                         "the body is larger than 1 MiB; ask about less at once."));
    case 414:
        return send(to, service::refusal(414, "out_of_range", "the path is too long; shorten it."));
    default:
        return send(to,
                    service::refusal(to.status, "malformed",
                                     "this request cannot be read; /openapi.json says what can."));
    }
}

void serve(httplib::Server& server) {
    auto const answer = [](httplib::Request const& from, httplib::Response& to) {
        std::string const contains = from.get_param_value("contains");
        send(to, service::answer_to({.method = from.method,
                                     .path = from.path,
                                     .contains = contains,
                                     .body = from.body}));
    };
    std::string const anything = ".*";
    server.Get(anything, answer)
        .Post(anything, answer)
        .Put(anything, answer)
        .Patch(anything, answer)
        .Delete(anything, answer);
    // Not SO_REUSEPORT, the library's own choice: two services at one port would share the questions.
    server.set_socket_options([](socket_t socket) {
        int const yes = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    server.set_payload_max_length(largest_body);
    server.set_read_timeout(5).set_keep_alive_max_count(100);
    server.set_error_handler(
        [](httplib::Request const&, httplib::Response& to) { send_error(to); });
    server.set_exception_handler([](httplib::Request const&, httplib::Response& to,
                                    auto const&...) {
        send(to, service::refusal(500, "unsupported",
                                  "the answer could not be made; there may be too little memory."));
    });
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Answers over HTTP what it takes to serve a model; /openapi.json says how to ask."};
    std::string host = "127.0.0.1";
    int port = 8080;
    std::string certificate;
    std::string key;
    app.add_option("--host", host, "address to listen at (127.0.0.1)");
    app.add_option("--port", port, "0: any that is free (8080)")->check(CLI::Range(0, 65535));
    app.add_option("--certificate", certificate, "PEM file, for HTTPS");
    app.add_option("--key", key, "PEM file of its private key");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) { return app.exit(e) == 0 ? 0 : 2; }
    bool const secure = !certificate.empty();
    if (secure == key.empty()) {
        std::cerr << "service: HTTPS needs --certificate and --key; give both or none.\n";
        return 2;
    }
    std::unique_ptr<httplib::Server> server = std::make_unique<httplib::Server>();
    if (secure) {
#ifdef CPPHTTPLIB_OPENSSL_SUPPORT
        server = std::make_unique<httplib::SSLServer>(certificate.c_str(), key.c_str());
        if (!server->is_valid()) {
            std::cerr << "service: the certificate or its key cannot be read; give PEM files.\n";
            return 2;
        }
#else
        std::cerr << "service: this build has no HTTPS; build cpp-httplib with OpenSSL.\n";
        return 2;
#endif
    }
    serve(*server);
    int const bound = port == 0                          ? server->bind_to_any_port(host)
                      : server->bind_to_port(host, port) ? port
                                                         : -1;
    if (bound < 0) {
        std::cerr << "service: " << host << ":" << port
                  << " cannot be listened at; choose another --port or --host.\n";
        return 1;
    }
    std::cout << "listening at " << (secure ? "https://" : "http://") << host << ':' << bound
              << std::endl; // NOLINT(performance-avoid-endl): who started it waits for this line
    return server->listen_after_bind() ? 0 : 1;
}
