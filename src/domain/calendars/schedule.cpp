// SPDX-License-Identifier: Apache-2.0
#include "domain/calendars/schedule.h"

#include <algorithm>

#include "domain/calendars/lunar.h"

namespace banyan::calendars {

namespace {

template <typename List, typename Wanted>
bool has(const List& list, const Wanted& wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

bool is_last_of_month(CivilDate date) { return civil_date(day_number(date) + 1).day == 1; }

std::uint8_t weekday_of(CivilDate date) {
    return static_cast<std::uint8_t>((day_number(date) % 7 + 11) % 7);  // 1970-01-01 was a Thursday
}

bool names_day_of_year(const std::vector<DayOfYear>& days, std::uint8_t month, std::uint8_t day,
                       bool is_last) {
    return has(days, DayOfYear{month, day}) || (is_last && has(days, DayOfYear{month, last_day}));
}

bool names_lunar(const Schedule& schedule, CivilDate date) {
    if (schedule.lunar.empty()) return false;
    const auto lunar = lunar_date(date);
    if (!lunar || lunar->leap == Leap::yes) return false;
    return names_day_of_year(schedule.lunar, lunar->month, lunar->day, lunar->day == lunar->days_in_month);
}

}  // namespace

bool names(const Schedule& schedule, CivilDate date) {
    const bool every_day = schedule.month_days.empty() && schedule.weekdays.empty() &&
                           schedule.dates.empty() && schedule.yearly.empty() && schedule.lunar.empty();
    if (every_day) return true;
    const bool is_last = is_last_of_month(date);
    return has(schedule.month_days, date.day) || (is_last && has(schedule.month_days, last_day)) ||
           has(schedule.weekdays, weekday_of(date)) || has(schedule.dates, date) ||
           names_day_of_year(schedule.yearly, date.month, date.day, is_last) || names_lunar(schedule, date);
}

bool holds(const Schedule& schedule, const LocalTime& local) {
    const auto [from, to] = schedule.hours;
    const bool runs_over = to <= from;
    const bool began_today = local.second_of_day >= from && (runs_over || local.second_of_day < to);
    if (began_today && names(schedule, local.date)) return true;
    return runs_over && local.second_of_day < to && names(schedule, civil_date(day_number(local.date) - 1));
}

bool ever_together(std::span<const Schedule* const> schedules) {
    static const std::int64_t last = day_number({2100, 12, 31});
    // Where all of them meet, one of them or the day just begins.
    std::vector<std::int32_t> beginnings{0};
    for (const Schedule* schedule : schedules) beginnings.push_back(schedule->hours.from);
    LocalTime local;
    for (std::int64_t day = 0; day <= last; ++day) {
        local.date = civil_date(day);
        for (const std::int32_t second : beginnings) {
            local.second_of_day = second;
            if (std::all_of(schedules.begin(), schedules.end(),
                            [&](const Schedule* schedule) { return holds(*schedule, local); }))
                return true;
        }
    }
    return false;
}

}  // namespace banyan::calendars
