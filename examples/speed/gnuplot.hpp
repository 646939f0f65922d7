// SPDX-License-Identifier: MIT
// Drawing with gnuplot: a script goes in through a pipe, an SVG comes out into a file.
#pragma once
#include <reckon/detail/result.hpp>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <fcntl.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ; // NOLINT: POSIX wants it declared by hand

namespace speed {

/// A number as a reader sees it, and as gnuplot reads it.
inline std::string fixed(double value, int decimals) {
    reckon::text<63> shown{};
    shown.append_fixed(value, decimals);
    return std::string(shown.view());
}
inline std::string plain(double value) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.6g", value);
    return digits;
}

/// Text between quotes that gnuplot takes literally, but for what makes indices and Greek letters.
inline std::string in_quotes(std::string_view text) {
    std::string out = "'";
    for (char const c : text) {
        out += c == '\'' ? std::string("''") : c == '_' || c == '^' ? " " : std::string(1, c);
    }
    return out + "'";
}

namespace detail {
inline reckon::error no_gnuplot(std::string const& program) {
    reckon::sentence s{};
    s.append("'")
        .append(program.substr(0, 60))
        .append("' cannot be started: install gnuplot (Debian: apt-get install gnuplot-nox, macOS: "
                "brew install "
                "gnuplot), or print the table without --svg.");
    return {reckon::errc::unreadable, s};
}
} // namespace detail

/// Runs `script` and writes what gnuplot draws to `file`; nothing is left of it when that fails.
inline reckon::possible_error draw(std::string const& script, std::string const& file,
                                   std::string const& program) {
    int const out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (out < 0) {
        return reckon::error{
            reckon::errc::unreadable,
            reckon::sentence("'")
                .append(file.substr(0, 80))
                .append("' cannot be written; name a file in a folder that exists and "
                        "is yours.")};
    }
    int ends[2]{};
    if (::pipe(ends) != 0) {
        ::close(out);
        std::remove(file.c_str());
        return detail::no_gnuplot(program);
    }
    // A drawing program that stops early must not stop this one.
    auto const before = std::signal(SIGPIPE, SIG_IGN);
    posix_spawn_file_actions_t wiring{};
    ::posix_spawn_file_actions_init(&wiring);
    ::posix_spawn_file_actions_adddup2(&wiring, ends[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&wiring, out, STDOUT_FILENO);
    ::posix_spawn_file_actions_addclose(&wiring, ends[1]);
    std::string name = program;
    char* arguments[] = {name.data(), nullptr};
    pid_t child{};
    int const failed =
        ::posix_spawnp(&child, program.c_str(), &wiring, nullptr, arguments, environ);
    ::posix_spawn_file_actions_destroy(&wiring);
    ::close(ends[0]);
    ::close(out);
    std::size_t written = 0;
    while (failed == 0 && written < script.size()) {
        ssize_t const n = ::write(ends[1], script.data() + written, script.size() - written);
        if (n < 0 && errno == EINTR) { continue; }
        if (n <= 0) { break; }
        written += static_cast<std::size_t>(n);
    }
    ::close(ends[1]);
    int status = 0;
    if (failed == 0) {
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    }
    std::signal(SIGPIPE, before);
    constexpr int not_found = 127; // what a shell, and some posix_spawnp, say of it
    if (failed != 0 || (WIFEXITED(status) && WEXITSTATUS(status) == not_found)) {
        std::remove(file.c_str());
        return detail::no_gnuplot(program);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        std::remove(file.c_str());
        return reckon::error{
            reckon::errc::unreadable,
            "gnuplot did not draw the picture; its own words are above. It must be able "
            "to write SVG: 'set terminal svg'."};
    }
    return {};
}

} // namespace speed
