// SPDX-License-Identifier: Apache-2.0
#pragma once

// A unit is anything a member can hold: points, growth value, stars, stamps. Its policy says when a grant becomes
// spendable, when it expires, how much may be held and how far the balance may fall below zero. The policy decides
// at the moment of the grant; what was decided (two instants) is stored with the lot and never computed again.

#include <string>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/number.h"
#include "base/ports/calendar.h"

namespace banyan::ledger {

/// Pending: the grant exists but cannot be spent yet.
struct PendingPolicy {
    enum class Kind : unsigned char { none, for_days, until_date, until_event, until_released };
    Kind kind = Kind::none;
    std::int32_t days = 0;  // for_days: counted from the instant of the grant, 24 h each
    CivilDate date;         // until_date: the local day on which it is released
    std::string event;      // until_event: the event type that releases the order's grants
    // until_released: what an order earned waits line by line for its release; what no order earned is usable at once.
};

enum class ExpiryRounding : unsigned char { none, end_of_month, end_of_quarter, end_of_year };

struct MonthDay {
    std::uint8_t month = 1;
    std::uint8_t day = 1;
};

struct ExpiryPolicy {
    enum class Kind : unsigned char { never, rolling, fixed_dates };
    Kind kind = Kind::never;
    // rolling: the grant's local date plus these, then rounded up to the end of a period.
    std::int32_t years = 0;
    std::int32_t months = 0;
    std::int32_t days = 0;
    ExpiryRounding rounding = ExpiryRounding::none;
    // fixed_dates: lapses at the end of the first of these days of the year after the grant's own day.
    std::vector<MonthDay> dates;
    // Beside either: the whole balance lapses this long after something was last earned or spent; zero = it does not.
    std::int32_t inactive_months = 0;
    std::int32_t inactive_days = 0;

    [[nodiscard]] bool counts_inactivity() const { return inactive_months + inactive_days > 0; }
};

/// Growth is earned and never spent: what a ladder's thresholds may be held against.
enum class UnitKind : unsigned char { spendable, growth };

struct Unit {
    UnitId id;
    std::string code;  // "points"
    std::string name_zh;
    std::string name_en;
    UnitKind kind = UnitKind::spendable;
    std::uint8_t decimals = 0;
    PendingPolicy pending;
    ExpiryPolicy expiry;
    Quantity cap;               // most that may be held (posted); zero = no cap
    Quantity debt_limit;        // how far below zero a reversal may take the balance; zero = never below
    bool transferable = false;  // a member may give it to another
};

/// The instant from which the grant no longer counts (usable while t < expires); instant_max for never.
/// A rolling expiry without rounding keeps the time of day; every other one is the first instant of a local day.
Instant expires_at(const ExpiryPolicy& policy, Instant granted, const Zone& zone);

/// The instant from which the balance is gone when nothing is earned or spent after `active`; instant_max for never.
Instant lapses_at(const ExpiryPolicy& policy, Instant active, const Zone& zone);

/// The instant from which the grant may be spent; `granted` itself when nothing is pending, instant_max when only an
/// event releases it.
Instant available_at(const PendingPolicy& policy, Instant granted, const Zone& zone);

/// The same day `months` later, or the last day of that month where it is shorter.
CivilDate plus_months(CivilDate date, std::int32_t months);

}  // namespace banyan::ledger
