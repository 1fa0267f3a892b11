// SPDX-License-Identifier: Apache-2.0
#include "base/allocate.h"

#include <limits>
#include <numeric>

#include "base/number.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace banyan {
namespace {

using Amounts = std::vector<std::int64_t>;

Amounts shares(std::int64_t total, const Amounts& weights) {
    return allocate(total, weights).value_or(Amounts{});
}

TEST(Allocate, TheLargestFractionalPartsGetWhatIsLeftOver) {
    EXPECT_EQ(shares(100, {1, 1, 1}), (Amounts{34, 33, 33}));
    EXPECT_EQ(shares(5, {3, 7}), (Amounts{2, 3}));
    EXPECT_EQ(shares(5, {7, 3, 0}), (Amounts{4, 1, 0}));
    EXPECT_EQ(shares(-5, {7, 3}), (Amounts{-3, -2}));
    EXPECT_EQ(shares(101, {3, 7}), (Amounts{30, 71}));
    EXPECT_EQ(shares(0, {1, 2}), (Amounts{0, 0}));
}

TEST(Allocate, WeightsThatSayNothingAreRefused) {
    EXPECT_FALSE(allocate(5, Amounts{}).has_value());
    EXPECT_FALSE(allocate(5, Amounts{0, 0}).has_value());
    EXPECT_FALSE(allocate(5, Amounts{1, -1, 3}).has_value());
}

TEST(Allocate, TheGreatestNumbersAreNoTrouble) {
    constexpr auto max = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(shares(max, {max, max}), (Amounts{max / 2 + 1, max / 2}));
    EXPECT_EQ(shares(std::numeric_limits<std::int64_t>::min(), {max, max}),
              (Amounts{std::numeric_limits<std::int64_t>::min() / 2,
                       std::numeric_limits<std::int64_t>::min() / 2}));
}

TEST(Allocate, SharesSumToTheTotalAndLieWithinOneUnitOfTheirExactPart) {
    const auto check = [](std::int64_t total) {
        auto weights =
            *rc::gen::nonEmpty(rc::gen::container<Amounts>(rc::gen::inRange<std::int64_t>(0, 1'000'000'000)));
        weights.push_back(*rc::gen::inRange<std::int64_t>(1, 100));
        const auto parts = allocate(total, weights);
        RC_ASSERT(parts.has_value());
        Wide sum = 0;
        Wide weight_sum = 0;
        for (const std::int64_t part : *parts) sum += part;
        for (const std::int64_t weight : weights) weight_sum += weight;
        RC_ASSERT(sum == static_cast<Wide>(total));
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const Wide error =
                static_cast<Wide>((*parts)[i]) * weight_sum - static_cast<Wide>(total) * weights[i];
            RC_ASSERT(error < weight_sum && error > -weight_sum);
        }
    };
    EXPECT_TRUE(rc::check("allocation is exact", check));
}

}  // namespace
}  // namespace banyan
