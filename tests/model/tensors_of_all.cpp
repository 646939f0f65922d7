// SPDX-License-Identifier: MIT
// What every tensor and every state of every family is: norms are vectors, nothing is empty, no token uses more than there is.
#include <reckon/catalog/models.hpp>
#include <reckon/model/model_spec.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace reckon;

TEST_CASE("tensors and states of every model of the catalogue") {
    for (std::size_t i = 0; i < catalog::model_count; ++i) {
        any_model const m = catalog::model(i);
        CAPTURE(std::string(std::string_view(m.name)));
        m.groups.for_each([&](auto const& group) {
            for_each_tensor(group, m.hidden, [&](tensor const& t) {
                bool const sound = t.rows > 0 && t.cols > 0 && t.copies > 0 && t.active > 0 &&
                                   t.active <= t.copies;
                // One that does not multiply is as wide as one value.
                bool const norm_is_vector = t.role != tensor_role::norm || t.vector;
                bool const vector_is_one_wide = !t.vector || t.cols == 1;
                if (!sound || !norm_is_vector || !vector_is_one_wide) {
                    CAPTURE(static_cast<int>(t.role));
                    CHECK(sound);
                    CHECK(norm_is_vector);
                    CHECK(vector_is_one_wide);
                }
            });
            group.attention.for_each_state([&](cached_state const& s) {
                bool const sound = s.heads > 0 && s.values_per_head > 0 && s.stride > 0;
                // Recurrent states and a convolution's last inputs are one entry a request.
                bool const fixed = s.fixed || (s.kind != state_kind::recurrent &&
                                               s.kind != state_kind::convolution);
                // The inputs of a convolution are divided as its channels are; latents are not.
                bool const own = !s.shared_latent || s.kind != state_kind::convolution;
                if (!sound || !fixed || !own) {
                    CHECK(sound);
                    CHECK(fixed);
                    CHECK(own);
                }
            });
        });
    }
    CHECK(catalog::model_count > 200);
}
