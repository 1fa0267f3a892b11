// SPDX-License-Identifier: Apache-2.0
#include "engine/decision.h"

namespace banyan::engine {

const char* name_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::none: return "none";
        case Refusal::quarantined: return "quarantined";
        case Refusal::id_reused: return "id_reused";
        case Refusal::id_uncheckable: return "id_uncheckable";
        case Refusal::member_unknown: return "member_unknown";
        case Refusal::member_erased: return "member_erased";
        case Refusal::identity_taken: return "identity_taken";
        case Refusal::identities_differ: return "identities_differ";
        case Refusal::merge_with_itself: return "merge_with_itself";
        case Refusal::merge_under_way: return "merge_under_way";
        case Refusal::occurred_in_future: return "occurred_in_future";
        case Refusal::order_exists: return "order_exists";
        case Refusal::order_unknown: return "order_unknown";
        case Refusal::order_of_another_member: return "order_of_another_member";
        case Refusal::line_unknown: return "line_unknown";
        case Refusal::line_repeated: return "line_repeated";
        case Refusal::quantity_exceeds: return "quantity_exceeds";
        case Refusal::nothing_left: return "nothing_left";
        case Refusal::amount_not_positive: return "amount_not_positive";
        case Refusal::amount_too_large: return "amount_too_large";
        case Refusal::unit_unknown: return "unit_unknown";
        case Refusal::balance_insufficient: return "balance_insufficient";
        case Refusal::cap_exceeded: return "cap_exceeded";
        case Refusal::hold_exists: return "hold_exists";
        case Refusal::hold_unknown: return "hold_unknown";
        case Refusal::hold_too_long: return "hold_too_long";
        case Refusal::spend_unknown: return "spend_unknown";
        case Refusal::reversal_exceeds: return "reversal_exceeds";
        case Refusal::limit_reached: return "limit_reached";
        case Refusal::order_full: return "order_full";
        case Refusal::unit_not_spendable: return "unit_not_spendable";
        case Refusal::refund_exceeds: return "refund_exceeds";
        case Refusal::capture_exceeds: return "capture_exceeds";
        case Refusal::transfer_to_itself: return "transfer_to_itself";
        case Refusal::unit_not_transferable: return "unit_not_transferable";
        case Refusal::merge_unknown: return "merge_unknown";
        case Refusal::hold_open: return "hold_open";
    }
    ASSERT(false);
    return "";
}

}  // namespace banyan::engine
