// SPDX-License-Identifier: Apache-2.0
#include "domain/metrics/log.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/assert.h"
#include "base/number.h"

namespace banyan::metrics {

namespace {

constexpr std::int64_t fold_step = 32;  // days

auto place(const Entry& entry) { return std::tie(entry.day, entry.measure, entry.moment, entry.key); }
bool before(const Entry& a, const Entry& b) { return place(a) < place(b); }

// Where a movement lands: on its day, or in the past when its day was folded. Nothing when the past was not kept.
std::optional<Entry> landed(const Log& log, const Moved& fact) {
    Entry entry{fact.day, fact.measure, fact.moment, fact.key, fact.delta};
    const Line* line = log.line(fact.measure);
    if (line == nullptr || fact.day >= line->before) return entry;
    if (!line->kept) return std::nullopt;
    entry.day = past_day;
    return entry;
}

void add(Log& log, const Entry& entry) {
    const auto at = std::lower_bound(log.entries.begin(), log.entries.end(), entry, before);
    if (at == log.entries.end() || before(entry, *at)) {
        if (entry.amount != 0) log.entries.insert(at, entry);
        return;
    }
    const auto sum = added(at->amount, entry.amount);
    ASSERT(sum.has_value());
    at->amount = *sum;
    if (at->amount == 0) log.entries.erase(at);
}

bool has(const Log& log, const Entry& entry) {
    return std::binary_search(log.entries.begin(), log.entries.end(), entry, before);
}

Line& line_or_new(Log& log, MeasureId measure) {
    const auto at =
        std::lower_bound(log.lines.begin(), log.lines.end(), measure,
                         [](const Line& line, MeasureId wanted) { return line.measure < wanted; });
    if (at != log.lines.end() && at->measure == measure) return *at;
    return *log.lines.insert(at, Line{measure, past_day, true});
}

struct Applier {
    Log& log;

    void operator()(const Moved& fact) const {
        if (const auto entry = landed(log, fact)) add(log, *entry);
    }
    void operator()(const Folded& fact) const {
        Line& line = line_or_new(log, fact.measure);
        ASSERT(line.before <= fact.before);
        ASSERT(line.kept || !fact.kept);
        line.before = fact.before;
        line.kept = fact.kept;
        std::vector<Entry> folded;
        std::erase_if(log.entries, [&](const Entry& entry) {
            const bool goes = entry.measure == fact.measure && entry.day < fact.before;
            if (goes && fact.kept) folded.push_back(entry);
            return goes;
        });
        for (Entry& entry : folded) {
            entry.day = past_day;
            add(log, entry);
        }
    }
};

// Every sum over every window is within int64 when all amounts together are, whatever their signs.
Wide size(std::int64_t amount) { return amount < 0 ? -Wide{amount} : Wide{amount}; }
bool fits(const Log& log, MeasureId measure, std::int64_t delta) {
    return volume(log, measure) + size(delta) <= std::numeric_limits<std::int64_t>::max();
}

Moved mark_on(Day day, MeasureId measure) { return {measure, day, mark, 0, 1}; }

// A thing or a moment that would be one too many. The new thing is not kept; of moments the middle one goes.
std::vector<LogFact> within_bound(const Log& log, const Measure& measure, const Moved& moved,
                                  const Entry& entry) {
    std::vector<Entry> kept;
    for (const Entry& other : log.entries) {
        if (other.measure == measure.id && !other.is_mark()) kept.push_back(other);
    }
    if (kept.size() < measure.most) return {moved};
    if (measure.counts == Counts::things) return {mark_on(moved.day, measure.id)};
    kept.insert(std::upper_bound(kept.begin(), kept.end(), entry, before), entry);
    const Entry& middle = kept[kept.size() / 2];
    if (place(middle) == place(entry)) return {mark_on(moved.day, measure.id)};
    return {moved, Moved{measure.id, middle.day, middle.moment, middle.key, -middle.amount},
            mark_on(middle.day, measure.id)};
}

std::optional<std::vector<LogFact>> moved(const Log& log, const Measure& measure, const Occurrence& what,
                                          Instant on, std::int64_t delta, const Zone& zone) {
    const CivilDate date = zone.local(on).date;
    Moved fact{measure.id, day_of(date), 0, 0, delta};
    if (measure.is_bounded()) fact.key = what.key;
    if (measure.counts == Counts::moments) {
        fact.moment = static_cast<std::uint64_t>((on - zone.start_of(date)).microseconds) + 1;
        ASSERT(fact.moment < mark);
    }
    const auto entry = landed(log, fact);
    if (delta == 0 || !entry) return std::vector<LogFact>{};
    if (!fits(log, measure.id, delta)) return std::nullopt;
    if (!measure.is_bounded() || has(log, *entry)) return std::vector<LogFact>{fact};
    if (has(log, {entry->day, measure.id, mark})) return std::vector<LogFact>{};
    return within_bound(log, measure, fact, *entry);
}

}  // namespace

const Line* Log::line(MeasureId measure) const {
    const auto at =
        std::lower_bound(lines.begin(), lines.end(), measure,
                         [](const Line& line, MeasureId wanted) { return line.measure < wanted; });
    return at != lines.end() && at->measure == measure ? &*at : nullptr;
}

Wide volume(const Log& log, MeasureId measure) {
    Wide total = 0;
    for (const Entry& entry : log.entries) {
        if (entry.measure == measure) total += size(entry.amount);
    }
    return total;
}

void apply(Log& log, const LogFact& fact) { std::visit(Applier{log}, fact); }

std::optional<std::vector<LogFact>> counted(const Log& log, const Measure& measure, const Occurrence& what,
                                            const Zone& zone) {
    return moved(log, measure, what, what.at, what.amount, zone);
}

std::optional<std::vector<LogFact>> taken_back(const Log& log, const Measure& measure, const Occurrence& what,
                                               Instant refunded, const Zone& zone) {
    if (measure.refund == RefundDay::never) return std::vector<LogFact>{};
    const auto delta = subtracted(0, what.amount);
    if (!delta) return std::nullopt;
    const Instant on = measure.refund == RefundDay::of_order ? what.at : refunded;
    return moved(log, measure, what, on, *delta, zone);
}

std::vector<LogFact> due_folds(const Log& log, const Catalogue& catalogue, Day today) {
    std::vector<LogFact> facts;
    for (const Measure& measure : catalogue.measures()) {
        const Keeping& keeping = catalogue.keeping(measure.id);
        if (!keeping.days) continue;
        const std::int64_t first_needed = today.number - *keeping.days + 1;
        if (first_needed < fold_step) continue;
        const Day line_before{first_needed / fold_step * fold_step};
        const auto is_old = [&](const Entry& entry) {
            return entry.measure == measure.id && past_day < entry.day && entry.day < line_before;
        };
        if (std::none_of(log.entries.begin(), log.entries.end(), is_old)) continue;
        const Line* line = log.line(measure.id);
        facts.emplace_back(Folded{measure.id, line_before, keeping.past && (line == nullptr || line->kept)});
    }
    return facts;
}

std::vector<LogFact> transfer(const Log& from, const Log& to) {
    std::vector<LogFact> facts;
    for (const Line& line : from.lines) {
        const Line* other = to.line(line.measure);
        Folded both{line.measure, line.before, line.kept};
        if (other != nullptr)
            both = {line.measure, std::max(line.before, other->before), line.kept && other->kept};
        if (other == nullptr || both.before != other->before || both.kept != other->kept)
            facts.emplace_back(both);
    }
    for (const Entry& entry : from.entries)
        facts.emplace_back(Moved{entry.measure, entry.day, entry.moment, entry.key, entry.amount});
    return facts;
}

std::string check(const Log& log) {
    for (std::size_t i = 0; i < log.entries.size(); ++i) {
        const Entry& entry = log.entries[i];
        if (entry.amount == 0) return "M1: an entry of the log is zero";
        if (i > 0 && !before(log.entries[i - 1], entry)) return "M2: the log is not in order of place";
        const Line* line = log.line(entry.measure);
        if (entry.day == past_day ? line == nullptr || !line->kept
                                  : line != nullptr && entry.day < line->before)
            return "M3: an entry is on the wrong side of its measure's line";
    }
    for (std::size_t i = 1; i < log.lines.size(); ++i) {
        if (log.lines[i - 1].measure >= log.lines[i].measure)
            return "M2: the lines are not in order of measure";
    }
    return {};
}

}  // namespace banyan::metrics
