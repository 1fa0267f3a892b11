// SPDX-License-Identifier: Apache-2.0

// int("12"), string(1.5), timestamp("..."): the conversions CEL has, each refusing what does not fit.

#include <array>
#include <charconv>
#include <cmath>

#include "domain/rules/functions.h"
#include "domain/rules/time_text.h"
#include "domain/rules/utf8.h"

namespace banyan::rules {

namespace {

using Arguments = std::span<const Term>;

constexpr double two_to_63 = 9223372036854775808.0;
constexpr double two_to_64 = 18446744073709551616.0;

// The whole text as a number of type T, or nothing.
template <typename T>
std::optional<T> parse_number(std::string_view text) {
    T number{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

template <typename T>
Term number_or_fault(std::optional<T> number, Fault fault, const Context& context) {
    return number ? Term(*number) : context.fault(fault);
}

Term text_term(std::string_view text, Context& context) {
    if (!context.charge(text.size() / 16 + 1)) return context.fault(Fault::cost_exceeded);
    return Term(context.arena.copy(text));
}

Term text_of(double number, Context& context) {
    if (std::isnan(number)) return Term("NaN");
    if (std::isinf(number)) return Term(number > 0 ? "+Inf" : "-Inf");
    std::array<char, 32> buffer{};
    const auto [end, failure] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    ASSERT(failure == std::errc());
    return text_term({buffer.data(), static_cast<std::size_t>(end - buffer.data())}, context);
}

}  // namespace

Term convert_to_int(Arguments arguments, Context& context) {
    const Term& a = arguments[0];
    switch (a.kind()) {
        case Kind::integer: return a;
        case Kind::unsigned_integer:
            if (a.unsigned_integer() > INT64_MAX) return context.fault(Fault::out_of_range);
            return Term(static_cast<std::int64_t>(a.unsigned_integer()));
        case Kind::floating:
            // The bounds themselves are refused, as in cel-go: a double there has lost its last digits.
            if (!(a.floating() > -two_to_63 && a.floating() < two_to_63))
                return context.fault(Fault::out_of_range);
            return Term(static_cast<std::int64_t>(a.floating()));
        case Kind::string:
            return number_or_fault(parse_number<std::int64_t>(a.string()), Fault::bad_conversion, context);
        case Kind::timestamp: return Term(a.timestamp().seconds);
        default: return context.fault(Fault::no_such_overload);
    }
}

Term convert_to_uint(Arguments arguments, Context& context) {
    const Term& a = arguments[0];
    switch (a.kind()) {
        case Kind::unsigned_integer: return a;
        case Kind::integer:
            if (a.integer() < 0) return context.fault(Fault::out_of_range);
            return Term(static_cast<std::uint64_t>(a.integer()));
        case Kind::floating:
            if (!(a.floating() >= 0 && a.floating() < two_to_64)) return context.fault(Fault::out_of_range);
            return Term(static_cast<std::uint64_t>(a.floating()));
        case Kind::string:
            return number_or_fault(parse_number<std::uint64_t>(a.string()), Fault::bad_conversion, context);
        default: return context.fault(Fault::no_such_overload);
    }
}

Term convert_to_double(Arguments arguments, Context& context) {
    const Term& a = arguments[0];
    switch (a.kind()) {
        case Kind::floating: return a;
        case Kind::integer: return Term(static_cast<double>(a.integer()));
        case Kind::unsigned_integer: return Term(static_cast<double>(a.unsigned_integer()));
        case Kind::string:
            return number_or_fault(parse_number<double>(a.string()), Fault::bad_conversion, context);
        default: return context.fault(Fault::no_such_overload);
    }
}

Term convert_to_bool(Arguments arguments, Context& context) {
    const Term& a = arguments[0];
    if (a.is(Kind::boolean)) return a;
    if (!a.is(Kind::string)) return context.fault(Fault::no_such_overload);
    static constexpr std::array<std::string_view, 10> words = {"true",  "True",  "TRUE",  "t", "1",
                                                               "false", "False", "FALSE", "f", "0"};
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == a.string()) return Term(i < words.size() / 2);
    }
    return context.fault(Fault::bad_conversion);
}

Term convert_to_string(Arguments arguments, Context& context) {
    const Term& a = arguments[0];
    switch (a.kind()) {
        case Kind::string: return a;
        case Kind::boolean: return Term(a.boolean() ? "true" : "false");
        case Kind::integer: return text_term(std::to_string(a.integer()), context);
        case Kind::unsigned_integer: return text_term(std::to_string(a.unsigned_integer()), context);
        case Kind::floating: return text_of(a.floating(), context);
        case Kind::timestamp: return text_term(to_text(a.timestamp()), context);
        case Kind::duration: return text_term(to_text(a.duration()), context);
        case Kind::bytes:
            if (!context.charge(a.bytes().size() / 16)) return context.fault(Fault::cost_exceeded);
            if (utf8_valid_prefix(a.bytes()) != a.bytes().size()) return context.fault(Fault::invalid_utf8);
            return Term(a.bytes());
        default: return context.fault(Fault::no_such_overload);
    }
}

Term convert_to_bytes(Arguments arguments, Context& context) {
    const Term& a = arguments[0];
    if (a.is(Kind::bytes)) return a;
    return a.is(Kind::string) ? Term::bytes_of(a.string()) : context.fault(Fault::no_such_overload);
}

Term convert_to_timestamp(Arguments arguments, Context& context) {
    const Term& a = arguments[0];
    if (a.is(Kind::timestamp)) return a;
    if (a.is(Kind::string))
        return number_or_fault(parse_timestamp(a.string()), Fault::bad_conversion, context);
    if (!a.is(Kind::integer)) return context.fault(Fault::no_such_overload);
    const Timestamp time{a.integer(), 0};
    if (time < timestamp_min || timestamp_max < time) return context.fault(Fault::out_of_range);
    return Term(time);
}

Term convert_to_duration(Arguments arguments, Context& context) {
    const Term& a = arguments[0];
    if (a.is(Kind::duration)) return a;
    if (!a.is(Kind::string)) return context.fault(Fault::no_such_overload);
    return number_or_fault(parse_duration(a.string()), Fault::bad_conversion, context);
}

}  // namespace banyan::rules
