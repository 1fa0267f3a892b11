// SPDX-License-Identifier: Apache-2.0
#include "app/import/zone_time.h"

#include <algorithm>

#include "base/assert.h"

namespace banyan::app {

namespace {

// What the zone's clock shows, as microseconds since its own 1970.
std::int64_t shown(Instant instant, const Zone& zone) {
    const LocalTime local = zone.local(instant);
    const std::int64_t second = day_number(local.date) * 86400 + local.second_of_day;
    return second * 1'000'000 + instant.microseconds % 1'000'000;
}

}  // namespace

Instant instant_of(const text::WallTime& wall, const Zone& zone) {
    const std::int64_t target = (day_number(wall.date) * 86400 + wall.second_of_day) * 1'000'000;
    // The clock changes at most once within the day before and after; its offsets there are the candidates.
    const Instant before = Instant{target} - days(1);
    const Instant after = Instant{target} + days(1);
    const std::int64_t offset_before = shown(before, zone) - before.microseconds;
    const std::int64_t offset_after = shown(after, zone) - after.microseconds;
    const Instant first{target - std::max(offset_before, offset_after)};
    const Instant second{target - std::min(offset_before, offset_after)};
    if (shown(first, zone) == target) return first;
    if (shown(second, zone) == target) return second;
    return Instant{target - offset_before};
}

TimeReader::TimeReader(text::TimeFormat format, std::shared_ptr<const Zone> zone)
    : format_(std::move(format)), zone_(std::move(zone)) {
    ASSERT(zone_ != nullptr || !format_.is_wall_time());
}

std::optional<Instant> TimeReader::read(std::string_view text) {
    if (text == last_text_ && last_) return last_;
    const auto read = format_.read(text);
    if (!read) return std::nullopt;
    last_text_ = text;
    last_ = read->instant ? *read->instant : instant_of(read->wall, *zone_);
    return last_;
}

}  // namespace banyan::app
