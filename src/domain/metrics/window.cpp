// SPDX-License-Identifier: Apache-2.0
#include "domain/metrics/window.h"

#include "base/assert.h"

namespace banyan::metrics {

namespace {

CivilDate date_of(Day day) { return civil_date(day.number); }

// The year of membership that holds `today` begins with the last anniversary.
Day last_anniversary(Day joined, Day today) {
    const CivilDate birth = date_of(joined);
    for (std::int32_t year = date_of(today).year;; --year) {
        CivilDate date{year, birth.month, birth.day};
        if (!is_valid(date)) --date.day;
        if (day_of(date) <= today) return day_of(date);
    }
}

}  // namespace

Day day_of(CivilDate date) { return {day_number(date)}; }

Day local_day(Instant at, const Zone& zone) { return day_of(zone.local(at).date); }

AsOf as_of(Instant now, Instant joined, const Zone& zone) {
    return {local_day(now, zone), local_day(joined, zone)};
}

Days days_of(Window window, const AsOf& as_of) {
    const Day today = as_of.today;
    const CivilDate date = date_of(today);
    switch (window.kind) {
        case Window::Kind::lifetime: return {past_day, today};
        case Window::Kind::day: return {today, today};
        case Window::Kind::week: return {{period(today, Every::week) * 7 - 3}, today};
        case Window::Kind::month: return {today - (date.day - 1), today};
        case Window::Kind::quarter: {
            const auto month = static_cast<std::uint8_t>((date.month - 1) / 3 * 3 + 1);
            return {day_of({date.year, month, 1}), today};
        }
        case Window::Kind::year: return {day_of({date.year, 1, 1}), today};
        case Window::Kind::anniversary:
            if (today < as_of.joined) return {today + 1, today};
            return {last_anniversary(as_of.joined, today), today};
        case Window::Kind::rolling: return {today - (window.days - 1), today};
    }
    ASSERT(false);
    return {};
}

std::int64_t span(Window window) {
    switch (window.kind) {
        case Window::Kind::lifetime: return 0;
        case Window::Kind::day: return 1;
        case Window::Kind::week: return 7;
        case Window::Kind::month: return 31;
        case Window::Kind::quarter: return 92;
        case Window::Kind::year:
        case Window::Kind::anniversary: return 366;
        case Window::Kind::rolling: return window.days;
    }
    ASSERT(false);
    return 0;
}

std::int64_t period(Day day, Every every) {
    switch (every) {
        case Every::day: return day.number;
        case Every::week:  // Day 0 was a Thursday, so its week began on day -3.
            return (day.number + 3 - (day.number + 3 < 0 ? 6 : 0)) / 7;
        case Every::month: {
            const CivilDate date = date_of(day);
            return std::int64_t{date.year} * 12 + date.month - 1;
        }
    }
    ASSERT(false);
    return 0;
}

}  // namespace banyan::metrics
