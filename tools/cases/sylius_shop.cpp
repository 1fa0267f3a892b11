// SPDX-License-Identifier: Apache-2.0
#include "sylius_shop.h"

#include <algorithm>

#include "base/assert.h"

namespace banyan::cases::sylius {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_on_order(const pricing::Effect& effect) {
    return std::holds_alternative<pricing::OffTotal>(effect.does) &&
           !(effect.on && effect.on->kind == pricing::Kind::freight);
}

pricing::Coupon coupon_of(const CartPromotion& one) {
    pricing::Coupon coupon;
    coupon.terms = one.promotion.terms;
    coupon.on = one.promotion.on;
    coupon.measured = pricing::Measured::promoted;
    coupon.conditions = one.promotion.conditions;
    coupon.effects = one.promotion.effects;
    return coupon;
}

}  // namespace

Product& Shop::add_product(const std::string& name) {
    product = products.size();
    return products.emplace_back(Product{name, {}, {}});
}

std::size_t Shop::add_variant(Product& of, const std::string& name) {
    of.variants.push_back(variants.size());
    variants.push_back({name, of.name, {}, {}, true, {}});
    return variants.size() - 1;
}

std::optional<std::size_t> Shop::find(const std::string& name) const {
    for (std::size_t i = 0; i < variants.size(); ++i) {
        if (variants[i].name == name) return i;
    }
    for (const Product& one : products) {
        if (one.name == name && !one.variants.empty()) return one.variants.front();
    }
    return std::nullopt;
}

Product* Shop::find_product(const std::string& name) {
    for (Product& one : products) {
        if (one.name == name) return &one;
    }
    return nullptr;
}

void Shop::add_to_cart(std::size_t variant, std::int64_t pieces) {
    last_added = variant;
    for (auto& [known, count] : cart) {
        if (known == variant) {
            count += pieces;
            return;
        }
    }
    cart.emplace_back(variant, pieces);
}

std::int64_t Shop::price_of(const Amounts& amounts) const {
    if (const auto found = amounts.find(channel); found != amounts.end()) return found->second;
    if (const auto found = amounts.find(""); found != amounts.end()) return found->second;
    return amounts.empty() ? 0 : amounts.begin()->second;
}

pricing::Line Shop::line_of(std::size_t variant, std::int64_t pieces, const std::string& id) const {
    const Variant& of = variants[variant];
    pricing::Line line;
    line.id = id;
    line.sku = of.name;
    line.product = of.product;
    line.quantity = pieces;
    for (const Product& one : products) {
        if (one.name != of.product) continue;
        for (std::string taxon : one.taxons) {
            for (; !taxon.empty(); taxon = parent.contains(taxon) ? parent.at(taxon) : std::string())
                line.categories.push_back(taxon);
        }
    }
    // Each of the catalogue's promotions that takes this variant is a category of its own: its scopes are alternatives.
    bool lowered = false;
    for (const CatalogPromotion& one : catalog) {
        const bool taken =
            contains(one.variants, of.name) || contains(one.products, of.product) ||
            std::any_of(one.taxons.begin(), one.taxons.end(),
                        [&line](const std::string& taxon) { return contains(line.categories, taxon); });
        if (!taken) continue;
        line.categories.push_back("catalog " + one.price.terms.code);
        const pricing::Window& window = one.price.terms.window;
        lowered =
            lowered || ((!window.from || now >= *window.from) && (!window.until || now < *window.until) &&
                        (one.price.terms.channels.empty() || contains(one.price.terms.channels, channel)));
    }
    // The catalogue lowers the original price; without it the price stands as it is.
    line.price = price_of(lowered && !of.original.empty() ? of.original : of.price);
    return line;
}

pricing::Offers Shop::offers(Of of) const {
    pricing::Offers all;
    all.arbitration.prices = pricing::PriceRule::stack;
    for (const CatalogPromotion& one : catalog) {
        pricing::Price price = one.price;
        price.on.categories = {"catalog " + one.price.terms.code};
        all.prices.push_back(price);
    }
    std::int32_t after = 0;
    for (const CartPromotion& one : cart_promotions) {
        CartPromotion ours = one;
        pricing::Terms& terms = ours.promotion.terms;
        terms.priority = terms.priority * 1000 - ++after;  // of equal ones the first that was there
        if (of == Of::units) std::erase_if(ours.promotion.effects, is_on_order);
        if (ours.promotion.effects.empty()) continue;
        if (ours.code.empty())
            all.promotions.push_back(ours.promotion);
        else
            all.coupons.push_back(coupon_of(ours));
    }
    return all;
}

pricing::Request Shop::request() const {
    pricing::Request request;
    request.now = now;
    request.channel = channel;
    bool is_shipped = false;
    for (const auto& [variant, pieces] : cart) {
        request.lines.push_back(line_of(variant, pieces, "l" + std::to_string(request.lines.size())));
        is_shipped = is_shipped || variants[variant].is_shipped;
    }
    const auto chosen = std::find_if(shipping.begin(), shipping.end(),
                                     [this](const auto& way) { return way.first == shipping_chosen; });
    if (is_shipped && !shipping.empty()) {
        pricing::Line freight;
        freight.id = "way";
        freight.kind = pricing::Kind::freight;
        freight.sku = chosen != shipping.end() ? chosen->first : shipping.front().first;
        freight.price = chosen != shipping.end() ? chosen->second : shipping.front().second;
        request.lines.push_back(freight);
    }
    if (!group.empty()) request.buyer.tags = {group};
    const auto placed = orders.find(customer);
    const std::int64_t nth = (placed == orders.end() ? 0 : placed->second) + 1;
    request.buyer.conditions = {"order " + std::to_string(nth)};
    if (coupon.empty()) return request;
    pricing::HeldCoupon held{coupon, "", {}};
    for (const CartPromotion& one : cart_promotions) {
        if (one.code != coupon) continue;
        held.batch = one.promotion.terms.code;
        held.window.until = one.until;
        if (one.per_customer) request.left.push_back({held.batch, {}, {}, *one.per_customer - coupon_used});
    }
    request.buyer.coupons = {held};
    request.choice.coupons = {coupon};
    return request;
}

pricing::Quote Shop::quote(Of of) const {
    const pricing::Request asked = request();
    if (asked.lines.empty()) return {};
    auto result = pricing::quote(offers(of), asked);
    ASSERT(result.ok());
    return *std::move(result);
}

pricing::Quote Shop::quote_one(std::size_t variant) const {
    pricing::Request request;
    request.now = now;
    request.channel = channel;
    request.lines = {line_of(variant, 1, "l")};
    pricing::Offers all = offers(Of::all);
    all.promotions.clear();
    auto result = pricing::quote(all, request);
    ASSERT(result.ok());
    return *std::move(result);
}

std::int64_t Shop::asked(std::size_t variant) const { return quote_one(variant).pay(); }

std::optional<std::int64_t> Shop::original(std::size_t variant) const {
    const pricing::Quote quote = quote_one(variant);
    const Amounts& typed = variants[variant].original;
    const std::int64_t shown = typed.empty() ? quote.lines[0].list : price_of(typed);
    return shown > quote.pay() ? std::optional(shown) : std::nullopt;
}

std::vector<std::string> Shop::applied_to(std::size_t variant) const {
    std::vector<std::string> names;
    for (const pricing::LineCut& cut : quote_one(variant).cuts)
        names.push_back(catalog[cut.index].price.terms.code);
    std::sort(names.begin(), names.end());
    return names;
}

void Shop::remember_prices() {
    now = now + hours(1);
    for (std::size_t i = 0; i < variants.size(); ++i) {
        if (variants[i].price.empty()) continue;
        const std::int64_t price = asked(i);
        auto& history = variants[i].history;
        if (history.empty() || history.back().price != price) history.push_back({now, price});
    }
}

}  // namespace banyan::cases::sylius
