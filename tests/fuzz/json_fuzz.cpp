// SPDX-License-Identifier: Apache-2.0

// Any bytes as a JSON body. The fast reader and the plain scanner share no code and must agree on right and wrong;
// what was read is written and read back the same; what was refused has a place inside the text.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "text/json.h"
#include "text/json_fault.h"
#include "text/json_writer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace banyan;
    using namespace banyan::text;
    static JsonReader strict;
    static JsonReader lenient({.bytes = 1U << 16U, .depth = 5, .string_bytes = 20, .keys = 4},
                              DuplicateKeys::last_wins);
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);

    const auto value = strict.read(bytes);
    const auto fault = find_json_fault(bytes);
    ASSERT(value.ok() == !fault.has_value());
    if (fault) {
        ASSERT(fault->offset <= size);
        ASSERT(!value.error().where.empty());
    } else {
        const auto back = parse_json(to_json(*value), {.bytes = std::size_t{1} << 24U, .keys = 1U << 16U});
        ASSERT(back.ok());
        ASSERT(*back == *value);
    }
    const auto bounded = lenient.read(bytes);
    const Limits limits{.bytes = 1U << 16U, .depth = 5, .string_bytes = 20, .keys = 4};
    ASSERT(bounded.ok() == !find_json_fault(bytes, limits, DuplicateKeys::last_wins).has_value());
    return 0;
}
