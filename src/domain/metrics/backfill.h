// SPDX-License-Identifier: Apache-2.0
#pragma once

// How far a new measure has been filled from the journal, one for each measure and partition. Records from `until` on
// are counted as they are decided; a job reads the records before it in their order, a day of log time in one or more
// steps, and sends what it found as commands. A step moves the members' logs and this progress in one record, so it
// happens once: a step sent again is recognised, a step out of turn is refused, and a job that was killed goes on
// where the progress stands.

#include <compare>
#include <cstdint>
#include <variant>

#include "base/id.h"
#include "domain/metrics/catalogue.h"

namespace banyan::metrics {

/// Everything up to and with step `part` of `day` is done; part counts from 1, 0 = nothing of this day.
struct Reached {
    Day day;
    std::uint32_t part = 0;
    constexpr auto operator<=>(const Reached&) const = default;
};

struct Backfill {
    enum class State : unsigned char { incomplete, complete };
    MeasureId measure;
    Lsn until;
    Reached reached{past_day, 0};
    State state = State::incomplete;
};

struct BackfillBegun {
    MeasureId measure;
    Lsn until;  // 1: the journal is empty, so there is nothing to fill
};
struct BackfillReached {
    MeasureId measure;
    Reached to;
};
struct BackfillCompleted {
    MeasureId measure;
};
using BackfillFact = std::variant<BackfillBegun, BackfillReached, BackfillCompleted>;

void apply(Backfill& backfill, const BackfillFact& fact);

enum class Turn : unsigned char {
    next,     // apply its facts
    again,    // was done: answer as before, change nothing
    too_far,  // a step before it is missing: send that first
};
/// Whether a step that goes from `from` to `to` is the next one.
Turn turn(const Backfill& backfill, Reached from, Reached to);

}  // namespace banyan::metrics
