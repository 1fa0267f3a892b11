// SPDX-License-Identifier: Apache-2.0
#pragma once

// Wall time to instants. A wall time that a zone shows twice (clocks went back) means the first; one that it never
// shows (clocks went forward) means as much after the gap as it says after the gap's start.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/ports/calendar.h"
#include "text/time_format.h"

namespace banyan::app {

Instant instant_of(const text::WallTime& wall, const Zone& zone);

/// Reads the times of a column. Rows of one order repeat their time, so the last answer is kept.
class TimeReader {
  public:
    /// `zone` may be null when the format needs none.
    TimeReader(text::TimeFormat format, std::shared_ptr<const Zone> zone);

    std::optional<Instant> read(std::string_view text);

  private:
    text::TimeFormat format_;
    std::shared_ptr<const Zone> zone_;
    std::string last_text_;
    std::optional<Instant> last_;
};

}  // namespace banyan::app
