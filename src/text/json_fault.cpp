// SPDX-License-Identifier: Apache-2.0
#include "text/json_fault.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "text/json_number.h"
#include "text/place.h"
#include "text/utf8.h"

namespace banyan::text {

namespace {

std::string shown(char c) {
    if (c > ' ' && c < '\x7F') return std::string("'") + c + "'";
    constexpr std::string_view hex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    return std::string("byte 0x") + hex[byte >> 4U] + hex[byte & 0xFU];
}

// Walks the text once. Every function returns true when it went on, false when `fault_` is set.
class Scanner {
  public:
    Scanner(std::string_view bytes, const Limits& limits, DuplicateKeys duplicates)
        : bytes_(bytes), limits_(limits), duplicates_(duplicates) {}

    std::optional<JsonFault> run() {
        if (bytes_.size() > limits_.bytes) {
            fail(limits_.bytes,
                 "the document is longer than " + std::to_string(limits_.bytes) + " bytes; split it");
        } else if (const auto bad = find_invalid_utf8(bytes_)) {
            fail(*bad, "the text is not valid UTF-8 here; save it as UTF-8");
        } else if (bytes_.starts_with("\xEF\xBB\xBF")) {
            fail(0, "the text begins with a byte order mark; JSON has none, remove it");
        } else if (value(0)) {
            skip_blanks();
            if (!at_end()) fail(at_, "unexpected " + shown(bytes_[at_]) + " after the end of the document");
        }
        return std::move(fault_);
    }

  private:
    bool fail(std::size_t offset, std::string message) {
        fault_ = JsonFault{offset, std::move(message)};
        return false;
    }

    [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }
    [[nodiscard]] bool sees(char c) const { return !at_end() && bytes_[at_] == c; }
    void skip_blanks() {
        while (sees(' ') || sees('\t') || sees('\n') || sees('\r')) ++at_;
    }

    bool value(std::size_t depth) {
        skip_blanks();
        if (at_end()) return fail(at_, "the text ends where a value is expected");
        switch (bytes_[at_]) {
            case '{': return depth < limits_.depth ? object(depth + 1) : too_deep();
            case '[': return depth < limits_.depth ? array(depth + 1) : too_deep();
            case '"': {
                std::string ignored;
                return string(ignored);
            }
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            default: break;
        }
        if (sees('-') || (bytes_[at_] >= '0' && bytes_[at_] <= '9')) return number();
        return fail(at_, "expected a value, found " + shown(bytes_[at_]));
    }

    bool too_deep() {
        return fail(at_, "lists and objects are nested deeper than " + std::to_string(limits_.depth));
    }

    bool word(std::string_view expected) {
        if (bytes_.substr(at_, expected.size()) != expected)
            return fail(at_, "expected " + std::string(expected) + " (in small letters)");
        at_ += expected.size();
        return true;
    }

    bool number() {
        const std::size_t length = json_number_length(bytes_.substr(at_));
        if (length == 0)
            return fail(at_, "a number needs a digit after its sign, its point and its exponent");
        const std::string_view digits = bytes_.substr(at_, length);
        if (!json_double(digits)) return fail(at_, "the number is too large");
        at_ += length;
        if (!at_end() && (bytes_[at_] == '.' || (bytes_[at_] >= '0' && bytes_[at_] <= '9')))
            return fail(at_, "a number has one point at most and does not begin with 0");
        return true;
    }

    bool array(std::size_t depth) {
        ++at_;
        skip_blanks();
        if (sees(']')) return ++at_, true;
        while (true) {
            if (!value(depth)) return false;
            skip_blanks();
            if (sees(']')) return ++at_, true;
            if (!sees(',')) return unexpected("',' or ']' in the list");
            ++at_;
            skip_blanks();
            if (sees(']')) return fail(at_, "a list does not end with a comma; remove it");
        }
    }

    bool object(std::size_t depth) {
        ++at_;
        std::vector<std::string> keys;
        skip_blanks();
        if (sees('}')) return ++at_, true;
        while (true) {
            if (!key(keys)) return false;
            skip_blanks();
            if (!sees(':')) return unexpected("':' after the key");
            ++at_;
            if (!value(depth)) return false;
            skip_blanks();
            if (sees('}')) return ++at_, true;
            if (!sees(',')) return unexpected("',' or '}' in the object");
            ++at_;
            skip_blanks();
            if (sees('}')) return fail(at_, "an object does not end with a comma; remove it");
        }
    }

    bool key(std::vector<std::string>& keys) {
        if (!sees('"')) return unexpected("a key in double quotes");
        const std::size_t start = at_;
        std::string name;
        if (!string(name)) return false;
        if (keys.size() == limits_.keys)
            return fail(start, "an object has more than " + std::to_string(limits_.keys) + " keys");
        if (duplicates_ == DuplicateKeys::refuse && std::find(keys.begin(), keys.end(), name) != keys.end())
            return fail(start, "the key is written twice in one object; keep one of them");
        keys.push_back(std::move(name));
        return true;
    }

    bool unexpected(const std::string& wanted) {
        if (at_end()) return fail(at_, "the text ends where " + wanted + " is expected");
        return fail(at_, "expected " + wanted + ", found " + shown(bytes_[at_]));
    }

    bool string(std::string& out) {
        const std::size_t start = at_++;
        while (!sees('"')) {
            if (at_end()) return fail(start, "the string is not closed");
            if (static_cast<unsigned char>(bytes_[at_]) < 0x20U)
                return fail(at_,
                            "a control character inside a string is written as an escape, for instance \\n");
            if (sees('\\')) {
                if (!escape(out)) return false;
            } else {
                out += bytes_[at_++];
            }
        }
        ++at_;
        if (out.size() > limits_.string_bytes)
            return fail(start,
                        "the string is longer than " + std::to_string(limits_.string_bytes) + " bytes");
        return true;
    }

    bool escape(std::string& out) {
        const std::size_t start = at_++;
        if (at_end()) return fail(start, "the string is not closed");
        const char letter = bytes_[at_++];
        constexpr std::string_view letters = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        if (const std::size_t known = letters.find(letter); known != std::string_view::npos) {
            out += meanings[known];
            return true;
        }
        if (letter != 'u') return fail(start, "unknown escape: after \\ comes one of \" \\ / b f n r t u");
        const auto first = hex4();
        if (!first) return fail(start, "\\u needs four hexadecimal digits");
        char32_t code_point = *first;
        if (code_point >= 0xDC00U && code_point <= 0xDFFFU) return lone(start);
        if (code_point >= 0xD800U && code_point <= 0xDBFFU) {
            if (bytes_.substr(at_, 2) != "\\u") return lone(start);
            at_ += 2;
            const auto second = hex4();
            if (!second) return fail(at_ - 2, "\\u needs four hexadecimal digits");
            if (*second < 0xDC00U || *second > 0xDFFFU) return lone(start);
            code_point = 0x10000U + ((code_point - 0xD800U) << 10U) + (*second - 0xDC00U);
        }
        append_utf8(out, code_point);
        return true;
    }

    bool lone(std::size_t start) {
        return fail(start, "half of a surrogate pair; write both halves or the character");
    }

    std::optional<char32_t> hex4() {
        char32_t value = 0;
        if (bytes_.size() - at_ < 4) return std::nullopt;
        for (std::size_t i = 0; i < 4; ++i) {
            const char c = bytes_[at_ + i];
            char32_t digit = 0;
            if (c >= '0' && c <= '9')
                digit = static_cast<char32_t>(c - '0');
            else if (c >= 'a' && c <= 'f')
                digit = static_cast<char32_t>(c - 'a' + 10);
            else if (c >= 'A' && c <= 'F')
                digit = static_cast<char32_t>(c - 'A' + 10);
            else
                return std::nullopt;
            value = value * 16 + digit;
        }
        at_ += 4;
        return value;
    }

    std::string_view bytes_;
    const Limits& limits_;
    DuplicateKeys duplicates_;
    std::size_t at_ = 0;
    std::optional<JsonFault> fault_;
};

}  // namespace

std::optional<JsonFault> find_json_fault(std::string_view bytes, const Limits& limits,
                                         DuplicateKeys duplicates) {
    return Scanner(bytes, limits, duplicates).run();
}

Error to_error(const JsonFault& fault, std::string_view bytes) {
    return Error::invalid(fault.message + " (byte " + std::to_string(fault.offset) + ")",
                          to_text(place_at(bytes, fault.offset)));
}

}  // namespace banyan::text
