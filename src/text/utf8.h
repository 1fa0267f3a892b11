// SPDX-License-Identifier: Apache-2.0
#pragma once

// UTF-8 as RFC 3629 has it: shortest forms only, no surrogates, nothing above U+10FFFF.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace banyan::text {

/// Bytes of the character at `at`, or 0 when no valid character begins there. Requires at < bytes.size().
std::size_t utf8_length(std::string_view bytes, std::size_t at);

/// The offset of the first byte that is not UTF-8, or nothing when all of it is. Fast when it is.
std::optional<std::size_t> find_invalid_utf8(std::string_view bytes);

/// Appends the character. Requires a code point that is no surrogate and at most 0x10FFFF.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace banyan::text
