// SPDX-License-Identifier: Apache-2.0
#pragma once

// What `decide` gives: facts and a semantic answer, or one refusal. The answer is stored with the record, so that the
// same request asked again years later is answered with the same fields.

#include <optional>
#include <string>
#include <vector>

#include "domain/orders/life.h"
#include "engine/command.h"

namespace banyan::engine {

/// Why a command was not accepted, in order of precedence: the first that applies is the one given.
enum class Refusal : std::uint8_t {
    none = 0,
    quarantined,     // an earlier attempt tripped an assertion
    id_reused,       // the id was used with another body
    id_uncheckable,  // the id was used; its body cannot be compared any more (erased)
    member_unknown,
    member_erased,
    identity_taken,     // the external id belongs to another member
    identities_differ,  // the ids given belong to different members; merge them first
    merge_with_itself,
    merge_under_way,
    occurred_in_future,
    order_exists,
    order_unknown,
    order_of_another_member,
    line_unknown,
    line_repeated,
    quantity_exceeds,  // more than is left of the line
    nothing_left,
    amount_not_positive,
    amount_too_large,
    unit_unknown,
    balance_insufficient,
    cap_exceeded,
    hold_exists,
    hold_unknown,
    hold_too_long,
    spend_unknown,
    reversal_exceeds,
    limit_reached,
    order_full,          // more parcels or after-sales than an order may have
    unit_not_spendable,  // growth
    refund_exceeds,      // more money than is left of the line or the order
    capture_exceeds,     // more than is held
    transfer_to_itself,
    unit_not_transferable,
    merge_unknown,  // no such merge, or none that can be undone
    hold_open,      // on what would leave with an undone merge
};
const char* name_of(Refusal refusal);

struct TakenBack {
    RuleId rule;  // whose grant it was
    UnitId unit;
    Quantity amount;        // reversed in all: the rest of this row sums to it
    Quantity from_expired;  // had expired unused: costs the member nothing
    Quantity as_debt;
    Quantity uncollected;  // beyond the debt limit
};
struct Balance {
    UnitId unit;
    Quantity posted;
    Quantity available;
    Quantity pending;
    Quantity held;
    Quantity debt;
};
struct TierChange {
    LadderId ladder;
    TierId before;  // 0 = none
    TierId after;
};

/// Where the order stood before the event and stands after it.
struct StageMove {
    orders::Stage before = orders::Stage::unknown;
    orders::Stage after = orders::Stage::unknown;
    bool operator==(const StageMove&) const = default;
};

/// What a rule grants another order now that this one, which was told late, is known.
struct Rejudged {
    Instant at;  // when that order happened
    RuleId rule;
    UnitId unit;
    Quantity before;
    Quantity after;
};

struct Answer {
    MemberId member;
    Refusal refused = Refusal::none;  // only of a command that another partition had passed on
    bool joined = false;              // this command made the member
    bool pending = false;             // the rest happens in another partition; ask again with the same id
    PartitionId pending_at;
    std::vector<Earned> earned;
    std::vector<TakenBack> taken_back;
    std::int64_t refunded = 0;  // minor units that this command returned
    std::vector<TierChange> tiers;
    std::vector<Balance> balances;  // after, of the units that moved
    std::vector<Limited> limited;
    std::optional<StageMove> stage;  // of an order whose life is told
    std::vector<Rejudged> rejudged;  // why some of `earned` and `taken_back` are another order's
};

/// The answer of a command that ended in another record: what it said first, and what it came to.
Answer combined(const Answer& first, Answer last);

/// Truth of a condition that read opened personal attributes: a replay cannot ask again.
struct ConditionTruth {
    RuleId rule;
    bool held = false;
};

struct Decision {
    Refusal refusal = Refusal::none;
    std::string detail;  // which line, which unit; never personal data
    std::vector<Fact> facts;
    std::vector<FollowUp> follow_ups;
    std::vector<ConditionTruth> conditions;
    Answer answer;
};

}  // namespace banyan::engine
