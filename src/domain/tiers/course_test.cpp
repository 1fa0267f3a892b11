// SPDX-License-Identifier: Apache-2.0
// Days of review, falls, and what a dimension gives, over written zones.

#include <gtest/gtest.h>

#include "domain/ledger/zones_test.h"
#include "domain/tiers/ladder.h"

namespace banyan::tiers {
namespace {

using Kind = Cadence::Kind;

std::string next(Cadence cadence, const char* after, const char* joined = "2024-02-29T12:00:00+08:00") {
    const banyan::testing::WrittenCalendar calendar;
    const auto zone = calendar.zone("Asia/Shanghai");
    return to_text(
        (*zone)->local(next_on(cadence, *parse_rfc3339(after), *parse_rfc3339(joined), **zone)).date);
}

TEST(Cadence, TheNextDayIsNeverToday) {
    EXPECT_EQ(next({Kind::year, 1, 1, 0}, "2026-01-01T00:00:00+08:00"), "2027-01-01");
    EXPECT_EQ(next({Kind::year, 1, 1, 0}, "2025-12-31T23:59:59+08:00"), "2026-01-01");
    EXPECT_EQ(next({Kind::year, 12, 31, 0}, "2026-01-01T00:00:00+08:00"), "2026-12-31");
    EXPECT_EQ(next({Kind::quarter, 1, 1, 0}, "2026-11-22T00:00:00+08:00"), "2027-01-01");
    EXPECT_EQ(next({Kind::quarter, 1, 15, 0}, "2026-04-01T00:00:00+08:00"), "2026-04-15");
    EXPECT_EQ(next({Kind::month, 1, 2, 0}, "2026-12-02T10:00:00+08:00"), "2027-01-02");
    EXPECT_EQ(next({Kind::month, 1, 31, 0}, "2026-02-01T10:00:00+08:00"), "2026-02-28");
    EXPECT_EQ(next({Kind::anniversary, 1, 1, 0}, "2024-02-29T12:00:00+08:00"), "2025-02-28");
    EXPECT_EQ(next({Kind::anniversary, 1, 1, 0}, "2027-03-01T12:00:00+08:00"), "2028-02-29");
    EXPECT_EQ(next({Kind::days_from_upgrade, 1, 1, 365}, "2026-06-01T10:00:00+08:00"), "2027-06-01");
}

TEST(Review, WhatAFallComesTo) {
    Ladder ladder;
    ladder.tiers = {{{1}, "a", "", "", 0}, {{2}, "b", "", "", 10}, {{3}, "c", "", "", 20}};
    EXPECT_EQ(reviewed(ladder, {3}, {1}), TierId{3});
    ladder.downgrade = Downgrade::one_step;
    EXPECT_EQ(reviewed(ladder, {3}, {1}), TierId{2});
    ladder.downgrade = Downgrade::by_qualification;
    EXPECT_EQ(reviewed(ladder, {3}, {1}), TierId{1});
    EXPECT_EQ(reviewed(ladder, {1}, {3}), TierId{3});
}

TEST(Deserved, WhatCannotBeKnownIsNotGuessed) {
    Ladder ladder;
    ladder.tiers = {{{1}, "a", "", "", 0}, {{2}, "b", "", "", 10}};
    const auto never = [](const Tier&) -> std::optional<bool> { return std::nullopt; };
    EXPECT_EQ(deserved(ladder, {10, never}), TierId{2});
    EXPECT_EQ(deserved(ladder, {9, never}), TierId{1});
    EXPECT_EQ(deserved(ladder, {std::nullopt, never}), std::nullopt);
}

TEST(Score, ADimensionRoundsAsSaidAndEndsAtItsCap) {
    Dimension dimension;
    dimension.weight = 3;
    dimension.per = 10;
    dimension.cap = 20;
    EXPECT_EQ(contribution(dimension, 15), 4);  // 4.5
    dimension.rounding = Rounding::half_up;
    EXPECT_EQ(contribution(dimension, 15), 5);
    EXPECT_EQ(contribution(dimension, 1'000'000), 20);
    EXPECT_EQ(contribution(dimension, -15), 0);
    EXPECT_EQ(contribution(dimension, INT64_MAX), 20);
}

}  // namespace
}  // namespace banyan::tiers
