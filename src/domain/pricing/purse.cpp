// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/assert.h"
#include "domain/pricing/choice.h"

namespace banyan::pricing {

namespace {

const Coupon* batch_of(const Prepared& prepared, const HeldCoupon& held, std::uint32_t& index) {
    const std::vector<Coupon>& coupons = prepared.offers.coupons;
    for (index = 0; index < coupons.size(); ++index) {
        if (coupons[index].terms.code == held.batch) return &coupons[index];
    }
    return nullptr;
}

std::int64_t limit_of(const Prepared& prepared, const std::string& group) {
    for (const CouponLimit& limit : prepared.offers.arbitration.coupons) {
        if (limit.group == group) return limit.at_most;
    }
    return 1;
}

struct GroupNames {
    std::vector<std::string> names;

    std::size_t place_of(const std::string& name) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
        names.push_back(name);
        return names.size() - 1;
    }
};

Why stands_for(const Prepared& prepared, const HeldCoupon& held, const Coupon* coupon) {
    if (coupon == nullptr) return Why::unknown;
    if (const Why why = stands(prepared, held.window); why != Why::applied) return why;
    return stands(prepared, coupon->terms);
}

/// The batches that the buyer's coupons are of, each opened once.
const OpenOffer& opened(const Prepared& prepared, std::vector<OpenOffer>& batches, const Coupon& coupon,
                        std::uint32_t index) {
    for (const OpenOffer& known : batches) {
        if (known.index == index) return known;
    }
    return batches.emplace_back(open(prepared, coupon, index));
}

bool reaches_something(const Prepared& prepared, const OpenOffer& offer) {
    const auto any = [&](const Reach& reach) {
        for (std::size_t i = 0; i < prepared.lines.size(); ++i) {
            if (reach.lines.test(i)) return true;
        }
        return false;
    };
    return std::any_of(offer.effects.begin(), offer.effects.end(),
                       [&](const OpenEffect& effect) { return any(effect.on); });
}

void rank(const Prepared& prepared, std::vector<Candidate>& candidates) {
    const std::vector<HeldCoupon>& coupons = prepared.request.buyer.coupons;
    std::vector<Candidate*> order;
    for (Candidate& candidate : candidates) order.push_back(&candidate);
    std::sort(order.begin(), order.end(), [&coupons](const Candidate* a, const Candidate* b) {
        const HeldCoupon& x = coupons[a->held];
        const HeldCoupon& y = coupons[b->held];
        const Instant ends_x = x.window.until.value_or(instant_max);
        const Instant ends_y = y.window.until.value_or(instant_max);
        if (ends_x != ends_y) return ends_x < ends_y;
        return x.batch != y.batch ? x.batch < y.batch : x.id < y.id;
    });
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i]->rank = i;
}

}  // namespace

Purse open_purse(const Prepared& prepared) {
    Purse purse;
    GroupNames groups;
    std::vector<OpenOffer> batches;
    batches.reserve(prepared.offers.coupons.size());
    const std::vector<HeldCoupon>& held = prepared.request.buyer.coupons;
    for (std::uint32_t i = 0; i < held.size(); ++i) {
        Outcome& outcome = purse.outcomes.emplace_back(Outcome{Instrument::coupon, i, Why::not_worth});
        std::uint32_t index = 0;
        const Coupon* coupon = batch_of(prepared, held[i], index);
        if (const Why why = stands_for(prepared, held[i], coupon); why != Why::applied) {
            outcome.why = why;
            continue;
        }
        const OpenOffer& offer = opened(prepared, batches, *coupon, index);
        if (!reaches_something(prepared, offer)) {
            outcome.why = Why::no_goods;
            continue;
        }
        if (!budget_holds(offer.left, 0)) {
            outcome.why = Why::budget;
            continue;
        }
        Candidate& candidate = purse.candidates.emplace_back();
        candidate.held = i;
        candidate.offer = offer;
        candidate.offer.index = i;
        candidate.group = groups.place_of(coupon->group);
        candidate.group_limit = limit_of(prepared, coupon->group);
        candidate.not_with = coupon->not_with;
        candidate.alone = coupon->alone;
    }
    purse.groups = groups.names.size();
    rank(prepared, purse.candidates);
    std::sort(purse.candidates.begin(), purse.candidates.end(), [](const Candidate& a, const Candidate& b) {
        const Terms& x = *a.offer.terms;
        const Terms& y = *b.offer.terms;
        if (x.priority != y.priority) return x.priority > y.priority;
        return x.code != y.code ? x.code < y.code : a.rank < b.rank;
    });
    return purse;
}

const Ground& Grounds::at(const NotWith& not_with) {
    auto& ground = grounds_[(not_with.prices ? 1 : 0) + (not_with.promotions ? 2 : 0)];
    if (ground) return *ground;
    ground.emplace();
    const std::string nobody;  // who excludes them is known when the choice is
    price(prepared_, not_with.prices ? &nobody : nullptr, ground->running, ground->cuts, ground->outcomes,
          ground->lines);
    promote(prepared_, not_with.promotions ? &nobody : nullptr, *ground);
    return *ground;
}

NotWith united(const Table& table, const std::vector<std::size_t>& candidates) {
    NotWith all;
    for (const std::size_t i : candidates) {
        const NotWith& one = table.purse.candidates[i].not_with;
        all.prices = all.prices || one.prices;
        all.promotions = all.promotions || one.promotions;
        all.points = all.points || one.points;
    }
    return all;
}

}  // namespace banyan::pricing
