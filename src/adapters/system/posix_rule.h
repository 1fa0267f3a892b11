// SPDX-License-Identifier: Apache-2.0
#pragma once

// The last line of a zone file: how the zone goes on after its table of changes ends (Debian's ends in 2037). For
// instance "EST5EDT,M3.2.0,M11.1.0": daylight saving from the second Sunday of March to the first of November.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "adapters/system/zone_table.h"

namespace banyan::system {

class PosixRule {
  public:
    /// Nothing when the text is of a form that no zone file uses today.
    static std::optional<PosixRule> parse(std::string_view text);

    [[nodiscard]] bool has_daylight_saving() const { return has_daylight_saving_; }
    /// The changes of one year, in order.
    [[nodiscard]] std::vector<OffsetChange> changes_in(std::int32_t year) const;

  private:
    struct Day {
        std::uint8_t month = 1;
        std::uint8_t week = 1;     // 5 = the last
        std::uint8_t weekday = 0;  // 0 = Sunday
        std::int32_t second = 7200;
    };
    static std::optional<Day> parse_day(std::string_view& text);
    static std::int64_t local_second(const Day& day, std::int32_t year);

    std::int32_t standard_ = 0;  // seconds east of UTC
    std::int32_t daylight_ = 0;
    bool has_daylight_saving_ = false;
    Day begins_;
    Day ends_;
};

}  // namespace banyan::system
