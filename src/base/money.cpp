// SPDX-License-Identifier: Apache-2.0
#include "base/money.h"

namespace banyan {

namespace {
struct Known {
    std::string_view code;
    std::uint8_t digits;
};
// ISO 4217 minor digits of the currencies a member programme is likely to meet; more are one line each.
constexpr Known known[] = {
    {"AED", 2}, {"AUD", 2}, {"BRL", 2}, {"CAD", 2}, {"CHF", 2}, {"CNY", 2}, {"CZK", 2}, {"DKK", 2},
    {"EUR", 2}, {"GBP", 2}, {"HKD", 2}, {"HUF", 2}, {"IDR", 2}, {"INR", 2}, {"JPY", 0}, {"KRW", 0},
    {"KWD", 3}, {"MOP", 2}, {"MXN", 2}, {"MYR", 2}, {"NOK", 2}, {"NZD", 2}, {"PHP", 2}, {"PLN", 2},
    {"SEK", 2}, {"SGD", 2}, {"THB", 2}, {"TRY", 2}, {"TWD", 2}, {"USD", 2}, {"VND", 0}, {"ZAR", 2},
};
}  // namespace

std::optional<Currency> currency_of(std::string_view code) {
    for (const Known& entry : known) {
        if (entry.code == code) return Currency{{code[0], code[1], code[2]}, entry.digits};
    }
    return std::nullopt;
}

}  // namespace banyan
