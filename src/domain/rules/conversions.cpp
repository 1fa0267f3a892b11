// SPDX-License-Identifier: Apache-2.0

// int("12"), string(1.5), timestamp("..."): the conversions CEL has, each refusing what does not fit.

#include <array>
#include <charconv>
#include <cmath>

#include "domain/rules/arguments.h"
#include "domain/rules/functions.h"
#include "domain/rules/network.h"
#include "domain/rules/time_text.h"
#include "domain/rules/utf8.h"

namespace banyan::rules {

namespace {

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

// from_chars takes no plus sign; the words for what is no finite number it does.
std::optional<double> parse_double(std::string_view text) {
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    return parse_number<double>(text);
}

template <typename T>
Term number_or_fault(std::optional<T> number, Fault fault, const Context& context) {
    return number ? Term(*number) : context.fault(fault);
}

Term text_of(double number, Context& context) {
    if (std::isnan(number)) return Term("NaN");
    if (std::isinf(number)) return Term(number > 0 ? "+Inf" : "-Inf");
    std::array<char, 32> buffer{};
    const auto [end, failure] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    ASSERT(failure == std::errc());
    return text_in_arena({buffer.data(), static_cast<std::size_t>(end - buffer.data())}, context);
}

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
        case Kind::string: return number_or_fault(parse_double(a.string()), Fault::bad_conversion, context);
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

Term type(Arguments a, Context&) { return Term::type_of(a[0].kind()); }

Term dyn(Arguments a, Context&) { return a[0]; }

constexpr auto global = Style::global;

constexpr std::array table = {
    Function{"int", global, "int -> int | uint -> int | double -> int | string -> int | timestamp -> int",
             convert_to_int,
             "a whole number; what is behind the point falls away; seconds since 1970 of a time"},
    Function{"uint", global, "uint -> uint | int -> uint | double -> uint | string -> uint", convert_to_uint,
             "a whole number that is not negative"},
    Function{"double", global, "double -> double | int -> double | uint -> double | string -> double",
             convert_to_double, "a number with a point"},
    Function{"bool", global, "bool -> bool | string -> bool", convert_to_bool,
             "true of 'true', 't' and '1', and so on"},
    Function{"string", global,
             "string -> string | bool -> string | int -> string | uint -> string | double -> string | "
             "bytes -> string | timestamp -> string | duration -> string | ip -> string | cidr -> string",
             convert_to_string, "the value as text"},
    Function{"bytes", global, "bytes -> bytes | string -> bytes", convert_to_bytes,
             "the text's bytes in UTF-8"},
    Function{"timestamp", global, "timestamp -> timestamp | string -> timestamp | int -> timestamp",
             convert_to_timestamp, "a time, of '2026-06-18T20:00:00+08:00' or of seconds since 1970"},
    Function{"duration", global, "duration -> duration | string -> duration", convert_to_duration,
             "a length of time, of '1h30m', '250ms' and the like"},
    Function{"type", global, "T -> type(T)", type, "the type; type(x) == int"},
    Function{"dyn", global, "T -> dyn", dyn,
             "the same value, whose type is not looked at before it is there"},
};

}  // namespace

Term convert_to_string(Arguments arguments, Context& context) {
    const Term& a = arguments[0];
    switch (a.kind()) {
        case Kind::string: return a;
        case Kind::boolean: return Term(a.boolean() ? "true" : "false");
        case Kind::integer: return text_in_arena(std::to_string(a.integer()), context);
        case Kind::unsigned_integer: return text_in_arena(std::to_string(a.unsigned_integer()), context);
        case Kind::floating: return text_of(a.floating(), context);
        case Kind::timestamp: return text_in_arena(to_text(a.timestamp()), context);
        case Kind::duration: return text_in_arena(to_text(a.duration()), context);
        case Kind::address: return text_in_arena(address_text(a.address()), context);
        case Kind::network: return text_in_arena(network_text(a.network()), context);
        case Kind::bytes:
            if (!context.charge(a.bytes().size() / 16)) return context.fault(Fault::cost_exceeded);
            if (utf8_valid_prefix(a.bytes()) != a.bytes().size()) return context.fault(Fault::invalid_utf8);
            return Term(a.bytes());
        default: return context.fault(Fault::no_such_overload);
    }
}

std::span<const Function> conversion_functions() { return table; }

}  // namespace banyan::rules
