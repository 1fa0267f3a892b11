// SPDX-License-Identifier: Apache-2.0
#pragma once

// A metric as of a day: a number or a day, or why it cannot be known. Reading changes nothing, needs no order and costs
// one pass over the log. A rule never sees a guess: where the value is not exact there is none, and a rule that asks
// for it does not fire.

#include <optional>
#include <string_view>

#include "base/value.h"
#include "domain/metrics/catalogue.h"
#include "domain/metrics/log.h"

namespace banyan::metrics {

enum class Known : unsigned char {
    exact,
    incomplete,  // the measure is still being filled from history
    folded,      // a day it would need is folded away: rebuild the member from its chain
    beyond,      // more things or moments than the measure keeps
};

struct Reading {
    Known known = Known::exact;
    std::optional<std::int64_t>
        value;  // exact: the number, or the day's number; nothing when there was no such event
};

Reading read(const Log& log, const Metric& metric, const AsOf& as_of);

/// What an expression finds under a metric's name. `first_day` and `last_day` yield the instant the day began.
enum class Yields : unsigned char { integer, timestamp };
Yields yields(Fold fold);

/// One member's metrics by name, for whoever evaluates expressions.
class Readings {
  public:
    /// All are borrowed and must outlive this.
    /// `incomplete`: the measures that are still being filled from history.
    Readings(const Catalogue& catalogue, const std::vector<MeasureId>& incomplete, const Log& log, AsOf as_of,
             const Zone& zone)
        : catalogue_(catalogue), incomplete_(incomplete), log_(log), as_of_(as_of), zone_(zone) {}

    [[nodiscard]] Reading reading(const Metric& metric) const;
    /// Null where there was no such event. Nothing where the name is unknown or the value cannot be known now.
    [[nodiscard]] std::optional<Value> value(std::string_view name) const;

  private:
    const Catalogue& catalogue_;
    const std::vector<MeasureId>& incomplete_;
    const Log& log_;
    AsOf as_of_;
    const Zone& zone_;
};

}  // namespace banyan::metrics
