// SPDX-License-Identifier: Apache-2.0
#include "domain/metrics/catalogue.h"

#include <algorithm>

#include "base/assert.h"

namespace banyan::metrics {

namespace {

constexpr std::int32_t days_most = 3660;  // ten years
constexpr std::uint32_t kept_most = 4096;

// What must be counted for a fold to make sense; nothing: anything will do.
std::optional<Counts> needed(Fold fold) {
    switch (fold) {
        case Fold::count: return Counts::times;
        case Fold::sum: return Counts::amounts;
        case Fold::distinct: return Counts::things;
        case Fold::first:
        case Fold::last: return Counts::moments;
        case Fold::first_day:
        case Fold::last_day:
        case Fold::streak: return std::nullopt;
    }
    ASSERT(false);
    return std::nullopt;
}

// Sums and sets over a life read days that were folded; the others ask which day it was.
bool reads_folded(const Metric& metric) {
    return metric.window.kind == Window::Kind::lifetime &&
           (metric.fold == Fold::count || metric.fold == Fold::sum || metric.fold == Fold::distinct);
}

Keeping keeping_of(const Measure& measure, const std::vector<Metric>& metrics) {
    Keeping keeping{1, !measure.is_bounded()};
    for (const Metric& metric : metrics) {
        if (metric.measure != measure.id) continue;
        if (reads_folded(metric)) {
            keeping.past = true;
        } else if (metric.window.kind == Window::Kind::lifetime) {
            keeping.days.reset();
        } else if (keeping.days) {
            keeping.days = std::max(*keeping.days, span(metric.window));
        }
    }
    if (keeping.days) *keeping.days += measure.late_days;
    return keeping;
}

Result<void> check(const Measure& measure) {
    const std::string where = "/measures/" + measure.name;
    if (measure.name.empty()) return Error::invalid("a measure needs a name", "/measures");
    if (measure.counts == Counts::moments && measure.refund == RefundDay::of_refund)
        return Error::invalid("the first or last value cannot be taken back on another day: use of_order",
                              where + "/refund");
    if (measure.is_bounded() && (measure.most < 2 || measure.most > kept_most))
        return Error::invalid("keep between 2 and 4096 things or moments of a member", where + "/most");
    if (measure.late_days < 0 || measure.late_days > days_most)
        return Error::invalid("late_days is a number from 0 to 3660", where + "/late_days");
    return {};
}

Result<void> check(const Metric& metric, const Measure* measure) {
    const std::string where = "/metrics/" + metric.name;
    if (metric.name.empty()) return Error::invalid("a metric needs a name", "/metrics");
    if (measure == nullptr) return Error::invalid("no such measure", where + "/measure");
    if (const auto counts = needed(metric.fold); counts && *counts != measure->counts)
        return Error::invalid(
            "count reads times, sum reads amounts, distinct reads things, first and last read moments; "
            "measure " +
                measure->name + " counts something else",
            where + "/fold");
    const bool is_rolling = metric.window.kind == Window::Kind::rolling;
    if (is_rolling && (metric.window.days < 1 || metric.window.days > days_most))
        return Error::invalid("a rolling window has between 1 and 3660 days", where + "/window");
    if (!is_rolling && metric.window.days != 0)
        return Error::invalid("only a rolling window has a number of days", where + "/window");
    if (metric.fold != Fold::streak && (metric.grace != 0 || metric.every != Every::day))
        return Error::invalid("only a streak has periods and grace", where);
    if (metric.grace < 0 || metric.grace > days_most)
        return Error::invalid("grace is a number of missed periods from 0 to 3660", where + "/grace");
    return {};
}

template <typename Item>
Result<void> check_unique(const std::vector<Item>& items, const std::string& where) {
    std::vector<std::string_view> names;
    std::vector<std::uint16_t> ids;
    for (const Item& item : items) {
        names.push_back(item.name);
        ids.push_back(item.id.value);
    }
    std::sort(names.begin(), names.end());
    std::sort(ids.begin(), ids.end());
    if (const auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end())
        return Error::invalid("this name is declared twice", where + "/" + std::string(*twice));
    if (const auto twice = std::adjacent_find(ids.begin(), ids.end()); twice != ids.end())
        return Error::invalid("id " + std::to_string(*twice) + " is given twice", where);
    return {};
}

}  // namespace

const Measure* Catalogue::find(MeasureId id) const {
    const auto found =
        std::lower_bound(measures_.begin(), measures_.end(), id,
                         [](const Measure& measure, MeasureId wanted) { return measure.id < wanted; });
    return found != measures_.end() && found->id == id ? &*found : nullptr;
}

const Metric* Catalogue::find(std::string_view name) const {
    const auto found = std::find_if(metrics_.begin(), metrics_.end(),
                                    [name](const Metric& metric) { return metric.name == name; });
    return found != metrics_.end() ? &*found : nullptr;
}

const Keeping& Catalogue::keeping(MeasureId id) const {
    const Measure* measure = find(id);
    ASSERT(measure != nullptr);
    return keepings_[static_cast<std::size_t>(measure - measures_.data())];
}

Result<Catalogue> compiled(std::vector<Measure> measures, std::vector<Metric> metrics) {
    TRY(check_unique(measures, "/measures"));
    TRY(check_unique(metrics, "/metrics"));
    Catalogue catalogue;
    catalogue.measures_ = std::move(measures);
    std::sort(catalogue.measures_.begin(), catalogue.measures_.end(),
              [](const Measure& a, const Measure& b) { return a.id < b.id; });
    for (const Measure& measure : catalogue.measures_) TRY(check(measure));
    for (const Metric& metric : metrics) TRY(check(metric, catalogue.find(metric.measure)));
    for (const Measure& measure : catalogue.measures_)
        catalogue.keepings_.push_back(keeping_of(measure, metrics));
    catalogue.metrics_ = std::move(metrics);
    return catalogue;
}

}  // namespace banyan::metrics
