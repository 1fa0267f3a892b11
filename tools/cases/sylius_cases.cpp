// SPDX-License-Identifier: Apache-2.0
// Scenarios of Sylius about promotions, carts and prices, as data. What sets a shop up becomes our offers, what is in the
// cart a basket; what a scenario says of money is held against our quote. A scenario with a step that is not known here, or
// that says nothing of money, is out of scope, with the reason.

#include <algorithm>
#include <functional>
#include <map>

#include "base/decimal.h"
#include "cases.h"
#include "gherkin.h"
#include "sylius_shop.h"

namespace banyan::cases {

namespace {

using namespace sylius;
using pricing::Cut;
using Texts = std::vector<std::string>;

struct Wrong {
    std::string what;
};
struct OutOfScope {
    std::string reason;
};

constexpr const char* not_known = "a step that is not known";
constexpr const char* shipping_rules = "how a way of delivery is chosen is the shop's; freight is an input";
constexpr const char* taxes = "taxes are the shop's";
constexpr const char* administration = "how offers and coupons are kept, not what they come to";
constexpr const char* presentation = "what a page shows beside prices";

struct World {
    Shop shop;
    bool said_money = false;
};

std::int64_t money(const std::string& text) {
    std::string plain;
    for (const char c : text) {
        if ((c >= '0' && c <= '9') || c == '.' || c == '-') plain += c;
    }
    const auto minor = parse_minor(plain, 2);
    if (!minor) throw OutOfScope{not_known};
    return *minor;
}

/// "25%" is paid to 75 %.
Cut percent(const std::string& text) {
    const auto parts = parse_minor(text.substr(0, text.find('%')), 2);
    if (!parts || *parts > pricing::Share::whole) throw OutOfScope{not_known};
    return {Cut::How::pay, pricing::Share::whole - *parts};
}
/// "25%" or "$5.00".
Cut cut_of(const std::string& text) {
    return text.find('%') != std::string::npos ? percent(text) : Cut{Cut::How::off, money(text)};
}

void same(World& world, const char* what, std::int64_t found, std::int64_t expected) {
    world.said_money = true;
    if (found != expected)
        throw Wrong{std::string(what) + " is " + std::to_string(found) + ", expected " +
                    std::to_string(expected)};
}

std::size_t variant(const World& world, const std::string& name) {
    const auto found = world.shop.find(name);
    if (!found) throw OutOfScope{not_known};
    return *found;
}

Product& product(World& world) { return world.shop.products.at(world.shop.product); }

CartPromotion& promotion(World& world) {
    if (world.shop.cart_promotions.empty()) throw OutOfScope{not_known};
    return world.shop.cart_promotions.back();
}

void add_product(World& world, const std::string& name, const std::string& price,
                 const std::string& channel = "") {
    Product& added = world.shop.add_product(name);
    const std::size_t only = world.shop.add_variant(added, name);
    if (!price.empty()) world.shop.variants[only].price[channel] = money(price);
    world.shop.viewed = only;
}

void add_variant(World& world, Product& of, const std::string& name, const std::string& price,
                 const std::string& channel = "") {
    const std::size_t added = world.shop.add_variant(of, name);
    world.shop.variants[added].price[channel] = money(price);
}

void add_promotion(World& world, const std::string& name, const Step& step, bool exclusive = false) {
    CartPromotion& added = world.shop.cart_promotions.emplace_back();
    added.promotion.terms.code = name;
    added.promotion.exclusive = exclusive;
    if (!step.numbers.empty()) added.promotion.terms.priority = std::stoi(step.numbers.front());
}

pricing::Effect off_order(const Cut& cut) { return {std::nullopt, pricing::OffTotal{{{0, 0, cut}}}}; }
pricing::Effect off_units(const Cut& cut, std::optional<pricing::Scope> on) {
    return {std::move(on), pricing::OffPieces{cut}};
}
pricing::Scope of_taxons(Texts taxons) {
    pricing::Scope scope;
    scope.categories = std::move(taxons);
    return scope;
}
pricing::Effect off_shipping(const Cut& cut) {
    pricing::Scope freight;
    freight.kind = pricing::Kind::freight;
    return {freight, pricing::OffPieces{cut}};
}
constexpr Cut free_of_charge{Cut::How::pay, 0};

void gives(World& world, pricing::Effect effect) {
    promotion(world).promotion.effects.push_back(std::move(effect));
}
void asks(World& world, pricing::Condition condition) {
    promotion(world).promotion.conditions.push_back(std::move(condition));
}
void asks_amount(World& world, const std::string& amount) { asks(world, {std::nullopt, money(amount), 0}); }
void asks_order(World& world, const Step& step) {
    promotion(world).promotion.terms.audience.conditions = {"order " + step.numbers.front()};
}

/// A promotion of the catalogue.
struct Sale {
    std::string name;
    Cut cut;
    std::string variant = {};
    std::string product = {};
    std::string taxon = {};
    std::string channel = {};
    pricing::Window window = {};
    bool exclusive = false;
};
void add_sale(World& world, const Step& step, const Sale& sale, bool has_priority = false) {
    world.shop.remember_prices();
    CatalogPromotion& added = world.shop.catalog.emplace_back();
    added.price.terms.code = sale.name;
    added.price.terms.window = sale.window;
    if (has_priority) added.price.terms.priority = std::stoi(step.numbers.front());
    if (!sale.channel.empty()) added.price.terms.channels = {sale.channel};
    added.price.steps = {{1, sale.cut}};
    added.price.exclusive = sale.exclusive;
    if (!sale.variant.empty()) added.variants = {sale.variant};
    if (!sale.product.empty()) added.products = {sale.product};
    if (!sale.taxon.empty()) added.taxons = {sale.taxon};
    world.shop.remember_prices();
}

pricing::Window between(const std::string& from, const std::string& until) {
    const auto begins = parse_date(from);
    const auto ends = parse_date(until);
    if (!begins || !ends) throw OutOfScope{not_known};
    return {Instant{} + days(day_number(*begins)), Instant{} + days(day_number(*ends))};
}

std::int64_t off_goods(const World& world, const pricing::Quote& quote) {
    const pricing::Request request = world.shop.request();
    std::int64_t off = 0;
    for (const pricing::LineCut& cut : quote.cuts) {
        const bool ours =
            cut.instrument == pricing::Instrument::promotion || cut.instrument == pricing::Instrument::coupon;
        if (ours && request.lines[cut.line].kind == pricing::Kind::goods) off += cut.amount;
    }
    return off;
}

std::size_t line_of(const World& world, std::size_t of) {
    for (std::size_t i = 0; i < world.shop.cart.size(); ++i) {
        if (world.shop.cart[i].first == of) return i;
    }
    throw Wrong{"it is not in the cart"};
}

/// What promotions take off the units of a line.
std::int64_t off_units_of(const World& world, std::size_t of) {
    const pricing::Quote quote = world.shop.quote(Shop::Of::units);
    const std::size_t line = line_of(world, of);
    std::int64_t off = 0;
    for (const pricing::LineCut& cut : quote.cuts) {
        if (cut.line == line && cut.instrument != pricing::Instrument::price) off += cut.amount;
    }
    return off;
}

std::int64_t freight(const World& world) {
    const pricing::Request request = world.shop.request();
    const pricing::Quote quote = world.shop.quote(Shop::Of::all);
    std::int64_t paid = 0;
    for (std::size_t i = 0; i < request.lines.size(); ++i) {
        if (request.lines[i].kind == pricing::Kind::freight) paid += quote.lines[i].paid;
    }
    return paid;
}

/// What a unit costs in the cart, before what is off the whole order.
std::int64_t unit_in_cart(const World& world, std::size_t of) {
    const pricing::Quote quote = world.shop.quote(Shop::Of::units);
    const pricing::QuotedLine& line = quote.lines[line_of(world, of)];
    return line.paid / line.pieces;
}

void see_discounted(World& world, std::size_t of, const std::string& from, const std::string& to,
                    Texts names) {
    same(world, "the price", world.shop.asked(of), money(to));
    same(world, "the original price", world.shop.original(of).value_or(0), money(from));
    std::sort(names.begin(), names.end());
    if (world.shop.applied_to(of) != names) throw Wrong{"other promotions applied"};
}

void expect_coupon_invalid(World& world) {
    const pricing::Quote quote = world.shop.quote(Shop::Of::all);
    for (const pricing::Outcome& outcome : quote.outcomes) {
        if (outcome.instrument == pricing::Instrument::coupon && outcome.why == pricing::Why::applied)
            throw Wrong{"the coupon was taken"};
    }
}

void expect_no_discount(World& world) {
    same(world, "the discount", off_goods(world, world.shop.quote(Shop::Of::all)), 0);
}

void remove_from_cart(World& world, std::size_t of) {
    std::erase_if(world.shop.cart, [of](const auto& line) { return line.first == of; });
}

using Does = std::function<void(World&, const Step&)>;
using Table = std::map<std::string, Does, std::less<>>;

void nothing(World& /*world*/, const Step& /*step*/) {}

void add_goods_steps(Table& t) {
    t[R"(the store has a product "" priced at "")"] = [](World& w, const Step& s) {
        add_product(w, s.quoted[0], s.quoted[1]);
    };
    t[R"(the store also has a product "" priced at "")"] = t[R"(the store has a product "" priced at "")"];
    t[R"(the store has a product "" priced at "" in "" channel)"] = [](World& w, const Step& s) {
        add_product(w, s.quoted[0], s.quoted[1], s.quoted[2]);
    };
    t[R"(the store has a product "" priced at "" belonging to the "" taxon)"] = [](World& w, const Step& s) {
        add_product(w, s.quoted[0], s.quoted[1]);
        product(w).taxons = {s.quoted[2]};
    };
    t[R"(this product is also priced at "" in "" channel)"] = [](World& w, const Step& s) {
        w.shop.variants[product(w).variants.front()].price[s.quoted[1]] = money(s.quoted[0]);
    };
    t[R"(the store has a product "")"] = [](World& w, const Step& s) {
        add_product(w, s.quoted[0], "$1.00");
    };
    t[R"(the store has a "" configurable product)"] = [](World& w, const Step& s) {
        w.shop.add_product(s.quoted[0]);
    };
    t[R"(this product has "" variant priced at "")"] = [](World& w, const Step& s) {
        add_variant(w, product(w), s.quoted[0], s.quoted[1]);
    };
    t[R"(this product has "" variant priced at "" which does not require shipping)"] = [](World& w,
                                                                                          const Step& s) {
        add_variant(w, product(w), s.quoted[0], s.quoted[1]);
        w.shop.variants.back().is_shipped = false;
    };
    t[R"(this product has "" variant priced at "" in "" channel)"] = [](World& w, const Step& s) {
        add_variant(w, product(w), s.quoted[0], s.quoted[1], s.quoted[2]);
    };
    t[R"("" variant priced at "" in "" channel)"] = [](World& w, const Step& s) {
        w.shop.variants[variant(w, s.quoted[0])].price[s.quoted[2]] = money(s.quoted[1]);
    };
    const Does named_variant = [](World& w, const Step& s) {
        Product* of = w.shop.find_product(s.quoted[0]);
        if (of == nullptr) throw OutOfScope{not_known};
        add_variant(w, *of, s.quoted[1], s.quoted[2]);
    };
    t[R"(the product "" has "" variant priced at "")"] = named_variant;
    t[R"(the product "" has a "" variant priced at "")"] = named_variant;
    t[R"(the product "" has a "" variant priced at "" and originally priced at "")"] =
        [named_variant](World& w, const Step& s) {
            named_variant(w, s);
            w.shop.variants.back().original[""] = money(s.quoted[3]);
        };
    t[R"(the "" product variant has original price at "")"] = [](World& w, const Step& s) {
        w.shop.variants[variant(w, s.quoted[0])].original[""] = money(s.quoted[1]);
    };
    t[R"(the product "" has original price "")"] = t[R"(the "" product variant has original price at "")"];
    t[R"(this product's price is "")"] = [](World& w, const Step& s) {
        w.shop.variants[product(w).variants.front()].price = {{"", money(s.quoted[0])}};
    };
    t[R"(this product's price changed to "" and original price changed to "")"] = [](World& w,
                                                                                     const Step& s) {
        Variant& v = w.shop.variants[product(w).variants.front()];
        w.shop.remember_prices();
        v.price = {{"", money(s.quoted[0])}};
        v.original = {{"", money(s.quoted[1])}};
    };
    t[R"(this product has option "" with values "", "" and "")"] = nothing;
    t[R"(this product is available in "" volume priced at "")"] = [](World& w, const Step& s) {
        add_variant(w, product(w), s.quoted[0], s.quoted[1]);
    };
    const Does classifies = nothing;
    for (const char* form :
         {R"(the store classifies its products as "")", R"(the store classifies its products as "" and "")",
          R"(the store classifies its products as "", "" and "")",
          R"(the store classifies its products as "", "", "" and "")"})
        t[form] = classifies;
    t[R"(the "" taxon has child taxon "")"] = [](World& w, const Step& s) {
        w.shop.parent[s.quoted[1]] = s.quoted[0];
    };
    t[R"(the "" taxon has children taxons "" and "")"] = [](World& w, const Step& s) {
        w.shop.parent[s.quoted[1]] = w.shop.parent[s.quoted[2]] = s.quoted[0];
    };
    const Does belongs = [](World& w, const Step& s) {
        for (const std::string& taxon : s.quoted) product(w).taxons.push_back(taxon);
    };
    for (const char* form : {R"(this product belongs to "")", R"(it belongs to "")",
                             R"(it belongs to "" and "")", R"(this product belongs to "" and "")"})
        t[form] = belongs;
    t[R"(this product is available in "" channel and "" channel)"] = nothing;
    t[R"(there are N units of product "" available in the inventory)"] = nothing;
    t[R"(I change the price of the "" product variant to "" in "" channel)"] = [](World& w, const Step& s) {
        w.shop.variants[variant(w, s.quoted[0])].price[s.quoted[2]] = money(s.quoted[1]);
    };
    t[R"(I change the original price of the "" product variant to "" in "" channel)"] = [](World& w,
                                                                                           const Step& s) {
        w.shop.variants[variant(w, s.quoted[0])].original[s.quoted[2]] = money(s.quoted[1]);
    };
}

void add_shop_steps(Table& t) {
    t[R"(the store operates on a single channel in "")"] = [](World& w, const Step& s) {
        w.shop.channel = s.quoted[0];
    };
    const Does channel = [](World& w, const Step& s) {
        if (w.shop.channel.empty()) w.shop.channel = s.quoted[0];
    };
    for (const char* form :
         {R"(the store operates on a channel named "" with hostname "")",
          R"(the store operates on another channel named "" with hostname "")",
          R"(the store operates on a channel named "" in "" currency and with hostname "")",
          R"(the store operates on another channel named "" in "" currency and with hostname "")"})
        t[form] = channel;
    t[R"(I change my current channel to "")"] = [](World& w, const Step& s) { w.shop.channel = s.quoted[0]; };
    t[R"(it is "" now)"] = [](World& w, const Step& s) {
        const auto day = parse_date(s.quoted[0]);
        if (!day) throw OutOfScope{not_known};
        w.shop.now = Instant{} + days(day_number(*day));
    };
    t[R"(the store has "" shipping method with "" fee)"] = [](World& w, const Step& s) {
        w.shop.shipping.emplace_back(s.quoted[0], money(s.quoted[1]));
    };
    for (const char* form : {"the store ships everywhere for free", "the store ships everywhere for Free",
                             R"(the store allows paying "")", R"(the store allows paying with "")",
                             "I am logged in as an administrator", "I addressed the cart", "I addressed it",
                             "I see the summary of my cart", R"(the store has a customer group "")"})
        t[form] = nothing;
    t["I am a logged in customer"] = [](World& w, const Step&) { w.shop.customer = "me"; };
    t[R"(there is a customer account "")"] = [](World& w, const Step& s) { w.shop.customer = s.quoted[0]; };
    t[R"(the customer belongs to group "")"] = [](World& w, const Step& s) {
        w.shop.group_of[w.shop.customer] = s.quoted[0];
    };
    t[R"(I am logged in as "")"] = [](World& w, const Step& s) {
        w.shop.customer = s.quoted[0];
        w.shop.group = w.shop.group_of[s.quoted[0]];
    };
    t[R"(I proceed with selecting "" shipping method)"] = [](World& w, const Step& s) {
        w.shop.shipping_chosen = s.quoted[0];
    };
    t[R"(I complete addressing step with email "" and "" based billing address)"] =
        [](World& w, const Step& s) { w.shop.customer = s.quoted[0]; };
    t[R"(the customer "" has already placed an order "")"] = [](World& w, const Step& s) {
        ++w.shop.orders[s.quoted[0]];
    };
    t[R"(I placed an order "")"] = [](World& w, const Step&) {
        ++w.shop.orders[w.shop.customer];
        w.shop.order_used_coupon = false;
    };
    for (const char* form :
         {R"(the customer bought a single "")",
          R"(the customer chose "" shipping method to "" with "" payment)", R"(I bought a "" and a "")",
          R"(I chose "" shipping method to "" with "" payment)"})
        t[form] = nothing;
    const Does used = [](World& w, const Step&) {
        ++w.shop.coupon_used;
        w.shop.order_used_coupon = true;
    };
    t[R"(I bought a single "" using "" coupon)"] = used;
    t[R"(I used "" coupon)"] = used;
    t["I cancelled this order"] = [](World& w, const Step&) {
        --w.shop.orders[w.shop.customer];
        if (w.shop.order_used_coupon && promotion(w).reusable) --w.shop.coupon_used;
    };
}

void add_catalog_steps(Table& t) {
    t[R"(there is a catalog promotion "" that reduces price by "" and applies on "" variant)"] =
        [](World& w, const Step& s) { add_sale(w, s, {s.quoted[0], cut_of(s.quoted[1]), s.quoted[2]}); };
    t[R"(there is a catalog promotion "" that reduces price by "" and applies on "" product)"] =
        [](World& w, const Step& s) { add_sale(w, s, {s.quoted[0], cut_of(s.quoted[1]), "", s.quoted[2]}); };
    t[R"(there is a catalog promotion "" that reduces price by "" and applies on "" taxon)"] =
        [](World& w, const Step& s) {
            add_sale(w, s, {s.quoted[0], cut_of(s.quoted[1]), "", "", s.quoted[2]});
        };
    t[R"(there is a catalog promotion "" that reduces price by "" and applies on "" variant and "" variant)"] =
        [](World& w, const Step& s) {
            add_sale(w, s, {s.quoted[0], cut_of(s.quoted[1]), s.quoted[2]});
            w.shop.catalog.back().variants.push_back(s.quoted[3]);
        };
    t[R"(it applies also on "" variant)"] = [](World& w, const Step& s) {
        w.shop.catalog.back().variants.push_back(s.quoted[0]);
    };
    t[R"(there is a catalog promotion "" that reduces price by fixed "" in the "" channel and applies on "" product)"] =
        [](World& w, const Step& s) {
            add_sale(w, s, {s.quoted[0], cut_of(s.quoted[1]), "", s.quoted[3], "", s.quoted[2]});
        };
    t[R"(there is a catalog promotion "" that reduces price by fixed "" in the "" channel and applies on "" variant)"] =
        [](World& w, const Step& s) {
            add_sale(w, s, {s.quoted[0], cut_of(s.quoted[1]), s.quoted[3], "", "", s.quoted[2]});
        };
    t[R"(there is a catalog promotion "" available in "" channel that reduces price by "" and applies on "" variant)"] =
        [](World& w, const Step& s) {
            add_sale(w, s, {s.quoted[0], cut_of(s.quoted[2]), s.quoted[3], "", "", s.quoted[1]});
        };
    t[R"(there is a catalog promotion "" with priority N that reduces price by "" and applies on "" product)"] =
        [](World& w, const Step& s) {
            add_sale(w, s, {s.quoted[0], cut_of(s.quoted[1]), "", s.quoted[2]}, true);
        };
    t[R"(there is a catalog promotion "" with priority N that reduces price by "" and applies on "" variant)"] =
        [](World& w, const Step& s) {
            add_sale(w, s, {s.quoted[0], cut_of(s.quoted[1]), s.quoted[2]}, true);
        };
    t[R"(there is a catalog promotion "" with priority N that reduces price by fixed "" in the "" channel and applies on "" product)"] =
        [](World& w, const Step& s) {
            add_sale(w, s, {s.quoted[0], cut_of(s.quoted[1]), "", s.quoted[3], "", s.quoted[2]}, true);
        };
    const Does exclusive = [](World& w, const Step& s) {
        add_sale(w, s, {s.quoted[0], cut_of(s.quoted[1]), s.quoted[2], "", "", "", {}, true}, true);
    };
    t[R"(there is an exclusive catalog promotion "" with priority N that reduces price by "" and applies on "" variant)"] =
        exclusive;
    t[R"(there is another exclusive catalog promotion "" with priority N that reduces price by "" and applies on "" variant)"] =
        exclusive;
    const Does in_time = [](World& w, const Step& s) {
        add_sale(w, s,
                 {s.quoted[0], cut_of(s.quoted[4]), s.quoted[5], "", "", s.quoted[3],
                  between(s.quoted[1], s.quoted[2])});
    };
    t[R"(there is a catalog promotion "" between "" and "" available in "" channel that reduces price by "" and applies on "" variant)"] =
        in_time;
    t[R"(there is another catalog promotion "" between "" and "" available in "" channel that reduces price by "" and applies on "" variant)"] =
        in_time;
    t[R"(there is disabled catalog promotion "" between "" and "" available in "" channel that reduces price by "" and applies on "" variant)"] =
        nothing;
}

void add_promotion_steps(Table& t) {
    t[R"(there is a promotion "")"] = [](World& w, const Step& s) { add_promotion(w, s.quoted[0], s); };
    t[R"(there is a promotion "" with priority N)"] = t[R"(there is a promotion "")"];
    t[R"(there is an exclusive promotion "" with priority N)"] = [](World& w, const Step& s) {
        add_promotion(w, s.quoted[0], s, true);
    };
    t[R"(there is a promotion "" that applies to discounted products)"] = t[R"(there is a promotion "")"];
    t[R"(there is a promotion "" that does not apply to discounted products)"] = [](World& w, const Step& s) {
        add_promotion(w, s.quoted[0], s);
        promotion(w).promotion.on.full_price = pricing::FullPrice::only;
    };
    t[R"(the store has promotion "" with coupon "")"] = [](World& w, const Step& s) {
        add_promotion(w, s.quoted[0], s);
        promotion(w).code = s.quoted[1];
    };
    t["this coupon is valid until tomorrow"] = [](World& w, const Step&) {
        promotion(w).until = w.shop.now + days(1);
    };
    t["this coupon has already expired"] = [](World& w, const Step&) {
        promotion(w).until = w.shop.now - days(1);
    };
    t["this coupon can be used once per customer"] = [](World& w, const Step&) {
        promotion(w).per_customer = 1;
    };
    t["this coupon can be used twice per customer"] = [](World& w, const Step&) {
        promotion(w).per_customer = 2;
    };
    t["this coupon is set as non reusable after cancelling the order in which it has been used"] =
        [](World& w, const Step&) { promotion(w).reusable = false; };
    t["this promotion is valid until tomorrow"] = [](World& w, const Step&) {
        promotion(w).promotion.terms.window.until = w.shop.now + days(1);
    };
    t["this promotion has already expired"] = [](World& w, const Step&) {
        promotion(w).promotion.terms.window.until = w.shop.now - days(1);
    };
    t["this promotion started yesterday"] = [](World& w, const Step&) {
        promotion(w).promotion.terms.window.from = w.shop.now - days(1);
    };
    t["this promotion starts tomorrow"] = [](World& w, const Step&) {
        promotion(w).promotion.terms.window.from = w.shop.now + days(1);
    };
    const Does every_order = [](World& w, const Step& s) { gives(w, off_order(cut_of(s.quoted[0]))); };
    const Does pieces = [](World& w, const Step& s) {
        gives(w, off_order(cut_of(s.quoted[0])));
        asks(w, {std::nullopt, 0, std::stoll(s.numbers[0])});
    };
    const Does amount = [](World& w, const Step& s) {
        gives(w, off_order(cut_of(s.quoted[0])));
        asks_amount(w, s.quoted[1]);
    };
    const Does of_taxon = [](World& w, const Step& s) {
        gives(w, off_units(cut_of(s.quoted[0]), of_taxons({s.quoted[1]})));
    };
    const Does of_product = [](World& w, const Step& s) {
        pricing::Scope on;
        on.products = {s.quoted[1]};
        gives(w, off_units(cut_of(s.quoted[0]), on));
    };
    const Does nth = [](World& w, const Step& s) {
        gives(w, off_order(cut_of(s.quoted[0])));
        asks_order(w, s);
    };
    for (const char* who : {"it gives ", "this promotion gives ", "the promotion gives "}) {
        const std::string it = who;
        t[it + R"("" discount to every order)"] = every_order;
        t[it + R"("" discount to every order with quantity at least N)"] = pieces;
        t[it + R"("" discount to every order with items total at least "")"] = amount;
        t[it + R"("" off on every product classified as "")"] = of_taxon;
        t[it + R"("" off every product classified as "")"] = of_taxon;
        t[it + R"(another "" off on every product classified as "")"] = of_taxon;
        t[it + R"("" off on a "" product)"] = of_product;
        t[it + R"("" off the order for customers from "" group)"] = [](World& w, const Step& s) {
            gives(w, off_order(cut_of(s.quoted[0])));
            promotion(w).promotion.terms.audience.tags = {s.quoted[1]};
        };
        for (const char* of : {R"("" off customer's Nst order)", R"("" off customer's Nnd order)",
                               R"("" off on the customer's Nst order)"})
            t[it + of] = nth;
        t[it + R"("" off on every product priced between "" and "")"] = [](World& w, const Step& s) {
            pricing::Scope on = promotion(w).promotion.on;
            on.price_from = money(s.quoted[1]);
            on.price_to = money(s.quoted[2]);
            gives(w, off_units(cut_of(s.quoted[0]), on));
        };
        t[it + R"("" off on every product with minimum price at "")"] = [](World& w, const Step& s) {
            pricing::Scope on = promotion(w).promotion.on;
            on.price_from = money(s.quoted[1]);
            gives(w, off_units(cut_of(s.quoted[0]), on));
        };
        t[it + R"("" off on every product when the item total is at least "")"] = [](World& w,
                                                                                     const Step& s) {
            gives(w, off_units(cut_of(s.quoted[0]), std::nullopt));
            asks_amount(w, s.quoted[1]);
        };
        t[it + R"(free shipping to every order over "")"] = [](World& w, const Step& s) {
            gives(w, off_shipping(free_of_charge));
            asks_amount(w, s.quoted[0]);
        };
        t[it + R"(free shipping to every order)"] = [](World& w, const Step&) {
            gives(w, off_shipping(free_of_charge));
        };
        t[it + R"("" discount on shipping to every order)"] = [](World& w, const Step& s) {
            gives(w, off_shipping(cut_of(s.quoted[0])));
        };
        t[it +
          R"("" discount to every order in the "" channel and "" discount to every order in the "" channel)"] =
            [](World& w, const Step& s) {
                CartPromotion second = promotion(w);
                promotion(w).promotion.terms.channels = {s.quoted[1]};
                gives(w, off_order(cut_of(s.quoted[0])));
                second.promotion.terms.code += " " + s.quoted[3];
                second.promotion.terms.channels = {s.quoted[3]};
                w.shop.cart_promotions.push_back(second);
                gives(w, off_order(cut_of(s.quoted[2])));
            };
        t[it +
          R"("" off on every product classified as "" and a free shipping to every order with items total equal at least "")"] =
            [](World& w, const Step& s) {
                gives(w, off_units(cut_of(s.quoted[0]), of_taxons({s.quoted[1]})));
                gives(w, off_shipping(free_of_charge));
                asks_amount(w, s.quoted[2]);
            };
        t[it +
          R"("" off on every product classified as "" and a "" discount to every order with items total equal at least "")"] =
            [](World& w, const Step& s) {
                gives(w, off_units(cut_of(s.quoted[0]), of_taxons({s.quoted[1]})));
                gives(w, off_order(cut_of(s.quoted[2])));
                asks_amount(w, s.quoted[3]);
            };
        t[it + R"("" off on every product classified as "" and "" discount on every order)"] =
            [](World& w, const Step& s) {
                gives(w, off_units(cut_of(s.quoted[0]), of_taxons({s.quoted[1]})));
                gives(w, off_order(cut_of(s.quoted[2])));
            };
        t[it + R"("" off on every product classified as "" if order contains any product classified as "")"] =
            [](World& w, const Step& s) {
                gives(w, off_units(cut_of(s.quoted[0]), of_taxons({s.quoted[1]})));
                asks(w, {of_taxons({s.quoted[2]}), 0, 1});
            };
        t[it +
          R"("" off on every product classified as "" or "" if order contains any product classified as "" or "")"] =
            [](World& w, const Step& s) {
                gives(w, off_units(cut_of(s.quoted[0]), of_taxons({s.quoted[1], s.quoted[2]})));
                asks(w, {of_taxons({s.quoted[3], s.quoted[4]}), 0, 1});
            };
    }
}

void add_cart_steps(Table& t) {
    const Does add = [](World& w, const Step& s) { w.shop.add_to_cart(variant(w, s.quoted[0]), 1); };
    for (const char* form :
         {R"(I add product "" to the cart)", R"(I add the product "" to the cart)",
          R"(the customer adds "" product to the cart)", R"(I have product "" in the cart)",
          R"(I added product "" to the cart)", R"(I add "" variant of this product to the cart)",
          R"(I have "" variant of this product in the cart)"})
        t[form] = add;
    t[R"(I add N products "" to the cart)"] = [](World& w, const Step& s) {
        w.shop.add_to_cart(variant(w, s.quoted[0]), std::stoll(s.numbers[0]));
    };
    t[R"(I add products "", "" and "" to the cart)"] = [](World& w, const Step& s) {
        for (const std::string& name : s.quoted) w.shop.add_to_cart(variant(w, name), 1);
    };
    t["I add N of them to my cart"] = [](World& w, const Step& s) {
        w.shop.add_to_cart(product(w).variants.front(), std::stoll(s.numbers[0]));
    };
    const Does add_this = [](World& w, const Step&) { w.shop.add_to_cart(product(w).variants.front(), 1); };
    t["I add this product to the cart"] = t["I added this product to the cart"] = add_this;
    t[R"(I remove product "" from the cart)"] = [](World& w, const Step& s) {
        remove_from_cart(w, variant(w, s.quoted[0]));
    };
    t[R"(I remove "" variant from the cart)"] = t[R"(I remove product "" from the cart)"];
    t["I clear my cart"] = [](World& w, const Step&) { w.shop.cart.clear(); };
    t[R"(I use coupon with code "")"] = [](World& w, const Step& s) { w.shop.coupon = s.quoted[0]; };
    t[R"(this cart has promotion applied with coupon "")"] = t[R"(I use coupon with code "")"];
    t["I remove coupon from my cart"] = [](World& w, const Step&) { w.shop.coupon.clear(); };
    t[R"(I view product "")"] = [](World& w, const Step& s) { w.shop.viewed = variant(w, s.quoted[0]); };
    t[R"(I view "" variant of the "" product)"] = t[R"(I view product "")"];
    t[R"(I select "" variant)"] = t[R"(I view product "")"];
    t[R"(I select its volume as "")"] = t[R"(I view product "")"];
    t["I check this product's details"] = [](World& w, const Step&) {
        w.shop.viewed = product(w).variants.front();
    };
    t["I view variants"] = nothing;
}

void add_price_outcomes(Table& t) {
    const Does price = [](World& w, const Step& s) {
        same(w, "the price", w.shop.asked(w.shop.viewed), money(s.quoted[0]));
    };
    for (const char* form : {R"(I should see the product price "")", R"(the product price should be "")",
                             R"(the product variant price should be "")"})
        t[form] = price;
    const Does original = [](World& w, const Step& s) {
        same(w, "the original price", w.shop.original(w.shop.viewed).value_or(0), money(s.quoted[0]));
    };
    t[R"(I should see the product original price "")"] = t[R"(the product original price should be "")"] =
        original;
    t["I should not see any original price"] = [](World& w, const Step&) {
        same(w, "the original price", w.shop.original(w.shop.viewed).value_or(0), 0);
    };
    const Does no_sale = [](World& w, const Step&) {
        if (!w.shop.applied_to(w.shop.viewed).empty()) throw Wrong{"a promotion applied"};
        w.said_money = true;
    };
    t["I should see this product has no catalog promotion applied"] =
        t["I should see this variant is not discounted"] = no_sale;
    t[R"(I should see this variant is discounted from "" to "" with "" promotion)"] = [](World& w,
                                                                                         const Step& s) {
        see_discounted(w, w.shop.viewed, s.quoted[0], s.quoted[1], {s.quoted[2]});
    };
    t[R"(I should see this variant is discounted from "" to "" with "" and "" promotions)"] =
        [](World& w, const Step& s) {
            see_discounted(w, w.shop.viewed, s.quoted[0], s.quoted[1], {s.quoted[2], s.quoted[3]});
        };
    t[R"(I should see "" variant is discounted from "" to "" with "" promotion)"] = [](World& w,
                                                                                       const Step& s) {
        see_discounted(w, variant(w, s.quoted[0]), s.quoted[1], s.quoted[2], {s.quoted[3]});
    };
    t[R"(I should see "" variant is not discounted)"] = [](World& w, const Step& s) {
        if (!w.shop.applied_to(variant(w, s.quoted[0])).empty()) throw Wrong{"a promotion applied"};
        w.said_money = true;
    };
    t[R"(I should see "" as its lowest price before the discount)"] = [](World& w, const Step& s) {
        w.shop.remember_prices();
        same(w, "the lowest price before",
             pricing::lowest_before(w.shop.variants[w.shop.viewed].history, w.shop.now, days(30)).value_or(0),
             money(s.quoted[0]));
    };
    t[R"(the visitor should see "" as the price of the "" product in the "" channel)"] = [](World& w,
                                                                                            const Step& s) {
        w.shop.channel = s.quoted[2];
        same(w, "the price", w.shop.asked(variant(w, s.quoted[1])), money(s.quoted[0]));
    };
    t[R"(the visitor should see "" as the original price of the "" product in the "" channel)"] =
        [](World& w, const Step& s) {
            w.shop.channel = s.quoted[2];
            same(w, "the original price", w.shop.original(variant(w, s.quoted[1])).value_or(0),
                 money(s.quoted[0]));
        };
}

void add_cart_outcomes(Table& t) {
    const Does total = [](World& w, const Step& s) {
        same(w, "the total", w.shop.quote(Shop::Of::all).pay(), money(s.quoted[0]));
    };
    for (const char* form : {R"(my cart total should be "")", R"(the cart total should be "")",
                             R"(my cart's total should be "")"})
        t[form] = total;
    t[R"(my discount should be "")"] = [](World& w, const Step& s) {
        same(w, "the discount", -off_goods(w, w.shop.quote(Shop::Of::all)), money(s.quoted[0]));
    };
    t["there should be no discount applied"] = [](World& w, const Step&) { expect_no_discount(w); };
    t[R"(my cart shipping total should be "")"] = [](World& w, const Step& s) {
        same(w, "the freight", freight(w), money(s.quoted[0]));
    };
    t["I should not see shipping total for my cart"] = [](World& w, const Step&) {
        same(w, "the freight", freight(w), 0);
    };
    const Does of_last = [](World& w, const Step& s) {
        same(w, "what is off", off_units_of(w, w.shop.last_added), money(s.quoted[0]));
    };
    for (const char* form :
         {R"(its price should be decreased by "")", R"(theirs price should be decreased by "")",
          R"(theirs subtotal price should be decreased by "")"})
        t[form] = of_last;
    const Does of_one = [](World& w, const Step& s) {
        same(w, "what is off", off_units_of(w, variant(w, s.quoted[0])), money(s.quoted[1]));
    };
    t[R"(product "" price should be decreased by "")"] = t[R"(product "" price should be discounted by "")"] =
        of_one;
    t[R"(product "" price should not be decreased)"] = [](World& w, const Step& s) {
        same(w, "what is off", off_units_of(w, variant(w, s.quoted[0])), 0);
    };
    const Does unit = [](World& w, const Step& s) {
        same(w, "a unit", unit_in_cart(w, variant(w, s.quoted[0])), money(s.quoted[1]));
    };
    for (const char* form : {R"(the product "" should have discounted unit price "" in the cart)",
                             R"(I should see "" with discounted unit price "" in my cart)",
                             R"(I should see "" with unit price "" in my cart)",
                             R"(I should see "" only with unit price "" in my cart)"})
        t[form] = unit;
    t[R"(the product "" should have total price "" in the cart)"] = [](World& w, const Step& s) {
        const pricing::Quote quote = w.shop.quote(Shop::Of::all);
        same(w, "the line", quote.lines[line_of(w, variant(w, s.quoted[0]))].paid, money(s.quoted[1]));
    };
    t[R"(I should see "" with original price "" in my cart)"] = [](World& w, const Step& s) {
        const std::size_t of = variant(w, s.quoted[0]);
        const pricing::QuotedLine line = w.shop.quote(Shop::Of::all).lines[line_of(w, of)];
        same(w, "the original price", line.list / line.pieces, money(s.quoted[1]));
    };
    t["I should be notified that the coupon is invalid"] = [](World& w, const Step&) {
        expect_coupon_invalid(w);
    };
    const Does is_empty = [](World& w, const Step&) {
        if (!w.shop.cart.empty()) throw Wrong{"the cart is not empty"};
    };
    t["my cart should be empty"] = t["my cart should be cleared"] = is_empty;
    t[R"(I should see "" with quantity N in my cart)"] = [](World& w, const Step& s) {
        if (w.shop.cart[line_of(w, variant(w, s.quoted[0]))].second != std::stoll(s.numbers[0]))
            throw Wrong{"the quantity is another"};
    };
    for (const char* form : {"I should be on my cart summary page",
                             "I should be notified that the product has been successfully added",
                             "there should be one item in my cart", R"(this item should have name "")",
                             R"(this item should have variant "")", R"(this item should have code "")"})
        t[form] = nothing;
}

/// Words by which a step is known to be of something else.
struct Elsewhere {
    const char* word;
    const char* reason;
};
constexpr Elsewhere elsewhere[] = {
    {" tax rate", taxes},
    {"tax category", taxes},
    {"tax zone", taxes},
    {"taxes", taxes},
    {"zone", taxes},
    {"shipping category", shipping_rules},
    {"shipping method", shipping_rules},
    {"lowest price", "whether a category shows its lowest price is the shop's to say"},
    {"price history", "the shop keeps the history of its prices; it is an input"},
    {"log entr", "the shop keeps the history of its prices; it is an input"},
    {"exchange rate", "quotes are in the currency of the prices"},
    {"coupon", administration},
    {"promotion", administration},
    {"used and cannot be deleted", administration},
    {"in use", administration},
    {"inventory", "carts are the shop's"},
    {"cart total quantity", "carts are the shop's"},
    {"N products", "carts are the shop's"},
    {"currency", "quotes are in the currency of the prices"},
    {"weight", shipping_rules},
    {"variant", presentation},
    {"image", presentation},
    {"pick up my cart", "carts are the shop's"},
    {"API", "carts are the shop's"},
};

const Table& table() {
    static const Table all = [] {
        Table t;
        add_goods_steps(t);
        add_shop_steps(t);
        add_catalog_steps(t);
        add_promotion_steps(t);
        add_cart_steps(t);
        add_price_outcomes(t);
        add_cart_outcomes(t);
        return t;
    }();
    return all;
}

const Does& known(const Step& step) {
    const auto found = table().find(step.form);
    if (found != table().end()) return found->second;
    for (const Elsewhere& other : elsewhere) {
        if (step.text.find(other.word) != std::string::npos ||
            step.form.find(other.word) != std::string::npos)
            throw OutOfScope{other.reason};
    }
    throw OutOfScope{not_known};
}

void run_scenario(const Scenario& scenario, const std::string& name, Tally& tally) {
    try {
        if (scenario.is_outline) throw OutOfScope{"an outline"};
        for (const Step& step : scenario.steps) known(step);
        World world;
        for (const Step& step : scenario.steps) {
            try {
                known(step)(world, step);
            } catch (const Wrong& wrong) {
                return tally.fail(name, "`" + step.text + "`: " + wrong.what);
            }
        }
        if (!world.said_money) throw OutOfScope{"nothing is said of money"};
        tally.pass();
    } catch (const OutOfScope& out) {
        tally.skip(name, out.reason);
    }
}

}  // namespace

void run_sylius(const std::string& path, std::string_view content, Tally& tally) {
    tally.counts_policies();
    const std::size_t slash = path.find_last_of('/');
    const std::string file = path.substr(slash == std::string::npos ? 0 : slash + 1);
    for (const Scenario& scenario : parse_feature(content))
        run_scenario(scenario, file.substr(0, file.find('.')) + ": " + scenario.name + ";", tally);
}

}  // namespace banyan::cases
