// SPDX-License-Identifier: Apache-2.0
#pragma once

// The little of UTF-8 that CEL needs: is it valid, how many characters, and one code point as bytes.

#include <cstdint>
#include <string>
#include <string_view>

namespace banyan::rules {

/// Offset of the first byte that is not valid UTF-8 (overlong forms and surrogates are not), or the text's size.
std::size_t utf8_valid_prefix(std::string_view text);

/// Requires valid UTF-8; the number of code points.
std::size_t utf8_length(std::string_view text);

/// The character at byte `at`, which moves behind it. Requires at < text.size(); a byte that is no UTF-8 stands for
/// itself.
std::uint32_t utf8_take(std::string_view text, std::size_t& at);

/// The byte at which the nth character begins; the text's size for the one behind the last; npos beyond.
std::size_t utf8_offset(std::string_view text, std::size_t index);

/// False (and nothing appended) when it is no Unicode scalar value.
bool utf8_append(std::string& text, std::uint32_t code_point);

}  // namespace banyan::rules
