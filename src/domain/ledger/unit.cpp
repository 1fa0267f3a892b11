// SPDX-License-Identifier: Apache-2.0
#include "domain/ledger/unit.h"

#include <algorithm>

namespace banyan::ledger {

namespace {

// The first day after the period that `date` lies in.
CivilDate after_period(CivilDate date, ExpiryRounding rounding) {
    switch (rounding) {
        case ExpiryRounding::none: return date;
        case ExpiryRounding::end_of_month: return plus_months({date.year, date.month, 1}, 1);
        case ExpiryRounding::end_of_quarter: {
            const auto first = static_cast<std::uint8_t>((date.month - 1) / 3 * 3 + 1);
            return plus_months({date.year, first, 1}, 3);
        }
        case ExpiryRounding::end_of_year: return {date.year + 1, 1, 1};
    }
    ASSERT(false);
    return date;
}

CivilDate clamped(std::int32_t year, MonthDay day) {
    CivilDate date{year, day.month, day.day};
    while (!is_valid(date)) --date.day;  // 29 February in a common year is the 28th.
    return date;
}

Instant bounded(Instant instant) { return std::min(instant, instant_max); }

Instant next_fixed(const std::vector<MonthDay>& dates, CivilDate granted, const Zone& zone) {
    CivilDate best{9999, 12, 31};
    for (const MonthDay day : dates) {
        for (const std::int32_t year : {granted.year, granted.year + 1}) {
            const CivilDate candidate = clamped(year, day);
            if (candidate > granted) best = std::min(best, candidate);
        }
    }
    return zone.start_of(civil_date(day_number(best) + 1));
}

}  // namespace

CivilDate plus_months(CivilDate date, std::int32_t months) {
    const std::int32_t index = date.year * 12 + date.month - 1 + months;
    CivilDate result{index / 12, static_cast<std::uint8_t>(index % 12 + 1), date.day};
    while (!is_valid(result)) --result.day;
    return result;
}

Instant expires_at(const ExpiryPolicy& policy, Instant granted, const Zone& zone) {
    if (policy.kind == ExpiryPolicy::Kind::never) return instant_max;
    const LocalTime local = zone.local(granted);
    if (policy.kind == ExpiryPolicy::Kind::fixed_dates)
        return bounded(next_fixed(policy.dates, local.date, zone));
    const CivilDate later = plus_months(local.date, policy.years * 12 + policy.months);
    const CivilDate date = civil_date(day_number(later) + policy.days);
    if (policy.rounding != ExpiryRounding::none)
        return bounded(zone.start_of(after_period(date, policy.rounding)));
    return bounded(zone.start_of(date) + seconds(local.second_of_day));
}

Instant lapses_at(const ExpiryPolicy& policy, Instant active, const Zone& zone) {
    if (!policy.counts_inactivity()) return instant_max;
    const LocalTime local = zone.local(active);
    const CivilDate date =
        civil_date(day_number(plus_months(local.date, policy.inactive_months)) + policy.inactive_days);
    return bounded(zone.start_of(date) + seconds(local.second_of_day));
}

Instant available_at(const PendingPolicy& policy, Instant granted, const Zone& zone) {
    switch (policy.kind) {
        case PendingPolicy::Kind::none: return granted;
        case PendingPolicy::Kind::for_days: return bounded(granted + days(policy.days));
        case PendingPolicy::Kind::until_date: return std::max(granted, zone.start_of(policy.date));
        case PendingPolicy::Kind::until_event: return instant_max;
        case PendingPolicy::Kind::until_released: return granted;
    }
    ASSERT(false);
    return granted;
}

}  // namespace banyan::ledger
