// SPDX-License-Identifier: Apache-2.0
// The life of an order: what is told of it, and what comes of that for what it earned.

#include "engine/life.h"

#include <algorithm>

#include "domain/basis/conversion.h"
#include "domain/orders/after_sale.h"
#include "domain/orders/release.h"
#include "engine/late.h"

namespace banyan::engine {

using members::State;

namespace {

const OrderLife& life_of(Draft& draft, KeyedId order) {
    return draft.workspace.read<OrderLife>(entity_of_life(order));
}

void tell(Draft& draft, KeyedId order, const orders::Event& event) {
    const auto facts = orders::decide(life_of(draft, order).life, event);
    if (!facts.ok()) {
        // Lines that cannot be are refused before they become a command; what is left is a line named twice.
        if (facts.error().code != ErrorCode::full)
            return draft.refuse(Refusal::line_repeated, facts.error().message);
        return draft.refuse(Refusal::order_full,
                            std::holds_alternative<orders::AfterSaleMoved>(event)
                                ? "an order has at most " + std::to_string(orders::after_sales_max) +
                                      " after-sales, and each moves at most " +
                                      std::to_string(orders::moves_max) + " times"
                                : "an order has at most " + std::to_string(orders::parcels_max) + " parcels");
    }
    for (const orders::LifeFact& fact : *facts) draft.emit(entity_of_life(order), LifeTold{fact});
}

// What was paid and refunded before anybody followed the order's life. Nothing of it waits for a release.
void tell_what_is_known(Draft& draft, KeyedId order_id) {
    if (!draft.workspace.exists(entity_of_order(order_id))) return;
    const auto& order = draft.workspace.read<catalog::Order>(entity_of_order(order_id));
    orders::Paid paid{order.occurred_at, {}};
    orders::AfterSaleMoved returned{
        order.occurred_at, "order.refunded", orders::Step::done, orders::Form::refund_only, {}};
    for (const catalog::KeptLine& line : order.lines) {
        paid.lines.push_back({line.id, line.quantity, {}});
        if (line.refunded_quantity > 0) returned.pieces.push_back({line.id, line.refunded_quantity});
    }
    tell(draft, order_id, paid);
    if (!returned.pieces.empty()) tell(draft, order_id, returned);
}

// Whose the life is: the member's, or that of somebody whom the member absorbed in this partition.
bool is_told_by(Draft& draft, MemberId id, MemberId teller) {
    const auto& absorbed = draft.member(id).absorbed;
    return teller == id || std::any_of(absorbed.begin(), absorbed.end(),
                                       [&](const members::Absorbed& a) { return a.member == teller; });
}

void begin(Draft& draft, MemberId id, KeyedId order) {
    draft.emit(entity_of_life(order), LifeBegun{id});
    tell_what_is_known(draft, order);
}

// The pieces that after-sales or the order's closing took back and that were not refunded yet.
std::vector<catalog::ReturnedLine> gone_since(Draft& draft, KeyedId order_id) {
    const auto& order = draft.workspace.read<catalog::Order>(entity_of_order(order_id));
    const orders::Life& life = life_of(draft, order_id).life;
    std::vector<catalog::ReturnedLine> gone;
    for (const orders::SoldLine& sold : life.lines) {
        const std::int64_t total = orders::undoing_of(sold, life).total();
        for (std::uint32_t i = 0; i < order.lines.size(); ++i) {
            const catalog::KeptLine& kept = order.lines[i];
            const std::int64_t more = total - kept.refunded_quantity;
            if (kept.id == sold.line && more > 0)
                gone.push_back(
                    {i, more,
                     catalog::refund_amount(kept, more, order.by_money.empty() ? 0 : order.by_money[i])});
        }
    }
    return gone;
}

// Grants of units that wait for one event of the order's, once it is told.
void free_what_waited(Draft& draft, MemberId id, KeyedId order_id, MeetOrder& effect) {
    const orders::Life& life = life_of(draft, order_id).life;
    const auto& order = draft.workspace.read<catalog::Order>(entity_of_order(order_id));
    for (const catalog::Grant& grant : order.grants) {
        const ledger::Unit* unit = draft.programme().unit(grant.unit);
        ASSERT(unit != nullptr);
        if (unit->pending.kind != ledger::PendingPolicy::Kind::until_event ||
            !orders::is_told(life, unit->pending.event))
            continue;
        if (draft.member(id).state == State::forwarded) {
            effect.freed.push_back({grant.unit, grant.lot, grant.rule, grant.amount});
            continue;
        }
        const ledger::Wallet* wallet = draft.member(id).wallet(grant.unit);
        const ledger::Lot* lot = wallet != nullptr ? wallet->find(grant.lot) : nullptr;
        if (lot != nullptr && lot->available > draft.context.now)
            draft.post(id, ledger::Released{grant.unit, grant.lot, draft.context.now});
    }
}

Instant due_of_line(const std::vector<orders::LineCredit>& credits, const std::string& line) {
    for (const orders::LineCredit& credit : credits) {
        if (credit.line == line) return credit.due;
    }
    ASSERT(false);
    return instant_max;
}

// What was due before now is usable from now on; a grant expires by its unit's policy from when it is usable.
struct Due {
    Instant available = instant_max;
    Instant expires = instant_max;
};
Due due_of(Draft& draft, const ledger::Unit& unit, Instant due) {
    if (due == orders::never) return {};
    const Instant available = std::max(due, draft.context.now);
    return {available, ledger::expires_at(unit.expiry, available, *draft.programme().zone)};
}

// What was released stays so, whatever is told later.
void reschedule(Draft& draft, MemberId id, UnitId unit_id, ledger::LotNumber number, Instant at) {
    const ledger::Unit* unit = draft.programme().unit(unit_id);
    ASSERT(unit != nullptr);
    const ledger::Wallet* wallet = draft.member(id).wallet(unit_id);
    const ledger::Lot* lot = wallet != nullptr ? wallet->find(number) : nullptr;
    if (lot == nullptr || lot->available <= draft.context.now || lot->remaining.is_zero()) return;
    const Due due = due_of(draft, *unit, at);
    if (due.available == lot->available) return;
    draft.post(id, ledger::Rescheduled{unit_id, number, due.available, due.expires});
}

void reschedule_lines(Draft& draft, MemberId id, KeyedId order_id, MeetOrder& effect) {
    const OrderLife& known = life_of(draft, order_id);
    if (known.line_grants.empty()) return;
    const auto credits = orders::credits(known.life, *draft.programme().zone);
    const auto& order = draft.workspace.read<catalog::Order>(entity_of_order(order_id));
    for (const LineGrant& part : known.line_grants) {
        const UnitId unit = order.grants[part.grant].unit;
        const Instant due = due_of_line(credits, order.lines[part.line].id);
        if (draft.member(id).state == State::forwarded)
            effect.dues.push_back({unit, part.lot, due});
        else
            reschedule(draft, id, unit, part.lot, due);
    }
}

// How much of a line's share has gone with what came back of the line: in proportion to its money, or where it cost
// nothing to its pieces; never less than the share, and exactly the whole at the end.
Quantity came_back_of(Quantity share, const catalog::KeptLine& line) {
    if (line.amount > 0) return catalog::taken_back(share, line.refunded_amount, line.amount);
    return catalog::taken_back(share, line.refunded_quantity, line.quantity);
}

// What the life of a paid order means for what it earned, after anything new was told.
void follow(Draft& draft, MemberId id, KeyedId order, MeetOrder& effect) {
    std::vector<catalog::ReturnedLine> gone = gone_since(draft, order);
    if (!gone.empty()) {
        give_back(draft, id, order, std::move(gone), effect.effect);
        effect.refunded = draft.decision.answer.refunded;
    }
    free_what_waited(draft, id, order, effect);
    reschedule_lines(draft, id, order, effect);
}

bool is_nothing(const MeetOrder& effect) {
    return effect.effect.parts.empty() && effect.effect.spend == 0 && effect.refunded == 0 &&
           effect.dues.empty() && effect.freed.empty();
}

// The member's own order, or one that nobody is known to have paid.
void tell_own(Draft& draft, MemberId id, const TellOrder& body) {
    const EntityId entity = entity_of_life(body.order);
    const bool is_paid = draft.workspace.exists(entity_of_order(body.order));
    if (!draft.workspace.exists(entity))
        begin(draft, id, body.order);
    else if (!is_paid && !is_told_by(draft, id, life_of(draft, body.order).member))
        return draft.refuse(Refusal::order_of_another_member);
    const orders::Stage before = orders::stage(life_of(draft, body.order).life);
    orders::Event event = body.event;
    std::visit([&](auto& told) { told.at = draft.command.occurred_at; }, event);
    tell(draft, body.order, event);
    if (draft.refused()) return;
    const orders::Stage after = orders::stage(life_of(draft, body.order).life);
    draft.decision.answer.stage = StageMove{before, after};
    if (!is_paid) return;
    MeetOrder effect;
    effect.effect.absorbed = id;
    effect.before = before;
    effect.after = after;
    follow(draft, id, body.order, effect);
    if (draft.member(id).state == State::forwarded && !is_nothing(effect))
        send_to_survivor(draft, id, std::move(effect));
}

}  // namespace

bool has_life(Draft& draft, KeyedId order) { return draft.workspace.exists(entity_of_life(order)); }

void decide_tell(Draft& draft, MemberId id, const TellOrder& body) {
    const MemberId payer = payer_of(draft, body.order);
    if (payer == id) return tell_own(draft, id, body);
    // Before the payment is known, what was told here first says that the order is looked for here.
    if (payer.value == 0 && has_life(draft, body.order)) return tell_own(draft, id, body);
    std::vector<MemberId> gates;
    for (const members::Absorbed& absorbed : draft.member(id).absorbed) {
        if (payer.value == 0 || payer == absorbed.member) gates.push_back(absorbed.member);
    }
    if (!gates.empty()) return seek(draft, std::move(gates), body);
    if (payer.value != 0) return draft.refuse(Refusal::order_of_another_member);
    tell_own(draft, id, body);
}

void decide_keep_told(Draft& draft, MemberId id, const KeepTold& body) {
    // It may have been paid here while the gates were asked.
    const MemberId payer = payer_of(draft, body.told.order);
    if (payer.value != 0 && payer != id) return draft.refuse(Refusal::order_of_another_member);
    tell_own(draft, id, body.told);
}

void tell_payment(Draft& draft, MemberId id, const RecordOrder& body) {
    const bool is_known = has_life(draft, body.order);
    if (!is_known && !draft.programme().follows_orders()) return;
    const orders::Stage before = orders::stage(life_of(draft, body.order).life);
    // What somebody else said of the order is not believed.
    if (!is_known || !is_told_by(draft, id, life_of(draft, body.order).member))
        draft.emit(entity_of_life(body.order), LifeBegun{id});
    orders::Paid paid{draft.command.occurred_at, {}};
    for (const catalog::Line& line : body.lines)
        paid.lines.push_back({line.id, line.quantity,
                              orders::terms_for(draft.programme().release_terms, body.store, line.category)});
    tell(draft, body.order, paid);
    draft.decision.answer.stage = StageMove{before, orders::stage(life_of(draft, body.order).life)};
}

void grant_by_line(Draft& draft, MemberId id, const ledger::Unit& unit, Quantity amount, RuleId rule,
                   std::uint16_t cost_centre, KeyedId order_id, const catalog::GrantBasis* basis) {
    const EntityId entity = entity_of_order(order_id);
    const auto& order = draft.workspace.read<catalog::Order>(entity);
    const ledger::Wallet none;
    const auto wallet = [&]() -> const ledger::Wallet& {
        const ledger::Wallet* found = draft.member(id).wallet(unit.id);
        return found != nullptr ? *found : none;
    };
    Quantity capped;
    if (!unit.cap.is_zero() && wallet().posted + amount > unit.cap)
        capped = smaller(amount, wallet().posted + amount - unit.cap);
    amount -= capped;
    std::vector<std::int64_t> bases(order.lines.size());
    for (std::size_t i = 0; i < bases.size() && basis == nullptr; ++i) bases[i] = order.lines[i].amount;
    if (basis != nullptr) {
        for (const catalog::GrantedLine& line : basis->lines) bases[line.index] = line.base;
    }
    const std::vector<Quantity> shares = basis::over_lines(amount, bases);
    const auto credits = orders::credits(life_of(draft, order_id).life, *draft.programme().zone);
    const std::vector<limits::Kept> kept = std::exchange(draft.claims, {});
    const auto grant = static_cast<std::uint32_t>(order.grants.size());
    Earned earned{rule, unit.id, amount, capped, Instant{}, Instant{}};
    if (!amount.is_zero()) draft.stir(id, unit.id);
    ledger::LotNumber first;
    for (std::uint32_t i = 0; i < shares.size(); ++i) {
        if (shares[i].is_zero()) continue;
        const Due due = due_of(draft, unit, due_of_line(credits, order.lines[i].id));
        earned.available = std::max(earned.available, due.available);
        earned.expires = std::max(earned.expires, due.expires);
        const ledger::LotNumber lot{wallet().last_lot.value + 1};
        draft.post(id, ledger::Granted{unit.id, lot, shares[i], smaller(wallet().debt, shares[i]),
                                       due.available, due.expires, rule, cost_centre});
        draft.emit(entity_of_life(order_id), LineGranted{{grant, i, lot, shares[i], {}}});
        if (first.value == 0) first = lot;
    }
    draft.decision.answer.earned.push_back(earned);
    if (amount.is_zero()) return;
    if (basis == nullptr)
        draft.emit(entity, OrderGranted{unit.id, first, rule, amount});
    else
        draft.emit(entity, OrderGrantMade{unit.id, first, rule, amount, basis->conversion, {}, basis->lines});
    if (!kept.empty()) draft.emit(entity, GrantLimited{kept});
}

std::optional<Quantity> owed_by_lines(Draft& draft, KeyedId order_id, std::uint32_t grant) {
    if (!has_life(draft, order_id)) return std::nullopt;
    const auto& order = draft.workspace.read<catalog::Order>(entity_of_order(order_id));
    std::optional<Quantity> owed;
    for (const LineGrant& part : life_of(draft, order_id).line_grants) {
        if (part.grant == grant)
            owed = owed.value_or(Quantity{}) + came_back_of(part.amount, order.lines[part.line]);
    }
    return owed;
}

void reverse_by_line(Draft& draft, MemberId id, KeyedId order_id, std::uint32_t grant_index,
                     ReverseGrants& at_survivor) {
    const auto& order = draft.workspace.read<catalog::Order>(entity_of_order(order_id));
    const catalog::Grant grant = order.grants[grant_index];
    const std::vector<LineGrant> line_grants = life_of(draft, order_id).line_grants;
    for (std::uint32_t i = 0; i < line_grants.size(); ++i) {
        const LineGrant& part = line_grants[i];
        if (part.grant != grant_index) continue;
        const Quantity amount = came_back_of(part.amount, order.lines[part.line]) - part.reversed;
        if (amount.is_zero()) continue;
        draft.emit(entity_of_life(order_id), LineGrantReversed{i, amount});
        if (draft.member(id).state == State::forwarded)
            at_survivor.parts.push_back({grant.unit, part.lot, grant.rule, amount});
        else
            draft.reverse_grant(id, grant.unit, part.lot, grant.rule, amount);
    }
}

std::optional<Quantity> cut_by_line(Draft& draft, MemberId id, KeyedId order_id, std::uint32_t grant_index,
                                    Quantity amount) {
    if (!has_life(draft, order_id)) return std::nullopt;
    const auto& order = draft.workspace.read<catalog::Order>(entity_of_order(order_id));
    const catalog::Grant grant = order.grants[grant_index];
    const std::vector<LineGrant> line_grants = life_of(draft, order_id).line_grants;
    std::vector<std::int64_t> amounts(line_grants.size());
    bool has_lines = false;
    for (std::size_t i = 0; i < amounts.size(); ++i) {
        if (line_grants[i].grant != grant_index) continue;
        amounts[i] = line_grants[i].amount.value();
        has_lines = true;
    }
    if (!has_lines) return std::nullopt;
    const std::vector<Quantity> parts = basis::over_lines(amount, amounts);
    Quantity less;
    for (std::uint32_t i = 0; i < parts.size(); ++i) {
        if (parts[i].is_zero()) continue;
        const LineGrant& part = line_grants[i];
        const Quantity reversed =
            part.reversed - came_back_of(part.amount - parts[i], order.lines[part.line]);
        less += reversed;
        draft.emit(entity_of_life(order_id), LineGrantCut{i, parts[i], reversed});
        draft.reverse_grant(id, grant.unit, part.lot, grant.rule, parts[i] - reversed);
    }
    return less;
}

void meet_payment(Draft& draft, MemberId id, KeyedId order) {
    if (!has_life(draft, order)) return;
    MeetOrder nowhere;  // who pays is not merged away: all of it is met here
    follow(draft, id, order, nowhere);
}

void tell_return(Draft& draft, MemberId id, KeyedId order_id, const std::vector<catalog::ReturnedLine>& lines,
                 MeetOrder& effect) {
    const auto& order = draft.workspace.read<catalog::Order>(entity_of_order(order_id));
    constexpr char digits[] = "0123456789abcdef";
    std::string name = "order.refunded ";
    const KeyedId asked = draft.completion();
    for (const std::uint64_t word : {asked.high, asked.low}) {
        for (int shift = 60; shift >= 0; shift -= 4) name.push_back(digits[word >> shift & 0xFU]);
    }
    orders::AfterSaleMoved returned{
        draft.command.occurred_at, std::move(name), orders::Step::done, orders::Form::refund_only, {}};
    for (const catalog::ReturnedLine& line : lines)
        returned.pieces.push_back({order.lines[line.index].id, line.quantity});
    effect.before = orders::stage(life_of(draft, order_id).life);
    tell(draft, order_id, returned);
    if (draft.refused()) return;
    effect.after = orders::stage(life_of(draft, order_id).life);
    draft.decision.answer.stage = StageMove{effect.before, effect.after};
    follow(draft, id, order_id, effect);
}

void decide_meet_order(Draft& draft, MemberId id, const MeetOrder& body) {
    if (goes_after(draft, id, body.effect.absorbed)) return;
    draft.decision.answer.refunded = body.refunded;
    draft.decision.answer.stage = StageMove{body.before, body.after};
    decide_reverse_grants(draft, id, body.effect);
    for (const ReverseGrants::Part& part : body.freed) {
        const ledger::LotNumber lot =
            number_here(draft.member(id), body.effect.absorbed, part.unit, part.lot);
        const ledger::Wallet* wallet = draft.member(id).wallet(part.unit);
        const ledger::Lot* open = wallet != nullptr ? wallet->find(lot) : nullptr;
        if (open != nullptr && open->available > draft.context.now)
            draft.post(id, ledger::Released{part.unit, lot, draft.context.now});
    }
    for (const MeetOrder::Due& due : body.dues)
        reschedule(draft, id, due.unit,
                   number_here(draft.member(id), body.effect.absorbed, due.unit, due.lot), due.at);
}

}  // namespace banyan::engine
