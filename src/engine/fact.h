// SPDX-License-Identifier: Apache-2.0
#pragma once

// What happened, once and for all. A fact names the entity it belongs to and is everything that `apply` may read
// besides that entity. New kinds are appended; a kind's meaning never changes (codec keeps every released version
// readable).

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id.h"
#include "domain/catalog/order.h"
#include "domain/ledger/account.h"
#include "domain/ledger/wallet.h"
#include "domain/members/member.h"
#include "domain/orders/life.h"
#include "engine/entity.h"

namespace banyan::engine {

// --- partition ---
struct EpochOpened {
    std::uint64_t number = 0;
    std::uint64_t nonce = 0;
    std::uint32_t feature_level = 0;
};
struct ClockSet {
    ClockMode mode = ClockMode::wall;
};
struct ProgrammeActivated {
    ProgrammeVersion version;
    std::string document;
};
struct MemberNumbered {
    std::uint64_t number = 0;
};
// --- cursor ---
struct CursorAdvanced {
    Lsn lsn;
    std::uint32_t ordinal = 0;
};
// --- handle ---
struct HandleClaimed {
    members::IdentityKind kind;
    MemberId member;
};
// --- member ---
struct MemberJoined {
    Instant at;
};
struct IdentityBound {
    members::IdentityKind kind;
    Handle handle;
};
struct ProfileNamed {
    members::VaultVersion version;
};
struct MemberErased {  // sealed: from here on nothing opens the personal data
    Instant at;
};
struct ErasureCompleted {  // gone: vault and directory were compacted, re-read and found clean
    Instant at;
};
struct SpendCounted {  // the metrics that the ladder reads
    std::int64_t spend = 0;
    std::int64_t orders = 0;
    Instant at;
};
struct StandingChanged {
    LadderId ladder;
    TierId tier;
    Instant at;
};
struct HoldPlaced {
    KeyedId hold;
    UnitId unit;
    Quantity amount;
    Instant expires;
    std::vector<ledger::Portion> portions;
};
enum class HoldEnd : std::uint8_t { captured = 1, released = 2, expired = 3 };
struct HoldEnded {
    KeyedId hold;
    HoldEnd end = HoldEnd::released;
    Instant at;
};
struct MergeBegun {  // at the survivor: until it ends, this member can be neither absorbed nor absorb another
    MemberId absorbed;
};
struct MergeEnded {
    MemberId absorbed;
    bool taken_over = false;
};
struct MemberForwarded {
    MemberId to;
};
/// Merge: a lot leaves its wallet through the in-transit account, whole.
struct LotMovedOut {
    UnitId unit;
    ledger::LotNumber lot;
    Quantity amount;  // what remained of it
};
struct LotMovedIn {
    UnitId unit;
    ledger::Lot lot;  // under its new number
    MemberId from;
    ledger::LotNumber was;  // its number with the absorbed member
};
struct DebtMoved {
    UnitId unit;
    Quantity amount;  // positive: debt arrives; negative: it leaves
};
// --- order ---
struct OrderRecorded {
    MemberId member;
    Instant occurred_at;
    bool counts_for_spend = true;
    std::vector<catalog::KeptLine> lines;
};
struct OrderGranted {
    UnitId unit;
    ledger::LotNumber lot;
    RuleId rule;
    Quantity amount;
};
struct LinesReturned {
    std::vector<catalog::ReturnedLine> lines;
};
struct GrantReversed {
    std::uint32_t index = 0;  // into the order's grants
    Quantity amount;
};
// --- spend ---
struct SpendKept {
    MemberId member;
    UnitId unit;
    Quantity amount;
    std::vector<ledger::Portion> portions;
};
struct SpendReversed {
    Quantity amount;
};

// --- member, later additions ---
/// Whom the absorbed member had absorbed itself: an erasure must reach their rows too.
struct AbsorbedBefore {
    std::vector<MemberId> members;
};

// --- limits ---
/// Member: what an absorbed member had used adds to its own.
struct UsesMoved {
    MemberId from;
    limits::Uses uses;
    std::vector<members::HoldClaims> holds;
};
struct HoldLimited {  // member
    KeyedId hold;
    std::vector<limits::Kept> claims;
};
struct GrantLimited {  // order: what its newest grant took
    std::vector<limits::Kept> claims;
};
struct SpendLimited {  // spend
    std::vector<limits::Kept> claims;
};
struct ClaimReturned {        // order or spend
    std::uint32_t index = 0;  // into its claims
    Quantity amount;
};
// --- order life ---
/// The first thing told of an order; or it was paid by somebody else than it had been told of, and counts anew.
struct LifeBegun {
    MemberId member;
};
struct LifeTold {
    orders::LifeFact fact;
};
/// One line's share of a grant waits for the line's release.
struct LineGranted {
    LineGrant grant;
};
// --- what is counted ---
struct LogMoved {
    std::vector<metrics::Moved> moved;
};
struct LogFolded {
    std::vector<metrics::Folded> folded;
};
struct OrderCounted {
    std::vector<catalog::Counted> counted;
};
struct OrderUncounted {  // what refunds took back of it
    struct Part {
        std::uint32_t index = 0;  // into what the order counted
        std::int64_t amount = 0;
    };
    std::vector<Part> parts;
};
struct BackfillReached {
    Lsn record;
};
struct BackfillCompleted {};
// --- standings ---
struct CourseChanged {  // what the ladder keeps of the member from here on
    tiers::Course course;
};
// --- order life, later additions ---
struct LineGrantReversed {
    std::uint32_t index = 0;  // into the life's line grants
    Quantity amount;
};
struct GiftKept {
    members::Gift gift;
};
/// An order that the absorbed member had paid was refunded: that much less of the spend goes back with it.
struct GiftSpendCounted {
    MemberId absorbed;
    std::int64_t spend = 0;
};
struct MergeUndone {  // at the survivor, once lots and debts have left
    MemberId absorbed;
};
struct MemberReturned {  // at the absorbed member: it is one of its own again
    std::int64_t spend = 0;
    std::int64_t orders = 0;
    Instant last_order_at;
};
/// A lot comes home from the survivor, under the number it always had here.
struct LotMovedBack {
    UnitId unit;
    ledger::Lot lot;
};

/// What came back of an order by amount, without pieces; the quantities are zero.
struct MoneyReturned {
    std::vector<catalog::ReturnedLine> lines;
};
/// A grant and what it was made on. No lot: its rule carries the remainder and granted nothing, or the cap cut all.
struct OrderGrantMade {
    UnitId unit;
    ledger::LotNumber lot;
    RuleId rule;
    Quantity amount;
    basis::Conversion conversion;
    Quantity forfeited;
    std::vector<catalog::GrantedLine> lines;
};
struct OwnerChanged {  // limit_owner
    limits::OwnerFact fact;
};
struct HolderChanged {  // limit_holder
    limits::HolderFact fact;
};
struct ClaimWaits {  // limit_waiter
    Waiting waiting;
};
struct ClaimAnswered {};  // limit_waiter
struct JobChanged {       // job
    JobFact fact;
};
/// Order: what a rule that carries its remainder had counted of it was taken back as a whole; refunds leave it alone.
struct BasisVoided {
    std::uint32_t index = 0;  // into the order's bases
};

// --- judged again ---
/// Member: an order that one told late may have judged again. What is older than `forget` no order reaches any more.
struct OrderJudged {
    KeyedId order;
    Instant at;
    Instant forget;
};
struct StandingLeft {  // member: it stood there until then
    LadderId ladder;
    TierId tier;
    Instant until;
    Instant forget;
};
struct OrderSaid {  // order
    catalog::Said said;
};
struct SaidForgotten {};  // order
/// Order: a grant is so much smaller than it was made, and so much less of it counts as taken back.
struct GrantCut {
    std::uint32_t index = 0;  // into the order's grants
    Quantity amount;
    Quantity reversed;
};
struct LineGrantCut {         // order life
    std::uint32_t index = 0;  // into the life's line grants
    Quantity amount;
    Quantity reversed;
};
/// Order: why it has another grant, or a smaller one. Says what the rule grants it before and after; moves nothing.
struct JudgedAgain {
    KeyedId because;  // the order that was told late
    RuleId rule;
    Quantity before;
    Quantity after;
};

using FactBody = std::variant<
    EpochOpened, ClockSet, ProgrammeActivated, MemberNumbered, CursorAdvanced, HandleClaimed, MemberJoined,
    IdentityBound, ProfileNamed, MemberErased, ErasureCompleted, SpendCounted, StandingChanged, HoldPlaced,
    HoldEnded, MergeBegun, MergeEnded, MemberForwarded, LotMovedOut, LotMovedIn, DebtMoved,
    ledger::WalletFact, ledger::AccountsMoved, OrderRecorded, OrderGranted, LinesReturned, GrantReversed,
    SpendKept, SpendReversed, AbsorbedBefore, limits::UseClaimed, limits::UseReturned, UsesMoved, HoldLimited,
    GrantLimited, SpendLimited, ClaimReturned, LifeBegun, LifeTold, LineGranted, LogMoved, LogFolded,
    OrderCounted, OrderUncounted, BackfillReached, BackfillCompleted, CourseChanged, MoneyReturned,
    OrderGrantMade, basis::CarryMoved, LineGrantReversed, GiftKept, GiftSpendCounted, MergeUndone,
    MemberReturned, LotMovedBack, OwnerChanged, HolderChanged, ClaimWaits, ClaimAnswered, JobChanged,
    BasisVoided, OrderJudged, StandingLeft, OrderSaid, SaidForgotten, GrantCut, LineGrantCut, JudgedAgain>;

struct Fact {
    EntityId entity;
    FactBody body;
};

/// What a fact moves of a unit's total; the sum over a record's facts is zero per unit (L1).
struct Leg {
    UnitId unit;
    Quantity amount;
};
/// Nothing when the fact moves no value.
std::optional<Leg> leg_of(const FactBody& body);

/// Adds one fact to the state of its entity. `lsn` and `version` are those of the record it stands in.
void apply(EntityState& state, const FactBody& body, Lsn lsn, ProgrammeVersion version);

}  // namespace banyan::engine
