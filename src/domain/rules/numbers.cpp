// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/numbers.h"

namespace banyan::rules {

namespace {

constexpr double two_to_63 = 9223372036854775808.0;
constexpr double two_to_64 = 18446744073709551616.0;

Order reversed(Order order) {
    if (order == Order::less) return Order::greater;
    return order == Order::greater ? Order::less : order;
}

Order compare(std::int64_t a, std::uint64_t b) {
    if (a < 0) return Order::less;
    return order_of(static_cast<std::uint64_t>(a), b);
}

// Outside the integers' range the double decides alone; inside, the integer is rounded to a double.
Order compare(std::int64_t a, double b) {
    if (b < -two_to_63) return Order::greater;
    if (b > two_to_63) return Order::less;
    return order_of(static_cast<double>(a), b);
}

Order compare(std::uint64_t a, double b) {
    if (b < 0) return Order::greater;
    if (b > two_to_64) return Order::less;
    return order_of(static_cast<double>(a), b);
}

}  // namespace

Order compare_numbers(const Term& a, const Term& b) {
    switch (a.kind()) {
        case Kind::integer:
            if (b.is(Kind::integer)) return order_of(a.integer(), b.integer());
            if (b.is(Kind::unsigned_integer)) return compare(a.integer(), b.unsigned_integer());
            return compare(a.integer(), b.floating());
        case Kind::unsigned_integer:
            if (b.is(Kind::integer)) return reversed(compare(b.integer(), a.unsigned_integer()));
            if (b.is(Kind::unsigned_integer)) return order_of(a.unsigned_integer(), b.unsigned_integer());
            return compare(a.unsigned_integer(), b.floating());
        default:
            if (b.is(Kind::integer)) return reversed(compare(b.integer(), a.floating()));
            if (b.is(Kind::unsigned_integer)) return reversed(compare(b.unsigned_integer(), a.floating()));
            return order_of(a.floating(), b.floating());
    }
}

std::optional<std::int64_t> whole_number(const Term& term) {
    if (term.is(Kind::integer)) return term.integer();
    if (term.is(Kind::unsigned_integer)) {
        if (term.unsigned_integer() > INT64_MAX) return std::nullopt;
        return static_cast<std::int64_t>(term.unsigned_integer());
    }
    if (!term.is(Kind::floating)) return std::nullopt;
    const double number = term.floating();
    if (!(number > -two_to_63 && number < two_to_63)) return std::nullopt;
    const auto whole = static_cast<std::int64_t>(number);
    // The conversion is exact exactly when nothing was cut off.
    if (order_of(static_cast<double>(whole), number) != Order::same) return std::nullopt;
    return whole;
}

}  // namespace banyan::rules
