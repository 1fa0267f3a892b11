// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a column writes its times: "rfc3339", "epoch_seconds", "epoch_milliseconds", or a pattern of yyyy, MM, dd, HH,
// mm, ss (two digits or four), M, d, H (one or two digits) and any other characters as themselves, such as
// "yyyy-MM-dd HH:mm:ss" or "yyyy/M/d". What a pattern reads is wall time; which instant that is depends on a zone and
// is not decided here.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"

namespace banyan::text {

struct WallTime {
    CivilDate date;
    std::int32_t second_of_day = 0;
    constexpr auto operator<=>(const WallTime&) const = default;
};

struct ReadTime {
    std::optional<Instant> instant;  // of the formats that name one
    WallTime wall;                   // of the patterns
};

class TimeFormat {
  public:
    TimeFormat() = default;  // rfc3339

    /// The format, or an error without a place.
    static Result<TimeFormat> parse(std::string_view pattern);

    /// Whether a zone is needed to make instants of what is read.
    [[nodiscard]] bool is_wall_time() const { return kind_ == Kind::pattern; }
    /// Nothing when the text is not exactly a time of this format.
    [[nodiscard]] std::optional<ReadTime> read(std::string_view text) const;

  private:
    enum class Kind : unsigned char { rfc3339, epoch_seconds, epoch_milliseconds, pattern };
    enum class Field : unsigned char { literal, year, month, day, hour, minute, second };
    struct Part {
        Field field = Field::literal;
        std::size_t digits_min = 0;
        std::size_t digits_max = 0;
        char literal = '\0';
    };

    Kind kind_ = Kind::rfc3339;
    std::vector<Part> parts_;
};

}  // namespace banyan::text
