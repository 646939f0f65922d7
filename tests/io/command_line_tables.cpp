// SPDX-License-Identifier: MIT
// The tables of flags: sorted, without doubles, every spelling found, every alias standing for a row.
#include <reckon/io/command_line.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace reckon::io::command;

constexpr flag_table const* tables[] = {&vllm_flags::table, &sglang_flags::table,
                                        &tensorrt_llm_flags::table, &llama_cpp_flags::table};

std::vector<std::string> all_names(flag_table const& table) {
    std::vector<std::string> names;
    for (flag const& f : table.rows) {
        names.emplace_back(f.name);
    }
    for (auto const& list : {table.switches, table.values, table.lists}) {
        names.insert(names.end(), list.begin(), list.end());
    }
    return names;
}

} // namespace

TEST_CASE("lists are sorted and share no name") {
    for (flag_table const* table : tables) {
        CAPTURE(std::string(table->engine));
        CHECK(std::ranges::is_sorted(table->rows, {}, &flag::name));
        CHECK(std::ranges::is_sorted(table->switches));
        CHECK(std::ranges::is_sorted(table->values));
        CHECK(std::ranges::is_sorted(table->lists));
        std::vector<std::string> names = all_names(*table);
        std::ranges::sort(names);
        auto const twice = std::ranges::adjacent_find(names);
        if (twice != names.end()) { FAIL_CHECK("twice: " << *twice); }
    }
}

TEST_CASE("every spelling is found as itself or as what it stands for") {
    for (flag_table const* table : tables) {
        for (std::string const& name : all_names(*table)) {
            CAPTURE(name);
            auto const found = find_flag(*table, name);
            REQUIRE(found.has_value());
            CHECK(found->is.what != sets::alias);
            CHECK_FALSE(found->is.name.empty());
        }
        for (flag const& f : table->rows) {
            CAPTURE(std::string(f.name));
            if (f.what != sets::alias) {
                CHECK(find_flag(*table, f.name)->is.name == f.name);
                CHECK((f.what != sets::not_modelled || !f.note.empty()));
                continue;
            }
            auto const row = find_flag(*table, f.note);
            REQUIRE(row.has_value());
            auto const alias = find_flag(*table, f.name);
            CHECK(alias->is.name == row->is.name);
            CHECK(alias->negated == row->negated);
            CHECK(alias->is.arity == f.arity);
        }
    }
}

TEST_CASE("tables are as large as the parsers that they were read from") {
    CHECK(all_names(vllm_flags::table).size() > 340);
    CHECK(all_names(sglang_flags::table).size() > 330);
    CHECK(all_names(tensorrt_llm_flags::table).size() > 40);
    CHECK(all_names(llama_cpp_flags::table).size() > 430);
}

TEST_CASE("spellings that engines accept") {
    auto const name = [](flag_table const& table, std::string_view typed) {
        auto const found = find_flag(table, typed);
        return found ? std::string(found->is.name) : std::string("none");
    };
    CHECK(name(vllm_flags::table, "--tensor_parallel_size") == "--tensor-parallel-size");
    CHECK(name(vllm_flags::table, "--gpu-mem") == "--gpu-memory-utilization");
    CHECK(name(vllm_flags::table, "--no-enable-prefix-caching") == "--enable-prefix-caching");
    CHECK(name(sglang_flags::table, "--tp") == "--tensor-parallel-size");
    CHECK(name(sglang_flags::table, "--tp_size") == "none");
    CHECK(name(tensorrt_llm_flags::table, "--tp") == "none");
    CHECK(name(llama_cpp_flags::table, "--ctx_size") == "--ctx-size");
    CHECK(name(llama_cpp_flags::table, "--ctx") == "none");
    CHECK(name(llama_cpp_flags::table, "--rerank") == "--embedding");
    CHECK(find_flag(llama_cpp_flags::table, "-no-kvu")->negated);
}
