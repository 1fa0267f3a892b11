// SPDX-License-Identifier: Apache-2.0
#include "base/instant.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace banyan {
namespace {

TEST(Instant, Rfc3339InEveryShapeWeTake) {
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00Z"), Instant{0});
    EXPECT_EQ(parse_rfc3339("2024-11-22T08:01:00+08:00"), parse_rfc3339("2024-11-22T00:01:00Z"));
    EXPECT_EQ(parse_rfc3339("2011-12-09T12:50:00-05:30"), parse_rfc3339("2011-12-09t18:20:00z"));
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01.5Z"), Instant{1'500'000});
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.000001Z"), Instant{1});
    EXPECT_EQ(parse_rfc3339("9999-12-31T23:59:59.999999Z"), instant_max);
    EXPECT_EQ(parse_rfc3339("2024-02-29T00:00:00Z")->microseconds, 1709164800'000'000);
}

TEST(Instant, WhatIsNoTimeIsRefused) {
    for (const char* text : {"",
                             "2024-11-22",
                             "2024-11-22T08:01:00",
                             "2024-11-22 08:01:00Z",
                             "2024-11-22T08:01Z",
                             "2023-02-29T00:00:00Z",
                             "2024-13-01T00:00:00Z",
                             "2024-00-01T00:00:00Z",
                             "2024-01-00T00:00:00Z",
                             "2024-01-01T24:00:00Z",
                             "2024-01-01T00:60:00Z",
                             "2024-01-01T23:59:60Z",
                             "2024-01-01T00:00:00.Z",
                             "2024-01-01T00:00:00.1234567Z",
                             "2024-01-01T00:00:00+0800",
                             "2024-01-01T00:00:00+24:00",
                             "2024-01-01T00:00:00Zx",
                             "1969-12-31T23:59:59Z",
                             "1970-01-01T00:00:00+00:01",
                             "9999-12-31T23:59:59-00:01"})
        EXPECT_FALSE(parse_rfc3339(text).has_value()) << text;
}

TEST(Instant, IsWrittenWithAsFewDigitsAsSayIt) {
    EXPECT_EQ(to_rfc3339(Instant{0}), "1970-01-01T00:00:00Z");
    EXPECT_EQ(to_rfc3339(Instant{1'500'000}), "1970-01-01T00:00:01.500Z");
    EXPECT_EQ(to_rfc3339(Instant{1}), "1970-01-01T00:00:00.000001Z");
    EXPECT_EQ(to_rfc3339(instant_max), "9999-12-31T23:59:59.999999Z");
    EXPECT_EQ(to_rfc3339(Instant{-1}), "1969-12-31T23:59:59.999999Z");
}

TEST(Instant, TextAndBack) {
    const auto check = [] {
        const Instant instant{*rc::gen::inRange<std::int64_t>(0, instant_max.microseconds)};
        RC_ASSERT(parse_rfc3339(to_rfc3339(instant)) == instant);
    };
    EXPECT_TRUE(rc::check("instant round trip", check));
}

TEST(Instant, DurationsAdd) {
    EXPECT_EQ(Instant{0} + days(1), *parse_rfc3339("1970-01-02T00:00:00Z"));
    EXPECT_EQ(*parse_rfc3339("1970-01-02T00:00:00Z") - Instant{0}, hours(24));
    EXPECT_EQ(Instant{seconds(90).microseconds} - milliseconds(500), Instant{89'500'000});
}

TEST(CivilDate, DaysAndDatesAreTheSameCalendar) {
    EXPECT_EQ(day_number({1970, 1, 1}), 0);
    EXPECT_EQ(day_number({2000, 3, 1}), 11017);
    EXPECT_EQ(day_number({1969, 12, 31}), -1);
    // Every day of the years that the calendar rules differ in: the next number is the next date.
    CivilDate date{1899, 12, 31};
    for (std::int64_t day = day_number(date); date.year < 2105; ++day) {
        ASSERT_EQ(civil_date(day), date);
        ASSERT_TRUE(is_valid(date));
        ASSERT_EQ(parse_date(to_text(date)), date);
        ++date.day;
        if (!is_valid(date)) date = {date.year, static_cast<std::uint8_t>(date.month + 1), 1};
        if (!is_valid(date)) date = {date.year + 1, 1, 1};
    }
}

TEST(CivilDate, WhatIsNoDateIsRefused) {
    for (const char* text :
         {"", "2024-1-1", "2024/01/01", "2100-02-29", "2024-04-31", "2024-01-01T", "２024-01-01"})
        EXPECT_FALSE(parse_date(text).has_value()) << text;
    EXPECT_TRUE(parse_date("2000-02-29").has_value());
}

}  // namespace
}  // namespace banyan
