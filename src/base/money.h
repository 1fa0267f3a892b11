// SPDX-License-Identifier: Apache-2.0
#pragma once

// Money is integer minor units (fen, pence, cents) of one currency. The currency is a value beside the amount, not a
// type, because it comes from the order; adding two currencies is our own mistake and stops. Money never mixes with
// Quantity: points + money does not compile (tests/compile_fail).

#include <array>
#include <optional>
#include <string_view>

#include "base/number.h"

namespace banyan {

/// ISO 4217: three letters and the number of minor digits.
struct Currency {
    std::array<char, 3> letters{};
    std::uint8_t digits = 2;

    [[nodiscard]] std::string_view code() const { return {letters.data(), letters.size()}; }
    constexpr bool operator==(const Currency&) const = default;
};

/// The currency of an ISO 4217 code, or nothing when it is not one we know.
std::optional<Currency> currency_of(std::string_view code);

struct Money {
    std::int64_t minor = 0;
    Currency currency;

    Money operator+(const Money& other) const {
        ASSERT(currency == other.currency);
        const auto sum = added(minor, other.minor);
        ASSERT(sum.has_value());
        return {*sum, currency};
    }
    Money operator-(const Money& other) const {
        ASSERT(currency == other.currency);
        const auto difference = subtracted(minor, other.minor);
        ASSERT(difference.has_value());
        return {*difference, currency};
    }
    bool operator==(const Money&) const = default;
};

}  // namespace banyan
