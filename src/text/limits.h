// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a document from outside may cost. Every parser of this module takes these bounds and refuses what exceeds
// them with the place, so that a hostile body costs its author a request and us a few microseconds.

#include <cstddef>

namespace banyan::text {

struct Limits {
    std::size_t bytes = std::size_t{1} << 20U;         // of the whole document
    std::size_t depth = 32;                            // of lists and maps inside each other
    std::size_t string_bytes = std::size_t{1} << 16U;  // of one string or key, after unescaping
    std::size_t keys = 1024;                           // of one map: lookups in a Map are linear
};

}  // namespace banyan::text
