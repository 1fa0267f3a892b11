// SPDX-License-Identifier: Apache-2.0
#include "text/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

namespace banyan::text {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

std::string_view without_sign(std::string_view text) {
    return text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
}

// The digits and base when the text has the form of an integer.
struct Digits {
    std::string_view text;
    int base = 10;
};

std::optional<Digits> integer_digits(std::string_view text) {
    if (text.starts_with("0o") || text.starts_with("0x")) {
        const int base = text[1] == 'o' ? 8 : 16;
        const std::string_view allowed = base == 8 ? "01234567" : "0123456789abcdefABCDEF";
        const std::string_view digits = text.substr(2);
        if (digits.empty() || digits.find_first_not_of(allowed) != std::string_view::npos)
            return std::nullopt;
        return Digits{digits, base};
    }
    const std::string_view digits = without_sign(text);
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
    return Digits{text.starts_with('+') ? digits : text, 10};
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool has_form_of_float(std::string_view text) {
    text = without_sign(text);
    const auto take_digits = [&text] {
        const auto end =
            static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
        text.remove_prefix(end);
        return end;
    };
    const std::size_t whole = take_digits();
    std::size_t fraction = 0;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        fraction = take_digits();
    }
    if (whole + fraction == 0) return false;
    if (text.starts_with('e') || text.starts_with('E')) {
        text = without_sign(text.substr(1));
        if (take_digits() == 0) return false;
    }
    return text.empty();
}

}  // namespace

Result<Value> yaml_plain_scalar(std::string_view text) {
    if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return Value();
    if (is_one_of(text, {"true", "True", "TRUE"})) return Value(true);
    if (is_one_of(text, {"false", "False", "FALSE"})) return Value(false);
    if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return Value(std::numeric_limits<double>::quiet_NaN());
    if (is_one_of(without_sign(text), {".inf", ".Inf", ".INF"})) {
        const double infinity = std::numeric_limits<double>::infinity();
        return Value(text.starts_with('-') ? -infinity : infinity);
    }
    if (const auto digits = integer_digits(text)) {
        std::int64_t value = 0;
        const char* end = digits->text.data() + digits->text.size();
        if (std::from_chars(digits->text.data(), end, value, digits->base).ec != std::errc{})
            return Error::invalid("the integer is beyond 64 bits; put it in quotes if it is text");
        return Value(value);
    }
    if (has_form_of_float(text)) {
        const std::string_view number = text.starts_with('+') ? text.substr(1) : text;
        double value = 0;
        if (std::from_chars(number.data(), number.data() + number.size(), value).ec != std::errc{})
            return Error::invalid("the number is beyond what a double holds; put it in quotes if it is text");
        return Value(value);
    }
    return Value(text);
}

}  // namespace banyan::text
