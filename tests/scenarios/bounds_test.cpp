// SPDX-License-Identifier: Apache-2.0
// Amounts that would add up to more than a number can hold. Each story asks for the most that one command may, again
// and again; what would be too much is refused as a whole, and nothing ever stops.

#include <gtest/gtest.h>

#include "domain/ledger/zones_test.h"
#include "story.h"
#include "text/yaml.h"

namespace banyan::scenarios {
namespace {

constexpr const char* document = R"(
programme: bounds
currency: CNY
zone: Asia/Shanghai
units:
  - unit: points
    debt_limit: 1000000000000000
earning:
  - {rule: base, on: order.paid, unit: points, amount: order.paid / 1000}
)";

const std::string most = " points 1000000000000000";  // 10^15
const std::string too_many = "refused amount_too_large: the member's balance would be beyond 10^17";
const std::string brand_full =
    "refused amount_too_large: what the brand has granted, redeemed or expired of the unit would be beyond "
    "10^17";

class Bounds : public ::testing::Test {
  protected:
    std::string tell(const std::string& line) {
        const auto told = story->tell("2026-01-05T10:00 " + line);
        EXPECT_TRUE(told.ok()) << line;
        EXPECT_EQ(story->broken(), "") << line;
        return told.ok() ? *told : told.error().text();
    }
    void home(const std::string& line) { EXPECT_TRUE(story->tell(line).ok()); }
    void fill(const std::string& member) {
        for (int i = 0; i < 100; ++i) ASSERT_TRUE(tell(member + " adjust" + most).starts_with("earned"));
    }

    std::unique_ptr<Story> story = [] {
        const auto yaml = text::parse_yaml(document, "bounds");
        EXPECT_TRUE(yaml.ok());
        auto programme = programme::compile(*yaml, {1}, banyan::testing::WrittenCalendar());
        EXPECT_TRUE(programme.ok()) << (programme.ok() ? "" : programme.error().text());
        return std::make_unique<Story>(*programme);
    }();
};

TEST_F(Bounds, ABalanceEndsWhereOneMoreWouldBeBeyondTheBound) {
    tell("m1 registers");
    fill("m1");
    EXPECT_EQ(tell("m1 adjust points 1"), too_many);
    for (int i = 0; i < 10'000; ++i) ASSERT_EQ(tell("m1 adjust" + most), too_many);
    EXPECT_EQ(tell("m1 order o1 10.00"), too_many);
    EXPECT_EQ(tell("m1 order o1 9.99"), "nothing");  // it earns none, so it is taken
    EXPECT_EQ(tell("m1 adjust points -1"), "points 99999999999999999");
    EXPECT_EQ(tell("m1 look").substr(0, 24), "points 99999999999999999");
}

TEST_F(Bounds, WhatABrandHasGrantedIsBoundedInEachPartition) {
    tell("m1 registers");
    tell("m2 registers");
    home("in m3 1");
    tell("m3 registers");
    fill("m1");
    EXPECT_EQ(tell("m2 adjust points 1"), brand_full);
    EXPECT_EQ(tell("m3 adjust points 1").substr(0, 8), "earned 1");
    EXPECT_EQ(tell("m1 redeem s1" + most), "points 99000000000000000");
    EXPECT_EQ(tell("m1 adjust points 1"), brand_full);  // spent points were granted all the same
    EXPECT_EQ(tell("m1 unspend s1"), "points 100000000000000000");
    EXPECT_EQ(tell("m1 adjust" + most.substr(0, 8) + "-1000000000000000"), "points 99000000000000000");
    EXPECT_EQ(tell("m2 adjust points 1").substr(0, 8), "earned 1");  // taken back, it may be granted again
}

TEST_F(Bounds, WhatAMemberHasSpentIsBounded) {
    for (int i = 0; i < 100; ++i) {
        const std::string told = tell("m1 order o" + std::to_string(i) + " 10000000000000.00");
        ASSERT_EQ(told.find("refused"), std::string::npos) << told;
    }
    EXPECT_EQ(tell("m1 order more 0.01"),
              "refused amount_too_large: what the member has spent would be beyond 10^17");
    EXPECT_EQ(tell("m1 refund o7").substr(0, 26), "refunded 10000000000000.00");
    EXPECT_EQ(tell("m1 order more 0.01").find("refused"), std::string::npos);
}

TEST_F(Bounds, TwoThatHaveTooMuchBecomeOneAndNoMore) {
    home("in m2 1");
    home("in m3 2");
    for (const char* member : {"m1", "m2", "m3"}) tell(std::string(member) + " registers");
    fill("m1");
    fill("m2");
    EXPECT_EQ(tell("m1 merges m2"), "goes on in partition 0");
    tell("deliver");
    tell("deliver");
    EXPECT_EQ(tell("m1 look").substr(0, 25), "points 200000000000000000");
    EXPECT_EQ(tell("m1 merges m3"), "refused amount_too_large: what the member has is beyond 10^17 already");
    EXPECT_EQ(tell("m3 merges m1"), "goes on in partition 2");
    tell("deliver");
    EXPECT_NE(tell("deliver").find("answers merge_under_way"), std::string::npos);
    EXPECT_EQ(tell("m1 adjust points 1"), too_many);
    EXPECT_EQ(tell("m1 adjust points -1"), "points 199999999999999999");
}

}  // namespace
}  // namespace banyan::scenarios
