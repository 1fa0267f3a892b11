// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/zone_table.h"

#include <algorithm>
#include <utility>

namespace banyan::system {

namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t period_seconds = 146'097 * day_seconds;  // 400 years
constexpr std::int64_t second_microseconds = 1'000'000;

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

}  // namespace

ZoneTable::ZoneTable(std::string name, std::vector<OffsetChange> changes, std::int64_t repeats_from)
    : name_(std::move(name)), changes_(std::move(changes)), repeats_from_(repeats_from) {
    ASSERT(!changes_.empty());
    ASSERT(std::is_sorted(changes_.begin(), changes_.end(),
                          [](const OffsetChange& a, const OffsetChange& b) { return a.from < b.from; }));
}

// The same moment of an earlier period, which the table covers.
std::int64_t ZoneTable::folded(std::int64_t second) const {
    if (second < repeats_from_) return second;
    return second - ((second - repeats_from_) / period_seconds + 1) * period_seconds;
}

std::size_t ZoneTable::index_at(std::int64_t second) const {
    // Most zones changed for the last time long ago, so the last entry is asked first.
    if (second >= changes_.back().from) return changes_.size() - 1;
    const auto after = std::upper_bound(
        changes_.begin(), changes_.end(), second,
        [](std::int64_t instant, const OffsetChange& change) { return instant < change.from; });
    return after == changes_.begin() ? 0 : static_cast<std::size_t>(after - changes_.begin()) - 1;
}

LocalTime ZoneTable::local(Instant instant) const {
    const std::int64_t second = floor_divide(instant.microseconds, second_microseconds);
    const std::int64_t shown = second + changes_[index_at(folded(second))].offset;
    const std::int64_t day = floor_divide(shown, day_seconds);
    const std::int64_t weekday = (day % 7 + 11) % 7;  // 1970-01-01 was a Thursday
    return {.date = civil_date(day),
            .second_of_day = static_cast<std::int32_t>(shown - day * day_seconds),
            .weekday = static_cast<std::uint8_t>(weekday)};
}

Instant ZoneTable::start_of(CivilDate date) const {
    const std::int64_t wanted = day_number(date) * day_seconds;
    const std::int64_t midnight = folded(wanted);
    // Offsets lie within a day of UTC, so the answer lies within a day of midnight read as UTC. The first span of
    // constant offset in which the local clock shows midnight or later holds it: at midnight itself, or, where
    // midnight was skipped, at the span's beginning.
    const std::size_t first = index_at(midnight - day_seconds);
    for (std::size_t i = first; i < changes_.size(); ++i) {
        const std::int64_t shows_midnight = midnight - changes_[i].offset;
        const bool ends_before = i + 1 < changes_.size() && changes_[i + 1].from <= shows_midnight;
        if (ends_before) continue;
        const std::int64_t begins = i == first ? shows_midnight : std::max(shows_midnight, changes_[i].from);
        return {(begins + (wanted - midnight)) * second_microseconds};
    }
    ASSERT(false);  // the last span never ends
    return {};
}

}  // namespace banyan::system
