// SPDX-License-Identifier: Apache-2.0
#include "engine/draft.h"

#include <algorithm>
#include <utility>

namespace banyan::engine {

using members::Member;

void Draft::emit(EntityId entity, FactBody body) {
    decision.facts.push_back({entity, std::move(body)});
    workspace.apply(decision.facts.back(), context.lsn,
                    context.programme != nullptr ? context.programme->version : ProgrammeVersion{});
}

ledger::AccountsMoved& Draft::moved(UnitId unit) {
    for (ledger::AccountsMoved& existing : moved_) {
        if (existing.unit == unit) return existing;
    }
    moved_.push_back({unit, {}});
    return moved_.back();
}

void Draft::post(MemberId id, ledger::WalletFact fact) {
    ledger::add_counter_posting(moved(ledger::unit_of(fact)), fact);
    emit(entity_of(id), std::move(fact));
}

void Draft::post_in_transit(MemberId id, FactBody body) {
    const auto leg = leg_of(body);
    ASSERT(leg.has_value());
    moved(leg->unit).add(ledger::Account::in_transit, -leg->amount);
    emit(entity_of(id), std::move(body));
}

void Draft::follow_up(PartitionId target, CommandBody body, MemberId member_id, KeyedId completes) {
    FollowUp out;
    out.target = target;
    out.command.member = member_id;
    out.command.occurred_at = command.occurred_at;
    out.command.source = command.source;
    out.command.completes = completes;
    out.command.body = std::move(body);
    out.command.origin = {context.partition, context.lsn,
                          static_cast<std::uint32_t>(decision.follow_ups.size() + 1)};
    decision.follow_ups.push_back(std::move(out));
}

void Draft::refuse(Refusal refusal, std::string detail) {
    if (refused()) return;
    decision.refusal = refusal;
    decision.detail = std::move(detail);
}

namespace {

enum class Due : unsigned char { nothing, ladder, hold, lot };
struct NextDue {
    Due kind = Due::nothing;
    Instant at = instant_max;
    members::ActiveHold hold;
    UnitId unit;
    ledger::LotNumber lot;
};

// The earliest thing due up to `now`. At the same instant ladders are looked at first, so that a review counts what lapses
// with the period it looks at; and holds end before lots expire, so that what a hold gives back expires at once when its
// lot is over.
NextDue next_due(const Member& member, Instant now) {
    NextDue next;
    if (const Instant at = due_on_ladders(member); at <= now) next = {Due::ladder, at, {}, {}, {}};
    for (const members::ActiveHold& hold : member.holds) {
        if (hold.expires <= now && hold.expires < next.at) next = {Due::hold, hold.expires, hold, {}, {}};
    }
    for (const ledger::Wallet& wallet : member.wallets) {
        for (const ledger::Lot& lot : wallet.lots) {
            const Instant expires = wallet.expires(lot);
            if (lot.remaining > lot.held && expires <= now && expires < next.at)
                next = {Due::lot, expires, {}, wallet.unit, lot.number};
        }
    }
    return next;
}

}  // namespace

void Draft::settle(MemberId id) {
    while (true) {
        const NextDue next = next_due(member(id), context.now);
        if (next.kind == Due::nothing) return;
        if (next.kind == Due::ladder) {
            // What fell due is no answer to the command that found it: a sweep may have found it before.
            Answer answer = decision.answer;
            settle_ladder(*this, id, next.at);
            decision.answer = std::move(answer);
        } else if (next.kind == Due::hold) {
            end_hold(id, next.hold, HoldEnd::expired, next.at);
        } else {
            const ledger::Lot* lot = member(id).wallet(next.unit)->find(next.lot);
            post(id, ledger::Expired{next.unit, next.lot, lot->remaining - lot->held, next.at});
        }
    }
}

void Draft::join(MemberId id, Instant at) {
    if (member(id).state != members::State::empty) return;
    emit(entity_of(id), MemberJoined{at});
    decision.answer.joined = true;
    review_tiers(id, After::spend);
}

void Draft::grant_at(Instant at, MemberId id, const ledger::Unit& unit, Quantity amount, RuleId rule,
                     std::uint16_t cost_centre, std::optional<KeyedId> order,
                     const catalog::GrantBasis* basis) {
    const ledger::Wallet* wallet = member(id).wallet(unit.id);
    const Quantity posted = wallet != nullptr ? wallet->posted : Quantity{};
    const Quantity debt = wallet != nullptr ? wallet->debt : Quantity{};
    const std::uint32_t last = wallet != nullptr ? wallet->last_lot.value : 0;
    Quantity capped;
    if (!unit.cap.is_zero() && posted + amount > unit.cap) {
        capped = smaller(amount, posted + amount - unit.cap);
        amount -= capped;
    }
    const Instant available = ledger::available_at(unit.pending, at, *programme().zone);
    const Instant expires = ledger::expires_at(unit.expiry, at, *programme().zone);
    if (!(amount + capped).is_zero())
        decision.answer.earned.push_back({rule, unit.id, amount, capped, available, expires});
    const std::vector<limits::Kept> kept = std::exchange(claims, {});
    // A remainder that is carried moves all the same, and a refund must find what moved it.
    const bool is_carried = basis != nullptr && basis->conversion.remainder == basis::Remainder::carried;
    if (amount.is_zero() && !(is_carried && order)) return;
    ledger::LotNumber lot;
    if (!amount.is_zero()) {
        stir_at(at, id, unit.id);
        lot = {last + 1};
        post(id, ledger::Granted{unit.id, lot, amount, smaller(debt, amount), available, expires, rule,
                                 cost_centre});
    }
    if (!order) return;
    if (basis == nullptr)
        emit(entity_of_order(*order), OrderGranted{unit.id, lot, rule, amount});
    else
        emit(entity_of_order(*order),
             OrderGrantMade{unit.id, lot, rule, amount, basis->conversion,
                            is_carried ? basis->forfeited + capped : Quantity{}, basis->lines});
    if (!kept.empty() && !amount.is_zero()) emit(entity_of_order(*order), GrantLimited{kept});
}

void Draft::restore(MemberId id, UnitId unit, const ledger::Portion& portion) {
    // A survivor may never have held the unit that an absorbed member had spent.
    const ledger::Wallet* wallet = member(id).wallet(unit);
    const Quantity debt = wallet != nullptr ? wallet->debt : Quantity{};
    const ledger::LotNumber lot{(wallet != nullptr ? wallet->last_lot.value : 0) + 1};
    post(id, ledger::Restored{unit, lot, portion.amount, smaller(debt, portion.amount), portion.expires,
                              portion.origin});
}

void Draft::reverse_grant(MemberId id, UnitId unit, ledger::LotNumber lot, RuleId rule, Quantity amount) {
    if (amount.is_zero()) return;
    const ledger::Unit* policy = programme().unit(unit);
    ASSERT(policy != nullptr);
    // A survivor may never have held the unit that an absorbed member had spent.
    const ledger::Wallet none;
    const ledger::Wallet* wallet = member(id).wallet(unit);
    const ledger::Reversal plan = ledger::plan_reversal(wallet != nullptr ? *wallet : none, lot, amount,
                                                        context.now, policy->debt_limit);
    if (!(plan.from_lot + plan.from_expired).is_zero())
        post(id, ledger::Revoked{unit, lot, plan.from_lot, plan.from_expired});
    for (const ledger::Portion& portion : plan.from_others)
        post(id, ledger::Drawn{unit, portion.lot, portion.amount});
    if (!plan.as_debt.is_zero()) post(id, ledger::Owed{unit, plan.as_debt});
    decision.answer.taken_back.push_back(
        {rule, unit, amount, plan.from_expired, plan.as_debt, plan.uncollected});
}

namespace {

// What of a hold's claims goes back when so much of it is not spent; `kept` is left with the rest.
std::vector<limits::Kept> uncaptured(std::vector<limits::Kept>& kept, Quantity amount) {
    std::vector<limits::Kept> back;
    for (limits::Kept& claim : kept) {
        limits::Kept part = claim;
        part.claim.amount = limits::returned_of(claim, amount, false);
        if (part.claim.amount.is_zero()) continue;
        claim.claim.amount -= part.claim.amount;
        back.push_back(part);
    }
    return back;
}

}  // namespace

void Draft::end_hold(MemberId id, const members::ActiveHold& given, HoldEnd end, Instant at,
                     Quantity captured) {
    const members::ActiveHold hold = given;  // `given` may live in the member that the facts below change
    std::vector<limits::Kept> kept;
    for (const members::HoldClaims& claimed : member(id).hold_claims) {
        if (claimed.hold == hold.id) kept = claimed.claims;
    }
    const Quantity amount = end == HoldEnd::captured ? captured : Quantity{};
    if (!amount.is_zero()) stir(id, hold.unit);
    emit(entity_of(id), HoldEnded{hold.id, end, at});
    std::vector<ledger::Portion> spent;
    Quantity rest = amount;
    for (ledger::Portion portion : hold.portions) {
        const Quantity freed = portion.amount - smaller(portion.amount, rest);
        portion.amount -= freed;
        rest -= portion.amount;
        if (!portion.amount.is_zero()) {
            post(id, ledger::Spent{hold.unit, portion.lot, portion.amount, true});
            spent.push_back(portion);
        }
        if (!freed.is_zero()) post(id, ledger::Freed{hold.unit, portion.lot, freed});
    }
    if (end != HoldEnd::captured) return return_claims(*this, id, kept);
    return_claims(*this, id, uncaptured(kept, hold.amount - amount));
    emit(entity_of_spend(hold.id), SpendKept{id, hold.unit, amount, std::move(spent)});
    if (!kept.empty()) emit(entity_of_spend(hold.id), SpendLimited{std::move(kept)});
}

bool Draft::amount_fits(Quantity amount) {
    if (amount <= Quantity{})
        refuse(Refusal::amount_not_positive, "the amount must be greater than zero");
    else if (amount > Quantity(quantity_max))
        refuse(Refusal::amount_too_large, "the amount is beyond 10^15");
    return !refused();
}

std::optional<std::vector<ledger::Portion>> Draft::choose(MemberId id, UnitId unit, Quantity amount) {
    if (!amount_fits(amount)) return std::nullopt;
    const ledger::Wallet* wallet = member(id).wallet(unit);
    auto portions = wallet != nullptr ? ledger::choose(*wallet, amount, context.now) : std::nullopt;
    if (!portions) {
        const Quantity available = wallet != nullptr ? wallet->available(context.now) : Quantity{};
        refuse(Refusal::balance_insufficient, "available are " + std::to_string(available.value()) +
                                                  " of the unit's smallest parts, asked were " +
                                                  std::to_string(amount.value()));
    }
    return portions;
}

void Draft::stir_at(Instant at, MemberId id, UnitId unit) {
    const ledger::Unit* policy = programme().unit(unit);
    if (policy == nullptr) return;
    const ledger::Wallet* wallet = member(id).wallet(unit);
    const Instant before = wallet != nullptr ? wallet->lapses : instant_max;
    const Instant lapses = ledger::lapses_at(policy->expiry, at, *programme().zone);
    if (lapses != before) post(id, ledger::Stirred{unit, lapses});
}

void Draft::refuse_beyond_bounds(MemberId id) {
    for (const ledger::AccountsMoved& change : moved_) {
        const Quantity gained = -change.sum();  // what the accounts gave, the member got (L1)
        const ledger::Wallet* wallet = member(id).wallet(change.unit);
        if (wallet != nullptr && !within_bounds((wallet->posted - gained).value(), gained.value()))
            return refuse(Refusal::amount_too_large, "the member's balance would be beyond 10^17");
        const auto& accounts = workspace.read<ledger::Accounts>(entity_of_accounts(change.unit));
        for (std::size_t i = 0; i < ledger::account_count; ++i) {
            if (!within_bounds(accounts.balance[i].value(), change.amount[i].value()))
                return refuse(
                    Refusal::amount_too_large,
                    "what the brand has granted, redeemed or expired of the unit would be beyond 10^17");
        }
    }
}

Decision Draft::finish(MemberId id) {
    for (const ledger::AccountsMoved& accounts : moved_) {
        if (!accounts.is_zero()) emit(entity_of_accounts(accounts.unit), accounts);
    }
    decision.answer.member = id;
    if (id.value == 0) return std::move(decision);
    const Member& after = member(id);
    for (const ledger::Wallet& wallet : after.wallets) {
        const bool touched = std::any_of(decision.facts.begin(), decision.facts.end(), [&](const Fact& fact) {
            const auto leg = leg_of(fact.body);
            return fact.entity == entity_of(id) && leg && leg->unit == wallet.unit;
        });
        const bool shown = std::find(shown_.begin(), shown_.end(), wallet.unit) != shown_.end();
        if (!touched && !shown) continue;
        decision.answer.balances.push_back({wallet.unit, wallet.posted, wallet.available(context.now),
                                            wallet.pending(context.now), wallet.held(), wallet.debt});
    }
    const std::string broken = members::check(after);
    ASSERT(broken.empty());
    return std::move(decision);
}

}  // namespace banyan::engine
