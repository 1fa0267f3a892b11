// SPDX-License-Identifier: Apache-2.0
#include "domain/pricing/history.h"

#include <gtest/gtest.h>

#include <vector>

namespace banyan::pricing {
namespace {

constexpr Instant day(std::int64_t n) { return Instant{} + days(n); }

TEST(StrikeThrough, is_the_lowest_of_the_days_before_the_price_of_now) {
    const std::vector<PricePoint> history = {
        {day(0), 10000}, {day(50), 8000}, {day(55), 9500}, {day(70), 7000}};
    EXPECT_EQ(lowest_before(history, day(71), days(30)), 8000);
    EXPECT_EQ(strike_through(history, day(71), days(30)), 8000);
    // A week before day 70 only 95 was asked.
    EXPECT_EQ(strike_through(history, day(71), days(7)), 9500);
}

TEST(StrikeThrough, counts_from_when_the_price_began_not_from_now) {
    const std::vector<PricePoint> history = {{day(0), 10000}, {day(10), 8000}};
    EXPECT_EQ(strike_through(history, day(100), days(7)), 10000);
}

TEST(StrikeThrough, what_was_in_force_when_the_days_began_counts) {
    const std::vector<PricePoint> history = {{day(0), 6000}, {day(64), 9000}, {day(70), 7000}};
    EXPECT_EQ(lowest_before(history, day(70), days(7)), 6000);
    EXPECT_EQ(lowest_before(history, day(70), days(6)), 9000);
    EXPECT_FALSE(strike_through(history, day(70), days(7)).has_value());  // it was cheaper a week ago
}

TEST(StrikeThrough, needs_a_price_before) {
    const std::vector<PricePoint> history = {{day(5), 6000}, {day(9), 5000}};
    EXPECT_FALSE(strike_through(history, day(4), days(7)).has_value());
    EXPECT_FALSE(strike_through(history, day(6), days(7)).has_value());
    EXPECT_EQ(strike_through(history, day(9), days(7)), 6000);
}

}  // namespace
}  // namespace banyan::pricing
