// SPDX-License-Identifier: Apache-2.0
// Quotes alone, in process: banyan_quotes_bench [SECONDS]. Prints one line of JSON: nanoseconds of CPU for a full quote (5
// lines, 4 prices, 20 promotions that stand, 6 personal coupons, points, freight) over 512 different baskets, and for one
// with 12 coupons that all go together, whose best is exact.

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "domain/pricing/quote.h"

namespace banyan::bench {

namespace {

using namespace pricing;

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

double cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

Scope category(const char* name) {
    Scope scope;
    scope.categories = {name};
    return scope;
}

Scope freight() {
    Scope scope;
    scope.kind = Kind::freight;
    return scope;
}

Effect off_total(std::int64_t from, Cut cut) { return {std::nullopt, OffTotal{{{from, 0, cut}}}}; }
constexpr Cut half{Cut::How::pay, 5000};
constexpr Cut off(std::int64_t amount) { return {Cut::How::off, amount}; }

void promote(Offers& offers, Effect effect, Scope on = {}, const char* group = "", std::int64_t from = 0) {
    Promotion promotion;
    promotion.terms.code = "promotion-" + std::to_string(offers.promotions.size());
    promotion.terms.priority = static_cast<std::int32_t>(offers.promotions.size() % 5);
    promotion.on = std::move(on);
    promotion.group = group;
    if (from > 0) promotion.conditions = {{std::nullopt, from, 0}};
    promotion.effects = {std::move(effect)};
    offers.promotions.push_back(std::move(promotion));
}

/// Twenty that stand for everybody, as a shop has them on a big day.
void promotions(Offers& offers) {
    offers.arbitration.groups = {{"whole", GroupRule::best}};
    promote(offers, off_total(20000, off(3000)), {}, "whole");
    promote(offers, off_total(30000, {Cut::How::pay, 8500}), {}, "whole");
    promote(offers, {std::nullopt, OffEvery{10000, 0, 1000, 3000}}, {}, "whole");
    for (const char* name : {"c1", "c2", "c3"}) {
        promote(offers, off_total(10000, off(1500)), category(name));
        promote(offers, {std::nullopt, OffNth{2, half}}, category(name));
        promote(offers, {std::nullopt, Bundle{3, 9900, 0}}, category(name));
    }
    promote(offers, {std::nullopt, OffPieces{off(500), 2}}, category("c4"));
    promote(offers, {std::nullopt, BuyGet{2, 1, {Cut::How::pay, 0}}}, category("c4"));
    promote(offers, {std::nullopt, OffPieces{{Cut::How::pay, 9500}}}, category("c5"));
    promote(offers, off_total(50000, off(8000)), category("c5"));
    promote(offers, {std::nullopt, AddOn{{{"cup", 990}}, 1}}, {}, "", 9900);
    promote(offers, {std::nullopt, Gift{{{"tote", 1900, 5}, {"mug", 2900, 5}}, 1}}, {}, "", 20000);
    promote(offers, {freight(), OffPieces{{Cut::How::pay, 0}}}, {}, "", 9900);
    offers.promotions.back().measured = Measured::couponed;
    promote(offers, {freight(), OffPieces{off(500)}}, {}, "", 5900);
}

void prices(Offers& offers) {
    for (int n = 0; n < 4; ++n) {
        Price price;
        price.terms.code = "price-" + std::to_string(n);
        if (n < 2) price.terms.audience.tiers = {n == 0 ? "gold" : "silver"};
        if (n == 2) price.terms.audience.plans = {"plus"};
        if (n > 0) price.on.categories = {"c" + std::to_string(n)};
        price.steps = {{1, {Cut::How::pay, 9500 - n * 300}}};
        offers.prices.push_back(price);
    }
}

void coupon(Offers& offers, const char* group, Effect effect, std::int64_t from) {
    Coupon coupon;
    coupon.terms.code = "coupon-" + std::to_string(offers.coupons.size());
    coupon.group = group;
    if (from > 0) coupon.conditions = {{std::nullopt, from, 0}};
    coupon.effects = {std::move(effect)};
    offers.coupons.push_back(std::move(coupon));
}

Offers shop() {
    Offers offers;
    prices(offers);
    promotions(offers);
    coupon(offers, "shop", off_total(0, off(2000)), 10000);
    coupon(offers, "shop", off_total(0, {Cut::How::pay, 9000, 5000}), 0);
    coupon(offers, "shop", off_total(0, off(500)), 0);
    coupon(offers, "platform", off_total(0, off(1500)), 15000);
    coupon(offers, "platform", off_total(0, off(4000)), 40000);
    coupon(offers, "freight", {freight(), OffPieces{{Cut::How::pay, 0}}}, 0);
    offers.points = PointsOffset{};
    offers.points->step = 100;
    offers.points->at_least = 1000;
    offers.points->share.parts = 5000;
    return offers;
}

/// Twelve that go together: each is taken or left.
Offers shop_of_twelve() {
    Offers offers = shop();
    offers.coupons.clear();
    for (int n = 0; n < 12; ++n) {
        const std::string group = "g" + std::to_string(n);
        coupon(offers, group.c_str(),
               off_total(0, n % 2 == 0 ? off(300 + 70 * n) : Cut{Cut::How::pay, 9900 - 60 * n}), 1000 * n);
        if (n % 3 == 0) offers.coupons.back().on.categories = {"c" + std::to_string(n / 3 + 1)};
    }
    return offers;
}

std::vector<Request> requests(const Offers& offers) {
    std::mt19937_64 engine(20261122);
    std::vector<Request> all(512);
    for (Request& request : all) {
        for (int n = 1; n <= 5; ++n) {
            Line line;
            line.id = "line-" + std::to_string(n);
            line.sku = "sku-" + std::to_string(engine() % 40);
            line.categories = {"c" + std::to_string(n), "all"};
            line.quantity = static_cast<std::int64_t>(engine() % 4 + 1);
            line.price = static_cast<std::int64_t>(engine() % 20000 + 500);
            request.lines.push_back(line);
        }
        Line way;
        way.id = way.sku = "freight";
        way.kind = Kind::freight;
        way.price = 800;
        request.lines.push_back(way);
        request.buyer.tiers = {"gold"};
        request.buyer.plans = {"plus"};
        request.buyer.points = static_cast<std::int64_t>(engine() % 20000);
        for (std::size_t n = 0; n < offers.coupons.size(); ++n)
            request.buyer.coupons.push_back({"held-" + std::to_string(n), offers.coupons[n].terms.code, {}});
    }
    return all;
}

struct Speed {
    double ns = 0;
    std::int64_t paid = 0;       // in all, so that nothing is left out
    std::size_t coupons = 0;     // used, on average of a hundred quotes
    std::size_t promotions = 0;  // applied, likewise
};

Speed measure(const Offers& offers, double seconds) {
    if (const auto checked = check(offers); !checked.ok()) give_up(checked.error().text());
    const std::vector<Request> all = requests(offers);
    Speed measured;
    for (const Request& request : all) {
        const auto found = quote(offers, request);
        if (!found.ok()) give_up(found.error().text());
        if (!found->proven) give_up("a best was not proven");
        measured.paid += found->pay();
        measured.coupons += found->chosen.coupons.size();
        for (const Outcome& outcome : found->outcomes) {
            if (outcome.instrument == Instrument::promotion && outcome.why == Why::applied)
                ++measured.promotions;
        }
    }
    measured.coupons = measured.coupons * 100 / all.size();
    measured.promotions = measured.promotions * 100 / all.size();
    double best = 0;
    for (int round = 0; round < 5; ++round) {
        std::size_t quotes = 0;
        std::int64_t paid = 0;
        const double start = cpu_ns();
        while (cpu_ns() - start < seconds * 1e9 / 5) {
            for (const Request& request : all) paid += quote(offers, request)->pay();
            quotes += all.size();
        }
        const double ns = (cpu_ns() - start) / static_cast<double>(quotes);
        if (paid / static_cast<std::int64_t>(quotes / all.size()) != measured.paid)
            give_up("a quote changed");
        if (best == 0 || ns < best) best = ns;
    }
    measured.ns = best;
    return measured;
}

}  // namespace

}  // namespace banyan::bench

int main(int count, char** arguments) {
    const double seconds = count > 1 ? std::atof(arguments[1]) : 3;
    const auto full = banyan::bench::measure(banyan::bench::shop(), seconds);
    const auto twelve = banyan::bench::measure(banyan::bench::shop_of_twelve(), seconds);
    std::printf(
        "{\"quote_ns\": %.0f, \"quote_coupons\": %.2f, \"quote_promotions\": %.2f, \"optimum_12_ns\": %.0f, "
        "\"optimum_12_coupons\": %.2f}\n",
        full.ns, static_cast<double>(full.coupons) / 100, static_cast<double>(full.promotions) / 100,
        twelve.ns, static_cast<double>(twelve.coupons) / 100);
    return 0;
}
