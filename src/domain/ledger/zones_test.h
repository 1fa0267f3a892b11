// SPDX-License-Identifier: Apache-2.0
#pragma once

// A time zone written down as its shifts, for tests of pure code: the real zone database is an adapter's. Small enough
// to be read, and free to have a midnight that does not exist.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/ports/calendar.h"

namespace banyan::testing {

inline Instant at(std::string_view rfc3339) {
    const auto parsed = parse_rfc3339(rfc3339);
    ASSERT(parsed.has_value());
    return *parsed;
}

class WrittenZone final : public Zone {
  public:
    struct Shift {
        Instant from;
        std::int32_t offset_seconds;
    };
    WrittenZone(std::string name, std::vector<Shift> shifts)
        : name_(std::move(name)), shifts_(std::move(shifts)) {}

    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] LocalTime local(Instant instant) const override {
        std::int64_t offset = shifts_.front().offset_seconds;
        for (const Shift& shift : shifts_) {
            if (shift.from <= instant) offset = shift.offset_seconds;
        }
        const std::int64_t second = floor_divided(instant.microseconds, 1'000'000) + offset;
        const std::int64_t day = floor_divided(second, 86'400);
        LocalTime local;
        local.date = civil_date(day);
        local.second_of_day = static_cast<std::int32_t>(second - day * 86'400);
        local.weekday = static_cast<std::uint8_t>((day % 7 + 11) % 7);  // 1970-01-01 was a Thursday
        return local;
    }
    [[nodiscard]] Instant start_of(CivilDate date) const override {
        // A day begins at a midnight under one of the offsets, or where the clock jumps over its midnight.
        Instant first = instant_max;
        const auto offer = [&](Instant candidate) {
            if (local(candidate).date == date) first = std::min(first, candidate);
        };
        for (const Shift& shift : shifts_) {
            offer({(day_number(date) * 86'400 - shift.offset_seconds) * 1'000'000});
            offer(shift.from);
        }
        return first;
    }

  private:
    static std::int64_t floor_divided(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
    std::string name_;
    std::vector<Shift> shifts_;
};

/// UTC+8 all year.
inline std::shared_ptr<const Zone> shanghai() {
    return std::make_shared<WrittenZone>("Asia/Shanghai", std::vector<WrittenZone::Shift>{{{0}, 8 * 3600}});
}
/// 2026 as New York has it: UTC-5, and UTC-4 from 8 March 02:00 to 1 November 02:00.
inline std::shared_ptr<const Zone> new_york() {
    return std::make_shared<WrittenZone>(
        "America/New_York", std::vector<WrittenZone::Shift>{{{0}, -5 * 3600},
                                                            {at("2026-03-08T07:00:00Z"), -4 * 3600},
                                                            {at("2026-11-01T06:00:00Z"), -5 * 3600}});
}
/// 2026 as Havana has it: the clock jumps at midnight, so 8 March begins at 01:00 and 1 November has two midnights.
inline std::shared_ptr<const Zone> havana() {
    return std::make_shared<WrittenZone>(
        "America/Havana", std::vector<WrittenZone::Shift>{{{0}, -5 * 3600},
                                                          {at("2026-03-08T05:00:00Z"), -4 * 3600},
                                                          {at("2026-11-01T05:00:00Z"), -5 * 3600}});
}

/// Knows the three zones above.
class WrittenCalendar final : public Calendar {
  public:
    [[nodiscard]] Result<std::shared_ptr<const Zone>> zone(std::string_view iana_name) const override {
        for (const auto& known : {shanghai(), new_york(), havana()}) {
            if (known->name() == iana_name) return known;
        }
        return Error{ErrorCode::not_found, "no such zone", std::string(iana_name)};
    }
    [[nodiscard]] std::string_view version() const override { return "written"; }
};

}  // namespace banyan::testing
