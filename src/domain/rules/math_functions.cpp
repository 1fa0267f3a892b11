// SPDX-License-Identifier: Apache-2.0

// math.greatest(...), rounding, signs and bits. Integers stay integers and never wrap.

#include <array>
#include <cmath>

#include "domain/rules/arguments.h"
#include "domain/rules/functions.h"
#include "domain/rules/numbers.h"

namespace banyan::rules {

namespace {

// The first of those that are `wanted` against all others; a NaN is neither.
Term extreme(const Term& numbers, Order wanted, Context& context) {
    if (numbers.count() == 0 || !context.charge(numbers.count())) return no_overload(context);
    Term best = numbers.element(0);
    for (std::size_t i = 0; i < numbers.count(); ++i) {
        const Term next = numbers.element(i);
        if (!is_numeric(next.kind())) return no_overload(context);
        if (i > 0 && compare_numbers(next, best) == wanted) best = next;
    }
    return best;
}

template <Order wanted>
Term extreme_of(Arguments a, Context& context) {
    if (a.size() == 1 && a[0].is(Kind::list)) return extreme(a[0], wanted, context);
    return extreme(Term::list_of(a), wanted, context);
}

template <double (*function)(double)>
Term of_double(Arguments a, Context& context) {
    if (!are(a, {Kind::floating})) return no_overload(context);
    return Term(function(a[0].floating()));
}

double ceiling(double x) { return std::ceil(x); }
double floor_of(double x) { return std::floor(x); }
double round_of(double x) { return std::round(x); }
double truncated(double x) { return std::trunc(x); }

template <bool (*question)(double)>
Term asked(Arguments a, Context& context) {
    if (!are(a, {Kind::floating})) return no_overload(context);
    return Term(question(a[0].floating()));
}

bool is_nan(double x) { return std::isnan(x); }
bool is_infinite(double x) { return std::isinf(x); }
bool is_finite(double x) { return std::isfinite(x); }

Term absolute(Arguments a, Context& context) {
    if (a[0].is(Kind::unsigned_integer)) return a[0];
    if (a[0].is(Kind::floating)) return Term(std::fabs(a[0].floating()));
    if (!a[0].is(Kind::integer)) return no_overload(context);
    const std::int64_t number = a[0].integer();
    if (number == INT64_MIN) return context.fault(Fault::overflow);
    return Term(number < 0 ? -number : number);
}

Term sign(Arguments a, Context& context) {
    switch (a[0].kind()) {
        case Kind::integer: return Term(std::int64_t{(a[0].integer() > 0) - (a[0].integer() < 0)});
        case Kind::unsigned_integer: return Term(std::uint64_t{a[0].unsigned_integer() > 0 ? 1U : 0U});
        case Kind::floating:
            if (std::isnan(a[0].floating())) return a[0];
            return Term(static_cast<double>((a[0].floating() > 0) - (a[0].floating() < 0)));
        default: return no_overload(context);
    }
}

Term square_root(Arguments a, Context& context) {
    switch (a[0].kind()) {
        case Kind::integer: return Term(std::sqrt(static_cast<double>(a[0].integer())));
        case Kind::unsigned_integer: return Term(std::sqrt(static_cast<double>(a[0].unsigned_integer())));
        case Kind::floating: return Term(std::sqrt(a[0].floating()));
        default: return no_overload(context);
    }
}

enum class Bits : std::uint8_t { both, either, one };

constexpr std::uint64_t combined(Bits how, std::uint64_t a, std::uint64_t b) {
    switch (how) {
        case Bits::both: return a & b;
        case Bits::either: return a | b;
        case Bits::one: return a ^ b;
    }
    return 0;
}

template <Bits how>
Term bits_of(Arguments a, Context& context) {
    if (are(a, {Kind::integer, Kind::integer}))
        return Term(static_cast<std::int64_t>(combined(how, static_cast<std::uint64_t>(a[0].integer()),
                                                       static_cast<std::uint64_t>(a[1].integer()))));
    if (are(a, {Kind::unsigned_integer, Kind::unsigned_integer}))
        return Term(combined(how, a[0].unsigned_integer(), a[1].unsigned_integer()));
    return no_overload(context);
}

Term bits_not(Arguments a, Context& context) {
    if (a[0].is(Kind::integer)) return Term(~a[0].integer());
    if (a[0].is(Kind::unsigned_integer)) return Term(~a[0].unsigned_integer());
    return no_overload(context);
}

// The bits move, the sign does not count: what is moved in is 0.
template <bool left>
Term shifted(Arguments a, Context& context) {
    if (!a[1].is(Kind::integer)) return no_overload(context);
    const bool is_signed = a[0].is(Kind::integer);
    if (!is_signed && !a[0].is(Kind::unsigned_integer)) return no_overload(context);
    if (a[1].integer() < 0) return context.fault(Fault::out_of_range);
    std::uint64_t bits = is_signed ? static_cast<std::uint64_t>(a[0].integer()) : a[0].unsigned_integer();
    const std::int64_t by = a[1].integer();
    if (by >= 64) {
        bits = 0;
    } else {
        bits = left ? bits << static_cast<unsigned>(by) : bits >> static_cast<unsigned>(by);
    }
    return is_signed ? Term(static_cast<std::int64_t>(bits)) : Term(bits);
}

constexpr auto global = Style::global;
constexpr std::string_view numbers = "number ... -> number";
constexpr std::string_view each_number = "int -> int | uint -> uint | double -> double";
constexpr std::string_view two_integers = "int, int -> int | uint, uint -> uint";
constexpr std::string_view shift = "int, int -> int | uint, int -> uint";

constexpr std::array table = {
    Function{"math.greatest", global, numbers, extreme_of<Order::greater>,
             "the greatest of the numbers, or of one list of numbers"},
    Function{"math.least", global, numbers, extreme_of<Order::less>, "the least"},
    Function{"math.ceil", global, "double -> double", of_double<ceiling>, "the next whole number above"},
    Function{"math.floor", global, "double -> double", of_double<floor_of>, "the next whole number below"},
    Function{"math.round", global, "double -> double", of_double<round_of>,
             "the nearest whole number; a half goes away from zero"},
    Function{"math.trunc", global, "double -> double", of_double<truncated>,
             "without what is behind the point"},
    Function{"math.abs", global, each_number, absolute, "without its sign"},
    Function{"math.sign", global, each_number, sign, "-1, 0 or 1"},
    Function{"math.sqrt", global, "int -> double | uint -> double | double -> double", square_root,
             "the square root"},
    Function{"math.isNaN", global, "double -> bool", asked<is_nan>, "it is no number, as 0.0 / 0.0 is"},
    Function{"math.isInf", global, "double -> bool", asked<is_infinite>, "it is infinite"},
    Function{"math.isFinite", global, "double -> bool", asked<is_finite>, "it is neither"},
    Function{"math.bitAnd", global, two_integers, bits_of<Bits::both>, "the bits set in both"},
    Function{"math.bitOr", global, two_integers, bits_of<Bits::either>, "the bits set in either"},
    Function{"math.bitXor", global, two_integers, bits_of<Bits::one>, "the bits set in just one"},
    Function{"math.bitNot", global, "int -> int | uint -> uint", bits_not, "every bit turned over"},
    Function{"math.bitShiftLeft", global, shift, shifted<true>, "the bits moved up, zeros behind them"},
    Function{"math.bitShiftRight", global, shift, shifted<false>, "the bits moved down, zeros behind them"},
};

}  // namespace

std::span<const Function> math_functions() { return table; }

}  // namespace banyan::rules
