// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/utf8.h"

namespace banyan::rules {

namespace {

bool is_scalar(std::uint32_t code_point) {
    return code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
}

// Bytes of the character that begins at `at`, 0 when there is no valid one.
std::size_t character_size(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) return 1;
    const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || at + size > text.size()) return 0;
    std::uint32_t code_point = first & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        const auto next = static_cast<unsigned char>(text[at + i]);
        if ((next & 0xC0U) != 0x80U) return 0;
        code_point = (code_point << 6U) | (next & 0x3FU);
    }
    const std::uint32_t smallest = size == 4 ? 0x10000 : size == 3 ? 0x800 : 0x80;
    return code_point >= smallest && is_scalar(code_point) ? size : 0;
}

}  // namespace

std::size_t utf8_valid_prefix(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t size = character_size(text, at);
        if (size == 0) return at;
        at += size;
    }
    return at;
}

std::size_t utf8_length(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    return count;
}

std::uint32_t utf8_take(std::string_view text, std::size_t& at) {
    const std::size_t size = character_size(text, at);
    std::uint32_t code_point = static_cast<unsigned char>(text[at++]);
    if (size < 2) return code_point;
    code_point &= 0x7FU >> size;
    for (std::size_t i = 1; i < size; ++i)
        code_point = (code_point << 6U) | (static_cast<unsigned char>(text[at++]) & 0x3FU);
    return code_point;
}

std::size_t utf8_offset(std::string_view text, std::size_t index) {
    std::size_t at = 0;
    for (; index > 0; --index) {
        if (at == text.size()) return std::string_view::npos;
        utf8_take(text, at);
    }
    return at;
}

bool utf8_append(std::string& text, std::uint32_t code_point) {
    if (!is_scalar(code_point)) return false;
    const auto put = [&text](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0 | (code_point >> 6U));
        put(0x80 | (code_point & 0x3FU));
    } else if (code_point < 0x10000) {
        put(0xE0 | (code_point >> 12U));
        put(0x80 | ((code_point >> 6U) & 0x3FU));
        put(0x80 | (code_point & 0x3FU));
    } else {
        put(0xF0 | (code_point >> 18U));
        put(0x80 | ((code_point >> 12U) & 0x3FU));
        put(0x80 | ((code_point >> 6U) & 0x3FU));
        put(0x80 | (code_point & 0x3FU));
    }
    return true;
}

}  // namespace banyan::rules
