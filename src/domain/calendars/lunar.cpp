// SPDX-License-Identifier: Apache-2.0
#include "domain/calendars/lunar.h"

#include <array>
#include <bit>

namespace banyan::calendars {

namespace {

constexpr std::int32_t first_year = 1969;

// Bits 0..12: whether the first, second, ... month of the year has 30 days, else 29; a leap month stands in its place.
// Bits 13..16: after which month the leap month comes, 0 in a year without.
constexpr std::array<std::uint32_t, 132> years = {
    0x0056a,                                                                                   // 1969
    0x00b69, 0x0b752, 0x00b52, 0x00b25, 0x0964b, 0x00a4b, 0x114ab, 0x002ad, 0x0056d, 0x0cb69,  // 1970
    0x00da9, 0x00d92, 0x09d25, 0x00d25, 0x15a4d, 0x00a56, 0x002b6, 0x0c5b5, 0x006d5, 0x00ea9,  // 1980
    0x0be92, 0x00e92, 0x00d26, 0x06a56, 0x00a57, 0x114d6, 0x0035a, 0x006d5, 0x0b6c9, 0x00749,  // 1990
    0x00693, 0x0952b, 0x0052b, 0x00a5b, 0x0555a, 0x0056a, 0x0fb55, 0x00ba4, 0x00b49, 0x0ba93,  // 2000
    0x00a95, 0x0052d, 0x08aad, 0x00ab5, 0x135aa, 0x005d2, 0x00da5, 0x0dd4a, 0x00d4a, 0x00c95,  // 2010
    0x0952e, 0x00556, 0x00ab5, 0x055b2, 0x006d2, 0x0cea5, 0x00725, 0x0064b, 0x0ac97, 0x00cab,  // 2020
    0x0055a, 0x06ad6, 0x00b69, 0x17752, 0x00b52, 0x00b25, 0x0da4b, 0x00a4b, 0x004ab, 0x0a55b,  // 2030
    0x005ad, 0x00b6a, 0x05b52, 0x00d92, 0x0fd25, 0x00d25, 0x00a55, 0x0b4ad, 0x004b6, 0x005b5,  // 2040
    0x06daa, 0x00ec9, 0x11e92, 0x00e92, 0x00d26, 0x0ca56, 0x00a57, 0x00556, 0x086d5, 0x00755,  // 2050
    0x00749, 0x06e93, 0x00693, 0x0f52b, 0x0052b, 0x00a5b, 0x0b55a, 0x0056a, 0x00b65, 0x0974a,  // 2060
    0x00b4a, 0x11a95, 0x00a95, 0x0052d, 0x0caad, 0x00ab5, 0x005aa, 0x08ba5, 0x00da5, 0x00d4a,  // 2070
    0x07c95, 0x00c96, 0x0f94e, 0x00556, 0x00ab5, 0x0b5b2, 0x006d2, 0x00ea5, 0x08e4a, 0x0068b,  // 2080
    0x10c97, 0x004ab, 0x0055b, 0x0cad6, 0x00b6a, 0x00752, 0x09725, 0x00b45, 0x00a8b, 0x0549b,  // 2090
    0x004ab,                                                                                   // 2100
};

constexpr std::uint32_t leap_month(std::uint32_t year) { return year >> 13U; }
constexpr std::uint32_t months_in(std::uint32_t year) { return leap_month(year) != 0 ? 13U : 12U; }
constexpr std::uint32_t days_of(std::uint32_t year, std::uint32_t place) {
    return 29U + (year >> place & 1U);
}
constexpr std::uint32_t days_of(std::uint32_t year) {
    return 29U * months_in(year) + static_cast<std::uint32_t>(std::popcount(year & 0x1fffU));
}

// Day 0 of each year since the first, and behind the last.
constexpr auto starts = [] {
    std::array<std::uint32_t, years.size() + 1> first{};
    for (std::size_t i = 0; i < years.size(); ++i) first[i + 1] = first[i] + days_of(years[i]);
    return first;
}();
static_assert(starts.back() == 48'193);  // from 1969-02-17 to 2101-01-29

}  // namespace

std::optional<LunarDate> lunar_date(CivilDate date) {
    static const std::int64_t first_day = day_number({first_year, 2, 17});
    const std::int64_t since = day_number(date) - first_day;
    if (since < 0 || since >= starts.back()) return std::nullopt;
    auto rest = static_cast<std::uint32_t>(since);
    std::size_t index = rest / 385U;  // no year is longer, so its own is not before this one
    while (starts[index + 1] <= rest) ++index;
    rest -= starts[index];
    const std::uint32_t year = years[index];
    std::uint32_t place = 0;
    for (; rest >= days_of(year, place); ++place) rest -= days_of(year, place);
    const std::uint32_t leap = leap_month(year);
    const bool is_behind_leap = leap != 0 && place >= leap;
    LunarDate lunar;
    lunar.year = first_year + static_cast<std::int32_t>(index);
    lunar.month = static_cast<std::uint8_t>(place + (is_behind_leap ? 0U : 1U));
    lunar.leap = is_behind_leap && place == leap ? Leap::yes : Leap::no;
    lunar.day = static_cast<std::uint8_t>(rest + 1);
    lunar.days_in_month = static_cast<std::uint8_t>(days_of(year, place));
    return lunar;
}

}  // namespace banyan::calendars
