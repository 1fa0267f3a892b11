// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/literal.h"

#include <charconv>
#include <optional>

#include "domain/rules/utf8.h"

namespace banyan::rules {

namespace {

std::optional<std::uint64_t> magnitude(std::string_view digits) {
    int base = 10;
    if (digits.size() > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
        base = 16;
        digits.remove_prefix(2);
    }
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    if (failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return number;
}

LiteralResult floating_literal(std::string_view digits, bool negative) {
    double number = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (failure != std::errc() || end != digits.data() + digits.size())
        return LiteralError{"the number does not fit a double", 0};
    return Value(negative ? -number : number);
}

/// Decodes the inside of a quoted text, one escape at a time.
class Unescaper {
  public:
    Unescaper(std::string_view text, std::size_t begin, std::size_t end, bool bytes)
        : text_(text), at_(begin), end_(end), bytes_(bytes) {}

    /// Empty when all went well; then text() is the meaning.
    std::optional<LiteralError> run() {
        while (at_ < end_) {
            if (text_[at_] != '\\') {
                out_.push_back(text_[at_++]);
                continue;
            }
            if (!escape())
                return LiteralError{
                    bytes_ ? "no such escape in bytes; known are \\n \\t \\\\ \\\" \\' \\xHH \\ooo ..."
                           : "no such escape; known are \\n \\t \\\\ \\\" \\' \\uHHHH \\xHH \\ooo ...",
                    at_};
        }
        return std::nullopt;
    }
    [[nodiscard]] std::string& text() { return out_; }

  private:
    // Leaves at_ on the backslash when it fails.
    bool escape() {
        if (at_ + 1 >= end_) return false;
        const char letter = text_[at_ + 1];
        static constexpr std::string_view letters = "abfnrtv\\?\"'`";
        static constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\?\"'`";
        const std::size_t known = letters.find(letter);
        if (known != std::string_view::npos) {
            out_.push_back(meanings[known]);
            at_ += 2;
            return true;
        }
        if (letter == 'x' || letter == 'X') return number(2, 2, 16);
        if (letter == 'u' && !bytes_) return number(2, 4, 16);
        if (letter == 'U' && !bytes_) return number(2, 8, 16);
        if (letter >= '0' && letter <= '3') return number(1, 3, 8);
        return false;
    }

    bool number(std::size_t skip, std::size_t count, int base) {
        if (at_ + skip + count > end_) return false;
        const char* first = text_.data() + at_ + skip;
        std::uint32_t code = 0;
        const auto [last, failure] = std::from_chars(first, first + count, code, base);
        if (failure != std::errc() || last != first + count) return false;
        if (bytes_) {
            out_.push_back(static_cast<char>(code));
        } else if (!utf8_append(out_, code)) {
            return false;
        }
        at_ += skip + count;
        return true;
    }

    std::string_view text_;
    std::size_t at_;
    std::size_t end_;
    bool bytes_;
    std::string out_;
};

}  // namespace

LiteralResult number_literal(const Token& token, bool negative) {
    std::string_view digits = token.text;
    if (token.kind == TokenKind::floating) return floating_literal(digits, negative);
    const bool is_unsigned = token.kind == TokenKind::unsigned_integer;
    if (is_unsigned) digits.remove_suffix(1);
    const auto number = magnitude(digits);
    if (is_unsigned) {
        if (!number) return LiteralError{"the number does not fit a uint (64 bits)", 0};
        return Value(*number);
    }
    constexpr std::uint64_t positive_max = INT64_MAX;
    if (!number || *number > positive_max + (negative ? 1 : 0))
        return LiteralError{"the number does not fit an int (64 bits); write 1u for a uint, 1.0 for a double",
                            0};
    // Unsigned negation wraps, so the smallest int comes out right too.
    return Value(static_cast<std::int64_t>(negative ? 0 - *number : *number));
}

LiteralResult quoted_literal(const Token& token) {
    const bool bytes = token.kind == TokenKind::bytes;
    std::size_t begin = bytes ? 1 : 0;
    const bool raw = token.text[begin] == 'r' || token.text[begin] == 'R';
    if (raw) ++begin;
    const std::string_view quoted = token.text.substr(begin);
    const bool triple = quoted.size() >= 6 && quoted[1] == quoted[0] && quoted[2] == quoted[0];
    const std::size_t quotes = triple ? 3 : 1;
    begin += quotes;
    const std::size_t end = token.text.size() - quotes;
    std::string content;
    if (raw) {
        content = token.text.substr(begin, end - begin);
    } else {
        Unescaper unescaper(token.text, begin, end, bytes);
        if (auto error = unescaper.run()) return *std::move(error);
        content = std::move(unescaper.text());
    }
    if (bytes) return Value(Value::Bytes{std::move(content)});
    return Value(std::move(content));
}

}  // namespace banyan::rules
