// SPDX-License-Identifier: Apache-2.0
#pragma once

// Named days and hours of a brand: member day 会员日, happy hour, 双十一, 中秋. All of it is local to the brand's zone:
// a day is the day on the wall there, whatever the clocks do in it, and the hours are those that the clock shows.

#include <span>
#include <string>
#include <vector>

#include "base/ports/calendar.h"

namespace banyan::calendars {

/// In place of a day: the month's last, which is the 28th to the 31st, and of a lunar month the 29th or 30th.
inline constexpr std::uint8_t last_day = 0;

struct DayOfYear {
    std::uint8_t month = 1;  // 1..12
    std::uint8_t day = 1;    // or last_day
    bool operator==(const DayOfYear&) const = default;
};

/// From the one second of the day to before the other. When it ends at or before its beginning it runs over midnight, and
/// belongs to the day on which it began.
struct Hours {
    std::int32_t from = 0;
    std::int32_t to = 86'400;
    bool operator==(const Hours&) const = default;
};

/// The days that any of the lists names, and of them the hours. No list at all is every day.
struct Schedule {
    std::string code;
    std::string name_zh;
    std::string name_en;
    std::vector<std::uint8_t> month_days;  // 1..31, or last_day
    std::vector<std::uint8_t> weekdays;    // 0 = Sunday
    std::vector<CivilDate> dates;
    std::vector<DayOfYear> yearly;
    std::vector<DayOfYear> lunar;  // not in leap months: a feast is kept once a year
    Hours hours;
};

/// Whether the day is one of the schedule's.
bool names(const Schedule& schedule, CivilDate date);
/// Whether the moment is in it.
bool holds(const Schedule& schedule, const LocalTime& local);

/// Whether there is a moment, from 1970 to 2100, that is in all of them.
bool ever_together(std::span<const Schedule* const> schedules);

}  // namespace banyan::calendars
