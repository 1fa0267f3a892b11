// SPDX-License-Identifier: Apache-2.0
// What an event earns: the rules that listen to it, asked in the order of the document.

#include "engine/words.h"

namespace banyan::engine {

namespace {

// What a personal attribute made of a condition is known from the record when the decision is made again.
std::optional<bool> recorded_truth(const Context& context, const earning::Rule& rule) {
    if (context.truths == nullptr || !rule.reads_opened) return std::nullopt;
    for (const ConditionTruth& truth : *context.truths) {
        if (truth.rule == rule.id) return truth.held;
    }
    return std::nullopt;
}

earning::Facts facts_of_order(Draft& draft, MemberId id, const RecordOrder& body, std::int64_t paid) {
    earning::Facts facts = facts_of(draft, id, "order.paid");
    add_order(facts, body, paid);
    return facts;
}

}  // namespace

void earn_order(Draft& draft, MemberId id, const RecordOrder& body, std::int64_t paid) {
    const earning::Listeners* listeners = draft.programme().on("order.paid");
    if (listeners == nullptr || listeners->rules.empty()) return;
    const MemberWords declared(draft, id);
    earning::Facts facts = facts_of_order(draft, id, body, paid);
    facts.declared = &declared;
    earning::Row row(listeners->vocabulary, facts);
    for (const std::uint32_t place : listeners->rules) {
        const earning::Rule& rule = draft.programme().rules[place];
        const auto outcome = row.evaluate(rule, draft.context.calendar, recorded_truth(draft.context, rule));
        // A rule that fails on an event grants nothing and does not stop the order; the record says so (held = false).
        const bool held = outcome.ok() && outcome->held && outcome->amount <= Quantity(quantity_max);
        if (rule.reads_opened) draft.decision.conditions.push_back({rule.id, held});
        if (draft.context.seen != nullptr)
            draft.context.seen->push_back({rule.id, held, held ? outcome->amount : Quantity{},
                                           outcome.ok() ? "" : outcome.error().text(), row.read_by(rule)});
        if (!held || outcome->amount.is_zero()) continue;
        const ledger::Unit* unit = draft.programme().unit(rule.unit);
        ASSERT(unit != nullptr);
        const Quantity allowed = claim_limits(draft, id, rule, outcome->amount);
        if (!allowed.is_zero()) draft.grant(id, *unit, allowed, rule.id, rule.cost_centre, body.order);
    }
}

}  // namespace banyan::engine
