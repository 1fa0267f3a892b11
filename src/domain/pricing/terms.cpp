// SPDX-License-Identifier: Apache-2.0
#include "domain/pricing/terms.h"

#include <algorithm>

#include "base/assert.h"

namespace banyan::pricing {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool share_a_word(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::any_of(a.begin(), a.end(), [&b](const std::string& word) { return contains(b, word); });
}

bool is_for(const Audience& audience, const Buyer& buyer) {
    if (!audience.tiers.empty() && !share_a_word(audience.tiers, buyer.tiers)) return false;
    if (!audience.plans.empty() && !share_a_word(audience.plans, buyer.plans)) return false;
    if (!audience.tags.empty() && !share_a_word(audience.tags, buyer.tags)) return false;
    return std::all_of(audience.conditions.begin(), audience.conditions.end(),
                       [&buyer](const std::string& word) { return contains(buyer.conditions, word); });
}

bool matches(const Scope& scope, const Line& line) {
    if (line.kind != scope.kind) return false;
    if (!scope.skus.empty() && !contains(scope.skus, line.sku)) return false;
    if (!scope.products.empty() && !contains(scope.products, line.product)) return false;
    if (!scope.categories.empty() && !share_a_word(scope.categories, line.categories)) return false;
    if (!scope.brands.empty() && !contains(scope.brands, line.brand)) return false;
    if (contains(scope.not_skus, line.sku)) return false;
    return !share_a_word(scope.not_categories, line.categories);
}

bool is_open(const OpenLine& line, Stage stage) {
    switch (stage) {
        case Stage::prices: return line.prices;
        case Stage::promotions: return line.promotions && line.line->add_on.empty();
        case Stage::coupons: return line.coupons;
        case Stage::points: break;
    }
    return line.points;
}

void keep_out(const Excluded& excluded, OpenLine& line) {
    if (!share_a_word(excluded.categories, line.line->categories)) return;
    line.prices = line.prices && !excluded.prices;
    line.promotions = line.promotions && !excluded.promotions;
    line.coupons = line.coupons && !excluded.coupons;
    line.points = line.points && !excluded.points;
}

OpenLine open_line(const Offers& offers, const Line& line, std::uint32_t place) {
    OpenLine open{&line, place};
    if (line.foreign.amount > 0 && !line.foreign.stackable)
        open.prices = open.promotions = open.coupons = open.points = false;
    for (const Excluded& excluded : offers.arbitration.excluded) keep_out(excluded, open);
    return open;
}

/// The lines of an add-on are those that name the promotion.
Reach add_ons(const Prepared& prepared, const std::string& code) {
    Reach reach;
    for (std::size_t i = 0; i < prepared.lines.size(); ++i) {
        if (prepared.lines[i].line->add_on == code && prepared.lines[i].promotions) reach.lines.set(i);
    }
    return reach;
}

template <typename AnOffer>
OpenOffer open_offer(const Prepared& prepared, const AnOffer& offer, Stage stage) {
    OpenOffer open;
    open.terms = &offer.terms;
    open.measured = offer.measured;
    open.own = reach_of(prepared, offer.on, stage);
    open.left = left_of(prepared, offer.terms.code);
    for (const Condition& condition : offer.conditions)
        open.conditions.emplace_back(&condition,
                                     condition.on ? reach_of(prepared, *condition.on, stage) : open.own);
    open.effects.reserve(offer.effects.size());
    for (const Effect& effect : offer.effects) {
        OpenEffect& opened = open.effects.emplace_back();
        opened.effect = &effect;
        opened.on = effect.on ? reach_of(prepared, *effect.on, stage) : open.own;
        opened.freight = (effect.on ? *effect.on : offer.on).kind == Kind::freight;
        if (const BuyGet* buy = std::get_if<BuyGet>(&effect.does))
            opened.from = buy->from ? reach_of(prepared, *buy->from, stage) : opened.on;
        if (std::holds_alternative<AddOn>(effect.does)) opened.on = add_ons(prepared, offer.terms.code);
        (opened.freight ? open.freight : open.goods) = true;
    }
    return open;
}

}  // namespace

Prepared prepare(const Offers& offers, const Request& request) {
    Prepared prepared{offers, request, {}};
    prepared.lines.reserve(request.lines.size());
    for (std::size_t i = 0; i < request.lines.size(); ++i)
        prepared.lines.push_back(open_line(offers, request.lines[i], static_cast<std::uint32_t>(i)));
    std::sort(prepared.lines.begin(), prepared.lines.end(),
              [](const OpenLine& a, const OpenLine& b) { return a.line->id < b.line->id; });
    return prepared;
}

Why stands(const Prepared& prepared, const Window& window) {
    if (window.from && prepared.request.now < *window.from) return Why::not_yet;
    if (window.until && prepared.request.now >= *window.until) return Why::over;
    return Why::applied;
}

Why stands(const Prepared& prepared, const Terms& terms) {
    if (const Why why = stands(prepared, terms.window); why != Why::applied) return why;
    if (!terms.channels.empty() && !contains(terms.channels, prepared.request.channel)) return Why::channel;
    return is_for(terms.audience, prepared.request.buyer) ? Why::applied : Why::audience;
}

Reach reach_of(const Prepared& prepared, const Scope& scope, Stage stage) {
    Reach reach;
    reach.full_price = scope.full_price;
    reach.price_from = scope.price_from;
    reach.price_to = scope.price_to;
    for (std::size_t i = 0; i < prepared.lines.size(); ++i) {
        if (is_open(prepared.lines[i], stage) && matches(scope, *prepared.lines[i].line)) reach.lines.set(i);
    }
    return reach;
}

const Left* left_of(const Prepared& prepared, const std::string& code) {
    for (const Left& left : prepared.request.left) {
        if (left.code == code) return &left;
    }
    return nullptr;
}

bool budget_holds(const Left* left, std::int64_t amount) {
    if (left == nullptr) return true;
    if (left->times && *left->times <= 0) return false;
    return !left->amount || amount <= *left->amount;
}

OpenOffer open(const Prepared& prepared, const Promotion& promotion, std::uint32_t index) {
    OpenOffer open = open_offer(prepared, promotion, Stage::promotions);
    open.instrument = Instrument::promotion;
    open.index = index;
    return open;
}

OpenOffer open(const Prepared& prepared, const Coupon& coupon, std::uint32_t index) {
    OpenOffer open = open_offer(prepared, coupon, Stage::coupons);
    open.instrument = Instrument::coupon;
    open.index = index;
    return open;
}

Missing missing(const OpenOffer& offer, const Running& running) {
    for (const auto& [condition, reach] : offer.conditions) {
        const Missing found{
            condition->amount == 0
                ? 0
                : std::max(condition->amount - amount_of(running, reach, offer.measured), std::int64_t{0}),
            condition->pieces == 0
                ? 0
                : std::max(condition->pieces - pieces_of(running, reach), std::int64_t{0})};
        if (found.any()) return found;
    }
    return {};
}

}  // namespace banyan::pricing
