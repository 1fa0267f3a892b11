// SPDX-License-Identifier: Apache-2.0
#pragma once

// The days that a metric looks at. A day is a local date in the brand's zone, so a day of 23 or 25 hours is one day,
// and everything here is arithmetic on dates. A window always ends with the day it is read as of; that day counts
// whole.

#include <compare>
#include <cstdint>

#include "base/instant.h"
#include "base/ports/calendar.h"

namespace banyan::metrics {

/// Days since 1970-01-01, local.
struct Day {
    std::int64_t number = 0;
    constexpr auto operator<=>(const Day&) const = default;
    constexpr Day operator+(std::int64_t days) const { return {number + days}; }
    constexpr Day operator-(std::int64_t days) const { return {number - days}; }
    constexpr std::int64_t operator-(Day other) const { return number - other.number; }
};

/// Before every day there can be: no zone is further than a day from UTC, where time begins on day 0.
inline constexpr Day past_day{-2};

Day day_of(CivilDate date);
Day local_day(Instant at, const Zone& zone);

struct Window {
    enum class Kind : unsigned char { lifetime, day, week, month, quarter, year, anniversary, rolling };
    Kind kind = Kind::lifetime;
    std::int32_t days = 0;  // rolling: the last so many days, today included
    bool operator==(const Window&) const = default;
};

/// When a metric is read, and since when the member is one (anniversaries count from there).
struct AsOf {
    Day today;
    Day joined;
};
AsOf as_of(Instant now, Instant joined, const Zone& zone);

struct Days {
    Day first;
    Day last;
    [[nodiscard]] constexpr bool holds(Day day) const { return first <= day && day <= last; }
};

/// Weeks begin on Monday. A year of membership begins on the day of joining; for who joined on 29 February it begins
/// on the 28th in a common year. Before joining there is no anniversary: the window then holds no day.
Days days_of(Window window, const AsOf& as_of);

/// The most days the window can hold; 0 for a lifetime, which needs none in particular.
std::int64_t span(Window window);

/// The number of the day, ISO week or month that `day` lies in: consecutive periods have consecutive numbers.
enum class Every : unsigned char { day, week, month };
std::int64_t period(Day day, Every every);

}  // namespace banyan::metrics
