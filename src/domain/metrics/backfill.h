// SPDX-License-Identifier: Apache-2.0
#pragma once

// How far history was counted for measures that a later version of the programme brought: one for each such version
// and partition. A job reads the partition's journal in its order and sends what a record counts as a command, which
// moves the member's log and this progress in one record. So a record is counted once: a step sent again is
// recognised, and a job that was killed goes on where the progress stands. Records that were decided under the version
// or a later one have counted already.

#include "base/id.h"

namespace banyan::metrics {

struct Backfill {
    enum class State : unsigned char { incomplete, complete };
    Lsn reached;  // everything that counts up to and with this record is counted
    State state = State::incomplete;

    /// Whether the record was met already.
    [[nodiscard]] bool has(Lsn record) const { return state == State::complete || record <= reached; }
};

}  // namespace banyan::metrics
