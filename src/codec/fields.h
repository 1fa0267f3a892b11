// SPDX-License-Identifier: Apache-2.0
#pragma once

// The stored form of every struct: its fields, in order. Changing a list below changes the format: a fact that gains a
// field becomes a new version of its kind (record.cpp), never an edited list. tests/compat holds golden bytes.

#include "codec/archive.h"
#include "engine/command.h"
#include "engine/decision.h"
#include "engine/entity.h"
#include "engine/fact.h"

namespace banyan::codec {

template <>
struct Stored<members::State> {
    static constexpr auto first = members::State::empty, last = members::State::gone;
};
template <>
struct Stored<metrics::Backfill::State> {
    using State = metrics::Backfill::State;
    static constexpr auto first = State::incomplete, last = State::complete;
};
template <>
struct Stored<engine::ClockMode> {
    static constexpr auto first = engine::ClockMode::wall, last = engine::ClockMode::history;
};
template <>
struct Stored<engine::HoldEnd> {
    static constexpr auto first = engine::HoldEnd::captured, last = engine::HoldEnd::expired;
};
template <>
struct Stored<engine::JobState> {
    static constexpr auto first = engine::JobState::previewing, last = engine::JobState::done;
};
template <>
struct Stored<engine::TellJob::Reach> {
    using Reach = engine::TellJob::Reach;
    static constexpr auto first = Reach::here, last = Reach::everywhere;
};
template <>
struct Stored<engine::ReverseGrants::What> {
    using What = engine::ReverseGrants::What;
    static constexpr auto first = What::reverse, last = What::release;
};
template <>
struct Stored<engine::Refusal> {
    static constexpr auto first = engine::Refusal::none, last = engine::Refusal::hold_open;
};

template <>
struct Stored<limits::Scope> {
    static constexpr auto first = limits::Scope::member, last = limits::Scope::shared;
};
template <>
struct Stored<limits::Strictness> {
    static constexpr auto first = limits::Strictness::near_the_end, last = limits::Strictness::from_start;
};
template <>
struct Stored<limits::TermState> {
    static constexpr auto first = limits::TermState::ended, last = limits::TermState::recalled;
};
template <>
struct Stored<limits::Counts> {
    static constexpr auto first = limits::Counts::times, last = limits::Counts::amount;
};
template <>
struct Stored<orders::Step> {
    static constexpr auto first = orders::Step::requested, last = orders::Step::done;
};
template <>
struct Stored<orders::Form> {
    static constexpr auto first = orders::Form::refund_only, last = orders::Form::resend;
};
template <>
struct Stored<orders::Contents> {
    static constexpr auto first = orders::Contents::unknown, last = orders::Contents::everything;
};
template <>
struct Stored<orders::Stage> {
    static constexpr auto first = orders::Stage::unknown, last = orders::Stage::closed;
};
template <>
struct Stored<orders::DayCount> {
    static constexpr auto first = orders::DayCount::by_the_hour, last = orders::DayCount::whole_days;
};
template <>
struct Stored<orders::OnCompletion> {
    static constexpr auto first = orders::OnCompletion::release, last = orders::OnCompletion::wait;
};
template <>
struct Stored<engine::TransferEnded::How> {
    using How = engine::TransferEnded::How;
    static constexpr auto first = How::taken, last = How::beyond_bounds;
};

template <>
struct Stored<basis::Remainder> {
    static constexpr auto first = basis::Remainder::dropped, last = basis::Remainder::carried;
};
template <>
struct Stored<basis::OnPartialRefund> {
    static constexpr auto first = basis::OnPartialRefund::by_share, last = basis::OnPartialRefund::recomputed;
};

// BANYAN_FIELDS(Type, a, b, c) defines value(Writer&, const Type&) and value(Reader&, Type&).
#define BANYAN_FIELDS(Type, ...) \
    inline void value(Writer& archive, const Type& it) { \
        [[maybe_unused]] const auto& v = it; \
        all(archive __VA_OPT__(, ) __VA_ARGS__); \
    } \
    inline void value(Reader& archive, Type& it) { \
        [[maybe_unused]] auto& v = it; \
        all(archive __VA_OPT__(, ) __VA_ARGS__); \
    }

// ledger
BANYAN_FIELDS(ledger::Origin, v.lsn, v.rule, v.version, v.cost_centre)
BANYAN_FIELDS(ledger::Lot, v.number, v.origin, v.available, v.expires, v.granted, v.remaining, v.held,
              v.expired, v.revoked)
BANYAN_FIELDS(ledger::Portion, v.lot, v.amount, v.expires, v.origin)
BANYAN_FIELDS(ledger::Wallet, v.unit, v.last_lot, v.posted, v.debt, v.lots, v.lapses)
BANYAN_FIELDS(ledger::Granted, v.unit, v.lot, v.amount, v.repaid, v.available, v.expires, v.rule,
              v.cost_centre)
BANYAN_FIELDS(ledger::Released, v.unit, v.lot, v.at)
BANYAN_FIELDS(ledger::Expired, v.unit, v.lot, v.amount, v.at)
BANYAN_FIELDS(ledger::Spent, v.unit, v.lot, v.amount, v.was_held)
BANYAN_FIELDS(ledger::Restored, v.unit, v.lot, v.amount, v.repaid, v.expires, v.origin)
BANYAN_FIELDS(ledger::Held, v.unit, v.lot, v.amount)
BANYAN_FIELDS(ledger::Freed, v.unit, v.lot, v.amount)
BANYAN_FIELDS(ledger::Revoked, v.unit, v.lot, v.from_remaining, v.from_expired)
BANYAN_FIELDS(ledger::Drawn, v.unit, v.lot, v.amount)
BANYAN_FIELDS(ledger::Owed, v.unit, v.amount)
BANYAN_FIELDS(ledger::Rescheduled, v.unit, v.lot, v.available, v.expires)
BANYAN_FIELDS(ledger::Given, v.unit, v.lot, v.amount)
BANYAN_FIELDS(ledger::Received, v.unit, v.lot, v.amount, v.repaid, v.expires, v.origin)
BANYAN_FIELDS(ledger::Stirred, v.unit, v.lapses)
template <typename Archive, typename Amounts>
void amounts(Archive& a, Amounts& list) {
    for (auto& amount : list) value(a, amount);
}
inline void value(Writer& a, const ledger::Accounts& v) {
    value(a, v.unit);
    amounts(a, v.balance);
}
inline void value(Reader& a, ledger::Accounts& v) {
    value(a, v.unit);
    amounts(a, v.balance);
}
inline void value(Writer& a, const ledger::AccountsMoved& v) {
    value(a, v.unit);
    amounts(a, v.amount);
}
inline void value(Reader& a, ledger::AccountsMoved& v) {
    value(a, v.unit);
    amounts(a, v.amount);
}

inline void value(Writer& a, const basis::Parts& v) { amounts(a, v.amounts); }
inline void value(Reader& a, basis::Parts& v) { amounts(a, v.amounts); }

// basis
BANYAN_FIELDS(basis::Conversion, v.per, v.each, v.remainder, v.on_partial_refund)
BANYAN_FIELDS(basis::Carry, v.rule, v.rest)
BANYAN_FIELDS(basis::CarryMoved, v.rule, v.by)

// limits
BANYAN_FIELDS(metrics::Day, v.number)
BANYAN_FIELDS(limits::Period, v.limit, v.first)
BANYAN_FIELDS(limits::Used, v.first, v.amount)
BANYAN_FIELDS(limits::Use, v.limit, v.last, v.used)
BANYAN_FIELDS(limits::Uses, v.limits)
BANYAN_FIELDS(limits::Claim, v.period, v.at, v.amount)
BANYAN_FIELDS(limits::Kept, v.claim, v.scope, v.counts)
BANYAN_FIELDS(limits::UseClaimed, v.claim, v.forget)
BANYAN_FIELDS(limits::UseReturned, v.claim)
BANYAN_FIELDS(limits::Ask, v.claim, v.amount)
BANYAN_FIELDS(limits::Return, v.number, v.amount, v.ends)
BANYAN_FIELDS(limits::Lend, v.claim, v.amount, v.spare, v.term)
BANYAN_FIELDS(limits::Deny, v.claim)
BANYAN_FIELDS(limits::Recall, v.term)
BANYAN_FIELDS(limits::Note, v.number)
BANYAN_FIELDS(limits::Asked, v.claim, v.amount)
BANYAN_FIELDS(limits::Holder, v.used, v.room, v.term, v.state, v.asked, v.answered, v.waiting, v.returned,
              v.noted)
BANYAN_FIELDS(limits::Borrower, v.holder, v.lent, v.asked, v.returned, v.term, v.state)
BANYAN_FIELDS(limits::Waiting, v.holder, v.claim, v.amount)
BANYAN_FIELDS(limits::Owner, v.limit, v.strictness, v.waits, v.borrowers, v.queue)
BANYAN_FIELDS(limits::RoomTaken, v.amount)
BANYAN_FIELDS(limits::ClaimAsked, v.claim, v.amount)
BANYAN_FIELDS(limits::ClaimWithdrawn, v.claim)
BANYAN_FIELDS(limits::ClaimLent, v.claim, v.used, v.room, v.term)
BANYAN_FIELDS(limits::ClaimDenied, v.claim)
BANYAN_FIELDS(limits::UseReleased, v.amount)
BANYAN_FIELDS(limits::RoomReturned, v.number, v.amount, v.ends)
BANYAN_FIELDS(limits::ReturnNoted, v.number)
BANYAN_FIELDS(limits::LimitSet, v.limit, v.strictness, v.waits)
BANYAN_FIELDS(limits::ClaimQueued, v.holder, v.claim, v.amount)
BANYAN_FIELDS(limits::AllotmentLent, v.holder, v.claim, v.amount, v.spare, v.term)
BANYAN_FIELDS(limits::QueueDenied, v.holder, v.claim)
BANYAN_FIELDS(limits::AllotmentRecalled, v.holder, v.term)
BANYAN_FIELDS(limits::AllotmentReturned, v.holder, v.number, v.amount, v.ends)
BANYAN_FIELDS(engine::Earned, v.rule, v.unit, v.amount, v.capped, v.available, v.expires)
BANYAN_FIELDS(engine::Limited, v.limit, v.rule, v.cut, v.again, v.waits)
BANYAN_FIELDS(engine::WaitingGrant, v.rule, v.unit, v.amount, v.cost_centre, v.claims, v.taken, v.basis)
BANYAN_FIELDS(engine::Waiting, v.member, v.order, v.completes, v.grants, v.earned, v.limited)
BANYAN_FIELDS(engine::LimitOwner, v.owner)
BANYAN_FIELDS(engine::LimitHolder, v.holder)
BANYAN_FIELDS(engine::LimitWaiter, v.waiting)

// tiers, members, catalog
BANYAN_FIELDS(tiers::Standing, v.ladder, v.tier, v.since)
BANYAN_FIELDS(tiers::Entered, v.tier, v.unit, v.lot, v.amount)
BANYAN_FIELDS(tiers::Course, v.ladder, v.review, v.in_grace, v.floor, v.highest, v.entered, v.settling,
              v.scored_at, v.score, v.contributions)
BANYAN_FIELDS(members::Identity, v.kind, v.handle)
BANYAN_FIELDS(members::ActiveHold, v.id, v.unit, v.amount, v.expires, v.portions)
BANYAN_FIELDS(members::Absorbed::Renumbered, v.unit, v.was, v.now)
BANYAN_FIELDS(members::Absorbed, v.member, v.lots)
BANYAN_FIELDS(metrics::Entry, v.day.number, v.measure, v.moment, v.key, v.amount)
BANYAN_FIELDS(metrics::Line, v.measure, v.before.number, v.kept)
BANYAN_FIELDS(metrics::Log, v.entries, v.lines)
BANYAN_FIELDS(members::HoldClaims, v.hold, v.claims)
BANYAN_FIELDS(members::Gift::Debt, v.unit, v.amount)
BANYAN_FIELDS(members::Gift, v.from, v.spend, v.orders, v.last_order_at, v.debts, v.identities, v.earlier)
BANYAN_FIELDS(members::Member, v.state, v.forwarded_to, v.merging, v.joined_at, v.vault, v.identities,
              v.wallets, v.holds, v.standings, v.absorbed, v.spend, v.orders, v.last_order_at, v.gifts)
BANYAN_FIELDS(catalog::Line, v.id, v.sku, v.category, v.quantity, v.amount)
BANYAN_FIELDS(catalog::KeptLine, v.id, v.quantity, v.amount, v.refunded_quantity, v.refunded_amount)
BANYAN_FIELDS(catalog::Grant, v.unit, v.lot, v.rule, v.amount, v.reversed)
BANYAN_FIELDS(catalog::GrantClaim, v.grant, v.kept)
BANYAN_FIELDS(catalog::Counted, v.measure, v.at, v.amount, v.key, v.taken_back)
BANYAN_FIELDS(catalog::GrantedLine, v.index, v.base)
BANYAN_FIELDS(catalog::GrantBasis, v.grant, v.unit, v.rule, v.conversion, v.forfeited, v.lines)
BANYAN_FIELDS(catalog::Said::Price, v.brand, v.list, v.parts)
BANYAN_FIELDS(catalog::Said, v.channel, v.store, v.payment, v.lines, v.prices)
BANYAN_FIELDS(members::JudgedOrder, v.order, v.at)
BANYAN_FIELDS(members::Stood, v.ladder, v.tier, v.until)
BANYAN_FIELDS(members::Judged, v.orders, v.stood)
BANYAN_FIELDS(catalog::Order, v.member, v.occurred_at, v.lsn, v.counts_for_spend, v.lines, v.grants)
BANYAN_FIELDS(catalog::ReturnedLine, v.index, v.quantity, v.amount)

// orders
BANYAN_FIELDS(orders::Pieces, v.line, v.quantity)
BANYAN_FIELDS(orders::Terms, v.days_after_receipt, v.days_after_shipping_max, v.count, v.on_completion)
BANYAN_FIELDS(orders::SoldLine, v.line, v.quantity, v.terms)
BANYAN_FIELDS(orders::Placed, v.at)
BANYAN_FIELDS(orders::Paid, v.at, v.lines)
BANYAN_FIELDS(orders::Shipped, v.at, v.parcel, v.pieces, v.replaces)
BANYAN_FIELDS(orders::Received, v.at, v.parcel)
BANYAN_FIELDS(orders::Completed, v.at)
BANYAN_FIELDS(orders::Closed, v.at)
BANYAN_FIELDS(orders::AfterSaleMoved, v.at, v.after_sale, v.step, v.form, v.pieces)
BANYAN_FIELDS(orders::OrderMoved, v.from, v.to, v.at)
BANYAN_FIELDS(orders::Parcel, v.id, v.shipped, v.received, v.replaced, v.contents, v.pieces)
BANYAN_FIELDS(orders::Move, v.at, v.step, v.form, v.pieces)
BANYAN_FIELDS(orders::AfterSale, v.id, v.moves)
BANYAN_FIELDS(orders::Life, v.placed, v.paid, v.received, v.completed, v.closed, v.lines, v.parcels,
              v.after_sales)

// jobs
BANYAN_FIELDS(engine::JobScope, v.source, v.reason, v.rule, v.version, v.from, v.until)
BANYAN_FIELDS(engine::JobSum, v.unit, v.cost_centre, v.grants, v.amount, v.from_expired, v.as_debt,
              v.uncollected, v.elsewhere)
BANYAN_FIELDS(engine::JobTally, v.members, v.steps, v.kept, v.refunded, v.sums)
BANYAN_FIELDS(engine::JobOpened, v.name, v.scope, v.at, v.head, v.state)
BANYAN_FIELDS(engine::JobPreviewed, v.tally)
BANYAN_FIELDS(engine::JobMoved, v.state)
BANYAN_FIELDS(engine::JobStepped, v.record, v.more)
BANYAN_FIELDS(engine::Job, v.opened, v.state, v.reached, v.preview, v.done)
inline void value(Writer& a, const engine::JobChanged& v) { alternative(a, v.fact); }
inline void value(Reader& a, engine::JobChanged& v) { alternative(a, v.fact); }

// entities
BANYAN_FIELDS(engine::PartitionState, v.epoch, v.epoch_nonce, v.feature_level, v.clock, v.members)
BANYAN_FIELDS(engine::PublishedProgramme, v.version, v.document)
BANYAN_FIELDS(engine::Cursor, v.source, v.lsn, v.ordinal)
BANYAN_FIELDS(engine::ClaimedHandle, v.kind, v.member)
BANYAN_FIELDS(engine::Spend, v.member, v.unit, v.amount, v.reversed, v.portions)
BANYAN_FIELDS(engine::LineGrant, v.grant, v.line, v.lot, v.amount, v.reversed)
BANYAN_FIELDS(engine::OrderLife, v.member, v.life, v.line_grants)
BANYAN_FIELDS(metrics::Backfill, v.reached, v.state)

// facts
BANYAN_FIELDS(engine::EpochOpened, v.number, v.nonce, v.feature_level)
BANYAN_FIELDS(engine::ClockSet, v.mode)
BANYAN_FIELDS(engine::ProgrammeActivated, v.version, v.document)
BANYAN_FIELDS(engine::MemberNumbered, v.number)
BANYAN_FIELDS(engine::CursorAdvanced, v.lsn, v.ordinal)
BANYAN_FIELDS(engine::HandleClaimed, v.kind, v.member)
BANYAN_FIELDS(engine::MemberJoined, v.at)
BANYAN_FIELDS(engine::IdentityBound, v.kind, v.handle)
BANYAN_FIELDS(engine::ProfileNamed, v.version)
BANYAN_FIELDS(engine::MemberErased, v.at)
BANYAN_FIELDS(engine::ErasureCompleted, v.at)
BANYAN_FIELDS(engine::SpendCounted, v.spend, v.orders, v.at)
BANYAN_FIELDS(engine::StandingChanged, v.ladder, v.tier, v.at)
BANYAN_FIELDS(engine::HoldPlaced, v.hold, v.unit, v.amount, v.expires, v.portions)
BANYAN_FIELDS(engine::HoldEnded, v.hold, v.end, v.at)
BANYAN_FIELDS(engine::MergeBegun, v.absorbed)
BANYAN_FIELDS(engine::MergeEnded, v.absorbed, v.taken_over)
BANYAN_FIELDS(engine::MemberForwarded, v.to)
BANYAN_FIELDS(engine::LotMovedOut, v.unit, v.lot, v.amount)
BANYAN_FIELDS(engine::LotMovedIn, v.unit, v.lot, v.from, v.was)
BANYAN_FIELDS(engine::DebtMoved, v.unit, v.amount)
BANYAN_FIELDS(engine::OrderRecorded, v.member, v.occurred_at, v.counts_for_spend, v.lines)
BANYAN_FIELDS(engine::OrderGranted, v.unit, v.lot, v.rule, v.amount)
BANYAN_FIELDS(engine::LinesReturned, v.lines)
BANYAN_FIELDS(engine::GrantReversed, v.index, v.amount)
BANYAN_FIELDS(engine::SpendKept, v.member, v.unit, v.amount, v.portions)
BANYAN_FIELDS(engine::SpendReversed, v.amount)
BANYAN_FIELDS(engine::AbsorbedBefore, v.members)
BANYAN_FIELDS(engine::UsesMoved, v.from, v.uses, v.holds)
BANYAN_FIELDS(engine::HoldLimited, v.hold, v.claims)
BANYAN_FIELDS(engine::GrantLimited, v.claims)
BANYAN_FIELDS(engine::SpendLimited, v.claims)
BANYAN_FIELDS(engine::ClaimReturned, v.index, v.amount)
BANYAN_FIELDS(engine::LifeBegun, v.member)
inline void value(Writer& a, const engine::LifeTold& v) { alternative(a, v.fact); }
inline void value(Reader& a, engine::LifeTold& v) { alternative(a, v.fact); }
BANYAN_FIELDS(engine::LineGranted, v.grant)
BANYAN_FIELDS(metrics::Moved, v.measure, v.day.number, v.moment, v.key, v.delta)
BANYAN_FIELDS(metrics::Folded, v.measure, v.before.number, v.kept)
BANYAN_FIELDS(engine::LogMoved, v.moved)
BANYAN_FIELDS(engine::LogFolded, v.folded)
BANYAN_FIELDS(engine::OrderCounted, v.counted)
BANYAN_FIELDS(engine::OrderUncounted::Part, v.index, v.amount)
BANYAN_FIELDS(engine::OrderUncounted, v.parts)
BANYAN_FIELDS(engine::BackfillReached, v.record)
BANYAN_FIELDS(engine::BackfillCompleted)
BANYAN_FIELDS(engine::CourseChanged, v.course)
BANYAN_FIELDS(engine::MoneyReturned, v.lines)
BANYAN_FIELDS(engine::OrderGrantMade, v.unit, v.lot, v.rule, v.amount, v.conversion, v.forfeited, v.lines)
BANYAN_FIELDS(engine::LineGrantReversed, v.index, v.amount)
BANYAN_FIELDS(engine::GiftKept, v.gift)
BANYAN_FIELDS(engine::GiftSpendCounted, v.absorbed, v.spend)
BANYAN_FIELDS(engine::MergeUndone, v.absorbed)
BANYAN_FIELDS(engine::MemberReturned, v.spend, v.orders, v.last_order_at)
BANYAN_FIELDS(engine::LotMovedBack, v.unit, v.lot)
inline void value(Writer& a, const engine::OwnerChanged& v) { alternative(a, v.fact); }
inline void value(Reader& a, engine::OwnerChanged& v) { alternative(a, v.fact); }
inline void value(Writer& a, const engine::HolderChanged& v) { alternative(a, v.fact); }
inline void value(Reader& a, engine::HolderChanged& v) { alternative(a, v.fact); }
BANYAN_FIELDS(engine::ClaimWaits, v.waiting)
BANYAN_FIELDS(engine::ClaimAnswered)
BANYAN_FIELDS(engine::BasisVoided, v.index)
BANYAN_FIELDS(engine::OrderJudged, v.order, v.at, v.forget)
BANYAN_FIELDS(engine::StandingLeft, v.ladder, v.tier, v.until, v.forget)
BANYAN_FIELDS(engine::OrderSaid, v.said)
BANYAN_FIELDS(engine::SaidForgotten)
BANYAN_FIELDS(engine::GrantCut, v.index, v.amount, v.reversed)
BANYAN_FIELDS(engine::LineGrantCut, v.index, v.amount, v.reversed)
BANYAN_FIELDS(engine::JudgedAgain, v.because, v.rule, v.before, v.after)

// commands
BANYAN_FIELDS(engine::Claim, v.handle, v.kind)
BANYAN_FIELDS(engine::RegisterMember, v.vault)
BANYAN_FIELDS(engine::RecordOrder, v.order, v.channel, v.store, v.lines)
BANYAN_FIELDS(engine::LineReturn, v.line, v.quantity)
BANYAN_FIELDS(engine::RefundOrder, v.order, v.lines)
BANYAN_FIELDS(engine::ReleaseOrder, v.order, v.event)
BANYAN_FIELDS(engine::AdjustPoints, v.unit, v.amount, v.reason, v.cost_centre)
BANYAN_FIELDS(engine::PlaceHold, v.hold, v.unit, v.amount, v.expires)
BANYAN_FIELDS(engine::EndHold, v.hold, v.end)
BANYAN_FIELDS(engine::Redeem, v.spend, v.unit, v.amount)
BANYAN_FIELDS(engine::ReverseSpend, v.spend, v.amount)
BANYAN_FIELDS(engine::UpdateProfile, v.vault)
BANYAN_FIELDS(engine::EraseMember)
BANYAN_FIELDS(engine::CompleteErasure)
BANYAN_FIELDS(engine::ClaimIdentity, v.handle, v.kind, v.member)
BANYAN_FIELDS(engine::MergeMembers, v.absorbed)
BANYAN_FIELDS(engine::Settle)
BANYAN_FIELDS(engine::OpenEpoch, v.number, v.nonce)
BANYAN_FIELDS(engine::SetClock, v.mode)
BANYAN_FIELDS(engine::ActivateProgramme, v.version, v.document)
BANYAN_FIELDS(engine::BindIdentity, v.handle, v.kind)
BANYAN_FIELDS(engine::AbsorbMember, v.survivor)
BANYAN_FIELDS(engine::MovedLot, v.unit, v.lot)
BANYAN_FIELDS(engine::MovedDebt, v.unit, v.amount)
BANYAN_FIELDS(engine::TakeOver, v.absorbed, v.joined_at, v.spend, v.orders, v.last_order_at, v.lots, v.debts,
              v.identities, v.holds, v.absorbed_before)
BANYAN_FIELDS(engine::TakeOverProfile, v.gift, v.vault)
BANYAN_FIELDS(engine::MergeRefused, v.absorbed)
BANYAN_FIELDS(engine::ReverseGrants::Part, v.unit, v.lot, v.rule, v.amount)
BANYAN_FIELDS(engine::ReverseGrants, v.what, v.absorbed, v.parts, v.spend)
BANYAN_FIELDS(engine::ReverseRefund, v.effect, v.refunded)
inline void value(Writer& a, const engine::TellOrder& v) {
    value(a, v.order);
    alternative(a, v.event);
}
inline void value(Reader& a, engine::TellOrder& v) {
    value(a, v.order);
    alternative(a, v.event);
}
BANYAN_FIELDS(engine::RefundMoney::Line, v.line, v.quantity, v.amount)
BANYAN_FIELDS(engine::RefundMoney, v.order, v.lines, v.amount)
inline void value(Writer& a, const engine::SeekOrder& v) {
    alternative(a, v.what);
    value(a, v.further);
}
inline void value(Reader& a, engine::SeekOrder& v) {
    alternative(a, v.what);
    value(a, v.further);
}
BANYAN_FIELDS(engine::RestorePortions, v.unit, v.portions)
BANYAN_FIELDS(engine::TakeOverUses, v.absorbed, v.uses, v.holds)
BANYAN_FIELDS(engine::ReturnUses, v.claims)
BANYAN_FIELDS(engine::KeepTold, v.told)
BANYAN_FIELDS(engine::MeetOrder::Due, v.unit, v.lot, v.at)
BANYAN_FIELDS(engine::MeetOrder, v.effect, v.refunded, v.dues, v.freed, v.before, v.after)
BANYAN_FIELDS(engine::Count, v.measure, v.at, v.amount, v.key, v.refunded)
BANYAN_FIELDS(engine::BackfillRecord::Refund, v.at, v.money)
BANYAN_FIELDS(engine::BackfillRecord, v.version, v.record, v.order, v.counts, v.refunds)
BANYAN_FIELDS(engine::CompleteBackfill, v.version)
BANYAN_FIELDS(engine::MoveCounts, v.counts)
BANYAN_FIELDS(engine::TakeOverLog, v.absorbed, v.log, v.standings, v.courses)
BANYAN_FIELDS(engine::RecordPricedOrder::Price, v.brand, v.list, v.parts)
BANYAN_FIELDS(engine::RecordPricedOrder, v.order, v.payment, v.prices)
inline void value(Writer& a, const engine::RecordEvent::Attribute& v) {
    value(a, v.name);
    alternative(a, v.value);
}
inline void value(Reader& a, engine::RecordEvent::Attribute& v) {
    value(a, v.name);
    alternative(a, v.value);
}
BANYAN_FIELDS(engine::RecordEvent, v.event, v.attributes)
BANYAN_FIELDS(engine::TakeOverCarries, v.carries)
BANYAN_FIELDS(engine::ReverseCarried::Base, v.unit, v.rule, v.conversion, v.base, v.forgiven, v.lot)
BANYAN_FIELDS(engine::ReverseCarried, v.absorbed, v.bases)
BANYAN_FIELDS(engine::CaptureHold, v.hold, v.unit, v.amount)
BANYAN_FIELDS(engine::TransferPoints, v.to, v.unit, v.amount)
BANYAN_FIELDS(engine::TakeTransfer, v.from, v.unit, v.portions)
BANYAN_FIELDS(engine::TransferEnded, v.how, v.unit, v.returned)
BANYAN_FIELDS(engine::UnmergeMembers, v.absorbed)
BANYAN_FIELDS(engine::TakeBack, v.survivor, v.spend, v.orders, v.last_order_at, v.lots, v.debts)
template <typename Archive, typename Told>
void told_owner(Archive& a, Told& v) {
    all(a, v.period, v.holder, v.terms);
    alternative(a, v.message);
}
inline void value(Writer& a, const engine::TellOwner& v) { told_owner(a, v); }
inline void value(Reader& a, engine::TellOwner& v) { told_owner(a, v); }
template <typename Archive, typename Told>
void told_holder(Archive& a, Told& v) {
    value(a, v.period);
    alternative(a, v.message);
}
inline void value(Writer& a, const engine::TellHolder& v) { told_holder(a, v); }
inline void value(Reader& a, engine::TellHolder& v) { told_holder(a, v); }
BANYAN_FIELDS(engine::ReviewLimit, v.period)
BANYAN_FIELDS(engine::ClaimDecided, v.waiting, v.is_lent)
BANYAN_FIELDS(engine::GrantWaited, v.absorbed, v.unit, v.amount, v.rule, v.cost_centre)
inline void value(Writer& a, const engine::TellJob& v) {
    all(a, v.number, v.reach);
    alternative(a, v.what);
}
inline void value(Reader& a, engine::TellJob& v) {
    all(a, v.number, v.reach);
    alternative(a, v.what);
}
BANYAN_FIELDS(engine::UndoGrant, v.order, v.unit, v.lot, v.rule, v.amount)
inline void value(Writer& a, const engine::Undo& v) {
    all(a, v.job, v.record, v.cost_centre);
    alternative(a, v.what);
}
inline void value(Reader& a, engine::Undo& v) {
    all(a, v.job, v.record, v.cost_centre);
    alternative(a, v.what);
}
BANYAN_FIELDS(engine::FollowUpOrigin, v.source, v.lsn, v.ordinal)

// answers
BANYAN_FIELDS(engine::TakenBack, v.rule, v.unit, v.amount, v.from_expired, v.as_debt, v.uncollected)
BANYAN_FIELDS(engine::Balance, v.unit, v.posted, v.available, v.pending, v.held, v.debt)
BANYAN_FIELDS(engine::TierChange, v.ladder, v.before, v.after)
BANYAN_FIELDS(engine::StageMove, v.before, v.after)
BANYAN_FIELDS(engine::Rejudged, v.at, v.rule, v.unit, v.before, v.after)
// The second bit of its flags says that there are later parts: a record that lost them does not read as one without.
inline void value(Writer& a, const engine::Answer& v) {
    const bool has_later =
        holds_something(v.limited) || holds_something(v.stage) || holds_something(v.rejudged);
    all(a, v.member, v.refused);
    a.varint((v.joined ? 1U : 0U) | (has_later ? 2U : 0U));
    all(a, v.pending, v.pending_at, v.earned, v.taken_back, v.refunded, v.tiers, v.balances);
    later(a, Part{1, v.limited}, Part{2, v.stage}, Part{3, v.rejudged});
}
inline void value(Reader& a, engine::Answer& v) {
    all(a, v.member, v.refused);
    const std::uint64_t flags = a.varint();
    if (flags > 3) return a.fail();
    v.joined = (flags & 1U) != 0;
    all(a, v.pending, v.pending_at, v.earned, v.taken_back, v.refunded, v.tiers, v.balances);
    if ((flags & 2U) == 0) return;
    if (a.at_end()) return a.fail();
    later(a, Part{1, v.limited}, Part{2, v.stage}, Part{3, v.rejudged});
}
BANYAN_FIELDS(engine::ConditionTruth, v.rule, v.held)

#undef BANYAN_FIELDS

}  // namespace banyan::codec
