// SPDX-License-Identifier: Apache-2.0
// Orders, their refunds and releases.

#include <algorithm>

#include "engine/draft.h"
#include "engine/life.h"

namespace banyan::engine {

using members::Member;
using members::State;

namespace {

bool counts_for_spend(const Draft& draft, const Member& member) {
    for (const tiers::Ladder& ladder : draft.programme().ladders) {
        if (ladder.since == tiers::SpendSince::ever) return true;
    }
    return draft.command.occurred_at >= member.joined_at;
}

std::optional<std::uint32_t> index_of(const catalog::Order& order, const std::string& line) {
    for (std::uint32_t i = 0; i < order.lines.size(); ++i) {
        if (order.lines[i].id == line) return i;
    }
    return std::nullopt;
}

// Which pieces come back, and for how much. Refuses as a whole: half a refund would be a surprise.
std::vector<catalog::ReturnedLine> returned_lines(Draft& draft, const catalog::Order& order,
                                                  const RefundOrder& body) {
    std::vector<catalog::ReturnedLine> returned;
    const auto give_back = [&](std::uint32_t index, std::int64_t quantity) {
        returned.push_back({index, quantity, catalog::refund_amount(order.lines[index], quantity)});
    };
    if (body.lines.empty()) {
        for (std::uint32_t i = 0; i < order.lines.size(); ++i) {
            const std::int64_t left = order.lines[i].quantity - order.lines[i].refunded_quantity;
            if (left > 0) give_back(i, left);
        }
        if (returned.empty()) draft.refuse(Refusal::nothing_left, "the order is refunded already");
        return returned;
    }
    for (const LineReturn& line : body.lines) {
        const auto index = index_of(order, line.line);
        if (!index) {
            draft.refuse(Refusal::line_unknown, "the order has no line \"" + line.line + "\"");
            return {};
        }
        const bool repeated = std::any_of(returned.begin(), returned.end(),
                                          [&](const catalog::ReturnedLine& r) { return r.index == *index; });
        if (repeated) {
            draft.refuse(Refusal::line_repeated, "line \"" + line.line + "\" is named twice");
            return {};
        }
        const catalog::KeptLine& kept = order.lines[*index];
        if (line.quantity <= 0 || line.quantity > kept.quantity - kept.refunded_quantity) {
            draft.refuse(Refusal::quantity_exceeds,
                         "line \"" + line.line + "\" has " +
                             std::to_string(kept.quantity - kept.refunded_quantity) +
                             " pieces left to return");
            return {};
        }
        give_back(*index, line.quantity);
    }
    return returned;
}

constexpr const char* paid_first = "no order with this id was paid here; send order.paid first";

// True when the order is this member's. Otherwise it is looked for with whom the member absorbed, or refused.
template <typename Body>
bool is_own_order(Draft& draft, MemberId id, const Body& body) {
    const MemberId payer = payer_of(draft, body.order);
    if (payer == id) return true;
    std::vector<MemberId> gates;
    for (const members::Absorbed& absorbed : draft.member(id).absorbed) {
        if (payer.value == 0 || payer == absorbed.member) gates.push_back(absorbed.member);
    }
    if (!gates.empty())
        seek(draft, std::move(gates), body);
    else if (payer.value == 0)
        draft.refuse(Refusal::order_unknown, paid_first);
    else
        draft.refuse(Refusal::order_of_another_member);
    return false;
}

// Takes back from every grant of the order what its share of the refunded money now is.
void reverse_grants(Draft& draft, MemberId id, KeyedId order_id, ReverseGrants& at_survivor) {
    const EntityId entity = entity_of_order(order_id);
    const auto& order = draft.workspace.read<catalog::Order>(entity);
    const std::int64_t paid = order.paid();
    const std::int64_t refunded = order.refunded();
    for (std::uint32_t i = 0; i < order.grants.size(); ++i) {
        const catalog::Grant grant = order.grants[i];
        const Quantity amount = catalog::taken_back(grant.amount, refunded, paid) - grant.reversed;
        ASSERT(amount >= Quantity{});
        if (amount.is_zero()) continue;
        draft.emit(entity, GrantReversed{i, amount});
        return_grant_claims(draft, id, entity, i, amount);
        if (draft.member(id).state == State::forwarded)
            at_survivor.parts.push_back({grant.unit, grant.lot, grant.rule, amount});
        else
            draft.reverse_grant(id, grant.unit, grant.lot, grant.rule, amount);
    }
}

}  // namespace

MemberId payer_of(Draft& draft, KeyedId order) {
    const EntityId entity = entity_of_order(order);
    return draft.workspace.exists(entity) ? draft.workspace.read<catalog::Order>(entity).member : MemberId{};
}

void seek(Draft& draft, std::vector<MemberId> gates, Sought what) {
    const MemberId gate = gates.front();
    gates.erase(gates.begin());
    draft.follow_up(partition_of(gate), SeekOrder{std::move(what), std::move(gates)}, gate,
                    draft.completion());
    draft.decision.answer.pending = true;
    draft.decision.answer.pending_at = partition_of(gate);
}

void send_to_survivor(Draft& draft, MemberId id, CommandBody effect) {
    const MemberId survivor = draft.member(id).forwarded_to;
    draft.follow_up(partition_of(survivor), std::move(effect), survivor, draft.completion());
    draft.decision.answer.pending = true;
    draft.decision.answer.pending_at = partition_of(survivor);
}

void give_back(Draft& draft, MemberId id, KeyedId order_id, std::vector<catalog::ReturnedLine> lines,
               ReverseGrants& at_survivor) {
    const EntityId entity = entity_of_order(order_id);
    std::int64_t money = 0;
    for (const catalog::ReturnedLine& line : lines) money += line.amount;
    draft.decision.answer.refunded = money;
    draft.emit(entity, LinesReturned{std::move(lines)});
    at_survivor.absorbed = id;
    reverse_grants(draft, id, order_id, at_survivor);
    const std::int64_t spend = draft.workspace.read<catalog::Order>(entity).counts_for_spend ? -money : 0;
    std::vector<Count> counts = uncounted(draft, order_id, draft.command.occurred_at);
    if (draft.member(id).state == State::forwarded) {
        at_survivor.spend = spend;
        const MemberId survivor = draft.member(id).forwarded_to;
        if (!counts.empty())
            draft.follow_up(partition_of(survivor), MoveCounts{std::move(counts)}, survivor, KeyedId{});
        return;
    }
    if (spend == 0 && counts.empty()) return;
    if (spend != 0) draft.emit(entity_of(id), SpendCounted{spend, 0, draft.command.occurred_at});
    count(draft, id, counts);
    draft.review_tiers(id, Draft::After::refund);
}

void decide_order(Draft& draft, MemberId id, const RecordOrder& body) {
    const EntityId entity = entity_of_order(body.order);
    if (draft.workspace.exists(entity))
        return draft.refuse(Refusal::order_exists,
                            "an order with this id was paid before, under another event id");
    std::int64_t paid = 0;
    std::int64_t pieces = 0;
    OrderRecorded recorded;
    recorded.lines.reserve(body.lines.size());
    for (const catalog::Line& line : body.lines) {
        const auto sum = added(paid, line.amount);
        const auto count = added(pieces, line.quantity);
        if (line.quantity <= 0 || line.amount < 0 || !sum || *sum > quantity_max || !count ||
            *count > quantity_max)
            return draft.refuse(Refusal::amount_too_large,
                                "line \"" + line.id + "\" is beyond what an order can be");
        paid = *sum;
        pieces = *count;
        const bool repeated = std::any_of(recorded.lines.begin(), recorded.lines.end(),
                                          [&](const catalog::KeptLine& kept) { return kept.id == line.id; });
        if (repeated) return draft.refuse(Refusal::line_repeated, "line \"" + line.id + "\" is named twice");
        recorded.lines.push_back({line.id, line.quantity, line.amount, 0, 0});
    }
    draft.join(id, std::min(draft.command.occurred_at, draft.context.now));
    recorded.member = id;
    recorded.occurred_at = draft.command.occurred_at;
    recorded.counts_for_spend = counts_for_spend(draft, draft.member(id));
    const std::int64_t spend = recorded.counts_for_spend ? paid : 0;
    if (!within_bounds(draft.member(id).spend, spend))
        return draft.refuse(Refusal::amount_too_large, "what the member has spent would be beyond 10^17");
    draft.emit(entity, std::move(recorded));
    earn_order(draft, id, body, paid);
    draft.emit(entity_of(id), SpendCounted{spend, 1, draft.command.occurred_at});
    count_order(draft, id, body);
    draft.review_tiers(id, Draft::After::spend);
    meet_payment(draft, id, body.order);
}

void decide_refund(Draft& draft, MemberId id, const RefundOrder& body) {
    if (!is_own_order(draft, id, body)) return;
    const auto& order = draft.workspace.read<catalog::Order>(entity_of_order(body.order));
    const std::vector<catalog::ReturnedLine> lines = returned_lines(draft, order, body);
    if (draft.refused()) return;
    MeetOrder effect;
    give_back(draft, id, body.order, lines, effect.effect);
    effect.refunded = draft.decision.answer.refunded;
    const bool followed = has_life(draft, body.order);
    if (followed) tell_return(draft, id, body.order, lines, effect);
    if (draft.member(id).state != State::forwarded) return;
    if (followed) return send_to_survivor(draft, id, std::move(effect));
    send_to_survivor(draft, id, ReverseRefund{std::move(effect.effect), effect.refunded});
}

void decide_release(Draft& draft, MemberId id, const ReleaseOrder& body) {
    if (!is_own_order(draft, id, body)) return;
    const auto& order = draft.workspace.read<catalog::Order>(entity_of_order(body.order));
    const bool forwarded = draft.member(id).state == State::forwarded;
    ReverseGrants at_survivor;
    at_survivor.what = ReverseGrants::What::release;
    at_survivor.absorbed = id;
    for (const catalog::Grant& grant : order.grants) {
        const ledger::Unit* unit = draft.programme().unit(grant.unit);
        ASSERT(unit != nullptr);
        if (unit->pending.kind != ledger::PendingPolicy::Kind::until_event ||
            unit->pending.event != body.event)
            continue;
        if (forwarded) {
            at_survivor.parts.push_back({grant.unit, grant.lot, grant.rule, grant.amount});
            continue;
        }
        const ledger::Lot* lot = draft.member(id).wallet(grant.unit)->find(grant.lot);
        if (lot != nullptr && lot->available > draft.context.now)
            draft.post(id, ledger::Released{grant.unit, grant.lot, draft.context.now});
    }
    if (forwarded) send_to_survivor(draft, id, std::move(at_survivor));
}

void decide_seek(Draft& draft, MemberId gate, const SeekOrder& body) {
    const KeyedId order = std::visit([](const auto& what) { return what.order; }, body.what);
    const auto* told = std::get_if<TellOrder>(&body.what);
    if (payer_of(draft, order) != gate) {
        if (!body.further.empty()) return seek(draft, body.further, body.what);
        if (told != nullptr) return send_to_survivor(draft, gate, KeepTold{*told});
        return draft.refuse(Refusal::order_unknown, paid_first);
    }
    if (told != nullptr) return decide_tell(draft, gate, *told);
    if (const auto* refund = std::get_if<RefundOrder>(&body.what)) return decide_refund(draft, gate, *refund);
    decide_release(draft, gate, std::get<ReleaseOrder>(body.what));
}

}  // namespace banyan::engine
