// SPDX-License-Identifier: Apache-2.0
#include "domain/ledger/unit.h"

#include "domain/ledger/zones_test.h"

#include <gtest/gtest.h>

namespace banyan::ledger {
namespace {

using banyan::testing::at;
using banyan::testing::havana;
using banyan::testing::new_york;
using banyan::testing::shanghai;

struct Rolling {
    int years = 0;
    int months = 0;
    int days = 0;
    ExpiryRounding rounding = ExpiryRounding::none;
};

ExpiryPolicy rolling(Rolling parts) {
    ExpiryPolicy policy;
    policy.kind = ExpiryPolicy::Kind::rolling;
    policy.years = parts.years;
    policy.months = parts.months;
    policy.days = parts.days;
    policy.rounding = parts.rounding;
    return policy;
}

ExpiryPolicy on_days(std::vector<MonthDay> dates) {
    ExpiryPolicy policy;
    policy.kind = ExpiryPolicy::Kind::fixed_dates;
    policy.dates = std::move(dates);
    return policy;
}

std::string expiry(const ExpiryPolicy& policy, std::string_view granted, const Zone& zone = *shanghai()) {
    return to_rfc3339(expires_at(policy, at(granted), zone));
}

constexpr auto none = ExpiryRounding::none;
constexpr auto month = ExpiryRounding::end_of_month;
constexpr auto quarter = ExpiryRounding::end_of_quarter;
constexpr auto year = ExpiryRounding::end_of_year;

TEST(Expiry, NeverIsTheEndOfTime) {
    EXPECT_EQ(expires_at(ExpiryPolicy{}, at("2026-01-05T10:00:00Z"), *shanghai()), instant_max);
}

TEST(Expiry, RollingKeepsTheTimeOfDayAndRoundingEndsAtAMidnight) {
    struct Row {
        Rolling parts;
        const char* granted;  // Shanghai time
        const char* expires;
    };
    const Row rows[] = {
        {{0, 0, 30, none}, "2026-01-05T10:30:00+08:00", "2026-02-04T02:30:00Z"},
        {{0, 12, 0, none}, "2026-01-05T10:30:00+08:00", "2027-01-05T02:30:00Z"},
        {{1, 0, 0, none}, "2026-01-05T10:30:00+08:00", "2027-01-05T02:30:00Z"},
        // A month later where that day does not exist: the last day of the month.
        {{0, 1, 0, none}, "2026-01-31T00:00:00+08:00", "2026-02-27T16:00:00Z"},
        {{1, 0, 0, none}, "2028-02-29T12:00:00+08:00", "2029-02-28T04:00:00Z"},
        {{4, 0, 0, none}, "2028-02-29T12:00:00+08:00", "2032-02-29T04:00:00Z"},
        // Months first, then days.
        {{0, 1, 1, none}, "2026-01-31T12:00:00+08:00", "2026-03-01T04:00:00Z"},
        // Rounded up: usable to the last instant of the period.
        {{0, 0, 0, month}, "2026-01-05T10:30:00+08:00", "2026-01-31T16:00:00Z"},
        {{0, 1, 0, month}, "2026-01-31T10:30:00+08:00", "2026-02-28T16:00:00Z"},
        {{0, 12, 0, month}, "2027-02-28T23:59:59+08:00", "2028-02-29T16:00:00Z"},
        {{0, 0, 0, month}, "2026-12-31T23:59:59+08:00", "2026-12-31T16:00:00Z"},
        {{0, 0, 0, quarter}, "2026-01-01T00:00:00+08:00", "2026-03-31T16:00:00Z"},
        {{0, 0, 0, quarter}, "2026-06-30T23:00:00+08:00", "2026-06-30T16:00:00Z"},
        {{0, 3, 0, quarter}, "2026-11-05T10:00:00+08:00", "2027-03-31T16:00:00Z"},
        {{0, 0, 0, year}, "2026-01-05T10:30:00+08:00", "2026-12-31T16:00:00Z"},
        // The starter programme: the end of next year, however late in this one.
        {{1, 0, 0, year}, "2026-01-01T00:00:00+08:00", "2027-12-31T16:00:00Z"},
        {{1, 0, 0, year}, "2026-12-31T23:59:59+08:00", "2027-12-31T16:00:00Z"},
        // It is the member's local year that counts: in London this is still 2026.
        {{1, 0, 0, year}, "2026-12-31T16:00:00Z", "2028-12-31T16:00:00Z"},
    };
    for (const Row& row : rows)
        EXPECT_EQ(expiry(rolling(row.parts), row.granted), row.expires) << row.granted;
}

TEST(Expiry, FixedDaysLapseAtTheirEndAndNeverOnTheDayOfTheGrant) {
    const ExpiryPolicy summer_and_winter = on_days({{6, 30}, {12, 31}});
    EXPECT_EQ(expiry(summer_and_winter, "2026-01-05T10:00:00+08:00"), "2026-06-30T16:00:00Z");
    EXPECT_EQ(expiry(summer_and_winter, "2026-06-29T23:59:59+08:00"), "2026-06-30T16:00:00Z");
    // Granted on a lapse day itself: the next one, or the grant would be worth hours.
    EXPECT_EQ(expiry(summer_and_winter, "2026-06-30T00:00:00+08:00"), "2026-12-31T16:00:00Z");
    EXPECT_EQ(expiry(summer_and_winter, "2026-12-31T00:00:00+08:00"), "2027-06-30T16:00:00Z");
    // The order in which the days are written does not matter.
    EXPECT_EQ(expiry(on_days({{12, 31}, {6, 30}}), "2026-01-05T10:00:00+08:00"), "2026-06-30T16:00:00Z");
}

TEST(Expiry, The29thOfFebruaryIsThe28thInACommonYear) {
    const ExpiryPolicy leap_day = on_days({{2, 29}});
    EXPECT_EQ(expiry(leap_day, "2026-01-05T10:00:00+08:00"), "2026-02-28T16:00:00Z");
    EXPECT_EQ(expiry(leap_day, "2026-02-28T10:00:00+08:00"), "2027-02-28T16:00:00Z");
    EXPECT_EQ(expiry(leap_day, "2027-03-01T10:00:00+08:00"), "2028-02-29T16:00:00Z");
    EXPECT_EQ(expiry(leap_day, "2028-02-28T10:00:00+08:00"), "2028-02-29T16:00:00Z");
    EXPECT_EQ(expiry(leap_day, "2028-02-29T10:00:00+08:00"), "2029-02-28T16:00:00Z");
}

TEST(Expiry, FollowsTheZoneThroughSummerTime) {
    const ExpiryPolicy end_of_month = rolling({0, 0, 0, month});
    EXPECT_EQ(expiry(end_of_month, "2026-02-10T12:00:00Z", *new_york()), "2026-03-01T05:00:00Z");
    EXPECT_EQ(expiry(end_of_month, "2026-03-10T12:00:00Z", *new_york()), "2026-04-01T04:00:00Z");
    EXPECT_EQ(expiry(end_of_month, "2026-10-10T12:00:00Z", *new_york()), "2026-11-01T04:00:00Z");
    EXPECT_EQ(expiry(end_of_month, "2026-11-10T12:00:00Z", *new_york()), "2026-12-01T05:00:00Z");
    // 31 October 23:30 in New York is November in London and still October there.
    EXPECT_EQ(expiry(end_of_month, "2026-11-01T03:30:00Z", *new_york()), "2026-11-01T04:00:00Z");
    // A day that begins at 01:00, because its midnight is jumped over; and one with two midnights: the first.
    EXPECT_EQ(expiry(on_days({{3, 7}}), "2026-01-05T12:00:00Z", *havana()), "2026-03-08T05:00:00Z");
    EXPECT_EQ(expiry(end_of_month, "2026-10-05T12:00:00Z", *havana()), "2026-11-01T04:00:00Z");
}

TEST(Expiry, NeverLeavesTheYearsThatTimeHas) {
    EXPECT_LE(expires_at(rolling({100, 0, 0, none}), at("9990-01-01T00:00:00Z"), *shanghai()), instant_max);
    EXPECT_LE(expires_at(rolling({0, 0, 0, year}), at("9999-06-01T00:00:00Z"), *shanghai()), instant_max);
    EXPECT_LE(expires_at(on_days({{6, 30}}), at("9999-12-31T00:00:00Z"), *shanghai()), instant_max);
}

TEST(Pending, WaitsForDaysForADateOrForAnEvent) {
    PendingPolicy policy;
    const Instant granted = at("2026-03-07T20:00:00-05:00");
    const auto available = [&] { return available_at(policy, granted, *new_york()); };
    EXPECT_EQ(available(), granted);

    policy.kind = PendingPolicy::Kind::for_days;
    policy.days = 7;  // of 24 hours each, whatever the clocks do in between
    EXPECT_EQ(to_rfc3339(available()), "2026-03-15T01:00:00Z");

    policy.kind = PendingPolicy::Kind::until_date;
    policy.date = {2026, 4, 1};
    EXPECT_EQ(to_rfc3339(available()), "2026-04-01T04:00:00Z");
    policy.date = {2026, 3, 1};  // already over: nothing is pending
    EXPECT_EQ(available(), granted);

    policy.kind = PendingPolicy::Kind::until_event;
    policy.event = "order.completed";
    EXPECT_EQ(available(), instant_max);
}

TEST(Months, LaterAndEarlierEndWithinTheMonth) {
    EXPECT_EQ(to_text(plus_months({2026, 1, 31}, 1)), "2026-02-28");
    EXPECT_EQ(to_text(plus_months({2028, 1, 31}, 1)), "2028-02-29");
    EXPECT_EQ(to_text(plus_months({2026, 11, 30}, 3)), "2027-02-28");
    EXPECT_EQ(to_text(plus_months({2026, 12, 1}, 1)), "2027-01-01");
    EXPECT_EQ(to_text(plus_months({2026, 5, 31}, 12 * 50)), "2076-05-31");
}

}  // namespace
}  // namespace banyan::ledger
