// SPDX-License-Identifier: Apache-2.0
#pragma once

// The Chinese calendar 农历 as a table: which months a year has, how long each is, and which of them is the leap month
// 闰月. A table and no astronomy, so that a day means the same on every machine and for ever.
//
// Computed from new moons and the sun's longitude at UTC+8 by the rule of GB/T 33661-2017, and compared month by month
// with two tables made from the Hong Kong Observatory's conversion tables. Three months of the next hundred years begin
// within three minutes of midnight, so that published tables differ by a day: the ninth of 2057, the eighth of 2089, the
// seventh of 2097. Here they begin on 28 September, 4 September and 7 August, as the Observatory has them.

#include <optional>

#include "base/instant.h"

namespace banyan::calendars {

enum class Leap : unsigned char { no, yes };

struct LunarDate {
    std::int32_t year = 0;   // that in which the lunar year begins
    std::uint8_t month = 1;  // 1..12; a leap month has the number of the one before it
    std::uint8_t day = 1;    // 1..30
    Leap leap = Leap::no;
    std::uint8_t days_in_month = 30;  // 29 or 30
    bool operator==(const LunarDate&) const = default;
};

/// From 1969-02-17 to 2101-01-28; nothing outside.
std::optional<LunarDate> lunar_date(CivilDate date);

}  // namespace banyan::calendars
