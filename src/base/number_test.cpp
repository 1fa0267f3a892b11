// SPDX-License-Identifier: Apache-2.0
#include "base/number.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace banyan {
namespace {

constexpr auto max = std::numeric_limits<std::int64_t>::max();
constexpr auto min = std::numeric_limits<std::int64_t>::min();

TEST(Number, ArithmeticThatOverflowsGivesNothing) {
    EXPECT_EQ(added(2, 3), 5);
    EXPECT_EQ(subtracted(2, 3), -1);
    EXPECT_EQ(multiplied(-2, 3), -6);
    EXPECT_FALSE(added(max, 1).has_value());
    EXPECT_FALSE(subtracted(min, 1).has_value());
    EXPECT_FALSE(multiplied(max, 2).has_value());
    EXPECT_FALSE(multiplied(min, -1).has_value());
}

TEST(Number, ScaledRoundsTheWayItIsTold) {
    // 1.5 points per yuan on 33.33 yuan, the points in whole ones.
    EXPECT_EQ(scaled(3333, 3, 200, Rounding::down), 49);
    EXPECT_EQ(scaled(3333, 3, 200, Rounding::up), 50);
    EXPECT_EQ(scaled(-3333, 3, 200, Rounding::down), -50);
    EXPECT_EQ(scaled(5, 1, 2, Rounding::half_up), 3);
    EXPECT_EQ(scaled(-5, 1, 2, Rounding::half_up), -3);
    EXPECT_EQ(scaled(5, 1, 2, Rounding::half_even), 2);
    EXPECT_EQ(scaled(7, 1, 2, Rounding::half_even), 4);
    EXPECT_EQ(scaled(-7, 1, 2, Rounding::half_even), -4);
    EXPECT_EQ(scaled(max, max, max, Rounding::down), max);
    EXPECT_FALSE(scaled(max, 2, 1, Rounding::down).has_value());
    EXPECT_DEATH(static_cast<void>(scaled(1, 1, 0, Rounding::down)), "assertion failed");
}

TEST(Number, EveryRoundingLiesNextToTheExactValueAndTheNearestOnesNearest) {
    const auto check = [](std::int64_t a) {
        const auto b = *rc::gen::inRange<std::int64_t>(1, 1000);
        const auto rounding = static_cast<Rounding>(*rc::gen::inRange(0, 11));
        const Wide error = divided(a, b, rounding) * b - a;
        RC_ASSERT(error < b && error > -b);
        const bool nearest = rounding >= Rounding::half_up && rounding <= Rounding::half_ceiling;
        if (nearest) RC_ASSERT(error * 2 <= b && error * 2 >= -b);
        if (rounding == Rounding::down) RC_ASSERT(error <= 0);
        if (rounding == Rounding::up) RC_ASSERT(error >= 0);
    };
    EXPECT_TRUE(rc::check("roundings", check));
}

TEST(Number, QuantitiesAddAndCompareAndStopOnOverflow) {
    Quantity balance(240);
    balance += Quantity(10);
    EXPECT_EQ(balance - Quantity(50), Quantity(200));
    EXPECT_LT(-balance, Quantity());
    EXPECT_EQ(smaller(Quantity(1), Quantity(2)), Quantity(1));
    EXPECT_TRUE(Quantity().is_zero());
    EXPECT_DEATH(static_cast<void>(Quantity(max) + Quantity(1)), "assertion failed");
    EXPECT_DEATH(static_cast<void>(-Quantity(min)), "assertion failed");
}

}  // namespace
}  // namespace banyan
