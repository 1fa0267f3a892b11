// SPDX-License-Identifier: Apache-2.0
#include "domain/basis/conversion.h"

#include <gtest/gtest.h>

namespace banyan::basis {
namespace {

constexpr RuleId stars{1};

Conversion every(std::int64_t per, std::int64_t each = 1, Remainder remainder = Remainder::dropped,
                 OnPartialRefund on_partial_refund = OnPartialRefund::by_share) {
    return {per, Quantity(each), remainder, on_partial_refund};
}

// One member's stars by a rule that carries.
class Member {
  public:
    /// A base in yuan arrives or comes back: "+2, 10 yuan over".
    std::string base(std::int64_t yuan) {
        const Converted converted =
            convert(every(5000, 1, Remainder::carried), carry_of(carries, stars), yuan * 100);
        apply(carries, converted.moved);
        total += converted.amount.value();
        const std::int64_t amount = converted.amount.value();
        return (amount < 0 ? "" : "+") + std::to_string(amount) + ", " +
               std::to_string(carry_of(carries, stars).rest / 100) + " yuan over";
    }
    std::vector<Carry> carries;
    std::int64_t total = 0;
};

TEST(Conversion, FortyNineYuanAtFiftyAStarAreDroppedWithTheOrder) {
    EXPECT_EQ(granted(every(5000), 4900), Quantity(0));
    EXPECT_EQ(granted(every(5000), 9900), Quantity(1));
    EXPECT_EQ(granted(every(5000, 3), 10000), Quantity(6));
    EXPECT_EQ(granted(every(5000), 0), Quantity(0));
}

TEST(Conversion, FortyNineYuanAtFiftyAStarAreCarriedToTheNextOrder) {
    Member member;
    EXPECT_EQ(member.base(49), "+0, 49 yuan over");
    EXPECT_EQ(member.base(51), "+2, 0 yuan over");
    EXPECT_TRUE(member.carries.empty());  // an empty carry is forgotten
    EXPECT_EQ(member.base(60), "+1, 10 yuan over");
}

TEST(Conversion, ARefundMayCostTheStarThatAnotherOrderCompleted) {
    Member member;
    member.base(49);
    member.base(51);
    EXPECT_EQ(member.base(-49), "-1, 1 yuan over");  // 51 yuan are left: one star
    EXPECT_EQ(member.base(-51), "-1, 0 yuan over");
    EXPECT_EQ(member.total, 0);
}

TEST(Conversion, EachRuleCarriesItsOwnRest) {
    std::vector<Carry> carries;
    apply(carries, {RuleId{7}, 300});
    apply(carries, {RuleId{2}, 100});
    apply(carries, {RuleId{7}, -50});
    EXPECT_EQ(carries, (std::vector<Carry>{{RuleId{2}, 100}, {RuleId{7}, 250}}));
    EXPECT_EQ(carry_of(carries, RuleId{7}).rest, 250);
    EXPECT_EQ(carry_of(carries, RuleId{3}), (Carry{RuleId{3}, 0}));
}

TEST(Conversion, ARestOfAnOlderVersionOfTheRuleIsUsedUp) {
    // 80 yuan were left over when a star cost 100; now it costs 50.
    const Converted converted = convert(every(5000, 1, Remainder::carried), {stars, 8000}, 0);
    EXPECT_EQ(converted.amount, Quantity(1));
    EXPECT_EQ(converted.moved, (CarryMoved{stars, -5000}));
}

TEST(Conversion, APartialRefundByShareOrRecomputed) {
    // 120 yuan earned 2 stars at 50 a star; back come 10, then 60 more, then the rest.
    const Conversion by_share = every(5000);
    const Conversion recomputed = every(5000, 1, Remainder::dropped, OnPartialRefund::recomputed);
    const struct {
        std::int64_t returned;
        std::int64_t by_share;
        std::int64_t recomputed;
    } rows[] = {{0, 0, 0}, {1000, 1, 0}, {7000, 2, 1}, {7001, 2, 2}, {12000, 2, 2}};
    for (const auto& row : rows) {
        EXPECT_EQ(taken_back(by_share, 12000, row.returned), Quantity(row.by_share)) << row.returned;
        EXPECT_EQ(taken_back(recomputed, 12000, row.returned), Quantity(row.recomputed)) << row.returned;
    }
}

TEST(Conversion, WhatMakesNoSenseIsRefused) {
    const auto refusal = [](const Conversion& conversion) {
        const auto checked = check(conversion);
        return checked.ok() ? std::string("fine") : checked.error().message;
    };
    EXPECT_EQ(refusal(every(5000)), "fine");
    EXPECT_EQ(
        refusal(every(0)),
        "`per` is 0 minor units, and must be between 1 and 1000000000000000: 5000 is one for every 50 yuan");
    EXPECT_EQ(refusal(every(100, 0)), "`each` is 0, and must be between 1 and 1000");
    EXPECT_EQ(refusal(every(100, 1001)), "`each` is 1001, and must be between 1 and 1000");
}

TEST(Conversion, AGrantIsSharedAmongTheLinesThatEarnedIt) {
    using Bases = std::vector<std::int64_t>;
    const auto shares = [](std::int64_t amount, const Bases& bases) {
        Bases result;
        for (const Quantity share : over_lines(Quantity(amount), bases)) result.push_back(share.value());
        return result;
    };
    EXPECT_EQ(shares(2, {4900, 5100}), (Bases{1, 1}));
    EXPECT_EQ(shares(120, {5000, 7000, 0}), (Bases{50, 70, 0}));
    EXPECT_EQ(shares(5, {0, 0}), (Bases{3, 2}));  // a fixed amount for an order of gifts
}

TEST(ConversionDeathTest, MoreBackThanThereWasIsOurMistake) {
    EXPECT_DEATH((void)taken_back(every(100), 100, 101), "");
    std::vector<Carry> carries;
    EXPECT_DEATH(apply(carries, {stars, -1}), "");
}

}  // namespace
}  // namespace banyan::basis
