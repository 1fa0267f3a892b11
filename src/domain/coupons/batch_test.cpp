// SPDX-License-Identifier: Apache-2.0
// From when until when a coupon holds: by its batch's window, by days from its issue, and after it came back.

#include "domain/coupons/batch.h"

#include <gtest/gtest.h>

#include "domain/ledger/zones_test.h"

namespace banyan::coupons {
namespace {

using testing::at;
const auto shanghai = testing::shanghai();

Validity days_only(std::int32_t days) { return {{}, days}; }

TEST(Batch, DaysCountTheDayOfIssueAndEndWithTheBrandsDay) {
    const Instant evening = at("2026-06-10T23:30:00+08:00");
    EXPECT_EQ(window_of(days_only(1), evening, *shanghai),
              (Window{evening, at("2026-06-11T00:00:00+08:00")}));
    EXPECT_EQ(window_of(days_only(7), evening, *shanghai),
              (Window{evening, at("2026-06-17T00:00:00+08:00")}));
    EXPECT_EQ(window_of(days_only(0), evening, *shanghai), (Window{evening, instant_max}));
}

TEST(Batch, TheBatchsOwnWindowBoundsEveryCoupon) {
    const Instant from = at("2026-06-01T00:00:00+08:00");
    const Instant until = at("2026-07-01T00:00:00+08:00");
    const Validity validity{{from, until}, 7};
    const Instant early = at("2026-05-20T12:00:00+08:00");
    EXPECT_EQ(window_of(validity, early, *shanghai), (Window{from, at("2026-06-08T00:00:00+08:00")}));
    const Instant late = at("2026-06-28T12:00:00+08:00");
    EXPECT_EQ(window_of(validity, late, *shanghai), (Window{late, until}));
    const Window over = window_of(validity, until, *shanghai);
    EXPECT_FALSE(over.from < over.until);
    EXPECT_TRUE((Window{from, until}).holds(from));
    EXPECT_FALSE((Window{from, until}).holds(until));
}

TEST(Batch, WhatComesBackTooLateIsLostOrExtended) {
    const Instant until = at("2026-07-01T00:00:00+08:00");
    const Instant before = until - seconds(1);
    const OnReturn lost;
    const OnReturn extended{OnReturn::Late::extended, 3};
    EXPECT_EQ(until_after_return(lost, until, before, *shanghai), until);
    EXPECT_EQ(until_after_return(extended, until, before, *shanghai), until);
    EXPECT_EQ(until_after_return(lost, until, until, *shanghai), until);
    const Instant late = at("2026-07-05T18:00:00+08:00");
    EXPECT_EQ(until_after_return(extended, until, late, *shanghai), at("2026-07-08T00:00:00+08:00"));
}

TEST(Batch, AShareIsWhatIsStillPaid) {
    EXPECT_EQ(*parse_share("0.85"), 8500);
    EXPECT_EQ(*parse_share("0.9"), 9000);
    EXPECT_EQ(*parse_share("0.0001"), 1);
    for (const char* wrong : {"", "0", "1", "1.5", "-0.5", "85", "0.00001", "x"})
        EXPECT_FALSE(parse_share(wrong).ok());
}

}  // namespace
}  // namespace banyan::coupons
