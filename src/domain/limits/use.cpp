// SPDX-License-Identifier: Apache-2.0
#include "domain/limits/use.h"

#include <algorithm>

#include "base/assert.h"

namespace banyan::limits {

using metrics::AsOf;
using metrics::Day;

namespace {

const Use* find(const Uses& uses, LimitId limit) {
    const auto found = std::lower_bound(uses.limits.begin(), uses.limits.end(), limit,
                                        [](const Use& use, LimitId wanted) { return use.limit < wanted; });
    return found != uses.limits.end() && found->limit == limit ? &*found : nullptr;
}

Use& find_or_new(Uses& uses, LimitId limit) {
    const auto found = std::lower_bound(uses.limits.begin(), uses.limits.end(), limit,
                                        [](const Use& use, LimitId wanted) { return use.limit < wanted; });
    if (found != uses.limits.end() && found->limit == limit) return *found;
    return *uses.limits.insert(found, Use{limit, {}, {}});
}

Used& period_or_new(Use& use, Day first) {
    const auto found = std::lower_bound(use.used.begin(), use.used.end(), first,
                                        [](const Used& used, Day wanted) { return used.first < wanted; });
    if (found != use.used.end() && found->first == first) return *found;
    return *use.used.insert(found, Used{first, {}});
}

struct Applier {
    Uses& uses;

    void operator()(const UseClaimed& fact) const {
        ASSERT(fact.claim.amount >= Quantity{});
        Use& use = find_or_new(uses, fact.claim.period.limit);
        use.last = std::max(use.last, fact.claim.at);
        std::erase_if(use.used, [&](const Used& used) { return used.first < fact.forget; });
        period_or_new(use, fact.claim.period.first).amount += fact.claim.amount;
    }
    void operator()(const UseReturned& fact) const {
        Use& use = find_or_new(uses, fact.claim.period.limit);
        // The time before the last is at least a cooldown ago: without the last the cooldown is over.
        if (use.last == fact.claim.at) use.last = {};
        if (!fact.claim.amount.is_zero()) {
            Used& used = period_or_new(use, fact.claim.period.first);
            ASSERT(fact.claim.amount <= used.amount);
            used.amount -= fact.claim.amount;
        }
        std::erase_if(use.used, [](const Used& used) { return used.amount.is_zero(); });
        if (use.used.empty() && use.last == Instant{})
            std::erase_if(uses.limits,
                          [&](const Use& other) { return other.limit == fact.claim.period.limit; });
    }
};

// The first later day on which the claim would fit.
std::optional<Instant> again(const Uses& uses, const Limit& limit, Quantity amount, AsOf as_of,
                             const Zone& zone) {
    for (std::int64_t days = metrics::span(limit.window); days > 0; --days) {
        as_of.today = as_of.today + 1;
        if (left(uses, limit, as_of) >= amount) return zone.start_of(civil_date(as_of.today.number));
    }
    return std::nullopt;
}

}  // namespace

void apply(Uses& uses, const UseFact& fact) { std::visit(Applier{uses}, fact); }

Quantity left(const Uses& uses, const Limit& limit, const AsOf& as_of) {
    Quantity total;
    if (const Use* use = find(uses, limit.id); use != nullptr) {
        const metrics::Days days = metrics::days_of(limit.window, as_of);
        for (const Used& used : use->used) {
            if (days.holds(used.first)) total += used.amount;
        }
    }
    return total < limit.most ? limit.most - total : Quantity{};
}

std::variant<UseClaimed, NotNow> claim(const Uses& uses, const Limit& limit, Quantity amount, Instant at,
                                       Day joined, const Zone& zone) {
    ASSERT(limit.scope == Scope::member);
    ASSERT(amount >= Quantity{});
    const AsOf as_of{metrics::local_day(at, zone), joined};
    const Quantity room = left(uses, limit, as_of);
    if (const Use* use = find(uses, limit.id); use != nullptr && use->last != Instant{}) {
        const Instant free = use->last + limit.cooldown;
        if (at < free) return NotNow{NotNow::Why::too_soon, room, free};
    }
    if (amount > room) return NotNow{NotNow::Why::used_up, room, again(uses, limit, amount, as_of, zone)};
    return UseClaimed{{period_of(limit, as_of), at, amount}, metrics::days_of(limit.window, as_of).first};
}

std::optional<UseReturned> give_back(const Uses& uses, const Claim& claim) {
    const Use* use = find(uses, claim.period.limit);
    if (use == nullptr) return std::nullopt;
    const auto used = std::find_if(use->used.begin(), use->used.end(),
                                   [&](const Used& u) { return u.first == claim.period.first; });
    const bool remembered = used != use->used.end();
    if (!remembered && use->last != claim.at) return std::nullopt;
    return UseReturned{
        {claim.period, claim.at, remembered ? smaller(claim.amount, used->amount) : Quantity{}}};
}

void add(Uses& uses, const Uses& other) {
    for (const Use& theirs : other.limits) {
        Use& ours = find_or_new(uses, theirs.limit);
        ours.last = std::max(ours.last, theirs.last);
        for (const Used& used : theirs.used) period_or_new(ours, used.first).amount += used.amount;
    }
}

Quantity returned_of(const Kept& kept, Quantity amount, bool whole) {
    if (whole) return kept.claim.amount;
    return kept.counts == Counts::amount ? smaller(amount, kept.claim.amount) : Quantity{};
}

}  // namespace banyan::limits
