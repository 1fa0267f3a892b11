// SPDX-License-Identifier: Apache-2.0
#include "engine/decide.h"

#include <algorithm>
#include <utility>

#include "engine/draft.h"
#include "engine/life.h"

namespace banyan::engine {

namespace {

using members::Member;
using members::State;

bool is_follow_up(const Command& command) { return command.origin.lsn.value != 0; }

// Whom the command is about once a handle that nobody had claimed is given to a new member of this partition.
MemberId claim_new_member(Draft& draft, const Claim& claim) {
    const auto& partition = draft.workspace.read<PartitionState>(partition_entity());
    const std::uint64_t number = partition.members + 1;
    const MemberId id{number << 16U | draft.context.partition.value};
    draft.emit(partition_entity(), MemberNumbered{number});
    draft.emit(entity_of(claim.handle), HandleClaimed{claim.kind, id});
    draft.emit(entity_of(id), IdentityBound{claim.kind, claim.handle});
    return id;
}

// What a merged member's gate does with a command: it keeps the id here and passes the command on. Orders and spends
// that the member made before the merge stay in the gate's partition, so their refunds and reversals are decided here
// and only the effect travels; what was made through the gate afterwards lives with the survivor.
bool decided_at_gate(Draft& draft, MemberId gate) {
    const auto own_order = [&](KeyedId order) {
        const EntityId entity = entity_of_order(order);
        return draft.workspace.exists(entity) && draft.workspace.read<catalog::Order>(entity).member == gate;
    };
    const CommandBody& body = draft.command.body;
    if (const auto* refund = std::get_if<RefundOrder>(&body)) return own_order(refund->order);
    if (const auto* refund = std::get_if<RefundMoney>(&body)) return own_order(refund->order);
    if (const auto* release = std::get_if<ReleaseOrder>(&body)) return own_order(release->order);
    if (const auto* told = std::get_if<TellOrder>(&body)) return own_order(told->order);
    if (const auto* reverse = std::get_if<ReverseSpend>(&body)) {
        const EntityId entity = entity_of_spend(reverse->spend);
        return draft.workspace.exists(entity) && draft.workspace.read<Spend>(entity).member == gate;
    }
    return std::holds_alternative<CompleteErasure>(body) || std::holds_alternative<SeekOrder>(body) ||
           std::holds_alternative<BackfillRecord>(body) || std::holds_alternative<TakeBack>(body) ||
           std::holds_alternative<ClaimDecided>(body) || std::holds_alternative<Undo>(body);
}

// Of a member that this gate had absorbed; what the effect reverses is renumbered with every other reversal.
void renumber(const Member& gate, MeetOrder& meet) {
    const MemberId absorbed = meet.effect.absorbed;
    for (MeetOrder::Due& due : meet.dues) due.lot = number_here(gate, absorbed, due.unit, due.lot);
    for (ReverseGrants::Part& part : meet.freed) part.lot = number_here(gate, absorbed, part.unit, part.lot);
}

void pass_on(Draft& draft, const Member& gate) {
    const MemberId to = gate.forwarded_to;
    CommandBody body = draft.command.body;
    auto* reverse = std::get_if<ReverseGrants>(&body);
    if (auto* refund = std::get_if<ReverseRefund>(&body)) reverse = &refund->effect;
    if (auto* meet = std::get_if<MeetOrder>(&body)) {
        renumber(gate, *meet);
        reverse = &meet->effect;
    }
    if (auto* carried = std::get_if<ReverseCarried>(&body)) {
        for (ReverseCarried::Base& base : carried->bases)
            base.lot = number_here(gate, carried->absorbed, base.unit, base.lot);
        carried->absorbed = gate.id;
    }
    if (auto* waited = std::get_if<GrantWaited>(&body)) waited->absorbed = gate.id;
    if (reverse != nullptr) {
        // The numbers are those of a member that this one had absorbed; say them in this one's own numbers.
        for (ReverseGrants::Part& part : reverse->parts)
            part.lot = number_here(gate, reverse->absorbed, part.unit, part.lot);
        reverse->absorbed = gate.id;
    }
    draft.follow_up(partition_of(to), std::move(body), to, draft.completion());
    draft.decision.answer.pending = true;
    draft.decision.answer.pending_at = partition_of(to);
}

void decide_adjustment(Draft& draft, MemberId id, const AdjustPoints& body) {
    const ledger::Unit* unit = draft.programme().unit(body.unit);
    ASSERT(unit != nullptr);
    if (body.amount > Quantity{}) {
        if (!draft.amount_fits(body.amount)) return;
        const ledger::Wallet* wallet = draft.member(id).wallet(body.unit);
        const Quantity posted = wallet != nullptr ? wallet->posted : Quantity{};
        // A person's adjustment is refused rather than cut: an operator must not believe in points that are not there.
        if (!unit->cap.is_zero() && posted + body.amount > unit->cap)
            return draft.refuse(Refusal::cap_exceeded,
                                "the unit's cap is " + std::to_string(unit->cap.value()));
        draft.grant(id, *unit, body.amount, RuleId{}, body.cost_centre, std::nullopt);
        return;
    }
    if (body.amount < Quantity(-quantity_max))
        return draft.refuse(Refusal::amount_too_large, "the amount is beyond 10^15");
    const auto portions = draft.choose(id, body.unit, -body.amount);
    if (!portions) return;
    for (const ledger::Portion& portion : *portions)
        draft.post(id, ledger::Drawn{body.unit, portion.lot, portion.amount});
}

// Growth is what a tier is made of; nobody pays with it.
bool is_spendable(Draft& draft, UnitId id) {
    const ledger::Unit* unit = draft.programme().unit(id);
    if (unit == nullptr || unit->kind == ledger::UnitKind::spendable) return true;
    draft.refuse(Refusal::unit_not_spendable,
                 "\"" + unit->code + "\" is a unit of growth: it is earned and never spent");
    return false;
}

void decide_hold(Draft& draft, MemberId id, const PlaceHold& body) {
    if (!is_spendable(draft, body.unit)) return;
    for (const members::ActiveHold& hold : draft.member(id).holds) {
        if (hold.id == body.hold) return draft.refuse(Refusal::hold_exists);
    }
    if (body.expires <= draft.context.now || body.expires > draft.context.now + hold_max)
        return draft.refuse(Refusal::hold_too_long, "a hold ends within 30 days");
    const auto portions = draft.choose(id, body.unit, body.amount);
    if (!portions) return;
    auto claims = claim_spend_limits(draft, id, body.unit, body.amount);
    if (draft.refused()) return;
    draft.stir(id, body.unit);
    for (const ledger::Portion& portion : *portions)
        draft.post(id, ledger::Held{body.unit, portion.lot, portion.amount});
    draft.emit(entity_of(id), HoldPlaced{body.hold, body.unit, body.amount, body.expires, *portions});
    if (!claims.empty()) draft.emit(entity_of(id), HoldLimited{body.hold, std::move(claims)});
}

void decide_hold_end(Draft& draft, MemberId id, const EndHold& body) {
    for (const members::ActiveHold& hold : draft.member(id).holds) {
        if (hold.id == body.hold) return draft.end_hold(id, hold, body.end, draft.context.now);
    }
    draft.refuse(Refusal::hold_unknown,
                 "no open hold of this member has that id; it may have ended or timed out");
}

void decide_capture(Draft& draft, MemberId id, const CaptureHold& body) {
    if (!draft.amount_fits(body.amount)) return;
    for (const members::ActiveHold& hold : draft.member(id).holds) {
        if (hold.id != body.hold) continue;
        if (hold.unit != body.unit)
            return draft.refuse(Refusal::hold_unknown, "the hold of that id is of another unit");
        if (body.amount > hold.amount)
            return draft.refuse(Refusal::capture_exceeds, "held are " + std::to_string(hold.amount.value()));
        return draft.end_hold(id, hold, HoldEnd::captured, draft.context.now, body.amount);
    }
    draft.refuse(Refusal::hold_unknown,
                 "no open hold of this member has that id; it may have ended or timed out");
}

void decide_redemption(Draft& draft, MemberId id, const Redeem& body) {
    if (!is_spendable(draft, body.unit)) return;
    const auto portions = draft.choose(id, body.unit, body.amount);
    if (!portions) return;
    auto claims = claim_spend_limits(draft, id, body.unit, body.amount);
    if (draft.refused()) return;
    draft.stir(id, body.unit);
    for (const ledger::Portion& portion : *portions)
        draft.post(id, ledger::Spent{body.unit, portion.lot, portion.amount, false});
    draft.emit(entity_of_spend(body.spend), SpendKept{id, body.unit, body.amount, *portions});
    if (!claims.empty()) draft.emit(entity_of_spend(body.spend), SpendLimited{std::move(claims)});
}

void decide_spend_reversal(Draft& draft, MemberId id, const ReverseSpend& body) {
    const EntityId entity = entity_of_spend(body.spend);
    if (!draft.workspace.exists(entity)) return draft.refuse(Refusal::spend_unknown);
    const Spend spend = draft.workspace.read<Spend>(entity);
    if (spend.member != id) return draft.refuse(Refusal::spend_unknown);
    const Quantity left = spend.amount - spend.reversed;
    const Quantity amount = body.amount.is_zero() ? left : body.amount;
    if (left.is_zero()) return draft.refuse(Refusal::nothing_left, "the spend is fully reversed");
    if (!draft.amount_fits(amount)) return;
    if (amount > left)
        return draft.refuse(Refusal::reversal_exceeds, "left to reverse are " + std::to_string(left.value()));
    std::vector<ledger::Portion> back;
    Quantity rest = amount;
    for (auto portion = spend.portions.rbegin(); !rest.is_zero(); ++portion) {
        ASSERT(portion != spend.portions.rend());
        ledger::Portion part = *portion;
        part.amount = smaller(part.amount, rest);
        rest -= part.amount;
        back.push_back(part);
    }
    draft.emit(entity, SpendReversed{amount});
    return_spend_claims(draft, id, entity, amount);
    const Member& member = draft.member(id);
    if (member.state == State::forwarded) {
        draft.follow_up(partition_of(member.forwarded_to), RestorePortions{spend.unit, back},
                        member.forwarded_to, draft.completion());
        draft.decision.answer.pending = true;
        draft.decision.answer.pending_at = partition_of(member.forwarded_to);
        return;
    }
    for (const ledger::Portion& portion : back) draft.restore(id, spend.unit, portion);
}

void decide_registration(Draft& draft, MemberId id, const RegisterMember& body) {
    const bool is_new = draft.member(id).state == State::empty;
    draft.join(id, std::min(draft.command.occurred_at, draft.context.now));
    if (body.vault.value != 0) draft.emit(entity_of(id), ProfileNamed{body.vault});
    if (is_new) earn_event(draft, id, earning::registered_event, nullptr);
}

void decide_claim(Draft& draft, const ClaimIdentity& body) {
    const EntityId entity = entity_of(body.handle);
    if (draft.workspace.exists(entity)) {
        const auto& claimed = draft.workspace.read<ClaimedHandle>(entity);
        if (claimed.member != body.member) return draft.refuse(Refusal::identity_taken);
        return draft.refuse(Refusal::nothing_left, "the identity belongs to this member already");
    }
    draft.emit(entity, HandleClaimed{body.kind, body.member});
    draft.follow_up(partition_of(body.member), BindIdentity{body.handle, body.kind}, body.member,
                    draft.command.id);
    draft.decision.answer.pending = true;
    draft.decision.answer.pending_at = partition_of(body.member);
}

// What members ask for, on a member that exists, is not merged away and not erased.
struct MemberDecider {
    Draft& draft;
    MemberId id;

    void operator()(const RegisterMember& body) const { decide_registration(draft, id, body); }
    void operator()(const RecordOrder& body) const { decide_order(draft, id, body); }
    void operator()(const RecordPricedOrder& body) const { decide_priced_order(draft, id, body); }
    void operator()(const RecordEvent& body) const { decide_event(draft, id, body); }
    void operator()(const RefundOrder& body) const { decide_refund(draft, id, body); }
    void operator()(const RefundMoney& body) const { decide_money_refund(draft, id, body); }
    void operator()(const ReleaseOrder& body) const { decide_release(draft, id, body); }
    void operator()(const TellOrder& body) const { decide_tell(draft, id, body); }
    void operator()(const KeepTold& body) const { decide_keep_told(draft, id, body); }
    void operator()(const MeetOrder& body) const { decide_meet_order(draft, id, body); }
    void operator()(const AdjustPoints& body) const { decide_adjustment(draft, id, body); }
    void operator()(const PlaceHold& body) const { decide_hold(draft, id, body); }
    void operator()(const EndHold& body) const { decide_hold_end(draft, id, body); }
    void operator()(const CaptureHold& body) const { decide_capture(draft, id, body); }
    void operator()(const TransferPoints& body) const { decide_transfer(draft, id, body); }
    void operator()(const TakeTransfer& body) const { decide_take_transfer(draft, id, body); }
    void operator()(const TransferEnded& body) const { decide_transfer_ended(draft, id, body); }
    void operator()(const UnmergeMembers& body) const { decide_unmerge(draft, id, body); }
    void operator()(const TakeBack& body) const { decide_take_back(draft, id, body); }
    void operator()(const Redeem& body) const { decide_redemption(draft, id, body); }
    void operator()(const ReverseSpend& body) const { decide_spend_reversal(draft, id, body); }
    void operator()(const UpdateProfile& body) const { draft.emit(entity_of(id), ProfileNamed{body.vault}); }
    void operator()(const EraseMember&) const {
        // What is on its way from an absorbed member would arrive after everything was destroyed.
        if (draft.member(id).merging.value != 0)
            return draft.refuse(Refusal::merge_under_way,
                                "a merge of this member has not ended yet; ask again");
        draft.emit(entity_of(id), MemberErased{draft.context.now});
    }
    void operator()(const CompleteErasure&) const {
        if (draft.member(id).state == State::sealed)
            draft.emit(entity_of(id), ErasureCompleted{draft.context.now});
    }
    void operator()(const MergeMembers& body) const { decide_merge(draft, id, body); }
    void operator()(const AbsorbMember& body) const { decide_absorb(draft, id, body); }
    void operator()(const TakeOver& body) const { decide_take_over(draft, id, body); }
    void operator()(const TakeOverProfile& body) const {
        decide_take_over(draft, id, body.gift);
        draft.emit(entity_of(id), ProfileNamed{body.vault});
    }
    void operator()(const TakeOverLog& body) const {
        take_over_log(draft, id, body.log);
        take_over_standings(draft, id, body);
    }
    void operator()(const BackfillRecord& body) const { decide_backfill(draft, id, body); }
    void operator()(const MoveCounts& body) const {
        count(draft, id, body.counts);
        draft.review_tiers(id, Draft::After::refund);
    }
    void operator()(const TakeOverCarries& body) const { take_over_carries(draft, id, body.carries); }
    void operator()(const MergeRefused& body) const {
        draft.decision.answer.refused = Refusal::merge_under_way;
        draft.emit(entity_of(id), MergeEnded{body.absorbed, false});
    }
    void operator()(const ReverseGrants& body) const { decide_reverse_grants(draft, id, body); }
    void operator()(const ReverseRefund& body) const {
        draft.decision.answer.refunded = body.refunded;
        decide_reverse_grants(draft, id, body.effect);
    }
    void operator()(const ReverseCarried& body) const { decide_reverse_carried(draft, id, body); }
    void operator()(const SeekOrder& body) const { decide_seek(draft, id, body); }
    void operator()(const RestorePortions& body) const {
        for (const ledger::Portion& portion : body.portions) draft.restore(id, body.unit, portion);
    }
    void operator()(const BindIdentity& body) const {
        draft.emit(entity_of(id), IdentityBound{body.kind, body.handle});
    }
    void operator()(const TakeOverUses& body) const {
        draft.emit(entity_of(id), UsesMoved{body.absorbed, body.uses, body.holds});
    }
    void operator()(const ReturnUses& body) const { decide_return_uses(draft, id, body); }
    void operator()(const ClaimDecided& body) const { decide_claim_decided(draft, id, body); }
    void operator()(const GrantWaited& body) const { decide_grant_waited(draft, id, body); }
    void operator()(const UndoGrant& body) const { decide_undo_grant(draft, id, body); }
    void operator()(const Undo& body) const {
        std::visit(*this, body.what);
        if (!draft.refused()) note_undone(draft, id, body);
    }
    void operator()(const Settle&) const {}  // settling came first
    template <typename Other>
    void operator()(const Other&) const {
        ASSERT(false);  // not about a member
    }
};

struct PartitionDecider {
    Draft& draft;
    bool operator()(const OpenEpoch& body) const {
        draft.emit(partition_entity(), EpochOpened{body.number, body.nonce, 1});
        return true;
    }
    bool operator()(const SetClock& body) const {
        draft.emit(partition_entity(), ClockSet{body.mode});
        return true;
    }
    bool operator()(const ActivateProgramme& body) const {
        draft.emit(entity_of_version(body.version), ProgrammeActivated{body.version, body.document});
        return true;
    }
    bool operator()(const ClaimIdentity& body) const {
        decide_claim(draft, body);
        return true;
    }
    bool operator()(const CompleteBackfill& body) const {
        const EntityId entity = entity_of_backfill(body.version);
        const auto& backfill = draft.workspace.read<metrics::Backfill>(entity);
        if (backfill.state == metrics::Backfill::State::incomplete) draft.emit(entity, BackfillCompleted{});
        return true;
    }
    bool operator()(const TellOwner& body) const {
        decide_tell_owner(draft, body);
        return true;
    }
    bool operator()(const TellHolder& body) const {
        decide_tell_holder(draft, body);
        return true;
    }
    bool operator()(const ReviewLimit& body) const {
        decide_review(draft, body);
        return true;
    }
    bool operator()(const TellJob& body) const {
        decide_tell_job(draft, body);
        return true;
    }
    template <typename Other>
    bool operator()(const Other&) const {
        return false;
    }
};

// What time, the runtime or another partition has settled already cannot be refused here.
bool is_settled(const CommandBody& body) {
    return std::holds_alternative<Settle>(body) || std::holds_alternative<CompleteErasure>(body) ||
           std::holds_alternative<TakeOver>(body) || std::holds_alternative<TakeOverProfile>(body) ||
           std::holds_alternative<MergeRefused>(body) || std::holds_alternative<AbsorbMember>(body) ||
           std::holds_alternative<ReverseGrants>(body) || std::holds_alternative<ReverseRefund>(body) ||
           std::holds_alternative<RestorePortions>(body) || std::holds_alternative<TakeOverUses>(body) ||
           std::holds_alternative<ReturnUses>(body) || std::holds_alternative<MeetOrder>(body) ||
           std::holds_alternative<TakeOverLog>(body) || std::holds_alternative<BackfillRecord>(body) ||
           std::holds_alternative<MoveCounts>(body) || std::holds_alternative<TakeOverCarries>(body) ||
           std::holds_alternative<ReverseCarried>(body) || std::holds_alternative<TakeTransfer>(body) ||
           std::holds_alternative<TransferEnded>(body) || std::holds_alternative<TakeBack>(body) ||
           std::holds_alternative<ClaimDecided>(body) || std::holds_alternative<GrantWaited>(body) ||
           std::holds_alternative<Undo>(body);
}

// Follow-ups must not be refused for what became of the member meanwhile; only what a person would gain is.
bool outlives_erasure(const CommandBody& body) {
    return is_settled(body) || std::holds_alternative<RefundOrder>(body) ||
           std::holds_alternative<RefundMoney>(body) || std::holds_alternative<TellOrder>(body) ||
           std::holds_alternative<KeepTold>(body) || std::holds_alternative<EndHold>(body) ||
           std::holds_alternative<CaptureHold>(body);
}

void decide_member(Draft& draft, MemberId id) {
    const Member& member = draft.member(id);
    if (member.state == State::forwarded && !decided_at_gate(draft, id)) {
        if (std::holds_alternative<AbsorbMember>(draft.command.body))
            return decide_absorb(draft, id, std::get<AbsorbMember>(draft.command.body));
        return pass_on(draft, member);
    }
    const bool erased = member.state == State::sealed || member.state == State::gone;
    if (erased && !outlives_erasure(draft.command.body)) return draft.refuse(Refusal::member_erased);
    draft.settle(id);
    // What a sweep does changes no answer, so it lets nobody rise.
    const bool is_sweep = std::holds_alternative<Settle>(draft.command.body);
    if (!is_sweep) review_released(draft, id);
    std::visit(MemberDecider{draft, id}, draft.command.body);
    if (draft.refused()) return;
    ask_for_waiting(draft, id);
    if (!is_sweep) review_after_command(draft, id);
    draft.settle(id);  // what a hold or a reversed spend gave back may have been overdue
    if (!is_settled(draft.command.body)) draft.refuse_beyond_bounds(id);
}

void advance_cursor(Draft& draft) {
    const FollowUpOrigin& origin = draft.command.origin;
    draft.emit(entity_of_cursor(origin.source), CursorAdvanced{origin.lsn, origin.ordinal});
}

// A refusal has no facts. Of a follow-up it is recorded all the same: its cursor must advance, and whoever waits for
// the answer finds it in the record.
Decision refused(Draft& draft) {
    Decision decision;
    decision.refusal = draft.decision.refusal;
    decision.detail = std::move(draft.decision.detail);
    draft.workspace.clear();
    if (!is_follow_up(draft.command)) return decision;
    draft.decision = {};
    advance_cursor(draft);
    decision.facts = std::move(draft.decision.facts);
    decision.answer.member = draft.command.member;
    decision.answer.refused = decision.refusal;
    return decision;
}

}  // namespace

Decision decide(Workspace& workspace, const Command& command, const Context& context) {
    Draft draft(workspace, command, context);
    if (is_follow_up(command)) advance_cursor(draft);
    if (std::visit(PartitionDecider{draft}, command.body)) {
        return draft.refused() ? refused(draft) : draft.finish(MemberId{});
    }
    // A follow-up was judged where it came from; this partition's log time may still lag behind (history's clock).
    if (!is_follow_up(command) && command.occurred_at > context.now + occurred_ahead_max)
        draft.refuse(Refusal::occurred_in_future, "the event says it happens more than 24 hours from now");
    MemberId id = command.member;
    if (!draft.refused()) {
        if (command.claim) id = claim_new_member(draft, *command.claim);
        // A member without facts is valid and empty, but only a claim of its own partition brings one into being: an
        // identity bound to a number that nobody has yet would one day belong to a stranger.
        const bool needs_member =
            !is_follow_up(command) || std::holds_alternative<BindIdentity>(command.body);
        if (!workspace.exists(entity_of(id)) && needs_member)
            draft.refuse(Refusal::member_unknown);
        else
            decide_member(draft, id);
    }
    if (draft.refused()) {
        return refused(draft);
    }
    Decision decision = draft.finish(id);
    assert_balanced(decision.facts);
    return decision;
}

void settle_for_read(Workspace& workspace, MemberId member, const Context& context) {
    const Command nothing;
    Draft draft(workspace, nothing, context);
    draft.settle(member);
}

void assert_balanced(const std::vector<Fact>& facts) {
    std::vector<Leg> sums;
    for (const Fact& fact : facts) {
        const auto leg = leg_of(fact.body);
        if (!leg) continue;
        auto found =
            std::find_if(sums.begin(), sums.end(), [&](const Leg& sum) { return sum.unit == leg->unit; });
        if (found == sums.end())
            sums.push_back(*leg);
        else
            found->amount += leg->amount;
    }
    for (const Leg& sum : sums) ASSERT(sum.amount.is_zero());  // L1
}

}  // namespace banyan::engine
