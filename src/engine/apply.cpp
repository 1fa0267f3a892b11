// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/fact.h"

namespace banyan::engine {

namespace {

using members::Member;
using members::State;

template <typename Entity>
Entity& as(EntityState& state) {
    Entity* entity = std::get_if<Entity>(&state);
    ASSERT(entity != nullptr);
    return *entity;
}

std::vector<members::Absorbed>::iterator absorbed_entry(Member& member, MemberId from) {
    const auto found = std::find_if(member.absorbed.begin(), member.absorbed.end(),
                                    [from](const members::Absorbed& a) { return a.member == from; });
    if (found != member.absorbed.end()) return found;
    return member.absorbed.insert(member.absorbed.end(), members::Absorbed{from, {}});
}

std::vector<members::Gift>::iterator gift_of(Member& member, MemberId from) {
    const auto found = std::find_if(member.gifts.begin(), member.gifts.end(),
                                    [from](const members::Gift& gift) { return gift.from == from; });
    ASSERT(found != member.gifts.end());
    return found;
}

// What it brought leaves with it: metrics, names, and whom it had absorbed itself.
void undo_merge(Member& member, MemberId absorbed) {
    const members::Gift gift = *gift_of(member, absorbed);
    member.spend -= gift.spend;
    member.orders -= gift.orders;
    const auto brought = [&](const members::Identity& identity) {
        return std::any_of(gift.identities.begin(), gift.identities.end(),
                           [&](const members::Identity& its) { return its.handle == identity.handle; });
    };
    std::erase_if(member.identities, brought);
    std::erase_if(member.absorbed, [&](const members::Absorbed& other) {
        return other.member == absorbed ||
               std::find(gift.earlier.begin(), gift.earlier.end(), other.member) != gift.earlier.end();
    });
    std::erase_if(member.gifts, [&](const members::Gift& other) { return other.from == absorbed; });
}

void set_standing(Member& member, tiers::Standing standing) {
    for (tiers::Standing& existing : member.standings) {
        if (existing.ladder == standing.ladder) {
            existing = standing;
            return;
        }
    }
    member.standings.push_back(standing);
    std::sort(member.standings.begin(), member.standings.end(),
              [](const tiers::Standing& a, const tiers::Standing& b) { return a.ladder < b.ladder; });
}

void set_course(Member& member, const tiers::Course& course) {
    const auto at =
        std::lower_bound(member.courses.begin(), member.courses.end(), course.ladder,
                         [](const tiers::Course& known, LadderId ladder) { return known.ladder < ladder; });
    if (at != member.courses.end() && at->ladder == course.ladder)
        *at = course;
    else
        member.courses.insert(at, course);
}

template <typename Grant>
void cut(Grant& grant, Quantity amount, Quantity reversed) {
    grant.amount -= amount;
    grant.reversed -= reversed;
    ASSERT(grant.reversed >= Quantity{});
    ASSERT(grant.reversed <= grant.amount);  // L10
}

// `apply` only adds up what was decided: no branch here asks a rule, a policy or a clock.
struct Applier {
    EntityState& state;
    Lsn lsn;
    ProgrammeVersion version;

    void operator()(const EpochOpened& fact) const {
        auto& partition = as<PartitionState>(state);
        ASSERT(fact.number > partition.epoch);
        partition.epoch = fact.number;
        partition.epoch_nonce = fact.nonce;
        partition.feature_level = fact.feature_level;
    }
    void operator()(const ClockSet& fact) const { as<PartitionState>(state).clock = fact.mode; }
    void operator()(const MemberNumbered& fact) const {
        auto& partition = as<PartitionState>(state);
        ASSERT(fact.number == partition.members + 1);
        partition.members = fact.number;
    }
    void operator()(const ProgrammeActivated& fact) const {
        as<PublishedProgramme>(state) = {fact.version, fact.document};
    }
    void operator()(const CursorAdvanced& fact) const {
        auto& cursor = as<Cursor>(state);
        ASSERT(fact.lsn > cursor.lsn || (fact.lsn == cursor.lsn && fact.ordinal > cursor.ordinal));
        cursor.lsn = fact.lsn;
        cursor.ordinal = fact.ordinal;
    }
    void operator()(const HandleClaimed& fact) const {
        auto& handle = as<ClaimedHandle>(state);
        handle.kind = fact.kind;
        handle.member = fact.member;
    }
    void operator()(const MemberJoined& fact) const {
        Member& member = as<Member>(state);
        member.state = State::active;
        member.joined_at = fact.at;
    }
    void operator()(const IdentityBound& fact) const {
        as<Member>(state).identities.push_back({fact.kind, fact.handle});
    }
    void operator()(const ProfileNamed& fact) const { as<Member>(state).vault = fact.version; }
    void operator()(const MemberErased&) const {
        Member& member = as<Member>(state);
        member.state = State::sealed;
        member.vault = {};
    }
    void operator()(const ErasureCompleted&) const {
        Member& member = as<Member>(state);
        ASSERT(member.state == State::sealed);
        member.state = State::gone;
        member.identities.clear();
    }
    void operator()(const SpendCounted& fact) const {
        Member& member = as<Member>(state);
        member.spend += fact.spend;
        member.orders += fact.orders;
        if (fact.orders > 0) member.last_order_at = std::max(member.last_order_at, fact.at);
    }
    void operator()(const StandingChanged& fact) const {
        set_standing(as<Member>(state), {fact.ladder, fact.tier, fact.at});
    }
    void operator()(const HoldPlaced& fact) const {
        as<Member>(state).holds.push_back({fact.hold, fact.unit, fact.amount, fact.expires, fact.portions});
    }
    void operator()(const HoldEnded& fact) const {
        Member& member = as<Member>(state);
        // A hold ends exactly once (L11): it must have been open.
        const auto erased =
            std::erase_if(member.holds, [&](const auto& hold) { return hold.id == fact.hold; });
        ASSERT(erased == 1);
        std::erase_if(member.hold_claims, [&](const auto& claims) { return claims.hold == fact.hold; });
    }
    void operator()(const MergeBegun& fact) const {
        Member& member = as<Member>(state);
        ASSERT(member.merging.value == 0);
        member.merging = fact.absorbed;
    }
    void operator()(const MergeEnded& fact) const {
        Member& member = as<Member>(state);
        ASSERT(member.merging == fact.absorbed);
        member.merging = {};
        if (fact.taken_over) absorbed_entry(member, fact.absorbed);
    }
    void operator()(const GiftKept& fact) const { as<Member>(state).gifts.push_back(fact.gift); }
    void operator()(const GiftSpendCounted& fact) const {
        gift_of(as<Member>(state), fact.absorbed)->spend += fact.spend;
    }
    void operator()(const MergeUndone& fact) const { undo_merge(as<Member>(state), fact.absorbed); }
    void operator()(const MemberReturned& fact) const {
        Member& member = as<Member>(state);
        ASSERT(member.state == State::forwarded);
        member.state = member.joined_at == Instant{} ? State::empty : State::active;
        member.forwarded_to = {};
        member.spend = fact.spend;
        member.orders = fact.orders;
        member.last_order_at = fact.last_order_at;
    }
    void operator()(const AbsorbedBefore& fact) const {
        for (const MemberId earlier : fact.members) absorbed_entry(as<Member>(state), earlier);
    }
    void operator()(const MemberForwarded& fact) const {
        Member& member = as<Member>(state);
        for (const ledger::Wallet& wallet : member.wallets) {
            ASSERT(wallet.lots.empty());
            ASSERT(wallet.posted.is_zero());
        }
        member.state = State::forwarded;
        member.forwarded_to = fact.to;
        member.holds.clear();
        member.standings.clear();
        member.spend = 0;
        member.orders = 0;
        member.log = {};
        member.courses.clear();
        member.carries.clear();
        member.judged = {};
    }
    void operator()(const LotMovedOut& fact) const {
        ledger::Wallet& wallet = as<Member>(state).wallet_or_new(fact.unit);
        const auto erased = std::erase_if(wallet.lots, [&](const ledger::Lot& lot) {
            return lot.number == fact.lot && lot.remaining == fact.amount;
        });
        ASSERT(erased == 1);
        wallet.posted -= fact.amount;
    }
    void operator()(const LotMovedIn& fact) const {
        Member& member = as<Member>(state);
        ledger::Wallet& wallet = member.wallet_or_new(fact.unit);
        ASSERT(fact.lot.number.value == wallet.last_lot.value + 1);
        wallet.last_lot = fact.lot.number;
        wallet.lots.push_back(fact.lot);
        wallet.posted += fact.lot.remaining;
        absorbed_entry(member, fact.from)->lots.push_back({fact.unit, fact.was, fact.lot.number});
    }
    void operator()(const LotMovedBack& fact) const {
        ledger::Wallet& wallet = as<Member>(state).wallet_or_new(fact.unit);
        ASSERT(fact.lot.number <= wallet.last_lot);
        const auto place =
            std::lower_bound(wallet.lots.begin(), wallet.lots.end(), fact.lot.number,
                             [](const ledger::Lot& lot, ledger::LotNumber n) { return lot.number < n; });
        ASSERT(place == wallet.lots.end() || place->number != fact.lot.number);
        wallet.lots.insert(place, fact.lot);
        wallet.posted += fact.lot.remaining;
    }
    void operator()(const DebtMoved& fact) const {
        ledger::Wallet& wallet = as<Member>(state).wallet_or_new(fact.unit);
        wallet.debt += fact.amount;
        ASSERT(wallet.debt >= Quantity{});
        wallet.posted -= fact.amount;
    }
    void operator()(const ledger::WalletFact& fact) const {
        Member& member = as<Member>(state);
        ledger::apply(member.wallet_or_new(ledger::unit_of(fact)), fact, lsn, version);
    }
    void operator()(const ledger::AccountsMoved& fact) const {
        ledger::apply(as<ledger::Accounts>(state), fact);
    }
    void operator()(const OrderRecorded& fact) const {
        auto& order = as<catalog::Order>(state);
        ASSERT(order.lsn.value == 0);
        order.member = fact.member;
        order.occurred_at = fact.occurred_at;
        order.lsn = lsn;
        order.counts_for_spend = fact.counts_for_spend;
        order.lines = fact.lines;
    }
    void operator()(const OrderGranted& fact) const {
        as<catalog::Order>(state).grants.push_back({fact.unit, fact.lot, fact.rule, fact.amount, {}});
    }
    void operator()(const LinesReturned& fact) const {
        auto& order = as<catalog::Order>(state);
        for (const catalog::ReturnedLine& returned : fact.lines) {
            ASSERT(returned.index < order.lines.size());
            catalog::KeptLine& line = order.lines[returned.index];
            line.refunded_quantity += returned.quantity;
            line.refunded_amount += returned.amount;
            ASSERT(line.refunded_quantity <= line.quantity);
            ASSERT(line.refunded_amount <= line.amount);
        }
    }
    void operator()(const MoneyReturned& fact) const {
        auto& order = as<catalog::Order>(state);
        order.by_money.resize(order.lines.size());
        for (const catalog::ReturnedLine& returned : fact.lines) {
            ASSERT(returned.index < order.lines.size());
            catalog::KeptLine& line = order.lines[returned.index];
            line.refunded_amount += returned.amount;
            order.by_money[returned.index] += returned.amount;
            ASSERT(line.refunded_amount <= line.amount);
        }
    }
    void operator()(const OrderGrantMade& fact) const {
        auto& order = as<catalog::Order>(state);
        catalog::GrantBasis basis{
            catalog::GrantBasis::no_grant, fact.unit, fact.rule, fact.conversion, fact.forfeited, fact.lines};
        if (!fact.amount.is_zero()) {
            basis.grant = static_cast<std::uint32_t>(order.grants.size());
            order.grants.push_back({fact.unit, fact.lot, fact.rule, fact.amount, {}});
        }
        order.bases.push_back(std::move(basis));
    }
    void operator()(const basis::CarryMoved& fact) const { basis::apply(as<Member>(state).carries, fact); }
    void operator()(const GrantReversed& fact) const {
        auto& order = as<catalog::Order>(state);
        ASSERT(fact.index < order.grants.size());
        catalog::Grant& grant = order.grants[fact.index];
        grant.reversed += fact.amount;
        ASSERT(grant.reversed <= grant.amount);  // L10
    }
    void operator()(const LifeBegun& fact) const {
        auto& life = as<OrderLife>(state);
        life.member = fact.member;
        life.life = {};
    }
    void operator()(const LifeTold& fact) const { orders::apply(as<OrderLife>(state).life, fact.fact); }
    void operator()(const LineGranted& fact) const { as<OrderLife>(state).line_grants.push_back(fact.grant); }
    void operator()(const CourseChanged& fact) const { set_course(as<Member>(state), fact.course); }
    void operator()(const LogMoved& fact) const {
        for (const metrics::Moved& moved : fact.moved) metrics::apply(as<Member>(state).log, moved);
    }
    void operator()(const LogFolded& fact) const {
        for (const metrics::Folded& folded : fact.folded) metrics::apply(as<Member>(state).log, folded);
    }
    void operator()(const OrderCounted& fact) const {
        auto& counted = as<catalog::Order>(state).counted;
        counted.insert(counted.end(), fact.counted.begin(), fact.counted.end());
    }
    void operator()(const OrderUncounted& fact) const {
        auto& order = as<catalog::Order>(state);
        for (const OrderUncounted::Part& part : fact.parts) {
            ASSERT(part.index < order.counted.size());
            catalog::Counted& counted = order.counted[part.index];
            counted.taken_back += part.amount;
            ASSERT(counted.taken_back <= counted.amount);
        }
    }
    void operator()(const BackfillReached& fact) const {
        auto& backfill = as<metrics::Backfill>(state);
        ASSERT(!backfill.has(fact.record));
        backfill.reached = fact.record;
    }
    void operator()(const BackfillCompleted&) const {
        as<metrics::Backfill>(state).state = metrics::Backfill::State::complete;
    }
    void operator()(const LineGrantReversed& fact) const {
        auto& life = as<OrderLife>(state);
        ASSERT(fact.index < life.line_grants.size());
        LineGrant& grant = life.line_grants[fact.index];
        grant.reversed += fact.amount;
        ASSERT(grant.reversed <= grant.amount);  // L10
    }
    void operator()(const SpendKept& fact) const {
        Spend& spend = as<Spend>(state);
        ASSERT(spend.amount.is_zero());
        spend.member = fact.member;
        spend.unit = fact.unit;
        spend.amount = fact.amount;
        spend.portions = fact.portions;
    }
    void operator()(const SpendReversed& fact) const {
        Spend& spend = as<Spend>(state);
        spend.reversed += fact.amount;
        ASSERT(spend.reversed <= spend.amount);  // L10
        Quantity rest = fact.amount;
        while (!rest.is_zero()) {  // from the back: what expires last returns first
            ledger::Portion& last = spend.portions.back();
            const Quantity part = smaller(rest, last.amount);
            last.amount -= part;
            rest -= part;
            if (last.amount.is_zero()) spend.portions.pop_back();
        }
    }
    void operator()(const limits::UseClaimed& fact) const { limits::apply(as<Member>(state).uses, fact); }
    void operator()(const limits::UseReturned& fact) const { limits::apply(as<Member>(state).uses, fact); }
    void operator()(const UsesMoved& fact) const {
        Member& member = as<Member>(state);
        limits::add(member.uses, fact.uses);
        member.hold_claims.insert(member.hold_claims.end(), fact.holds.begin(), fact.holds.end());
    }
    void operator()(const HoldLimited& fact) const {
        as<Member>(state).hold_claims.push_back({fact.hold, fact.claims});
    }
    void operator()(const GrantLimited& fact) const {
        auto& order = as<catalog::Order>(state);
        ASSERT(!order.grants.empty());
        const auto newest = static_cast<std::uint32_t>(order.grants.size() - 1);
        for (const limits::Kept& kept : fact.claims) order.claims.push_back({newest, kept});
    }
    void operator()(const SpendLimited& fact) const { as<Spend>(state).claims = fact.claims; }
    void operator()(const OwnerChanged& fact) const { limits::apply(as<LimitOwner>(state).owner, fact.fact); }
    void operator()(const HolderChanged& fact) const {
        limits::apply(as<LimitHolder>(state).holder, fact.fact);
    }
    void operator()(const ClaimWaits& fact) const { as<LimitWaiter>(state).waiting = fact.waiting; }
    void operator()(const ClaimAnswered&) const { as<LimitWaiter>(state).waiting = {}; }
    void operator()(const JobChanged& fact) const { engine::apply(as<Job>(state), fact.fact); }
    void operator()(const BasisVoided& fact) const {
        auto& order = as<catalog::Order>(state);
        ASSERT(fact.index < order.bases.size());
        order.bases[fact.index].lines.clear();
    }
    void operator()(const OrderJudged& fact) const {
        members::Judged& judged = as<Member>(state).judged;
        std::erase_if(judged.orders, [&](const auto& order) { return order.at < fact.forget; });
        std::erase_if(judged.stood, [&](const auto& stood) { return stood.until < fact.forget; });
        const auto place =
            std::upper_bound(judged.orders.begin(), judged.orders.end(), fact.at,
                             [](Instant at, const members::JudgedOrder& other) { return at < other.at; });
        judged.orders.insert(place, {fact.order, fact.at});
    }
    void operator()(const StandingLeft& fact) const {
        std::vector<members::Stood>& stood = as<Member>(state).judged.stood;
        std::erase_if(stood, [&](const auto& other) { return other.until < fact.forget; });
        const auto place =
            std::upper_bound(stood.begin(), stood.end(), fact.until,
                             [](Instant until, const members::Stood& other) { return until < other.until; });
        stood.insert(place, {fact.ladder, fact.tier, fact.until});
    }
    void operator()(const OrderSaid& fact) const { as<catalog::Order>(state).said = fact.said; }
    void operator()(const SaidForgotten&) const { as<catalog::Order>(state).said = {}; }
    void operator()(const GrantCut& fact) const {
        auto& order = as<catalog::Order>(state);
        ASSERT(fact.index < order.grants.size());
        cut(order.grants[fact.index], fact.amount, fact.reversed);
    }
    void operator()(const LineGrantCut& fact) const {
        auto& life = as<OrderLife>(state);
        ASSERT(fact.index < life.line_grants.size());
        cut(life.line_grants[fact.index], fact.amount, fact.reversed);
    }
    void operator()(const JudgedAgain&) const {}
    void operator()(const ClaimReturned& fact) const {
        auto* order = std::get_if<catalog::Order>(&state);
        ASSERT(fact.index < (order != nullptr ? order->claims.size() : as<Spend>(state).claims.size()));
        limits::Kept& kept =
            order != nullptr ? order->claims[fact.index].kept : as<Spend>(state).claims[fact.index];
        ASSERT(fact.amount <= kept.claim.amount);
        kept.claim.amount -= fact.amount;
    }
};

struct Legs {
    using Maybe = std::optional<Leg>;
    template <typename Other>
    Maybe operator()(const Other&) const {
        return std::nullopt;
    }
    Maybe operator()(const ledger::WalletFact& f) const {
        if (std::holds_alternative<ledger::Stirred>(f)) return std::nullopt;
        return Leg{ledger::unit_of(f), ledger::delta(f)};
    }
    Maybe operator()(const ledger::AccountsMoved& f) const { return Leg{f.unit, f.sum()}; }
    Maybe operator()(const LotMovedOut& f) const { return Leg{f.unit, -f.amount}; }
    Maybe operator()(const LotMovedIn& f) const { return Leg{f.unit, f.lot.remaining}; }
    Maybe operator()(const LotMovedBack& f) const { return Leg{f.unit, f.lot.remaining}; }
    Maybe operator()(const DebtMoved& f) const { return Leg{f.unit, -f.amount}; }
};

}  // namespace

std::optional<Leg> leg_of(const FactBody& body) { return std::visit(Legs{}, body); }

void apply(EntityState& state, const FactBody& body, Lsn lsn, ProgrammeVersion version) {
    std::visit(Applier{state, lsn, version}, body);
}

}  // namespace banyan::engine
