// SPDX-License-Identifier: Apache-2.0
// What an event earns: what its rules plan for it (plan.h) is granted, in the order of the document.

#include <algorithm>

#include "engine/late.h"
#include "engine/life.h"
#include "engine/plan.h"
#include "engine/words.h"

namespace banyan::engine {

namespace {

// Whoever asks why is told of every rule.
const std::vector<std::uint32_t>& asked(const Draft& draft, const earning::Listeners& listeners,
                                        earning::Row& row) {
    return draft.context.seen != nullptr ? listeners.rules : row.candidates();
}

void grant(Draft& draft, MemberId member, const Planned& plan, std::optional<KeyedId> order,
           const std::vector<catalog::Line>& lines) {
    const earning::Rule& rule = *plan.rule;
    if (draft.context.seen != nullptr) {
        RuleSeen& seen = (*draft.context.seen)[plan.seen];
        seen.amount = plan.amount;
        seen.note = plan.note;
    }
    if (!plan.stands || (plan.amount.is_zero() && plan.moved.by == 0)) return;
    if (plan.moved.by != 0) draft.emit(entity_of(member), plan.moved);
    const ledger::Unit* unit = draft.programme().unit(rule.unit);
    ASSERT(unit != nullptr);
    auto basis = basis_of(plan, lines);
    Quantity allowed;
    if (!plan.amount.is_zero())
        allowed = claim_limits(draft, member, rule, plan.amount, order, basis ? &*basis : nullptr);
    if (draft.refused() || (allowed.is_zero() && !rule.is_carried())) return;
    if (basis) basis->forfeited = plan.amount - allowed;
    if (order && unit->pending.kind == ledger::PendingPolicy::Kind::until_released && !allowed.is_zero())
        return grant_by_line(draft, member, *unit, allowed, rule.id, rule.cost_centre, *order,
                             basis ? &*basis : nullptr);
    draft.grant(member, *unit, allowed, rule.id, rule.cost_centre, order, basis ? &*basis : nullptr);
}

}  // namespace

std::vector<earning::LineFacts> lines_of(const RecordOrder& body, const RecordPricedOrder* priced) {
    std::vector<earning::LineFacts> lines;
    lines.reserve(body.lines.size());
    for (std::size_t i = 0; i < body.lines.size(); ++i) {
        const catalog::Line& line = body.lines[i];
        earning::LineFacts& facts = lines.emplace_back();
        facts.sku = line.sku;
        facts.category = line.category;
        facts.quantity = line.quantity;
        facts.paid = line.amount;
        facts.list = line.amount;
        if (priced == nullptr) continue;
        facts.brand = priced->prices[i].brand;
        facts.list = priced->prices[i].list;
        facts.parts = priced->prices[i].parts;
    }
    return lines;
}

void earn_order(Draft& draft, MemberId id, const RecordOrder& body, const RecordPricedOrder* priced) {
    const earning::Listeners* listeners = draft.programme().on(earning::paid_event);
    if (listeners == nullptr || listeners->rules.empty()) return;
    const MemberWords declared(draft, id);
    earning::Facts facts = facts_of(draft, id, earning::paid_event);
    add_order(facts, body, priced);
    facts.declared = &declared;
    std::vector<earning::LineFacts> lines;
    Planner planner(draft, id, draft.context.seen);
    if (listeners->counts_lines) {
        lines = lines_of(body, priced);
        planner.know_lines(body.lines);
    }
    earning::Row row(*listeners, facts, lines);
    const std::optional<Past> past = past_of(draft, id);
    if (past) {
        const PastWords words(draft.programme(), *past);
        earning::Facts then = facts_then(draft.programme(), *past, body, priced);
        then.declared = &words;
        earning::Row as_of(*listeners, then, lines);
        planner.ask(listeners->rules,
                    [&](const earning::Rule& rule) { return is_within(draft, rule) ? &as_of : &row; });
    } else {
        planner.ask(asked(draft, *listeners, row), [&row](const earning::Rule&) { return &row; });
    }
    for (const Planned& plan : planner.planned()) grant(draft, id, plan, body.order, body.lines);
}

void earn_event(Draft& draft, MemberId id, std::string_view type, const RecordEvent* body) {
    const earning::Listeners* listeners = draft.programme().on(type);
    if (listeners == nullptr || listeners->rules.empty()) return;
    const MemberWords declared(draft, id, body);
    earning::Facts facts = facts_of(draft, id, type);
    facts.declared = &declared;
    earning::Row row(*listeners, facts);
    Planner planner(draft, id, draft.context.seen);
    planner.ask(asked(draft, *listeners, row), [&row](const earning::Rule&) { return &row; });
    for (const Planned& plan : planner.planned()) grant(draft, id, plan, std::nullopt, {});
}

void take_back_carried(Draft& draft, MemberId id, const std::vector<ReverseCarried::Base>& bases) {
    for (const ReverseCarried::Base& back : bases) {
        const auto carry = basis::carry_of(draft.member(id).carries, back.rule);
        const basis::Converted converted = basis::convert(back.conversion, carry, -back.base);
        if (converted.moved.by != 0) draft.emit(entity_of(id), converted.moved);
        const Quantity taken = -converted.amount - back.forgiven;
        if (taken > Quantity{}) draft.reverse_grant(id, back.unit, back.lot, back.rule, taken);
    }
}

void take_over_carries(Draft& draft, MemberId id, const std::vector<basis::Carry>& carries) {
    for (const basis::Carry& absorbed : carries) {
        const earning::Rule* rule = draft.programme().rule(absorbed.rule);
        if (rule == nullptr || !rule->is_carried()) {  // nobody adds to it any more; a refund still may
            draft.emit(entity_of(id), basis::CarryMoved{absorbed.rule, absorbed.rest});
            continue;
        }
        const auto carry = basis::carry_of(draft.member(id).carries, absorbed.rule);
        const basis::Converted converted = basis::convert(rule->conversion, carry, absorbed.rest);
        if (converted.moved.by != 0) draft.emit(entity_of(id), converted.moved);
        if (converted.amount.is_zero()) continue;
        const ledger::Unit* unit = draft.programme().unit(rule->unit);
        ASSERT(unit != nullptr);
        const Quantity allowed = claim_limits(draft, id, *rule, converted.amount, std::nullopt);
        if (!allowed.is_zero()) draft.grant(id, *unit, allowed, rule->id, rule->cost_centre, std::nullopt);
    }
}

}  // namespace banyan::engine
