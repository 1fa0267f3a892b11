// SPDX-License-Identifier: Apache-2.0
// Reversals: what a job takes back, grant by grant, by the arithmetic of refunds.

#include <algorithm>

#include "engine/draft.h"
#include "engine/life.h"

namespace banyan::engine {

using members::State;

namespace {

bool is_forwarded(Draft& draft, MemberId id) { return draft.member(id).state == State::forwarded; }

// By its lot; under a draft of the programme, where lots have other numbers, by its rule.
std::optional<std::uint32_t> find_grant(const catalog::Order& order, const UndoGrant& body) {
    std::optional<std::uint32_t> by_rule;
    for (std::uint32_t i = 0; i < order.grants.size(); ++i) {
        const catalog::Grant& grant = order.grants[i];
        if (grant.unit != body.unit || grant.rule != body.rule) continue;
        if (grant.lot == body.lot) return i;
        if (!by_rule && grant.reversed < grant.amount) by_rule = i;
    }
    return by_rule;
}

std::optional<std::uint32_t> find_carried(const catalog::Order& order, const UndoGrant& body,
                                          std::optional<std::uint32_t> grant) {
    for (std::uint32_t i = 0; i < order.bases.size(); ++i) {
        const catalog::GrantBasis& basis = order.bases[i];
        if (basis.conversion.remainder == basis::Remainder::carried && basis.unit == body.unit &&
            basis.rule == body.rule && !basis.lines.empty() &&
            basis.grant == grant.value_or(catalog::GrantBasis::no_grant))
            return i;
    }
    return std::nullopt;
}

// The member's running sum loses what is left of the basis, as when all of it were refunded.
void undo_carried(Draft& draft, MemberId id, KeyedId order_id, std::uint32_t index) {
    const EntityId entity = entity_of_order(order_id);
    const auto& order = draft.workspace.read<catalog::Order>(entity);
    const catalog::GrantBasis basis = order.bases[index];
    const std::int64_t returned = catalog::returned_base(order, basis);
    const Quantity forgiven(
        scaled(basis.forfeited.value(), returned, basis.base(), Rounding::down).value_or(0));
    const bool has_grant = basis.grant != catalog::GrantBasis::no_grant;
    const ReverseCarried::Base back{basis.unit,
                                    basis.rule,
                                    basis.conversion,
                                    basis.base() - returned,
                                    basis.forfeited - forgiven,
                                    has_grant ? order.grants[basis.grant].lot : ledger::LotNumber{}};
    draft.emit(entity, BasisVoided{index});
    if (is_forwarded(draft, id)) {
        const MemberId survivor = draft.member(id).forwarded_to;
        draft.follow_up(partition_of(survivor), ReverseCarried{id, {back}}, survivor, KeyedId{});
    } else {
        take_back_carried(draft, id, {back});
    }
}

void take_from(Draft& draft, MemberId id, const ReverseGrants::Part& part, ReverseGrants& at_survivor) {
    if (is_forwarded(draft, id))
        at_survivor.parts.push_back(part);
    else
        draft.reverse_grant(id, part.unit, part.lot, part.rule, part.amount);
}

// A grant whose lines are lots of their own; false when it is no such grant.
bool undo_by_line(Draft& draft, MemberId id, const UndoGrant& body, std::uint32_t grant,
                  ReverseGrants& at_survivor) {
    if (!has_life(draft, body.order)) return false;
    const EntityId entity = entity_of_life(body.order);
    const std::vector<LineGrant> parts = draft.workspace.read<OrderLife>(entity).line_grants;
    bool found = false;
    for (std::uint32_t i = 0; i < parts.size(); ++i) {
        if (parts[i].grant != grant) continue;
        found = true;
        const Quantity left = parts[i].amount - parts[i].reversed;
        if (left.is_zero()) continue;
        draft.emit(entity, LineGrantReversed{i, left});
        take_from(draft, id, {body.unit, parts[i].lot, body.rule, left}, at_survivor);
    }
    return found;
}

void undo_of_order(Draft& draft, MemberId id, const UndoGrant& body, ReverseGrants& at_survivor) {
    const EntityId entity = entity_of_order(body.order);
    if (!draft.workspace.exists(entity)) return draft.refuse(Refusal::order_unknown);
    const auto& order = draft.workspace.read<catalog::Order>(entity);
    const auto grant = find_grant(order, body);
    const auto carried = find_carried(order, body, grant);
    const Quantity left = grant ? order.grants[*grant].amount - order.grants[*grant].reversed : Quantity{};
    if (left.is_zero() && !carried) return draft.refuse(Refusal::nothing_left);
    const ledger::LotNumber lot = grant ? order.grants[*grant].lot : ledger::LotNumber{};
    if (!left.is_zero()) {
        draft.emit(entity, GrantReversed{*grant, left});
        return_grant_claims(draft, id, entity, *grant, left);
    }
    if (carried) return undo_carried(draft, id, body.order, *carried);
    if (undo_by_line(draft, id, body, *grant, at_survivor)) return;
    take_from(draft, id, {body.unit, lot, body.rule, left}, at_survivor);
}

// How much a compensation moved with the survivor of a merge.
struct Elsewhere {
    JobTally& tally;
    const Draft& draft;
    std::uint16_t cost_centre;

    void operator()(const ReverseGrants& body) const {
        for (const ReverseGrants::Part& part : body.parts) {
            JobSum& sum = sum_of(tally, part.unit, centre_of(draft, part.rule, cost_centre));
            ++sum.grants;
            sum.amount += part.amount;
            sum.elsewhere += part.amount;
        }
    }
    void operator()(const ReverseRefund& body) const { (*this)(body.effect); }
    void operator()(const MeetOrder& body) const { (*this)(body.effect); }
    template <typename Other>
    void operator()(const Other&) const {}

    static std::uint16_t centre_of(const Draft& draft, RuleId id, std::uint16_t otherwise) {
        const earning::Rule* rule = draft.programme().rule(id);
        return rule != nullptr ? rule->cost_centre : otherwise;
    }
};

}  // namespace

void decide_tell_job(Draft& draft, const TellJob& body) {
    const EntityId entity = entity_of_job(body.number);
    if (const auto* opened = std::get_if<JobOpened>(&body.what)) {
        if (draft.workspace.exists(entity)) return;
        JobOpened here = *opened;
        here.head = {draft.context.lsn.value - 1};
        draft.emit(entity, JobChanged{std::move(here)});
    } else {
        const Job& job = draft.workspace.read<Job>(entity);
        const auto* moved = std::get_if<JobMoved>(&body.what);
        if (moved != nullptr && may_move(job.state, moved->state)) draft.emit(entity, JobChanged{*moved});
        const auto* previewed = std::get_if<JobPreviewed>(&body.what);
        if (previewed != nullptr && job.state == JobState::previewing)
            draft.emit(entity, JobChanged{*previewed});
    }
    if (body.reach == TellJob::Reach::here) return;
    for (std::uint16_t other = 0; other < draft.context.partitions; ++other) {
        if (PartitionId{other} == draft.context.partition) continue;
        draft.follow_up({other}, TellJob{body.number, body.what, TellJob::Reach::here}, MemberId{},
                        KeyedId{});
    }
}

void decide_undo_grant(Draft& draft, MemberId id, const UndoGrant& body) {
    ReverseGrants at_survivor;
    at_survivor.absorbed = id;
    if (!body.order.is_zero()) {
        undo_of_order(draft, id, body, at_survivor);
    } else {
        const ledger::Wallet* wallet = draft.member(id).wallet(body.unit);
        const ledger::Lot* lot = wallet != nullptr ? wallet->find(body.lot) : nullptr;
        if (lot != nullptr && lot->origin.rule != body.rule)  // a draft's history gave the number to another
            return draft.refuse(Refusal::nothing_left);
        take_from(draft, id, {body.unit, body.lot, body.rule, body.amount}, at_survivor);
    }
    if (!draft.refused() && !at_survivor.parts.empty()) send_to_survivor(draft, id, std::move(at_survivor));
}

void note_undone(Draft& draft, MemberId, const Undo& body) {
    JobStepped stepped{body.record, {}};
    stepped.more.steps = 1;
    stepped.more.refunded = draft.decision.answer.refunded;
    for (const TakenBack& taken : draft.decision.answer.taken_back) {
        JobSum& sum =
            sum_of(stepped.more, taken.unit, Elsewhere::centre_of(draft, taken.rule, body.cost_centre));
        ++sum.grants;
        sum.amount += taken.amount;
        sum.from_expired += taken.from_expired;
        sum.as_debt += taken.as_debt;
        sum.uncollected += taken.uncollected;
    }
    for (const FollowUp& follow_up : draft.decision.follow_ups)
        std::visit(Elsewhere{stepped.more, draft, body.cost_centre}, follow_up.command.body);
    draft.emit(entity_of_job(body.job), JobChanged{std::move(stepped)});
}

}  // namespace banyan::engine
