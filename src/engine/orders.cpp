// SPDX-License-Identifier: Apache-2.0
// Orders, their refunds and releases.

#include <algorithm>

#include "base/allocate.h"
#include "engine/draft.h"
#include "engine/late.h"
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

// What comes back: pieces with their money, and money without pieces.
struct Returned {
    std::vector<catalog::ReturnedLine> pieces;
    std::vector<catalog::ReturnedLine> money;

    [[nodiscard]] bool has(std::uint32_t index) const {
        const auto is_it = [index](const catalog::ReturnedLine& line) { return line.index == index; };
        return std::any_of(pieces.begin(), pieces.end(), is_it) ||
               std::any_of(money.begin(), money.end(), is_it);
    }
};

std::int64_t left_of(const catalog::KeptLine& line) { return line.amount - line.refunded_amount; }

void return_piece(const catalog::Order& order, std::uint32_t index, std::int64_t quantity,
                  Returned& returned) {
    const std::int64_t by_money = order.by_money.empty() ? 0 : order.by_money[index];
    returned.pieces.push_back(
        {index, quantity, catalog::refund_amount(order.lines[index], quantity, by_money)});
}

// Which pieces come back, and for how much. Refuses as a whole: half a refund would be a surprise.
Returned everything_left(Draft& draft, const catalog::Order& order) {
    Returned returned;
    for (std::uint32_t i = 0; i < order.lines.size(); ++i) {
        const std::int64_t left = order.lines[i].quantity - order.lines[i].refunded_quantity;
        if (left > 0) return_piece(order, i, left, returned);
    }
    if (returned.pieces.empty()) draft.refuse(Refusal::nothing_left, "the order is refunded already");
    return returned;
}

// Nothing when the line is unknown or was named before, which refuses the refund.
std::optional<std::uint32_t> line_named(Draft& draft, const catalog::Order& order, const std::string& line,
                                        const Returned& returned) {
    const auto index = index_of(order, line);
    if (!index) {
        draft.refuse(Refusal::line_unknown, "the order has no line \"" + line + "\"");
    } else if (returned.has(*index)) {
        draft.refuse(Refusal::line_repeated, "line \"" + line + "\" is named twice");
        return std::nullopt;
    }
    return index;
}

void return_pieces(Draft& draft, const catalog::Order& order, const LineReturn& line, Returned& returned) {
    const auto index = line_named(draft, order, line.line, returned);
    if (!index) return;
    const catalog::KeptLine& kept = order.lines[*index];
    const std::int64_t left = kept.quantity - kept.refunded_quantity;
    if (line.quantity <= 0 || line.quantity > left)
        return draft.refuse(Refusal::quantity_exceeds, "line \"" + line.line + "\" has " +
                                                           std::to_string(left) + " pieces left to return");
    return_piece(order, *index, line.quantity, returned);
}

void return_money(Draft& draft, const catalog::Order& order, const RefundMoney::Line& line,
                  Returned& returned) {
    const auto index = line_named(draft, order, line.line, returned);
    if (!index) return;
    const std::int64_t left = left_of(order.lines[*index]);
    if (line.amount <= 0 || line.amount > left)
        return draft.refuse(Refusal::refund_exceeds,
                            "line \"" + line.line + "\" has " + std::to_string(left) +
                                " of the currency's smallest parts left to refund, asked were " +
                                std::to_string(line.amount));
    returned.money.push_back({*index, 0, line.amount});
}

// Money of the whole order is shared by what each line has left.
Returned shared_money(Draft& draft, const catalog::Order& order, std::int64_t amount) {
    Returned returned;
    std::vector<std::int64_t> left;
    std::int64_t sum = 0;
    for (const catalog::KeptLine& line : order.lines) {
        left.push_back(left_of(line));
        sum += left.back();
    }
    if (amount <= 0 || amount > sum) {
        draft.refuse(Refusal::refund_exceeds,
                     "the order has " + std::to_string(sum) +
                         " of the currency's smallest parts left to refund, asked were " +
                         std::to_string(amount));
        return returned;
    }
    const auto shares = allocate(amount, left);
    ASSERT(shares.has_value());
    for (std::uint32_t i = 0; i < shares->size(); ++i) {
        if ((*shares)[i] > 0) returned.money.push_back({i, 0, (*shares)[i]});
    }
    return returned;
}

Returned returned_by(Draft& draft, const catalog::Order& order, const RefundOrder& body) {
    if (body.lines.empty()) return everything_left(draft, order);
    Returned returned;
    for (const LineReturn& line : body.lines) {
        if (!draft.refused()) return_pieces(draft, order, line, returned);
    }
    return returned;
}

Returned returned_by(Draft& draft, const catalog::Order& order, const RefundMoney& body) {
    if (body.lines.empty()) return shared_money(draft, order, body.amount);
    Returned returned;
    for (const RefundMoney::Line& line : body.lines) {
        if (draft.refused()) break;
        if (line.amount == 0)
            return_pieces(draft, order, {line.line, line.quantity}, returned);
        else
            return_money(draft, order, line, returned);
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

const catalog::GrantBasis* basis_of(const catalog::Order& order, std::uint32_t grant) {
    for (const catalog::GrantBasis& basis : order.bases) {
        if (basis.grant == grant) return &basis;
    }
    return nullptr;
}

bool is_carried(const catalog::GrantBasis& basis) {
    return basis.conversion.remainder == basis::Remainder::carried;
}

// Takes back from every grant of the order what its share of what came back now is.
void reverse_grants(Draft& draft, MemberId id, KeyedId order_id, ReverseGrants& at_survivor) {
    const EntityId entity = entity_of_order(order_id);
    const auto& order = draft.workspace.read<catalog::Order>(entity);
    const std::int64_t paid = order.paid();
    const std::int64_t refunded = order.refunded();
    for (std::uint32_t i = 0; i < order.grants.size(); ++i) {
        const catalog::Grant grant = order.grants[i];
        if (grant.reversed == grant.amount) continue;
        const catalog::GrantBasis* basis = basis_of(order, i);
        const auto by_line = owed_by_lines(draft, order_id, i);
        const Quantity target = by_line            ? *by_line
                                : basis != nullptr ? catalog::taken_back(grant.amount, order, *basis)
                                                   : catalog::taken_back(grant.amount, refunded, paid);
        const Quantity amount = target - grant.reversed;
        ASSERT(amount >= Quantity{});
        if (amount.is_zero()) continue;
        draft.emit(entity, GrantReversed{i, amount});
        return_grant_claims(draft, id, entity, i, amount);
        // Of a carried one this is the order's account; the member loses by the running sum (take_back_carried).
        if (basis != nullptr && is_carried(*basis)) continue;
        if (by_line)
            reverse_by_line(draft, id, order_id, i, at_survivor);
        else if (draft.member(id).state == State::forwarded)
            at_survivor.parts.push_back({grant.unit, grant.lot, grant.rule, amount});
        else
            draft.reverse_grant(id, grant.unit, grant.lot, grant.rule, amount);
    }
}

// How much of each basis had come back; before and after a refund.
std::vector<std::int64_t> bases_returned(const catalog::Order& order) {
    std::vector<std::int64_t> returned;
    for (const catalog::GrantBasis& basis : order.bases)
        returned.push_back(catalog::returned_base(order, basis));
    return returned;
}

// What came back of bases whose remainder the member carries.
std::vector<ReverseCarried::Base> carried_back(const catalog::Order& order,
                                               const std::vector<std::int64_t>& before) {
    std::vector<ReverseCarried::Base> all;
    for (std::size_t i = 0; i < order.bases.size(); ++i) {
        const catalog::GrantBasis& basis = order.bases[i];
        const std::int64_t after = catalog::returned_base(order, basis);
        if (!is_carried(basis) || after == before[i]) continue;
        const auto forgiven = [&](std::int64_t returned) {
            return scaled(basis.forfeited.value(), returned, basis.base(), Rounding::down).value_or(0);
        };
        const bool has_grant = basis.grant != catalog::GrantBasis::no_grant;
        all.push_back({basis.unit, basis.rule, basis.conversion, after - before[i],
                       Quantity(forgiven(after) - forgiven(before[i])),
                       has_grant ? order.grants[basis.grant].lot : ledger::LotNumber{}});
    }
    return all;
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
               ReverseGrants& at_survivor, std::vector<catalog::ReturnedLine> money) {
    const EntityId entity = entity_of_order(order_id);
    const auto& order = draft.workspace.read<catalog::Order>(entity);
    const std::vector<std::int64_t> before = bases_returned(order);
    std::int64_t sum = 0;
    for (const auto* returned : {&lines, &money}) {
        for (const catalog::ReturnedLine& line : *returned) sum += line.amount;
    }
    draft.decision.answer.refunded = sum;
    if (!lines.empty()) draft.emit(entity, LinesReturned{std::move(lines)});
    if (!money.empty()) draft.emit(entity, MoneyReturned{std::move(money)});
    at_survivor.absorbed = id;
    reverse_grants(draft, id, order_id, at_survivor);
    const std::vector<ReverseCarried::Base> carried = carried_back(order, before);
    const std::int64_t spend = order.counts_for_spend ? -sum : 0;
    std::vector<Count> counts = uncounted(draft, order_id, draft.command.occurred_at);
    if (draft.member(id).state == State::forwarded) {
        at_survivor.spend = spend;
        const MemberId survivor = draft.member(id).forwarded_to;
        if (!counts.empty())
            draft.follow_up(partition_of(survivor), MoveCounts{std::move(counts)}, survivor, KeyedId{});
        if (!carried.empty())
            draft.follow_up(partition_of(survivor), ReverseCarried{id, carried}, survivor, KeyedId{});
        return;
    }
    take_back_carried(draft, id, carried);
    if (spend == 0 && counts.empty()) return;
    if (spend != 0) draft.emit(entity_of(id), SpendCounted{spend, 0, draft.command.occurred_at});
    count(draft, id, counts);
    draft.review_tiers(id, Draft::After::refund);
}

namespace {

void record_order(Draft& draft, MemberId id, const RecordOrder& body, const RecordPricedOrder* priced) {
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
    tell_payment(draft, id, body);
    earn_order(draft, id, body, priced);
    draft.emit(entity_of(id), SpendCounted{spend, 1, draft.command.occurred_at});
    count_order(draft, id, body, priced);
    draft.review_tiers(id, Draft::After::spend);
    judge_later(draft, id, body, priced);
    meet_payment(draft, id, body.order);
}

template <typename Body>
void refund(Draft& draft, MemberId id, const Body& body) {
    if (!is_own_order(draft, id, body)) return;
    const auto& order = draft.workspace.read<catalog::Order>(entity_of_order(body.order));
    const Returned returned = returned_by(draft, order, body);
    if (draft.refused()) return;
    MeetOrder effect;
    give_back(draft, id, body.order, returned.pieces, effect.effect, returned.money);
    effect.refunded = draft.decision.answer.refunded;
    // Money alone is no step in the life of an order: nothing of it came back.
    const bool followed = has_life(draft, body.order) && !returned.pieces.empty();
    if (followed) tell_return(draft, id, body.order, returned.pieces, effect);
    if (draft.member(id).state != State::forwarded) return;
    if (followed) return send_to_survivor(draft, id, std::move(effect));
    send_to_survivor(draft, id, ReverseRefund{std::move(effect.effect), effect.refunded});
}

}  // namespace

void decide_order(Draft& draft, MemberId id, const RecordOrder& body) {
    record_order(draft, id, body, nullptr);
}

void decide_priced_order(Draft& draft, MemberId id, const RecordPricedOrder& body) {
    ASSERT(body.prices.size() == body.order.lines.size());
    record_order(draft, id, body.order, &body);
}

void decide_event(Draft& draft, MemberId id, const RecordEvent& body) {
    draft.join(id, std::min(draft.command.occurred_at, draft.context.now));
    earn_event(draft, id, body.event, &body);
    count_event(draft, id, body);
}

void decide_refund(Draft& draft, MemberId id, const RefundOrder& body) { refund(draft, id, body); }
void decide_money_refund(Draft& draft, MemberId id, const RefundMoney& body) { refund(draft, id, body); }

void catch_up_refunds(Draft& draft, MemberId id, KeyedId order) {
    ReverseGrants at_survivor;
    at_survivor.absorbed = id;
    reverse_grants(draft, id, order, at_survivor);
    if (at_survivor.parts.empty()) return;
    const MemberId survivor = draft.member(id).forwarded_to;
    draft.follow_up(partition_of(survivor), std::move(at_survivor), survivor, KeyedId{});
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
    if (const auto* refund = std::get_if<RefundMoney>(&body.what))
        return decide_money_refund(draft, gate, *refund);
    decide_release(draft, gate, std::get<ReleaseOrder>(body.what));
}

}  // namespace banyan::engine
