// SPDX-License-Identifier: Apache-2.0
#pragma once

// A decision being written: emits facts (applying each to the workspace at once), keeps the counter-postings, and
// settles members. Used by the deciders of this folder only.

#include <vector>

#include "engine/decide.h"

namespace banyan::engine {

/// The most that one command may move of anything: 10^15, so that thousands of such still fit int64.
inline constexpr std::int64_t quantity_max = 1'000'000'000'000'000;
/// How far anything that adds up over commands may go: a member's balance and spend, an account of a partition. What
/// would go beyond is refused (`refuse_beyond_bounds`); what cannot be refused any more, an expiry or the second half
/// of a merge, has ninety times that before int64 ends.
inline constexpr std::int64_t total_max = 100'000'000'000'000'000;

/// Whether a total may move so: beyond the bound it may only come back.
constexpr bool within_bounds(std::int64_t total, std::int64_t moved) {
    const auto after = added(total, moved);
    return after && (moved <= 0 || *after <= total_max) && (moved >= 0 || *after >= -total_max);
}

class Draft {
  public:
    Draft(Workspace& scratch, const Command& asked, const Context& around)
        : workspace(scratch), command(asked), context(around) {
        decision.facts.reserve(8);  // an order with two grants has seven
    }

    const members::Member& member(MemberId id) { return workspace.read<members::Member>(entity_of(id)); }
    const programme::Programme& programme() const {
        ASSERT(context.programme != nullptr);
        return *context.programme;
    }

    void emit(EntityId entity, FactBody body);
    /// A movement of a member's wallet, with its counter-posting.
    void post(MemberId id, ledger::WalletFact fact);
    /// A movement between two members of a merge, against the in-transit account.
    void post_in_transit(MemberId id, FactBody body);
    void follow_up(PartitionId target, CommandBody body, MemberId member, KeyedId completes);
    /// The id under which whoever asked first finds the final answer, however often the command is passed on.
    [[nodiscard]] KeyedId completion() const { return command.id.is_zero() ? command.completes : command.id; }
    void refuse(Refusal refusal, std::string detail = {});
    [[nodiscard]] bool refused() const { return decision.refusal != Refusal::none; }

    /// Everything of the member that fell due up to `now`, in due order.
    void settle(MemberId id);
    /// Moves the member to the tier it deserves, where the ladder's policy allows.
    enum class After : unsigned char { spend, refund };
    void review_tiers(MemberId id, After after);
    /// `basis`: what the order must keep of it, where that is not simply all that was paid.
    void grant(MemberId id, const ledger::Unit& unit, Quantity amount, RuleId rule, std::uint16_t cost_centre,
               std::optional<KeyedId> order, const catalog::GrantBasis* basis = nullptr) {
        grant_at(context.now, id, unit, amount, rule, cost_centre, order, basis);
    }
    /// `at`: when it took effect; of what fell due on its day, so that no sweep can move it.
    void grant_at(Instant at, MemberId id, const ledger::Unit& unit, Quantity amount, RuleId rule,
                  std::uint16_t cost_centre, std::optional<KeyedId> order,
                  const catalog::GrantBasis* basis = nullptr);
    void restore(MemberId id, UnitId unit, const ledger::Portion& portion);
    /// Takes back `amount` of a grant that went into `lot`.
    void reverse_grant(MemberId id, UnitId unit, ledger::LotNumber lot, RuleId rule, Quantity amount);
    void end_hold(MemberId id, const members::ActiveHold& hold, HoldEnd end, Instant at) {
        end_hold(id, hold, end, at, hold.amount);
    }
    /// Captures the first `captured` of the hold; what is left of it is freed.
    void end_hold(MemberId id, const members::ActiveHold& hold, HoldEnd end, Instant at, Quantity captured);
    /// The amount is one that can be moved, else refused.
    bool amount_fits(Quantity amount);
    /// The lots that give `amount`; refused when the available ones do not suffice.
    std::optional<std::vector<ledger::Portion>> choose(MemberId id, UnitId unit, Quantity amount);
    /// Something of the unit was earned or spent: where inactivity counts, it counts anew.
    void stir(MemberId id, UnitId unit) { stir_at(context.now, id, unit); }
    void stir_at(Instant at, MemberId id, UnitId unit);
    /// The answer tells the balance of this unit, whether or not it moved.
    void show(UnitId unit) { shown_.push_back(unit); }
    void join(MemberId id, Instant at);
    /// Refuses the command when what was decided would carry a total beyond its bound.
    void refuse_beyond_bounds(MemberId id);

    /// Adds the counter-postings and the balances of `id` to the decision.
    Decision finish(MemberId id);

    Workspace& workspace;
    const Command& command;
    const Context& context;
    Decision decision;
    std::vector<limits::Kept> claims;   // what the grant that comes next took of its limits
    std::vector<WaitingGrant> waiting;  // grants of this event that wait for a shared limit
    std::optional<KeyedId> waiting_order;

  private:
    ledger::AccountsMoved& moved(UnitId unit);

    std::vector<ledger::AccountsMoved> moved_;
    std::vector<UnitId> shown_;
};

/// Under which number a lot of an absorbed member lives on with this one; 0 when it was closed before the merge.
const members::Absorbed* find_absorbed(const members::Member& member, MemberId absorbed);
const members::Gift* gift_of(const members::Member& member, MemberId absorbed);
ledger::LotNumber number_here(const members::Member& member, MemberId absorbed, UnitId unit,
                              ledger::LotNumber lot);

/// What of the amount a rule may grant now; its claims are kept with the grant that follows, or wait with it
/// and with what it is made on. Refuses the command where a limit says so.
Quantity claim_limits(Draft& draft, MemberId id, const earning::Rule& rule, Quantity amount,
                      std::optional<KeyedId> order, const catalog::GrantBasis* basis = nullptr);
/// At the end of an event: the grants that wait for a shared limit ask for it.
void ask_for_waiting(Draft& draft, MemberId id);
/// Claims what a spend of the unit takes of its limits, or refuses.
std::vector<limits::Kept> claim_spend_limits(Draft& draft, MemberId id, UnitId unit, Quantity amount);
/// `amount` of an order's grant was reversed: its claims go back with it.
void return_grant_claims(Draft& draft, MemberId id, EntityId order, std::uint32_t grant, Quantity amount);
/// `amount` of a spend was reversed.
void return_spend_claims(Draft& draft, MemberId id, EntityId spend, Quantity amount);
/// A hold ended without a spend, or a grant will not be.
void return_claims(Draft& draft, MemberId id, const std::vector<limits::Kept>& claims);
void decide_return_uses(Draft& draft, MemberId id, const ReturnUses& body);
void decide_claim_decided(Draft& draft, MemberId id, const ClaimDecided& body);
void decide_grant_waited(Draft& draft, MemberId id, const GrantWaited& body);
void decide_tell_owner(Draft& draft, const TellOwner& body);
void decide_tell_holder(Draft& draft, const TellHolder& body);
void decide_review(Draft& draft, const ReviewLimit& body);
/// The order was refunded in part while a grant of it waited: its share is taken back.
void catch_up_refunds(Draft& draft, MemberId id, KeyedId order);

void decide_order(Draft& draft, MemberId id, const RecordOrder& body);
/// What the rules make of a paid order: their grants, and their outcomes for whoever asks.
void earn_order(Draft& draft, MemberId id, const RecordOrder& body, const RecordPricedOrder* priced);
/// The same of an event that is no order. `body`: what a declared one said; nothing of the product's own.
void earn_event(Draft& draft, MemberId id, std::string_view type, const RecordEvent* body);
/// The carried bases that came back, met where the member's remainders are.
void take_back_carried(Draft& draft, MemberId id, const std::vector<ReverseCarried::Base>& bases);
/// The remainders of an absorbed member; together they may fill what neither filled.
void take_over_carries(Draft& draft, MemberId id, const std::vector<basis::Carry>& carries);
void decide_priced_order(Draft& draft, MemberId id, const RecordPricedOrder& body);
void decide_event(Draft& draft, MemberId id, const RecordEvent& body);
void decide_refund(Draft& draft, MemberId id, const RefundOrder& body);
void decide_money_refund(Draft& draft, MemberId id, const RefundMoney& body);
void decide_release(Draft& draft, MemberId id, const ReleaseOrder& body);
void decide_seek(Draft& draft, MemberId gate, const SeekOrder& body);
void decide_merge(Draft& draft, MemberId id, const MergeMembers& body);
void decide_absorb(Draft& draft, MemberId id, const AbsorbMember& body);
void decide_take_over(Draft& draft, MemberId id, const TakeOver& body);
void decide_reverse_carried(Draft& draft, MemberId id, const ReverseCarried& body);
/// What was on its way to a survivor whose merge with `absorbed` was undone goes there. False when it is right here.
bool goes_after(Draft& draft, MemberId id, MemberId absorbed);
void decide_unmerge(Draft& draft, MemberId id, const UnmergeMembers& body);
void decide_take_back(Draft& draft, MemberId id, const TakeBack& body);
void decide_transfer(Draft& draft, MemberId id, const TransferPoints& body);
void decide_take_transfer(Draft& draft, MemberId id, const TakeTransfer& body);
void decide_transfer_ended(Draft& draft, MemberId id, const TransferEnded& body);
void decide_reverse_grants(Draft& draft, MemberId id, const ReverseGrants& body);
void decide_backfill(Draft& draft, MemberId id, const BackfillRecord& body);
void decide_tell_job(Draft& draft, const TellJob& body);
void decide_undo_grant(Draft& draft, MemberId id, const UndoGrant& body);
/// What the compensation that was just decided came to, for the job's own account.
void note_undone(Draft& draft, MemberId id, const Undo& body);

/// What the order is to the brand's measures, on the order and in the member's log.
void count_order(Draft& draft, MemberId id, const RecordOrder& body, const RecordPricedOrder* priced);
/// The same of an interaction, which nothing takes back.
void count_event(Draft& draft, MemberId id, const RecordEvent& body);
/// What a refund that was just recorded takes back of it; for whom the order's member is now.
std::vector<Count> uncounted(Draft& draft, KeyedId order, Instant refunded);
/// Into the member's log.
void count(Draft& draft, MemberId id, const std::vector<Count>& counts);
void take_over_log(Draft& draft, MemberId id, const metrics::Log& log);

/// When a ladder is to be looked at, or scored, next.
Instant due_on_ladders(const members::Member& member);
/// The review or settlement that is due at `at`.
void settle_ladder(Draft& draft, MemberId id, Instant at);
/// Before a command: what was released since the last one lifts, so that the command is judged by it.
void review_released(Draft& draft, MemberId id);
/// After a command: ladders whose values anything may have moved.
void review_after_command(Draft& draft, MemberId id);
/// Who stood higher keeps it.
void take_over_standings(Draft& draft, MemberId id, const TakeOverLog& body);

}  // namespace banyan::engine
