// SPDX-License-Identifier: MIT
// docs/errors.md: `proven_to_fit` of something that has no static storage.
//
// within-lines: 12
// expect-match: local
// forbid-match: boost::units
#include <reckon/reckon.hpp>

using namespace reckon::literals;

int main() {
#ifdef RECKON_CONTROL
    static
#endif
        constexpr reckon::deployment local{.model = reckon::models::llama_3_1_8b,
                                           .gpu = reckon::gpus::l40s,
                                           .max_context = 8_Ktok};
    static_assert(reckon::proven_to_fit<local>);
}
