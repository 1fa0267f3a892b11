// SPDX-License-Identifier: Apache-2.0
// What rules may grant and members may spend. A member's own limits lie with the member and are decided in place.

#include <algorithm>
#include <utility>

#include "engine/limit_claims.h"

namespace banyan::engine {

using limits::Counts;
using limits::Kept;
using limits::Limit;
using limits::NotNow;
using limits::Scope;
using limits::WhenEmpty;
using members::Member;

namespace {

// When a claim counts: when the event happened, but never before the limit was last claimed, so that a date in the past
// finds no period that was forgotten.
Instant claimed_at(Draft& draft, const Member& member, limits::LimitId limit) {
    Instant at = std::max(std::min(draft.command.occurred_at, draft.context.now),
                          std::max(member.joined_at, Instant{}));
    for (const limits::Use& use : member.uses.limits) {
        if (use.limit == limit) at = std::max(at, use.last);
    }
    return at;
}

std::variant<limits::UseClaimed, NotNow> try_claim(Draft& draft, MemberId id, const Limit& limit,
                                                   Quantity amount) {
    const Member& member = draft.member(id);
    const Zone& zone = *draft.programme().zone;
    return limits::claim(member.uses, limit, limit.counts == Counts::times ? Quantity(1) : amount,
                         claimed_at(draft, member, limit.id), metrics::local_day(member.joined_at, zone),
                         zone);
}

Kept take(Draft& draft, MemberId id, const Limit& limit, Quantity amount) {
    auto claimed = try_claim(draft, id, limit, amount);
    const auto* fact = std::get_if<limits::UseClaimed>(&claimed);
    ASSERT(fact != nullptr);
    draft.emit(entity_of(id), *fact);
    return {fact->claim, Scope::member, limit.counts};
}

void refuse_by(Draft& draft, const Limit& limit, const NotNow& no) {
    std::string why = "limit \"" + limit.name + "\": ";
    why += no.why == NotNow::Why::too_soon
               ? "too soon after the last time"
               : "left are " + std::to_string(no.left.value()) + " of " + std::to_string(limit.most.value());
    draft.refuse(Refusal::limit_reached, why + (no.again ? "; again from " + to_rfc3339(*no.again) : ""));
}

std::vector<const Limit*> limits_of(const Draft& draft, const earning::Rule& rule) {
    std::vector<const Limit*> found;
    for (const Limit& limit : draft.programme().limits) {
        const auto has = [](const auto& items, auto id) {
            return std::find(items.begin(), items.end(), id) != items.end();
        };
        if (has(rule.limits, limit.id) || has(limit.earned_units, rule.unit) ||
            (limit.cost_centre != 0 && limit.cost_centre == rule.cost_centre))
            found.push_back(&limit);
    }
    return found;
}

// A remainder that arrives with a merge is no event that could be refused: what finds no room goes without.
bool can_be_refused(const Draft& draft) {
    return !std::holds_alternative<TakeOverCarries>(draft.command.body);
}

// What the member's own limit leaves of the amount.
Quantity within(Draft& draft, MemberId id, const Limit& limit, RuleId rule, Quantity amount) {
    const auto claimed = try_claim(draft, id, limit, amount);
    const auto* no = std::get_if<NotNow>(&claimed);
    if (no == nullptr) return amount;
    if (limit.when_empty == WhenEmpty::refuse && can_be_refused(draft)) {
        refuse_by(draft, limit, *no);
        return {};
    }
    const bool is_partial = limit.counts == Counts::amount && no->why == NotNow::Why::used_up;
    const Quantity left = is_partial ? smaller(no->left, amount) : Quantity{};
    draft.decision.answer.limited.push_back({limit.id, rule, amount - left, no->again.value_or(instant_max)});
    return left;
}

}  // namespace

Quantity below_cap(Draft& draft, MemberId id, UnitId unit_id, Quantity amount) {
    const ledger::Unit* unit = draft.programme().unit(unit_id);
    if (unit == nullptr || unit->cap.is_zero()) return amount;
    const ledger::Wallet* wallet = draft.member(id).wallet(unit_id);
    const Quantity posted = wallet != nullptr ? wallet->posted : Quantity{};
    return posted < unit->cap ? smaller(amount, unit->cap - posted) : Quantity{};
}

namespace {

// True when what the shared limits allow is taken; otherwise the grant waits.
bool take_or_wait(Draft& draft, const earning::Rule& rule, const std::vector<const Limit*>& limits,
                  Quantity amount, const catalog::GrantBasis* basis) {
    std::vector<Kept> shared;
    for (const Limit* limit : limits) {
        if (limit->scope == Scope::shared) shared.push_back(shared_claim(draft, *limit, amount));
    }
    const auto own = static_cast<std::uint32_t>(draft.claims.size());
    draft.claims.insert(draft.claims.end(), shared.begin(), shared.end());
    if (take_shared(draft, shared)) return true;
    WaitingGrant& grant = draft.waiting.emplace_back();
    grant = {rule.id, rule.unit, amount, rule.cost_centre, std::exchange(draft.claims, {}), own, {}};
    if (basis != nullptr) grant.basis = *basis;
    draft.decision.answer.limited.push_back(
        {shared.front().claim.period.limit, rule.id, amount, instant_max, true});
    return false;
}

}  // namespace

Quantity claim_limits(Draft& draft, MemberId id, const earning::Rule& rule, Quantity amount,
                      std::optional<KeyedId> order, const catalog::GrantBasis* basis) {
    draft.claims.clear();
    if (draft.programme().limits.empty()) return amount;
    draft.waiting_order = order;
    const std::vector<const Limit*> limits = limits_of(draft, rule);
    const Quantity granted = below_cap(draft, id, rule.unit, amount);
    if (limits.empty() || granted.is_zero()) return amount;
    Quantity allowed = granted;
    for (const Limit* limit : limits) {
        if (limit->scope == Scope::member && !allowed.is_zero())
            allowed = within(draft, id, *limit, rule.id, allowed);
        if (draft.refused()) return {};
    }
    if (allowed.is_zero()) return {};
    for (const Limit* limit : limits) {
        if (limit->scope == Scope::member) draft.claims.push_back(take(draft, id, *limit, allowed));
    }
    if (!take_or_wait(draft, rule, limits, allowed, basis)) return {};
    return allowed == granted ? amount : allowed;
}

std::vector<Kept> claim_spend_limits(Draft& draft, MemberId id, UnitId unit, Quantity amount) {
    std::vector<Kept> claims;
    for (const Limit& limit : draft.programme().limits) {
        if (std::find(limit.spent_units.begin(), limit.spent_units.end(), unit) == limit.spent_units.end())
            continue;
        const auto claimed = try_claim(draft, id, limit, amount);
        if (const auto* no = std::get_if<NotNow>(&claimed)) {
            refuse_by(draft, limit, *no);
            return {};
        }
        claims.push_back(take(draft, id, limit, amount));
    }
    return claims;
}

void decide_return_uses(Draft& draft, MemberId id, const ReturnUses& body) {
    for (const limits::Claim& claim : body.claims) {
        if (const auto fact = limits::give_back(draft.member(id).uses, claim))
            draft.emit(entity_of(id), *fact);
    }
}

namespace {

// To the member, wherever it lives now.
void return_uses(Draft& draft, MemberId id, ReturnUses back) {
    if (back.claims.empty()) return;
    const Member& member = draft.member(id);
    if (member.state != members::State::forwarded) return decide_return_uses(draft, id, back);
    const MemberId survivor = member.forwarded_to;
    draft.follow_up(partition_of(survivor), std::move(back), survivor, KeyedId{});
}

}  // namespace

void return_claims(Draft& draft, MemberId id, const std::vector<Kept>& claims) {
    ReturnUses back;
    for (const Kept& kept : claims) {
        if (kept.claim.amount.is_zero()) continue;
        if (kept.scope == Scope::shared)
            return_shared(draft, kept.claim);
        else
            back.claims.push_back(kept.claim);
    }
    return_uses(draft, id, std::move(back));
}

void return_grant_claims(Draft& draft, MemberId id, EntityId entity, std::uint32_t grant, Quantity amount) {
    std::vector<Kept> back;
    const auto& order = draft.workspace.read<catalog::Order>(entity);
    const bool whole = order.grants[grant].reversed == order.grants[grant].amount;
    for (std::uint32_t i = 0; i < order.claims.size(); ++i) {
        if (order.claims[i].grant != grant) continue;
        Kept kept = order.claims[i].kept;
        kept.claim.amount = limits::returned_of(kept, amount, whole);
        if (kept.claim.amount.is_zero()) continue;
        draft.emit(entity, ClaimReturned{i, kept.claim.amount});
        back.push_back(kept);
    }
    return_claims(draft, id, back);
}

void return_spend_claims(Draft& draft, MemberId id, EntityId entity, Quantity amount) {
    std::vector<Kept> back;
    const auto& spend = draft.workspace.read<Spend>(entity);
    for (std::uint32_t i = 0; i < spend.claims.size(); ++i) {
        Kept kept = spend.claims[i];
        kept.claim.amount = limits::returned_of(kept, amount, spend.reversed == spend.amount);
        if (kept.claim.amount.is_zero()) continue;
        draft.emit(entity, ClaimReturned{i, kept.claim.amount});
        back.push_back(kept);
    }
    return_claims(draft, id, back);
}

}  // namespace banyan::engine
