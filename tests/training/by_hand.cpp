// SPDX-License-Identifier: MIT
// Durations, rollouts, copies to the host and defaults, in round numbers.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/framework.hpp>
#include <reckon/training/recipe.hpp>
#include <reckon/training/rollouts.hpp>
#include <reckon/training/search.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <tuple>

using namespace reckon;
using namespace reckon::literals;
using namespace reckon::training;
using reckon::test::near;
using reckon::test::within;

namespace {

using rates_at = reckon::training::detail::rates;

any_run small() {
    return {.model = models::llama_3_1_8b,
            .gpu = gpus::h100_sxm_80gb,
            .parallel = {.data = 8},
            .sharding = {.stage = shards::optimizer},
            .accumulation = 16};
}
calibration known() { return calibration_for(gpus::h100_sxm_80gb); }

} // namespace

TEST_CASE("a duration: steps, what is lost, what it costs") {
    any_run const r = small();
    reliability const rel{.device_hours_between_failures = 8'000,
                          .storage = data_rate_bytes_per_second(10e9),
                          .restart = 600_s,
                          .waiting = 0.5};
    running_cost const price{.device = usd_per_hour(2), .pue = 1.25, .power_fraction = 0.8};
    duration_report const d = duration_of(r, tokens{1e11}, known(), rel, price);
    REQUIRE(d.valid());
    CHECK(d.steps == std::ceil(1e11 / (8 * 16 * 4096.0)));
    CHECK(near(d.work, d.step.total.value * d.steps));
    // 2 bytes of weights; 4 of a master copy and 8 of Adam.
    auto const n = static_cast<double>(parameters_of(models::llama_3_1_8b).total);
    CHECK(near(d.checkpoint.weights, bytes{2 * n}));
    CHECK(near(d.checkpoint.optimizer, bytes{12 * n}));
    CHECK(near(d.writing, bytes{14 * n} / data_rate_bytes_per_second(10e9)));
    // Of adapters: 7 matrices of 32 layers, rank 16 x (rows + columns).
    any_run lora = r;
    lora.adapter = {.kind = adapter_kind::lora, .targets = all_linear};
    CHECK(near(duration_of(lora, tokens{1e11}, known(), rel, price).checkpoint.weights,
               bytes{2 * 41'943'040.0}));
    // A failure every 1,000 h of eight devices; half of the writing is waited for.
    double const between = 1000 * 3600.0;
    double const waiting = in_seconds(d.writing) / 2;
    double const interval = std::sqrt(2 * waiting * between);
    CHECK(near(in_seconds(d.interval), interval, within(1e-9)));
    double const share = waiting / interval + (interval / 2 + 600) / between;
    CHECK(near(d.lost, d.work * share, within(1e-9)));
    CHECK(near(d.total.value, d.work + d.lost));
    CHECK(near(d.failures, in_seconds(d.total.value) / between));
    CHECK(near(d.device_hours, in_hours(d.total.value) * 8));
    CHECK(near(d.energy.value(), watts_of(700) * d.total.value * (8 * 1.25 * 0.8)));
    CHECK(near(d.cost.value(), usd{2 * d.device_hours}));
    CHECK_FALSE(duration_of(r, tokens{1e11}, known(), rel).cost.known());
    // Nobody waits less than a second.
    duration_report const none =
        duration_of(r, tokens{1e11}, known(),
                    {.device_hours_between_failures = 8'000, .restart = 600_s, .waiting = 0});
    CHECK(near(in_seconds(none.interval), std::sqrt(2 * between), within(1e-9)));
    // An odd step is a whole one.
    CHECK(duration_of(r, r.batch_tokens(), known()).steps == 1);
    CHECK(duration_of(r, r.batch_tokens() + 1_tok, known()).steps == 2);
}

TEST_CASE("stages add up, and one that does not fit the devices is refused") {
    any_run const r = small();
    run_stage const stages[] = {
        {.sequence = 4096, .all = tokens{1e10}, .accumulation = 16},
        {.sequence = 32'768, .all = tokens{1e9}, .accumulation = 2, .context = 4}};
    staged_report const both = duration_of(r, stages, known());
    REQUIRE(both.valid);
    any_run longer = r;
    longer.sequence = 32'768;
    longer.accumulation = 2;
    longer.parallel.context = 4;
    longer.parallel.data = 2;
    duration_report const first = duration_of(r, tokens{1e10}, known());
    duration_report const second = duration_of(longer, tokens{1e9}, known());
    CHECK(near(both.work, first.work + second.work));
    CHECK(near(both.lost, first.lost + second.lost));
    CHECK(near(both.total, first.total.value + second.total.value));
    CHECK(near(both.device_hours, first.device_hours + second.device_hours));
    run_stage const odd[] = {
        {.sequence = 4096, .all = tokens{1e9}, .accumulation = 1, .context = 3}};
    CHECK_FALSE(duration_of(r, odd, known()).valid);
}

TEST_CASE("what the shipped defaults promise") {
    CHECK(near(reliability{}.device_hours_between_failures, 50'000));
    CHECK(reliability{}.restart == minutes(15));
    CHECK(reliability{}.waiting == 1);
    CHECK(running_cost{}.pue == 1.2);
    CHECK(running_cost{}.power_fraction == 0.9);
    CHECK(adapter{}.rank == 16);
    CHECK(adapter{}.bytes == 4);
    CHECK(adapter{}.targets == query_and_value);
    CHECK_FALSE(adapter{}.frozen_base());
    CHECK(recompute{}.block == 1);
    CHECK(recompute{}.fraction == 1);
    // Bytes a parameter: weights, gradients, master; states of the optimizer.
    struct row {
        numerics const& of;
        double bytes;
    };
    for (row const& r : {row{mixed_16bit, 16}, row{mixed_16bit_main_gradients, 18},
                         row{mixed_16bit_own_gradients, 20}, row{fp32_kept, 16}, row{full_fp32, 16},
                         row{pure_16bit, 12}}) {
        CAPTURE(std::string_view(r.of.name));
        double const states = adam.matrix_states * adam.state_bytes;
        CHECK(r.of.weights + r.of.gradients + r.of.master + states == r.bytes);
    }
    CHECK(mixed_16bit_own_gradients.master == 8);
    CHECK(fp32_kept.master == 0);
    CHECK(pure_16bit.master == 0);
    CHECK(full_fp32.master == 0);
    CHECK(optimizer{}.other_states == 2);
    CHECK(sgd.other_states == 0);
    CHECK(adam_16bit.state_bytes == 2);
    CHECK(adam_8bit.state_bytes == 1);
    CHECK(adam_4bit.state_bytes == 0.5);
    CHECK(lion.matrix_states == 1);
    CHECK(sgd.matrix_states == 0);
    CHECK(sgd_momentum.matrix_states == 1);
    // A device's part of the host: an eighth of 80 % of 460 GB/s.
    CHECK(host_rates{}.update == 46e9);
    CHECK(host_rates{}.disk_read == 6.8e9);
    CHECK(host_rates{}.disk_write == 4e9);
    CHECK(framework{}.score_bytes == 2);
    CHECK(framework{}.logit_bytes == 6);
    CHECK(framework{}.gathered_layers == 2);
    CHECK(framework{}.hidden_bytes == 2);
    CHECK(framework{}.slowdown == 1);
    CHECK(search_limits{}.devices == 8);
    CHECK((search_limits{}.change_sharding && search_limits{}.change_recompute));
    // 1e9 weights of 2 bytes, and five buffers of 1e8.
    CHECK(near(in_gigabytes(disk_weights_window), 3));
    CHECK(near(in_gigabytes(disk_optimizer_window), 16));
}

TEST_CASE("frameworks: each differs from the one that it is like in what its name says") {
    auto const like = [](framework changed, framework const& base) {
        changed.name = base.name;
        changed.slowdown = base.slowdown; // fitted
        return changed == base;
    };
    auto const with_logits = [](framework f, double bytes) {
        f.logit_bytes = bytes;
        return f;
    };
    using namespace frameworks;
    framework graphed = megatron_graphed;
    CHECK(graphed.graphed);
    graphed.graphed = false;
    CHECK(like(graphed, megatron));
    // A loss of 16 bit logits and gradients, of fp32 ones, and of copies in between, as each framework makes them.
    CHECK(megatron.logit_bytes == 6);
    CHECK(torchtitan.logit_bytes == 4);
    CHECK(like(torchtitan_eager_loss, with_logits(torchtitan, 14)));
    CHECK(hugging_face.logit_bytes == 12);
    CHECK(like(hugging_face_eager, with_logits(hugging_face, 18)));
    CHECK(like(hugging_face_16bit_loss, with_logits(hugging_face, 10)));
    CHECK(torchtune.logit_bytes == 18);
    CHECK(like(composer, torchtitan_eager_loss));
    framework upcast = with_logits(hugging_face, 16); // and hidden values of four bytes
    upcast.hidden_bytes = 4;
    CHECK(like(hugging_face_upcast, upcast));
    framework fused = with_logits(hugging_face, 8);
    fused.reserved_logits = hugging_face_fused.reserved_logits;
    CHECK(like(hugging_face_fused, fused));
    framework chunked = hugging_face;
    chunked.loss_chunk = 0;
    chunked.reserved = hugging_face_chunked.reserved;
    CHECK(like(hugging_face_chunked, chunked));
    framework lit = hugging_face;
    lit.step_copies = lit.input_copies = 0;
    lit.eager = true;
    lit.spread = litgpt.spread;
    CHECK(like(litgpt, lit));
    // What exists when: gradients that are kept, copies for foreach kernels and inputs, buffers.
    for (framework const* const f : {&megatron, &torchtitan, &deepspeed, &on_paper}) {
        CHECK(f->keeps_gradients);
        CHECK(f->step_copies == 0);
    }
    for (framework const* const f : {&hugging_face, &torchtune}) {
        CHECK_FALSE(f->keeps_gradients);
    }
    CHECK(hugging_face.step_copies == 1);
    CHECK(hugging_face.input_copies == 1);
    CHECK(hugging_face.hidden_copies == 2);
    CHECK(megatron.cached_gradients == 2);
    CHECK_FALSE(megatron.keeps_expert_outputs);
    CHECK(deepspeed.workspace == 2_GB); // two buckets of 5e8 values
    CHECK(deepspeed.gathered_layers == 2);
    // Nothing beside the laws.
    framework paper{};
    paper.logit_bytes = paper.gathered_layers = paper.reserved = paper.fragmented = 0;
    paper.gathers_root = false;
    paper.spread = paper.reserved_spread = 0;
    paper.source = provenance::exact;
    CHECK(like(on_paper, paper));
    // Each has bytes for what the others leave out, and says how sure it is of them.
    for (framework const* const f :
         {&megatron, &torchtitan, &hugging_face, &torchtune, &deepspeed}) {
        CAPTURE(std::string_view(f->name));
        CHECK((f->reserved > 0 && f->reserved < 0.5));
        CHECK((f->spread > 0 && f->spread < 0.5));
        CHECK((f->reserved_spread >= f->spread && f->reserved_spread < 0.5));
        CHECK(f->context >= 0.5_GB);
        CHECK(f->context <= 4_GB);
        CHECK(f->source == provenance::fitted);
    }
}

TEST_CASE("copies to the host: links, the update there, and drives") {
    any_run r = small();
    r.accumulation = 3;
    r.gpu.host.each_way = link_gigabytes_per_second(40);
    host_rates const rates{.copies = efficiency(0.5),
                           .update = 10e9,
                           .link_otherwise = 4e9,
                           .disk_read = 5e9,
                           .disk_write = 2e9};
    model_state state{};
    state.weights = 6_GB;
    state.gradients = 4_GB;
    state.optimizer = 30_GB;
    state.frozen = 10_GB;
    auto const copied = [&](bytes kept = {}) { return copies_of(r, state, kept, rates); };
    CHECK(copied() == host_copies{});
    r.sharding.optimizer_at = state_place::host; // 10 GB over 20 GB/s; 30 GB read and written at 10
    CHECK(near(copied().optimizer, 500_ms + 6_s));
    CHECK(copied().weights == seconds{});
    r.sharding.optimizer_at = state_place::disk; // and 30 GB at 5 and at 2 GB/s
    CHECK(near(copied().optimizer, 500_ms + 6_s + 6_s + 15_s));
    r.sharding.optimizer_at = state_place::device;
    r.sharding.weights_at = state_place::host; // there for both directions of three micro-batches
    CHECK(near(copied().weights, 3 * 2 * 16_GB / data_rate_bytes_per_second(20e9)));
    CHECK(copied().written == seconds{});
    r.sharding.weights_at = state_place::disk;
    CHECK(near(copied().weights, 3 * 2 * 16_GB / data_rate_bytes_per_second(5e9)));
    CHECK(near(copied().written, 3_s));
    r.gpu.host.each_way = unknown; // 4 GB/s of which half is reached
    CHECK(near(copied().weights, 3 * 2 * 16_GB / data_rate_bytes_per_second(2e9)));
    // Inputs of recomputed layers go there and back with each micro-batch.
    r.sharding = {.host_checkpoints = true};
    CHECK(near(copied(5_GB).checkpoints, 3 * 2 * 5_GB / data_rate_bytes_per_second(2e9)));
    CHECK(copied(5_GB).weights == seconds{});
    r.sharding.host_checkpoints = false;
    CHECK(copied(5_GB).checkpoints == seconds{});
    // What streams hides behind the passes, the update does not.
    host_copies const c{.optimizer = 2_s, .written = 1_s, .weights = 5_s, .checkpoints = 3_s};
    CHECK(c.shown(seconds{}) == 11_s);
    CHECK(c.shown(6_s) == 5_s);
    CHECK(c.shown(8_s) == 3_s);
    CHECK(c.shown(100_s) == 3_s);
}

TEST_CASE("rollouts by hand: waves of sequences, a step for each token, weights handed on") {
    any_run const r = small();
    rollouts g{.generation = {.tensor = 2}, .concurrent = 10};
    g.prompt = tokens{500};
    g.response = tokens{1000};
    rollout_report const o = rollouts_of(r, g, known());
    REQUIRE(o.valid());
    CHECK(o.replicas == 4);
    // 128 sequences a step, 40 at once: four waves of 1,000 tokens, each reading weights and half-grown caches.
    bytes const caches =
        request_cache_of(models::llama_3_1_8b, g.cache, tokens{1000}, g.generation).steady * 10.0;
    double const step = in_bytes(o.copy + caches) / (3.35e12 * g.bandwidth.fraction);
    CHECK(near(in_seconds(o.generation), 4 * 1000 * step, within(1e-9)));
    CHECK(near(o.cache,
               request_cache_of(models::llama_3_1_8b, g.cache, tokens{1500}, g.generation).steady *
                   10.0));
    CHECK(near(o.share, o.generation / o.total));
    // Two pipeline ranks pass a token one after the other.
    rollouts piped = g;
    piped.generation = {.tensor = 2, .pipeline = 2};
    rollout_report const p = rollouts_of(r, piped, known());
    CHECK(p.replicas == 2);
    CHECK(near(in_seconds(p.generation),
               7 * 1000 * 2 *
                   in_bytes(p.copy + request_cache_of(models::llama_3_1_8b, g.cache, tokens{1000},
                                                      piped.generation)
                                             .steady *
                                         10.0) /
                   (3.35e12 * g.bandwidth.fraction),
               within(1e-9)));
    CHECK(p.copy < o.copy);
    CHECK(p.copy > o.copy * 0.5); // the stage that holds an embedding or the head
    // Devices of their own hold neither state nor what training needs, and are reached over the network.
    rollouts apart = g;
    apart.devices = 6;
    rollout_report const a = rollouts_of(r, apart, known());
    memory_report const m = memory_of(r);
    CHECK(a.replicas == 3);
    CHECK(near(a.generating, a.copy + a.cache + r.framework.context));
    CHECK(near(a.training, m.on_device.value));
    CHECK(near(in_seconds(a.generation), 5 * 1000 * step, within(1e-9))); // 128 in waves of thirty
    CHECK(
        near(in_seconds(a.total), std::max(in_seconds(a.generation), in_seconds(a.training_step)) +
                                      in_seconds(a.handing_on)));
    CHECK(
        near(o.generating, o.copy + o.cache + r.framework.context + m.state.total() + m.workspace));
    CHECK(near(o.training, m.on_device.value + o.copy));
    CHECK(near(o.total, o.generation + o.training_step + o.handing_on));
    rates_at const links = reckon::training::detail::rates_of(r.gpu, r.numerics.products, known());
    CHECK(near(in_seconds(o.handing_on), in_bytes(o.copy) / links.scale_up));
    CHECK(near(in_seconds(a.handing_on), in_bytes(a.copy) / links.scale_out));
    rollouts away = g;
    away.keeps_state = false;
    CHECK(near(rollouts_of(r, away, known()).generating, o.copy + o.cache + r.framework.context));
    CHECK(near(rollouts_of(r, away, known()).training, m.on_device.value));
    // It fits where both phases do.
    rollout_report edge = o;
    edge.capacity = max(edge.generating, edge.training);
    CHECK(edge.fits());
    edge.capacity = edge.capacity - bytes{1};
    CHECK_FALSE(edge.fits());
    edge.capacity = edge.generating;
    edge.training = edge.generating + bytes{1};
    CHECK_FALSE(edge.fits());
    for (count const wrong : {count{3}, count{16}}) {
        rollouts odd = g;
        odd.generation.tensor = wrong;
        CHECK_FALSE(rollouts_of(r, odd, known()).valid());
    }
    rollouts nobody = g;
    nobody.concurrent = 0;
    CHECK_FALSE(rollouts_of(r, nobody, known()).valid());
    any_run dark = r;
    dark.gpu.bandwidth = unknown;
    CHECK_FALSE(rollouts_of(dark, g, known()).valid());
}

TEST_CASE("a search keeps to its limits") {
    any_run r = small();
    r.gpu = gpus::h200_sxm;
    search_limits limits{.devices = 8, .global_batch = 64, .largest_tensor = 2};
    search_report const s = search(r, limits, known());
    REQUIRE(s.found());
    for (std::size_t i = 0; i < s.best.size(); ++i) {
        found_layout const& f = s.best[i];
        CHECK(f.parallel.tensor <= 2);
        CHECK(f.parallel.devices() == 8);
        CHECK(f.parallel.data * f.micro_batch * f.accumulation == 64);
        CHECK(f.micro_batch <= 8);
        CHECK((f.parallel.virtual_stages == 1 || f.parallel.virtual_stages == 2));
        CHECK((f.parallel.pipeline == 1 || f.accumulation >= f.parallel.pipeline));
        if (i > 0) { CHECK(f.per_device <= s.best[i - 1].per_device); }
        // The run in that layout is what was found.
        any_run const again = in_layout(r, f);
        CHECK(near(step_of(again, known()).total.value, f.step));
        CHECK(near(memory_of(again).on_device.value, f.on_device));
    }
    // What may not be changed is as it was.
    limits.change_sharding = limits.change_recompute = false;
    search_report const kept = search(r, limits, known());
    CHECK(kept.tried < s.tried);
    for (std::size_t i = 0; i < kept.best.size(); ++i) {
        CHECK(kept.best[i].sharding == r.sharding);
        CHECK(kept.best[i].recompute == r.recompute);
    }
    CHECK(s.best[0].per_device >= kept.best[0].per_device);
    limits.largest_tensor = 1;
    limits.devices = 1;
    search_report const one = search(r, limits, known());
    CHECK(one.tried == 4); // micro-batches of 1, 2, 4 and 8
}

TEST_CASE("deeper models repeat their last layer") {
    any_model const m = models::deepseek_v2_lite; // one dense layer, 26 of experts
    any_model const more = deeper(m, 5);
    CHECK(layer_count(more) == layer_count(m) + 5);
    CHECK(more.groups.list[0].at.size() == 1);
    CHECK(more.groups.list[1].at.size() == 31);
    CHECK(layer_count(deeper(m, 0)) == layer_count(m));
    any_model alone = m; // a last layer of its own kind
    alone.groups.list[0].at = layer_set::range(0, 26);
    alone.groups.list[1].at = layer_set::range(26, 27);
    any_model const longer = deeper(alone, 2);
    CHECK(longer.groups.list[0].at.size() == 26);
    CHECK(longer.groups.list[1].at == layer_set::range(26, 29));
}

TEST_CASE("the layouts that a search tries, counted by hand") {
    // Two devices with memory for everything, four sequences a step, one layout of sharding and recompute:
    //   tensor 1, pipeline 1, data 2: micro-batches of 1 and 2                                          2
    //   tensor 1, pipeline 2, data 1: of 1 and 2 (of 4 there is less than one a stage), in 1 and 2 pieces 4
    //   tensor 2, pipeline 1, data 1: of 1, 2 and 4                                                     3
    any_run r = small();
    r.parallel = {};
    r.sharding = {};
    r.accumulation = 1;
    r.gpu.memory = r.gpu.memory_usable = figure<bytes>(bytes{1e16});
    search_limits const fixed{
        .devices = 2, .global_batch = 4, .change_sharding = false, .change_recompute = false};
    auto const tried = [&](auto change) {
        search_limits l = fixed;
        any_run changed = r;
        change(changed, l);
        search_report const s = search(changed, l, known());
        CHECK(s.too_large == 0);
        CHECK(s.best.size() ==
              std::min<std::size_t>(8, static_cast<std::size_t>(s.tried - s.invalid)));
        return s.tried;
    };
    CHECK(tried([](any_run&, search_limits&) {}) == 2 + 4 + 3);
    CHECK(tried([](any_run&, search_limits& l) { l.largest_tensor = 1; }) == 2 + 4);
    CHECK(tried([](any_run&, search_limits& l) { l.largest_tensor = 2; }) == 2 + 4 + 3);
    // As it is, and all again; where that is neither nothing nor all, three ways.
    CHECK(tried([](any_run&, search_limits& l) { l.change_recompute = true; }) == 2 * 9);
    CHECK(tried([](any_run& c, search_limits& l) {
              c.recompute = selective_recompute;
              l.change_recompute = true;
          }) == 3 * 9);
    // Nothing, the optimizer, the weights; the last not under a pipeline.
    CHECK(tried([](any_run&, search_limits& l) { l.change_sharding = true; }) == 3 * 5 + 2 * 4);
    CHECK(tried([](any_run& c, search_limits& l) {
              c.sharding.stage = shards::optimizer;
              l.change_sharding = true;
          }) == 2 * 5 + 4);
    // Which they are, the six without tensor ranks: data, micro-batch, accumulation and pieces.
    search_limits narrow = fixed;
    narrow.largest_tensor = 1;
    search_report const six = search(r, narrow, known());
    REQUIRE(six.best.size() == 6);
    for (auto const& [data, micro, accumulation, pieces] :
         {std::tuple{2, 1, 2, 1}, std::tuple{2, 2, 1, 1}, std::tuple{1, 1, 4, 1},
          std::tuple{1, 1, 4, 2}, std::tuple{1, 2, 2, 1}, std::tuple{1, 2, 2, 2}}) {
        int found = 0;
        for (found_layout const& f : six.best) {
            found += f.parallel.tensor == 1 && f.parallel.data == data &&
                             f.parallel.pipeline == 2 / data && f.micro_batch == micro &&
                             f.accumulation == accumulation &&
                             f.parallel.virtual_stages == pieces && f.parallel.expert == 1 &&
                             f.parallel.context == 1
                         ? 1
                         : 0;
        }
        CAPTURE(micro);
        CHECK(found == 1);
    }
    // Devices that are not divided, a batch that is not, the run's own batch or one sequence a rank.
    CHECK(tried([](any_run&, search_limits& l) { l.devices = 3; }) == 0);
    CHECK(tried([](any_run&, search_limits& l) { l.devices = 1; }) == 3);
    CHECK(tried([](any_run&, search_limits& l) {
              l.devices = 1;
              l.global_batch = 16;
          }) == 4); // of 1, 2, 4 and 8
    CHECK(tried([](any_run&, search_limits& l) { l.global_batch = 0; }) == 1 + 0 + 1);
    CHECK(tried([](any_run& c, search_limits& l) {
              c.accumulation = 4;
              l.global_batch = 0;
          }) == 9);
    // Context ranks take one of the two devices.
    CHECK(tried([](any_run& c, search_limits&) { c.parallel.context = 2; }) == 3);
    // DualPipe is 1F1B where there is no pipeline; two stages need four micro-batches, and have no pieces.
    CHECK(tried([](any_run& c, search_limits&) { c.parallel.order = schedule::dual_pipe; }) ==
          2 + 2 + 3);
    CHECK(tried([](any_run& c, search_limits&) { c.parallel.order = schedule::gpipe; }) ==
          2 + 2 + 3);
    // Pieces: two stages of two divide 32 layers and not 30; micro-batches are whole rounds of the stages.
    CHECK(tried([](any_run& c, search_limits&) {
              c.model.groups.list[0].at = layer_set::range(0, 30);
          }) == 2 + 2 + 3);
    CHECK(tried([](any_run&, search_limits& l) { l.global_batch = 3; }) == 0 + 1 + 1);
    // More stages than layers are none; what a mixture's experts do not divide is counted as no layout.
    any_run one_layer = r;
    one_layer.model.groups.list[0].at = layer_set::range(0, 1);
    CHECK(search(one_layer, fixed, known()).tried == 2 + 3);
    any_run mixture = r;
    mixture.model = models::qwen3_30b_a3b; // 128 experts: 1 to 128 ranks of two there are
    search_limits two = fixed;
    two.largest_tensor = 1;
    search_report const m = search(mixture, two, known());
    CHECK(m.tried - m.invalid == 2 * 2 + 4); // one or two expert ranks of data, one in a pipeline
    CHECK(m.invalid == 2 * 6 + 2 * 7);
    // A device too small for any: the nearest is the one that needs least.
    any_run tiny = r;
    tiny.gpu.memory = tiny.gpu.memory_usable = figure<bytes>(bytes{1e9});
    search_report const none = search(tiny, fixed, known());
    CHECK(none.too_large == 9);
    CHECK(none.capacity == bytes{1e9});
    bytes least{1e15};
    for (auto const& [tensor, pipeline, data, micro] :
         {std::tuple{1, 1, 2, 1}, std::tuple{1, 2, 1, 1}, std::tuple{1, 2, 1, 2},
          std::tuple{2, 1, 1, 1}}) {
        any_run at = tiny;
        at.parallel = {.tensor = tensor, .pipeline = pipeline, .data = data};
        at.micro_batch = micro;
        at.accumulation = 4 / data / micro;
        least = min(least, memory_of(at).on_device.value);
    }
    CHECK(none.nearest.on_device == least);
}

TEST_CASE("the eight quickest are kept, in order, the first found of equals first") {
    search_report s{};
    auto const keep = [&](double speed, count mark) {
        found_layout f{};
        f.per_device = tokens_per_second(speed);
        f.micro_batch = mark;
        reckon::training::detail::keep_best(s, f);
    };
    count mark = 0;
    for (double const speed : {5, 3, 9, 3, 1, 7, 2, 8, 4, 0, 3, 10}) {
        keep(speed, mark++);
    }
    CHECK(s.best.size() == 8);
    count const order[] = {11, 2, 7, 5, 0, 8, 1, 3};
    for (std::size_t i = 0; i < 8; ++i) {
        CHECK(s.best[i].micro_batch == order[i]);
    }
}

TEST_CASE("where memory never ends, the largest is what is looked for at most") {
    any_run r = small();
    r.gpu.memory = r.gpu.memory_usable = figure<bytes>(bytes{1e18});
    CHECK(largest_micro_batch(r) == 4096);
    r.parallel.pipeline = 3; // 32 layers, then 35, and so on to 254
    CHECK(most_layers(r) == 254);
    r.parallel.pipeline = 2;
    CHECK(most_layers(r) == layer_set::capacity);
    r.gpu.memory = r.gpu.memory_usable = figure<bytes>(bytes{1});
    CHECK(largest_micro_batch(r) == 0);
    CHECK(longest_sequence(r) == 0);
    CHECK(most_layers(r) == 0);
    // Memory for 256 tokens and not for 512, to the byte.
    r.framework = frameworks::on_paper;
    r.recompute = no_recompute;
    any_run shortest = r;
    shortest.sequence = 256;
    r.gpu.memory = r.gpu.memory_usable = figure<bytes>(memory_of(shortest).allocated.value);
    CHECK(longest_sequence(r) == 256);
    r.gpu.memory = r.gpu.memory_usable =
        figure<bytes>(memory_of(shortest).allocated.value - bytes{1});
    CHECK(longest_sequence(r) == 0);
    shortest.sequence = 5 * 256;
    r.gpu.memory = r.gpu.memory_usable = figure<bytes>(memory_of(shortest).allocated.value);
    CHECK(longest_sequence(r) == 5 * 256);
}
