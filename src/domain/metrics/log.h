// SPDX-License-Identifier: Apache-2.0
#pragma once

// The log of active days: what one member did, day by day, of everything that the brand counts. It belongs to the
// member and is a sum: an entry is a place (day, measure, moment, key) and the number that the facts about this place
// add up to. A place with nothing in it has no entry. So the order in which facts arrive cannot matter, which is all
// there is to late events, refunds, backfills and merges.
//
// Folding: days that no window needs any more move to `past_day`, where sums over a life still find them. Each measure
// has its own line, before which it is folded.
//
// Bounds: times and amounts have an entry a day. Things and moments have at most `Measure::most`; what is not kept
// leaves a mark on its day. A marked day is not read any more (reading.h) and keeps nothing new; the mark goes when the
// day is folded away. Of moments the middle ones go first: they are the last to be first or last.

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/number.h"
#include "domain/metrics/catalogue.h"

namespace banyan::metrics {

/// Not a moment but the mark that something of this day was not kept. Later than any moment of a day.
inline constexpr std::uint64_t mark = std::uint64_t{1} << 37U;

struct Entry {
    Day day;
    MeasureId measure;
    std::uint64_t moment = 0;  // moments: microseconds since the day began, from 1; otherwise 0 or `mark`
    std::int64_t key = 0;      // things: which; moments: the value
    std::int64_t amount = 0;   // never 0

    [[nodiscard]] bool is_mark() const { return moment == mark; }
    bool operator==(const Entry&) const = default;
};

/// Days before `before` are folded; they are kept as the past, or gone.
struct Line {
    MeasureId measure;
    Day before;
    bool kept = true;
};

struct Log {
    std::vector<Entry> entries;  // ascending place
    std::vector<Line> lines;     // ascending measure; a measure without one has folded nothing

    [[nodiscard]] const Line* line(MeasureId measure) const;
    [[nodiscard]] bool empty() const { return entries.empty() && lines.empty(); }
};

// --- facts ---------------------------------------------------------------------------------------------------

struct Moved {
    MeasureId measure;
    Day day;
    std::uint64_t moment = 0;
    std::int64_t key = 0;
    std::int64_t delta = 0;
};
struct Folded {
    MeasureId measure;
    Day before;
    bool kept = true;
};
using LogFact = std::variant<Moved, Folded>;

/// Adds a fact up. Requires: decided on this log.
void apply(Log& log, const LogFact& fact);

// --- decisions -----------------------------------------------------------------------------------------------

/// What an event is to one measure.
struct Occurrence {
    Instant at;
    std::int64_t amount = 1;  // amounts: how much; otherwise how often
    std::int64_t key = 0;     // things: which; moments: the value
};

/// The event happened. Nothing when the member's sums of this measure would leave int64.
std::optional<std::vector<LogFact>> counted(const Log& log, const Measure& measure, const Occurrence& what,
                                            const Zone& zone);

/// All or a part of what was counted is taken back; `what` is the original occurrence with the part's amount. The same
/// whether or not the original is in the log yet.
std::optional<std::vector<LogFact>> taken_back(const Log& log, const Measure& measure, const Occurrence& what,
                                               Instant refunded, const Zone& zone);

/// The folds that have fallen due. They wait until 32 days can go at once, so that a daily member does not pay a fact
/// a day for forgetting.
std::vector<LogFact> due_folds(const Log& log, const Catalogue& catalogue, Day today);

/// Everything in `from`, as facts on `to`: a merge. Days that either had folded are folded in the sum.
std::vector<LogFact> transfer(const Log& from, const Log& to);

/// All amounts of a measure together, whatever their signs: the most that any window could come to.
Wide volume(const Log& log, MeasureId measure);

/// The first broken invariant of the log as a sentence, or empty.
std::string check(const Log& log);

}  // namespace banyan::metrics
