// SPDX-License-Identifier: Apache-2.0
#pragma once

// Time zones for pure code: immutable for the life of the process, its version journaled, so that a replay under
// another zone database is noticed instead of silently different.

#include <memory>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"

namespace banyan {

struct LocalTime {
    CivilDate date;
    std::int32_t second_of_day = 0;
    std::uint8_t weekday = 0;  // 0 = Sunday
};

class Zone {
  public:
    virtual ~Zone() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual LocalTime local(Instant instant) const = 0;
    /// The first instant of the local day. Where a day begins inside a gap, the first instant after the gap.
    [[nodiscard]] virtual Instant start_of(CivilDate date) const = 0;
};

class Calendar {
  public:
    virtual ~Calendar() = default;
    /// The zone of an IANA name ("Asia/Shanghai"), or `not_found`.
    [[nodiscard]] virtual Result<std::shared_ptr<const Zone>> zone(std::string_view iana_name) const = 0;
    /// Version of the zone database, for instance "2024a".
    [[nodiscard]] virtual std::string_view version() const = 0;
};

}  // namespace banyan
