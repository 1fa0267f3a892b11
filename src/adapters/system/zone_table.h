// SPDX-License-Identifier: Apache-2.0
#pragma once

// One zone as a table: from each instant on, which offset to UTC holds. Pure arithmetic; where the table comes from is
// tz_calendar.cpp's business.

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
    /// Requires: at least one change, ascending; the first one holds for everything before the second.
    ZoneTable(std::string name, std::vector<OffsetChange> changes);

    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] LocalTime local(Instant instant) const override;
    [[nodiscard]] Instant start_of(CivilDate date) const override;

  private:
    [[nodiscard]] std::size_t index_at(std::int64_t second) const;

    std::string name_;
    std::vector<OffsetChange> changes_;
};

}  // namespace banyan::system
