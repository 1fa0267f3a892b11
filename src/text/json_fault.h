// SPDX-License-Identifier: Apache-2.0
#pragma once

// The first thing that is wrong with a JSON text, for the person who wrote it. A plain recursive scanner, slower than
// the reader and independent of it; it runs only after the reader has refused (and in the fuzz target, against it).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "text/json.h"
#include "text/limits.h"

namespace banyan::text {

struct JsonFault {
    std::size_t offset = 0;
    std::string message;  // what is wrong and what to do
};

/// Nothing when the text is a JSON document within the limits.
std::optional<JsonFault> find_json_fault(std::string_view bytes, const Limits& limits = {},
                                         DuplicateKeys duplicates = DuplicateKeys::refuse);

/// The fault as an error with its place.
Error to_error(const JsonFault& fault, std::string_view bytes);

}  // namespace banyan::text
