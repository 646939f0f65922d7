// SPDX-License-Identifier: MIT
// Several models side by side: nobody takes more than there is, and who comes first is served best.
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/llama_cpp/residents.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace reckon;

namespace {

using resident = llama_cpp_resident<any_model>;

constexpr recipe q8 = recipe(any_precision(gguf::q8_0));
constexpr bytes margin = gibibytes(1);

resident of(any_model const& m, count least = 4096) {
    return {.model = m, .weights = q8, .settings = {.outputs = 1}, .least_context = least};
}

std::vector<llama_cpp_seat> seats_of(std::vector<resident> const& residents,
                                     std::vector<bytes> const& free, bytes host) {
    std::vector<llama_cpp_seat> seats(residents.size());
    auto const why = seat_residents<any_model>(residents, free, host, margin, seats);
    CHECK_FALSE(why);
    // Nothing is given out twice.
    std::vector<bytes> left = free;
    bytes host_left = host;
    for (llama_cpp_seat const& seat : seats) {
        if (!seat.loads) { continue; }
        for (std::size_t d = 0; d < left.size(); ++d) {
            left[d] -= seat.memory.devices[d].total();
        }
        host_left -= seat.memory.host.total();
    }
    for (bytes const b : left) {
        CHECK(b >= margin);
    }
    CHECK(host_left >= bytes{0});
    return seats;
}

} // namespace

TEST_CASE("what fits is wholly on the device, and contexts grow in order") {
    auto const seats =
        seats_of({of(models::qwen3_8b), of(models::llama_3_1_8b)}, {gibibytes(20)}, gibibytes(64));
    REQUIRE(seats[0].loads);
    REQUIRE(seats[1].loads);
    CHECK(seats[0].settings.gpu_layers == 37);
    CHECK(seats[1].settings.gpu_layers == 33);
    CHECK(seats[0].settings.context > 4096);
    CHECK(seats[1].settings.context >= 4096);
    CHECK(seats[0].settings.context > seats[1].settings.context);
    // A step more of the first would not fit beside the other.
    llama_cpp_settings more = seats[0].settings;
    more.context += llama_cpp_cell_step;
    auto const grown = llama_cpp_memory_of(models::qwen3_8b, q8, more);
    REQUIRE(grown);
    auto const least = llama_cpp_memory_of(
        models::llama_3_1_8b, q8,
        {.context = 4096, .outputs = 1, .gpu_layers = 33, .split = seats[0].settings.split});
    REQUIRE(least);
    CHECK(grown->device.total() + least->device.total() > gibibytes(19));
}

TEST_CASE("no more context than is wanted, or than the model has") {
    resident small = of(models::qwen3_0_6b);
    small.wanted_context = 10000;
    auto const seats = seats_of({small, of(models::qwen3_8b)}, {gibibytes(80)}, gibibytes(64));
    CHECK(seats[0].settings.context == 10000);
    CHECK(seats[0].memory.extent.context() == 10240);
    CHECK(seats[1].settings.context == 40960);
    // A least context beyond the model's own is the model's own.
    CHECK(seats_of({of(models::qwen3_8b, 1 << 20)}, {gibibytes(80)}, gibibytes(64))[0]
              .settings.context == 40960);
}

TEST_CASE("a mixture leaves experts on the host, others leave layers") {
    auto const mixture = seats_of({of(models::qwen3_30b_a3b)}, {gibibytes(16)}, gibibytes(64));
    REQUIRE(mixture[0].loads);
    CHECK(mixture[0].settings.gpu_layers == 49);
    CHECK(mixture[0].settings.host_experts > 0);
    auto const dense = seats_of({of(models::qwen3_32b)}, {gibibytes(16)}, gibibytes(64));
    REQUIRE(dense[0].loads);
    CHECK(dense[0].settings.gpu_layers > 0);
    CHECK(dense[0].settings.gpu_layers < 65);
    CHECK(dense[0].settings.host_experts == 0);
    // The second goes where there is room: to the host alone, then nowhere.
    auto const two =
        seats_of({of(models::qwen3_8b), of(models::llama_3_1_8b)}, {gibibytes(11)}, gibibytes(64));
    CHECK(two[0].settings.gpu_layers == 37);
    CHECK(two[1].loads);
    CHECK(two[1].settings.gpu_layers < 33);
    auto const none =
        seats_of({of(models::qwen3_8b), of(models::llama_3_1_8b)}, {gibibytes(11)}, gibibytes(4));
    CHECK(none[0].loads);
    CHECK_FALSE(none[1].loads);
}

TEST_CASE("exactly what there is is enough, on devices and on the host") {
    resident one = of(models::qwen3_0_6b);
    one.wanted_context = one.least_context;
    auto const needed = [&](count layers, count context = 4096) {
        llama_cpp_settings s = one.settings;
        s.context = context;
        s.gpu_layers = layers;
        s.idle_device = layers == 0;
        return llama_cpp_memory_of(one.model, q8, s).value();
    };
    bytes const device = needed(29).device.total() + margin;
    bytes const host = needed(29).host.total();
    auto const all = seats_of({one}, {device}, host);
    CHECK(all[0].loads);
    CHECK(all[0].settings.gpu_layers == 29);
    CHECK(all[0].settings.host_experts == 0);
    CHECK(all[0].settings.context == 4096);
    CHECK_FALSE(seats_of({one}, {device}, host - bytes{1})[0].loads);
    auto const most = seats_of({one}, {device - bytes{1}}, gibibytes(8));
    CHECK(most[0].loads);
    CHECK(most[0].settings.gpu_layers == 28);
    CHECK(most[0].settings.host_experts == 0);
    CHECK_FALSE(most[0].settings.idle_device);
    // A device that computes what lies on the host; nobody else has room beside it there.
    bytes const idle = needed(0).device.total() + margin;
    REQUIRE(needed(1).device.total() + margin > idle);
    bytes const on_host = needed(0).host.total();
    auto const none = seats_of({one}, {idle}, on_host);
    CHECK(none[0].loads);
    CHECK(none[0].settings.gpu_layers == 0);
    CHECK(none[0].settings.idle_device);
    auto const two =
        seats_of({one, one}, {idle + needed(0).device.total()}, 2 * on_host - bytes{1});
    CHECK(two[0].loads);
    CHECK_FALSE(two[1].loads);
    // A context on the host grows as far as the host has room, its own with it.
    resident grows = of(models::qwen3_0_6b);
    grows.settings.cache_on_host = true;
    llama_cpp_settings longer = grows.settings;
    longer.context = 8192;
    longer.gpu_layers = 29;
    bytes const room = llama_cpp_memory_of(grows.model, q8, longer)->host.total();
    CHECK(seats_of({grows}, {gibibytes(8)}, room)[0].settings.context == 8192);
    CHECK(seats_of({grows}, {gibibytes(8)}, room - bytes{1})[0].settings.context == 7936);
}

TEST_CASE("a context of 4,096 is the least and 131,072 is wanted, unless said otherwise") {
    resident one{.model = models::qwen3_0_6b, .weights = q8, .settings = {.outputs = 1}};
    one.model.max_context = tokens{1 << 20};
    auto const least =
        llama_cpp_memory_of(one.model, q8, {.context = 4096, .outputs = 1, .gpu_layers = 29});
    auto const tight = seats_of({one}, {least->device.total() + margin}, gibibytes(8));
    CHECK(tight[0].settings.gpu_layers == 29);
    CHECK(tight[0].settings.context == 4096);
    CHECK(seats_of({one}, {gibibytes(80)}, gibibytes(8))[0].settings.context == 131072);
    // A model that does not say how long its context is keeps the least.
    one.model.max_context = {};
    CHECK(seats_of({one}, {gibibytes(80)}, gibibytes(8))[0].settings.context == 4096);
}

TEST_CASE("sixteen devices are served, and one without room has no share") {
    std::vector<resident> const one{of(models::qwen3_0_6b)};
    std::vector<llama_cpp_seat> seats(1);
    std::vector<bytes> free(16, gibibytes(8));
    CHECK_FALSE(seat_residents<any_model>(one, free, gibibytes(8), margin, seats));
    CHECK(seats[0].settings.split.devices == 16);
    free.push_back(gibibytes(8));
    CHECK(seat_residents<any_model>(one, free, gibibytes(8), margin, seats));
    auto const shares = [&] {
        std::vector<bytes> const unlike{gibibytes(8), margin, margin - bytes{1}};
        REQUIRE_FALSE(seat_residents<any_model>(one, unlike, gibibytes(8), margin, seats));
        return seats[0].settings.split;
    }();
    CHECK(shares.shares[0] == in_bytes(gibibytes(7)));
    CHECK(shares.shares[1] == 0);
    CHECK(shares.shares[2] == 0);
}

TEST_CASE("devices are filled in proportion to what is free") {
    auto const seats =
        seats_of({of(models::llama_3_1_70b)}, {gibibytes(49), gibibytes(41)}, gibibytes(64));
    REQUIRE(seats[0].loads);
    CHECK(seats[0].settings.gpu_layers == 81);
    CHECK(seats[0].settings.split.devices == 2);
    CHECK(seats[0].memory.devices[0].total() > seats[0].memory.devices[1].total());
}

TEST_CASE("what cannot be asked is refused") {
    std::vector<resident> const one{of(models::qwen3_8b)};
    std::vector<llama_cpp_seat> seats(1);
    auto const no_devices = seat_residents<any_model>(one, {}, gibibytes(1), margin, seats);
    REQUIRE(no_devices);
    CHECK(no_devices->message.view() == "memory must be given for 1 to 16 devices.");
    bytes const free[] = {gibibytes(24)};
    auto const no_seats = seat_residents<any_model>(one, free, gibibytes(1), margin, {});
    REQUIRE(no_seats);
    CHECK(no_seats->message.view() == "there are fewer seats than residents.");
    resident wrong = of(models::qwen3_8b);
    wrong.settings.sequences = 0;
    auto const refused =
        seat_residents<any_model>(std::vector<resident>{wrong}, free, gibibytes(64), margin, seats);
    REQUIRE(refused);
    CHECK(refused->message.view().starts_with("-np 0"));
}
