// SPDX-License-Identifier: Apache-2.0
#pragma once

// The judgement of the core, as one function. Everything outside arrives in the Context: the time, the position the
// record will have, the programme in force, the calendar, opened personal attributes. `decide` writes nothing: its
// facts are applied to the scratch workspace only, so that later parts of the same decision see the earlier ones.

#include "domain/earning/row.h"
#include "domain/programme/programme.h"
#include "engine/decision.h"
#include "engine/workspace.h"

namespace banyan::engine {

/// What a rule made of an event, for a person.
struct RuleSeen {
    RuleId rule;
    bool held = false;
    Quantity amount;
    std::string fault;               // why it could not be evaluated; empty when it could
    std::vector<std::string> reads;  // "order.paid = 12800"
    std::string note;                // what became of it among other rules; empty when nothing did
    earning::Explained explained = {};
};

struct Context {
    PartitionId partition;
    std::uint16_t partitions = 1;                     // that the brand has
    Lsn lsn;                                          // of the record being decided
    Instant now;                                      // log time
    const programme::Programme* programme = nullptr;  // nothing only before the first one is activated
    const Calendar* calendar = nullptr;
    Opened opened;
    /// Of a decision that is made again: what the conditions that read personal attributes came to the first time.
    const std::vector<ConditionTruth>* truths = nullptr;
    /// Where each rule says what it made of the event; nothing = nobody asks.
    std::vector<RuleSeen>* seen = nullptr;
};

/// Each published version is an entity of its own, so that none is forgotten. The first stands under the programme's own
/// name.
constexpr EntityId entity_of_version(ProgrammeVersion version) {
    return {EntityKind::programme, 0, version.value <= 1 ? 0U : version.value};
}

/// How far in the future an event may claim to have occurred (clocks of shops differ).
inline constexpr Duration occurred_ahead_max = hours(24);
/// How long a hold may stay open.
inline constexpr Duration hold_max = days(30);

/// Facts and an answer, or a refusal with no facts. Settles the member up to `now` first, so the answer does not
/// depend on how far any sweep has come. The postings of the facts sum to zero per unit (asserted: L1).
Decision decide(Workspace& workspace, const Command& command, const Context& context);

/// What a read does on its throw-away copy: the member's settlement facts up to `now`, applied to the workspace.
void settle_for_read(Workspace& workspace, MemberId member, const Context& context);

/// Asserts L1 on a list of facts; called before a record is written and after it is read back.
void assert_balanced(const std::vector<Fact>& facts);

}  // namespace banyan::engine
