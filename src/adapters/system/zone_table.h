// SPDX-License-Identifier: Apache-2.0
#pragma once

// One zone as a table: from each instant on, which offset to UTC holds. Pure arithmetic; where the table comes from is
// tz_calendar.cpp's business. The calendar repeats itself every 400 years to the weekday, so a table that covers the
// last of these periods answers for all later ones.

#include <cstdint>
#include <string>
#include <vector>

#include "base/ports/calendar.h"

namespace banyan::system {

struct OffsetChange {
    std::int64_t from = 0;    // second since 1970 at which the offset begins to hold
    std::int32_t offset = 0;  // seconds east of UTC
};

class ZoneTable final : public Zone {
  public:
    /// Requires: at least one change, ascending; the first one holds for everything before the second. From
    /// `repeats_from` on (a second since 1970), what was 400 years before holds again.
    ZoneTable(std::string name, std::vector<OffsetChange> changes, std::int64_t repeats_from = never);

    static constexpr std::int64_t never = std::int64_t{1} << 62U;

    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] LocalTime local(Instant instant) const override;
    [[nodiscard]] Instant start_of(CivilDate date) const override;

  private:
    [[nodiscard]] std::int64_t folded(std::int64_t second) const;
    [[nodiscard]] std::size_t index_at(std::int64_t second) const;

    std::string name_;
    std::vector<OffsetChange> changes_;
    std::int64_t repeats_from_;
};

}  // namespace banyan::system
