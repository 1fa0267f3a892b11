// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a brand has declared to be counted. A measure is what of an event counts: once per order, its amount, the store
// it was in. A metric is one reading of a measure over a window. The programme finds the measure behind a declared
// metric (same event, same condition, same amount: same measure) and keeps ids for ever; a measure that a new metric
// would need older days of than it kept is not the same measure and is filled anew under a new id.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "domain/metrics/window.h"

namespace banyan::metrics {

using MeasureId = NumericId<struct MeasureTag, std::uint16_t>;
using MetricId = NumericId<struct MetricTag, std::uint16_t>;

enum class Counts : unsigned char {
    times,    // one per event
    amounts,  // what the event is worth: money, kilograms, minutes
    things,   // which store, product, friend: a number per thing, given by the caller
    moments,  // a value and when exactly it was so; needed only by first and last
};

/// Which day a refund takes from; `never`: what happened has happened.
enum class RefundDay : unsigned char { of_order, of_refund, never };

struct Measure {
    MeasureId id;
    std::string name;
    Counts counts = Counts::times;
    RefundDay refund = RefundDay::of_order;
    std::uint32_t most = 256;    // things, moments: how many are kept of a member
    std::int32_t late_days = 0;  // how many days back it must still be readable

    [[nodiscard]] bool is_bounded() const { return counts == Counts::things || counts == Counts::moments; }
};

enum class Fold : unsigned char { count, sum, distinct, first, last, first_day, last_day, streak };

struct Metric {
    MetricId id;
    std::string name;
    MeasureId measure;
    Fold fold = Fold::count;
    Window window = {};
    // Streak: consecutive periods with something in them, ending now. The period under way is not missed yet; up to
    // `grace` missed ones in a row are forgiven, and not counted.
    Every every = Every::day;
    std::int32_t grace = 0;
};

/// How much of a measure's history its metrics can be asked about.
struct Keeping {
    std::optional<std::int64_t> days;  // nothing: every day, for life
    bool past = true;                  // what was folded is still read, by sums over a life
};

class Catalogue {
  public:
    Catalogue() = default;

    [[nodiscard]] const std::vector<Measure>& measures() const { return measures_; }
    [[nodiscard]] const std::vector<Metric>& metrics() const { return metrics_; }
    [[nodiscard]] const Measure* find(MeasureId id) const;
    [[nodiscard]] const Metric* find(std::string_view name) const;
    [[nodiscard]] const Keeping& keeping(MeasureId id) const;

  private:
    friend Result<Catalogue> compiled(std::vector<Measure> measures, std::vector<Metric> metrics);
    std::vector<Measure> measures_;  // ascending id
    std::vector<Metric> metrics_;    // as declared
    std::vector<Keeping> keepings_;  // beside measures_
};

/// The catalogue, or the first thing wrong with it: where (a JSON pointer into measures or metrics) and what to do.
Result<Catalogue> compiled(std::vector<Measure> measures, std::vector<Metric> metrics);

}  // namespace banyan::metrics
