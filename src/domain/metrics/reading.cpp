// SPDX-License-Identifier: Apache-2.0
#include "domain/metrics/reading.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/assert.h"

namespace banyan::metrics {

namespace {

// What one measure did on one day.
struct Active {
    Day day;
    std::int64_t total = 0;
    bool marked = false;
    const Entry* first = nullptr;  // the first and the last moment that stands
    const Entry* last = nullptr;
};

// The measure's entries in the window, ascending.
std::vector<const Entry*> entries_in(const Log& log, MeasureId measure, Days days) {
    std::vector<const Entry*> found;
    auto entry = std::lower_bound(log.entries.begin(), log.entries.end(), days.first,
                                  [](const Entry& e, Day day) { return e.day < day; });
    for (; entry != log.entries.end() && entry->day <= days.last; ++entry) {
        if (entry->measure == measure) found.push_back(&*entry);
    }
    return found;
}

std::vector<Active> by_day(const std::vector<const Entry*>& entries) {
    std::vector<Active> days;
    for (const Entry* entry : entries) {
        if (days.empty() || days.back().day != entry->day) days.push_back({entry->day});
        Active& day = days.back();
        if (entry->is_mark()) {
            day.marked = true;
            continue;
        }
        day.total += entry->amount;
        if (entry->amount <= 0) continue;
        if (day.first == nullptr) day.first = entry;
        day.last = entry;
    }
    return days;
}

Reading sum(const std::vector<const Entry*>& entries) {
    std::int64_t total = 0;
    for (const Entry* entry : entries) total += entry->amount;
    return {Known::exact, total};
}

// A thing counts while what the window saw of it is more than was taken back within it.
Reading distinct(const std::vector<const Entry*>& entries) {
    std::map<std::int64_t, std::int64_t> times;
    for (const Entry* entry : entries) {
        if (entry->is_mark()) return {Known::beyond, {}};
        times[entry->key] += entry->amount;
    }
    const auto count =
        std::count_if(times.begin(), times.end(), [](const auto& thing) { return thing.second > 0; });
    return {Known::exact, count};
}

// The first day, from the given end, that says something: either what was asked for, or that it cannot be known.
template <typename Iterator, typename Answer>
Reading nearest(Iterator day, Iterator end, const Answer& answer) {
    for (; day != end; ++day) {
        if (day->marked) return {Known::beyond, {}};
        if (const std::optional<std::int64_t> value = answer(*day)) return {Known::exact, value};
    }
    return {};
}

std::optional<std::int64_t> key_of(const Entry* entry) {
    return entry == nullptr ? std::nullopt : std::optional(entry->key);
}
std::optional<std::int64_t> active(const Active& day) {
    return day.total > 0 ? std::optional(day.day.number) : std::nullopt;
}

Reading streak(const std::vector<Active>& days, const Metric& metric, Day today) {
    std::int64_t length = 0;
    std::int64_t later = period(today, metric.every) + 1;  // the period after the one last looked at
    for (auto day = days.rbegin(); day != days.rend(); ++day) {
        if (day->marked) return {Known::beyond, {}};
        const std::int64_t now = period(day->day, metric.every);
        if (day->total <= 0 || now == later) continue;
        // The period under way is not missed before it is over.
        const std::int64_t under_way = length == 0 && now < later - 1 ? 1 : 0;
        if (later - now - 1 - under_way > metric.grace) break;
        ++length;
        later = now;
    }
    return {Known::exact, length};
}

// Whether the window asks for a day that is folded, in a way that the past cannot answer.
bool needs_folded(const Line* line, const Metric& metric, Days days) {
    if (line == nullptr || days.first >= line->before || days.last < days.first) return false;
    const bool adds_up =
        metric.fold == Fold::count || metric.fold == Fold::sum || metric.fold == Fold::distinct;
    if (metric.window.kind != Window::Kind::lifetime || !adds_up || !line->kept) return true;
    return days.last + 1 < line->before;  // The past holds days later than the one asked for.
}

}  // namespace

Reading read(const Log& log, const Metric& metric, const AsOf& as_of) {
    const Days days = days_of(metric.window, as_of);
    if (needs_folded(log.line(metric.measure), metric, days)) return {Known::folded, {}};
    const std::vector<const Entry*> entries = entries_in(log, metric.measure, days);
    switch (metric.fold) {
        case Fold::count:
        case Fold::sum: return sum(entries);
        case Fold::distinct: return distinct(entries);
        default: break;
    }
    const std::vector<Active> active_days = by_day(entries);
    const auto from_front = [&](const auto& answer) {
        return nearest(active_days.begin(), active_days.end(), answer);
    };
    const auto from_back = [&](const auto& answer) {
        return nearest(active_days.rbegin(), active_days.rend(), answer);
    };
    switch (metric.fold) {
        case Fold::first: return from_front([](const Active& day) { return key_of(day.first); });
        case Fold::last: return from_back([](const Active& day) { return key_of(day.last); });
        case Fold::first_day: return from_front(active);
        case Fold::last_day: return from_back(active);
        case Fold::streak: return streak(active_days, metric, as_of.today);
        default: break;
    }
    ASSERT(false);
    return {};
}

Yields yields(Fold fold) {
    return fold == Fold::first_day || fold == Fold::last_day ? Yields::timestamp : Yields::integer;
}

Reading Readings::reading(const Metric& metric) const {
    if (std::find(incomplete_.begin(), incomplete_.end(), metric.measure) != incomplete_.end())
        return {Known::incomplete, {}};
    return read(log_, metric, as_of_);
}

std::optional<Value> Readings::value(std::string_view name) const {
    const Metric* metric = catalogue_.find(name);
    if (metric == nullptr) return std::nullopt;
    const Reading found = reading(*metric);
    if (found.known != Known::exact) return std::nullopt;
    if (!found.value) return Value();
    if (yields(metric->fold) == Yields::timestamp) return Value(zone_.start_of(civil_date(*found.value)));
    return Value(*found.value);
}

}  // namespace banyan::metrics
