// SPDX-License-Identifier: Apache-2.0
#pragma once

// The grammar and the value of one JSON number.

#include <cstddef>
#include <optional>
#include <string_view>

namespace banyan::text {

/// Bytes of the JSON number at the start of `bytes`, or 0 when there is none ("01" is the number "0" and then more).
std::size_t json_number_length(std::string_view bytes);

/// The nearest double of a JSON number: 0 when it is too small to tell from 0, nothing when it is beyond the doubles.
/// Requires json_number_length(number) == number.size() and a number at all.
std::optional<double> json_double(std::string_view number);

}  // namespace banyan::text
