// SPDX-License-Identifier: Apache-2.0
#include "base/money.h"

#include <limits>

#include <gtest/gtest.h>

namespace banyan {
namespace {

TEST(Money, CurrenciesKnowTheirMinorDigits) {
    EXPECT_EQ(currency_of("CNY")->digits, 2);
    EXPECT_EQ(currency_of("JPY")->digits, 0);
    EXPECT_EQ(currency_of("KWD")->digits, 3);
    EXPECT_EQ(currency_of("GBP")->code(), "GBP");
    for (const char* code : {"", "XXX", "cny", "CN", "CNYY"})
        EXPECT_FALSE(currency_of(code).has_value()) << code;
}

TEST(Money, AddsWithinOneCurrencyOnly) {
    const Currency yuan = *currency_of("CNY");
    EXPECT_EQ((Money{5600, yuan} + Money{44, yuan}), (Money{5644, yuan}));
    EXPECT_EQ((Money{5600, yuan} - Money{5644, yuan}), (Money{-44, yuan}));
    EXPECT_DEATH(static_cast<void>(Money{1, yuan} + Money{1, *currency_of("GBP")}), "assertion failed");
    EXPECT_DEATH(static_cast<void>(Money{std::numeric_limits<std::int64_t>::max(), yuan} + Money{1, yuan}),
                 "assertion failed");
}

}  // namespace
}  // namespace banyan
