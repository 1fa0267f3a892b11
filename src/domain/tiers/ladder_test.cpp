// SPDX-License-Identifier: Apache-2.0
#include "domain/tiers/ladder.h"

#include <gtest/gtest.h>

namespace banyan::tiers {
namespace {

// The star ladder of the starter programme, in fen.
Ladder stars() {
    Ladder ladder;
    ladder.id = {1};
    ladder.code = "stars";
    ladder.tiers = {{{1}, "regular", "", "", 0},
                    {{2}, "star1", "", "", 50'000},
                    {{3}, "star2", "", "", 200'000},
                    {{4}, "star3", "", "", 300'000}};
    return ladder;
}

TEST(Ladder, TheHighestTierWhoseThresholdIsReached) {
    const struct {
        std::int64_t spend;
        const char* tier;
        const char* next;
        std::int64_t missing;
    } rows[] = {
        {0, "regular", "star1", 50'000},     {49'999, "regular", "star1", 1},
        {50'000, "star1", "star2", 150'000},  // a threshold is inclusive
        {199'999, "star1", "star2", 1},      {200'000, "star2", "star3", 100'000},
        {300'000, "star3", "", 0},           {9'000'000'000, "star3", "", 0},
        {-100, "regular", "star1", 50'100},  // refunds of orders that had counted less
    };
    const Ladder ladder = stars();
    for (const auto& row : rows) {
        const TierId tier = deserved(ladder, row.spend);
        ASSERT_NE(ladder.find(tier), nullptr);
        EXPECT_EQ(ladder.find(tier)->code, row.tier) << row.spend;
        const Progress now = progress(ladder, tier, row.spend);
        EXPECT_EQ(now.tier, tier);
        EXPECT_EQ(now.next ? ladder.find(*now.next)->code : "", row.next) << row.spend;
        EXPECT_EQ(now.missing, row.missing) << row.spend;
    }
}

TEST(Ladder, ATierThatWasKeptIsMeasuredFromWhereItStands) {
    // on_refund: keep. The spend fell, the tier did not; the next is still far, and nothing is ever missing below 0.
    const Progress kept = progress(stars(), {3}, 100);
    EXPECT_EQ(kept.next, TierId{4});
    EXPECT_EQ(kept.missing, 299'900);
    EXPECT_EQ(progress(stars(), {1}, 60'000).missing, 0);
}

TEST(Ladder, FindsNothingThatIsNotThere) {
    EXPECT_EQ(stars().find({0}), nullptr);
    EXPECT_EQ(stars().find({5}), nullptr);
}

}  // namespace
}  // namespace banyan::tiers
