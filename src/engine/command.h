// SPDX-License-Identifier: Apache-2.0
#pragma once

// A request, normalised: external ids have become handles and keyed ids, amounts minor units, times instants. What a
// rule needs of personal attributes is opened by the runtime and travels beside the command (Opened), never in the
// journal; only the truth values of the conditions that read it are recorded.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "domain/basis/money.h"
#include "domain/catalog/order.h"
#include "domain/orders/event.h"
#include "engine/entity.h"
#include "engine/fact.h"

namespace banyan::engine {

/// A handle that the directory just drew for an external identity nobody had claimed: deciding the command claims it.
struct Claim {
    Handle handle;
    members::IdentityKind kind;
};

// --- what clients ask for ---
struct RegisterMember {
    members::VaultVersion vault;  // 0 = no profile given
};
struct RecordOrder {
    KeyedId order;
    std::string channel;
    std::string store;
    std::vector<catalog::Line> lines;
};
struct LineReturn {
    std::string line;
    std::int64_t quantity = 0;
};
struct RefundOrder {
    KeyedId order;
    std::vector<LineReturn> lines;  // empty = everything that is left
};
/// An event that releases what the order earned where the unit's policy says `until_event`.
struct ReleaseOrder {
    KeyedId order;
    std::string event;
};
/// What the shop tells of an order's life. The event happened when the command did; its own time is left out.
struct TellOrder {
    KeyedId order;
    orders::Event event;
};
struct AdjustPoints {
    UnitId unit;
    Quantity amount;     // positive grants, negative takes
    std::string reason;  // a code, not a person
    std::uint16_t cost_centre = 0;
};
struct PlaceHold {
    KeyedId hold;
    UnitId unit;
    Quantity amount;
    Instant expires;
};
struct EndHold {
    KeyedId hold;
    HoldEnd end = HoldEnd::released;
};
struct Redeem {  // a spend without a hold before it
    KeyedId spend;
    UnitId unit;
    Quantity amount;
};
struct ReverseSpend {
    KeyedId spend;
    Quantity amount;  // zero = all that is left
};
struct UpdateProfile {
    members::VaultVersion vault;
};
struct EraseMember {};
struct CompleteErasure {};  // asked by the runtime once the stores are clean
/// Decided in the key's partition: the handle goes to a member that may live elsewhere.
struct ClaimIdentity {
    Handle handle;
    members::IdentityKind kind;
    MemberId member;
};
/// Decided in the survivor's partition.
struct MergeMembers {
    MemberId absorbed;
};
// --- what the runtime asks for ---
struct Settle {};
struct OpenEpoch {
    std::uint64_t number = 0;
    std::uint64_t nonce = 0;
};
struct SetClock {
    ClockMode mode = ClockMode::wall;
};
struct ActivateProgramme {
    ProgrammeVersion version;
    std::string document;
};
// --- what partitions ask of each other (follow-ups, pulled) ---
struct BindIdentity {
    Handle handle;
    members::IdentityKind kind;
};
struct AbsorbMember {  // at the absorbed member: give everything to the survivor
    MemberId survivor;
};
struct MovedLot {
    UnitId unit;
    ledger::Lot lot;
};
struct MovedDebt {
    UnitId unit;
    Quantity amount;
};
struct TakeOver {  // at the survivor: what the absorbed member had
    MemberId absorbed;
    Instant joined_at;
    std::int64_t spend = 0;
    std::int64_t orders = 0;
    Instant last_order_at;
    std::vector<MovedLot> lots;
    std::vector<MovedDebt> debts;
    std::vector<members::Identity> identities;
    std::vector<members::ActiveHold> holds;
    std::vector<members::Absorbed> absorbed_before;  // whom it had absorbed itself
};
struct MergeRefused {  // at the survivor: the other could not be absorbed
    MemberId absorbed;
};
/// At the survivor: an order that an absorbed member had paid was refunded or released; decided at the gate, where the
/// order lives, and met here, where its lots live now.
struct ReverseGrants {
    enum class What : std::uint8_t { reverse, release };
    What what = What::reverse;
    MemberId absorbed;
    struct Part {
        UnitId unit;
        ledger::LotNumber lot;  // the number it had with the absorbed member
        RuleId rule;
        Quantity amount;
    };
    std::vector<Part> parts;
    std::int64_t spend = 0;  // to add to the metrics (negative for a refund)
};
/// At the survivor: a spend of an absorbed member was reversed at the gate; its portions return here.
struct RestorePortions {
    UnitId unit;
    std::vector<ledger::Portion> portions;
};
/// At the survivor, in place of TakeOver when the absorbed member had a profile. The survivor's own fields stand; the
/// version names its row with what was missing filled from the absorbed member's.
struct TakeOverProfile {
    TakeOver gift;
    members::VaultVersion vault;
};
/// At the survivor, in place of ReverseGrants when the gate decided a refund: whoever asked is told what it returned.
struct ReverseRefund {
    ReverseGrants effect;
    std::int64_t refunded = 0;  // minor units
};
/// A refund that names money somewhere (部分退款).
struct RefundMoney {
    struct Line {
        std::string line;
        std::int64_t quantity = 0;  // pieces, or
        std::int64_t amount = 0;    // money and no pieces
    };
    KeyedId order;
    std::vector<Line> lines;
    std::int64_t amount =
        0;  // of the whole order, shared by what its lines have left; zero: the lines say it
};
/// At a gate: the survivor was asked about an order that it does not have, which may be one that a member whom it
/// absorbed had paid. Asked of one gate after another.
struct SeekOrder {
    std::variant<RefundOrder, ReleaseOrder, TellOrder, RefundMoney> what;
    std::vector<MemberId> further;
};

/// At the survivor, before TakeOver: what the absorbed member had used of its limits.
struct TakeOverUses {
    MemberId absorbed;
    limits::Uses uses;
    std::vector<members::HoldClaims> holds;
};
/// At the survivor: a grant or spend of an absorbed member was taken back at the gate, and with it its claims.
struct ReturnUses {
    std::vector<limits::Claim> claims;
};
/// At the survivor: no gate has the order; what was told waits here for its payment.
struct KeepTold {
    TellOrder told;
};
/// At the survivor: what came of an event of an order that an absorbed member had paid; decided at the gate, where the
/// order lives, and met here, where its lots live now.
struct MeetOrder {
    ReverseGrants effect;
    std::int64_t refunded = 0;  // minor units
    struct Due {
        UnitId unit;
        ledger::LotNumber lot;  // the number it had with the absorbed member
        Instant at;
    };
    std::vector<Due> dues;                   // when what is still pending is released now
    std::vector<ReverseGrants::Part> freed;  // usable from now on
    orders::Stage before = orders::Stage::unknown;
    orders::Stage after = orders::Stage::unknown;
};
/// What one event is to one measure.
struct Count {
    metrics::MeasureId measure;
    Instant at;
    std::int64_t amount = 0;
    std::int64_t key = 0;
    std::optional<Instant> refunded;  // taken back then, not counted
};
/// What a record that was decided before `version` is to the measures which that version brought; asked by the job that
/// fills them.
struct BackfillRecord {
    ProgrammeVersion version;
    Lsn record;
    KeyedId order;  // zero: not of an order
    std::vector<Count> counts;
    struct Refund {
        Instant at;
        std::int64_t money = 0;
    };
    std::vector<Refund> refunds;  // of the order, so far
};
/// Every record of every partition was met, and what they moved has arrived.
struct CompleteBackfill {
    ProgrammeVersion version;
};
/// At the survivor: what an absorbed member's orders count, or what their refunds take back.
struct MoveCounts {
    std::vector<Count> counts;
};
/// At the survivor, before TakeOver: what was counted of the absorbed member, and where it stood.
struct TakeOverLog {
    MemberId absorbed;
    metrics::Log log;
    std::vector<tiers::Standing> standings;  // on ladders that hold more than spend
    std::vector<tiers::Course> courses;
};
/// An order whose price was told in parts; each line's are its own by now (basis::price_lines).
struct RecordPricedOrder {
    struct Price {
        std::string brand;
        std::int64_t list = 0;
        basis::Parts parts;
    };
    RecordOrder order;  // a line's amount is what was paid for it in money
    std::string payment;
    std::vector<Price> prices;  // of each line
};
/// Something that happened with a member and is no order, of a type that the programme declares.
struct RecordEvent {
    struct Attribute {
        std::string name;
        std::variant<std::int64_t, bool, std::string> value;
    };
    std::string event;
    std::vector<Attribute> attributes;  // as the schema has them
};
/// At the survivor, before TakeOver: what the absorbed member's rules had left over.
struct TakeOverCarries {
    std::vector<basis::Carry> carries;
};
/// At the survivor: some of what came back of an absorbed member's order was counted by rules that carry their
/// remainder, which lives with the survivor.
struct ReverseCarried {
    struct Base {
        UnitId unit;
        RuleId rule;
        basis::Conversion conversion;
        std::int64_t base = 0;  // came back by this refund
        Quantity forgiven;      // of what that takes back: never had
        ledger::LotNumber lot;  // of the order's own grant, its number with the absorbed member; 0 = none
    };
    MemberId absorbed;
    std::vector<Base> bases;
};
/// A part of a hold is captured; the rest is released.
struct CaptureHold {
    KeyedId hold;
    UnitId unit;
    Quantity amount;
};
struct TransferPoints {
    MemberId to;
    UnitId unit;
    Quantity amount;
};
struct TakeTransfer {  // at the receiver
    MemberId from;
    UnitId unit;
    std::vector<ledger::Portion> portions;
};
/// Back at the giver, who answers whoever asked: taken, or why not; what was not taken returns.
struct TransferEnded {
    enum class How : std::uint8_t { taken, receiver_unknown, receiver_erased, beyond_cap, beyond_bounds };
    How how = How::taken;
    UnitId unit;
    std::vector<ledger::Portion> returned;
};
/// Decided in the survivor's partition.
struct UnmergeMembers {
    MemberId absorbed;
};
struct TakeBack {  // at the absorbed member: what is left of what it had
    MemberId survivor;
    std::int64_t spend = 0;
    std::int64_t orders = 0;
    Instant last_order_at;
    std::vector<MovedLot> lots;  // under the numbers they had here
    std::vector<MovedDebt> debts;
};

/// At the owner of a shared limit: a holder asks or returns. The terms are those of the programme at the holder, for an
/// owner whose partition has not come so far yet.
struct TellOwner {
    limits::Period period;
    PartitionId holder;
    limits::LimitSet terms;
    limits::ToOwner message;
};
struct TellHolder {
    limits::Period period;
    limits::ToHolder message;
};
/// At the owner, asked by the runtime: the programme in force may say something else of the limit than it knows.
struct ReviewLimit {
    limits::Period period;
};
/// At the member for whom a claim waited: it was answered.
struct ClaimDecided {
    Waiting waiting;
    bool is_lent = false;
};
/// At the survivor of a merge: a grant whose claim was answered after its member was absorbed.
struct GrantWaited {
    MemberId absorbed;
    UnitId unit;
    Quantity amount;
    RuleId rule;
    std::uint16_t cost_centre = 0;
};

/// What an operator does with a job, or the runtime on its behalf. `everywhere`: the other partitions are told, too.
struct TellJob {
    enum class Reach : std::uint8_t { here, everywhere };
    std::uint64_t number = 0;
    std::variant<JobOpened, JobPreviewed, JobMoved> what;
    Reach reach = Reach::here;
};
/// Takes back what is left of one grant.
struct UndoGrant {
    KeyedId order;  // zero: of no order
    UnitId unit;
    ledger::LotNumber lot;  // 0: its rule carries the remainder and granted nothing this time
    RuleId rule;
    Quantity amount;
};
/// One compensation of a reversal, decided where the record is whose doing it undoes.
struct Undo {
    std::uint64_t job = 0;
    Lsn record;
    std::uint16_t cost_centre = 0;  // of a grant
    std::variant<RefundOrder, ReverseSpend, EndHold, UndoGrant> what;
};

using CommandBody =
    std::variant<RegisterMember, RecordOrder, RefundOrder, ReleaseOrder, AdjustPoints, PlaceHold, EndHold,
                 Redeem, ReverseSpend, UpdateProfile, EraseMember, ClaimIdentity, MergeMembers, Settle,
                 OpenEpoch, SetClock, ActivateProgramme, BindIdentity, AbsorbMember, TakeOver, MergeRefused,
                 ReverseGrants, RestorePortions, CompleteErasure, TakeOverProfile, ReverseRefund, SeekOrder,
                 TakeOverUses, ReturnUses, TellOrder, KeepTold, MeetOrder, BackfillRecord, CompleteBackfill,
                 MoveCounts, TakeOverLog, RecordPricedOrder, RefundMoney, RecordEvent, TakeOverCarries,
                 ReverseCarried, CaptureHold, TransferPoints, TakeTransfer, TransferEnded, UnmergeMembers,
                 TakeBack, TellOwner, TellHolder, ReviewLimit, ClaimDecided, GrantWaited, TellJob, Undo>;

/// Where a follow-up came from; LSN 0 = the command came from outside.
struct FollowUpOrigin {
    PartitionId source;
    Lsn lsn;
    std::uint32_t ordinal = 0;
};

struct Command {
    KeyedId id;  // zero for what the runtime asks itself
    Fingerprint fingerprint;
    MemberId member;  // whom it is about; 0 with a claim of a new handle, or when it is about nobody
    std::optional<Claim> claim;
    Instant occurred_at;
    std::uint16_t source = 0;  // declared number of the source
    FollowUpOrigin origin;
    KeyedId completes;  // the id whose pending answer this command gives; zero for none
    CommandBody body;
};

/// Personal attributes that rules may read, opened from the vault for this one decision.
struct Opened {
    std::uint8_t birth_month = 0;  // 0 = not known
    std::uint8_t birth_day = 0;
};

struct FollowUp {
    PartitionId target;
    Command command;
};

}  // namespace banyan::engine
