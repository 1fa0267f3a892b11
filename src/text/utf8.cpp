// SPDX-License-Identifier: Apache-2.0
#include "text/utf8.h"

#include "base/assert.h"

#include <simdjson.h>

namespace banyan::text {

namespace {

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

bool is_continuation(std::string_view bytes, std::size_t at) {
    return at < bytes.size() && (byte_at(bytes, at) & 0xC0U) == 0x80U;
}

}  // namespace

std::size_t utf8_length(std::string_view bytes, std::size_t at) {
    ASSERT(at < bytes.size());
    const unsigned first = byte_at(bytes, at);
    if (first < 0x80U) return 1;
    if (first < 0xC2U || first > 0xF4U || !is_continuation(bytes, at + 1)) return 0;
    if (first < 0xE0U) return 2;
    const unsigned second = byte_at(bytes, at + 1);
    if (!is_continuation(bytes, at + 2)) return 0;
    if (first < 0xF0U) {
        if (first == 0xE0U && second < 0xA0U) return 0;  // overlong
        if (first == 0xEDU && second > 0x9FU) return 0;  // surrogate
        return 3;
    }
    if (!is_continuation(bytes, at + 3)) return 0;
    if (first == 0xF0U && second < 0x90U) return 0;  // overlong
    if (first == 0xF4U && second > 0x8FU) return 0;  // above U+10FFFF
    return 4;
}

std::optional<std::size_t> find_invalid_utf8(std::string_view bytes) {
    if (simdjson::validate_utf8(bytes)) return std::nullopt;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t length = utf8_length(bytes, at);
        if (length == 0) return at;
        at += length;
    }
    ASSERT(false);  // The two validators must agree.
    return std::nullopt;
}

void append_utf8(std::string& out, char32_t code_point) {
    ASSERT(code_point <= 0x10FFFFU);
    ASSERT(code_point < 0xD800U || code_point > 0xDFFFU);
    const auto put = [&out](std::uint32_t byte) {
        out += static_cast<char>(static_cast<unsigned char>(byte));
    };
    if (code_point < 0x80U) {
        put(code_point);
    } else if (code_point < 0x800U) {
        put(0xC0U | code_point >> 6U);
        put(0x80U | (code_point & 0x3FU));
    } else if (code_point < 0x10000U) {
        put(0xE0U | code_point >> 12U);
        put(0x80U | (code_point >> 6U & 0x3FU));
        put(0x80U | (code_point & 0x3FU));
    } else {
        put(0xF0U | code_point >> 18U);
        put(0x80U | (code_point >> 12U & 0x3FU));
        put(0x80U | (code_point >> 6U & 0x3FU));
        put(0x80U | (code_point & 0x3FU));
    }
}

}  // namespace banyan::text
