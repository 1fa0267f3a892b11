// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/offers_reader.h"

#include <algorithm>

#include "base/decimal.h"
#include "domain/pricing/basket.h"

namespace banyan::programme {

namespace {

using pricing::Cut;
using pricing::Effect;

constexpr std::int64_t most = pricing::basket_max;

std::int64_t amount(Reader& reader, std::string_view key, std::int64_t least = 0) {
    return reader.integer(key, least, most).value_or(0);
}

std::int64_t share(Reader& reader, std::string_view key) {
    const auto text = reader.text(key);
    if (!text) return pricing::Share::whole;
    const auto parts = parse_minor(*text, 4);
    if (parts && *parts >= 0 && *parts <= pricing::Share::whole) return *parts;
    reader.fail(
        "\"" + *text +
            "\" is no share of the price that is still paid; write it between 0 and 1 with at most four "
            "places: 8.5折 is \"0.85\"",
        key);
    return pricing::Share::whole;
}

/// off: 500, pay: "0.85" or fixed: 990.
Cut read_cut(Reader& reader) {
    Cut cut;
    cut.cap = amount(reader, "cap");
    const std::pair<const char*, Cut::How> ways[] = {
        {"off", Cut::How::off}, {"pay", Cut::How::pay}, {"fixed", Cut::How::fixed}};
    std::vector<std::string> said;
    for (const auto& [key, how] : ways) {
        if (!reader.has(key)) continue;
        said.emplace_back(key);
        cut.how = how;
        cut.value = how == Cut::How::pay ? share(reader, key) : amount(reader, key);
    }
    reader.expect({"off", "pay", "fixed"});
    if (said.empty())
        reader.fail(
            "say what is off, by one of: off (an amount), pay (the share still paid), fixed (the price)");
    if (said.size() > 1) reader.fail("one cut is enough, this has " + joined(said), said[1]);
    if (cut.cap != 0 && said.size() == 1 && cut.how != Cut::How::pay)
        reader.fail("\"cap\" bounds what a share takes off; leave it out here", "cap");
    return cut;
}

pricing::Scope read_scope(Reader& scope) {
    pricing::Scope read;
    if (const auto kind = scope.word("kind", {"goods", "freight"}))
        read.kind = static_cast<pricing::Kind>(*kind);
    read.skus = scope.texts("skus");
    read.products = scope.texts("products");
    read.categories = scope.texts("categories");
    read.brands = scope.texts("brands");
    read.not_skus = scope.texts("not_skus");
    read.not_categories = scope.texts("not_categories");
    if (scope.boolean("full_price").value_or(false)) read.full_price = pricing::FullPrice::only;
    read.price_from = scope.integer("price_from", 0, most);
    read.price_to = scope.integer("price_to", 0, most);
    scope.finish();
    return read;
}

std::optional<pricing::Scope> read_scope(Reader& parent, std::string_view key) {
    auto scope = parent.object(key);
    if (!scope) return std::nullopt;
    return read_scope(*scope);
}

enum class Bound : unsigned char { from, until };

std::optional<Instant> read_bound(Reader& reader, const char* key, Bound bound, const Zone* zone) {
    const auto text = reader.text(key);
    if (!text) return std::nullopt;
    if (const auto date = parse_date(*text); date && zone != nullptr)
        return zone->start_of(civil_date(day_number(*date) + (bound == Bound::until ? 1 : 0)));
    if (const auto instant = parse_rfc3339(*text)) return instant;
    reader.fail("\"" + *text +
                    "\" is no date and no time; write one such as 2026-11-11 (the whole day) or "
                    "\"2026-11-11T20:00:00+08:00\"",
                key);
    return std::nullopt;
}

pricing::Audience read_audience(Reader& offer) {
    pricing::Audience audience;
    auto reader = offer.object("for");
    if (!reader) return audience;
    audience.tiers = reader->texts("tiers");
    audience.plans = reader->texts("plans");
    audience.tags = reader->texts("tags");
    audience.conditions = reader->texts("when");
    const std::size_t findings = reader->findings().all().size();
    reader->finish();
    const bool is_empty = audience.tiers.empty() && audience.plans.empty() && audience.tags.empty() &&
                          audience.conditions.empty();
    if (is_empty && reader->findings().all().size() == findings && reader->value().is(Value::Kind::map))
        reader->fail("say for whom: tiers, plans, tags or when; leave \"for\" out where it is for everybody");
    return audience;
}

pricing::OffTotal::Step read_total_step(Reader& reader) {
    const std::int64_t from = amount(reader, "amount");
    const std::int64_t pieces = amount(reader, "pieces");
    return {from, pieces, read_cut(reader)};
}

using Does = decltype(Effect::does);

Does read_total(Reader& reader) {
    pricing::OffTotal total;
    if (!reader.has("steps")) {
        total.steps = {read_total_step(reader)};
        reader.expect({"steps"});
        return total;
    }
    for (Reader& step : reader.list("steps")) {
        total.steps.push_back(read_total_step(step));
        step.finish();
    }
    return total;
}
Does read_every(Reader& reader) {
    return pricing::OffEvery{amount(reader, "amount"), amount(reader, "pieces"), amount(reader, "off"),
                             amount(reader, "cap")};
}
Does read_piece(Reader& reader) {
    pricing::OffPieces pieces{read_cut(reader), amount(reader, "at_most")};
    if (const auto per = reader.word("per", {"piece", "line"}))
        pieces.per = static_cast<pricing::OffPieces::Per>(*per);
    return pieces;
}
Does read_nth(Reader& reader) {
    pricing::OffNth nth;
    nth.n = reader.integer("n", 0, most).value_or(2);
    nth.cut = read_cut(reader);
    if (const auto among = reader.word("among", {"sku", "all"}))
        nth.among = static_cast<pricing::OffNth::Among>(*among);
    return nth;
}
Does read_bundle(Reader& reader) {
    return pricing::Bundle{amount(reader, "pieces"), amount(reader, "price"), amount(reader, "sets")};
}
Does read_buy(Reader& reader) {
    pricing::BuyGet buy;
    buy.buy = amount(reader, "pieces");
    buy.get = amount(reader, "get");
    buy.cut = read_cut(reader);
    buy.from = read_scope(reader, "from");
    buy.sets = amount(reader, "sets");
    if (const auto gives = reader.word("gives", {"cheapest", "dearest"}))
        buy.gives = static_cast<pricing::BuyGet::Gives>(*gives);
    return buy;
}
Does read_add_on(Reader& reader) {
    pricing::AddOn add_on;
    for (Reader& choice : reader.list("skus")) {
        add_on.choices.push_back({choice.required_text("sku"), choice.required_integer("price", 0, most)});
        choice.finish();
    }
    add_on.at_most = reader.integer("at_most", 0, most).value_or(1);
    return add_on;
}
Does read_gift(Reader& reader) {
    pricing::Gift gift;
    for (Reader& choice : reader.list("of")) {
        gift.choices.push_back({choice.required_text("sku"), amount(choice, "value"),
                                choice.integer("stock", 0, most).value_or(most)});
        choice.finish();
    }
    gift.choose = reader.integer("choose", 0, most).value_or(1);
    return gift;
}

struct Word {
    const char* name;
    Does (*read)(Reader&);
};
constexpr Word words[] = {{"total", read_total},   {"every", read_every},   {"piece", read_piece},
                          {"nth", read_nth},       {"bundle", read_bundle}, {"buy", read_buy},
                          {"add_on", read_add_on}, {"gift", read_gift}};

Effect read_effect(Reader& reader) {
    Effect effect;
    effect.on = read_scope(reader, "on");
    std::vector<std::string> said;
    for (const Word& word : words) {
        auto does = reader.object(word.name);
        if (!does) continue;
        said.emplace_back(word.name);
        effect.does = word.read(*does);
        does->finish();
    }
    const std::size_t findings = reader.findings().all().size();
    reader.finish();
    if (said.empty() && reader.findings().all().size() == findings)
        reader.fail("say what it does, by one of: total, every, piece, nth, bundle, buy, add_on, gift");
    if (said.size() > 1)
        reader.fail("an entry does one thing, this one has " + joined(said) + "; make an entry of each",
                    said[1]);
    return effect;
}

pricing::Condition read_condition(Reader& reader) {
    pricing::Condition condition;
    condition.on = read_scope(reader, "on");
    condition.amount = amount(reader, "amount");
    condition.pieces = amount(reader, "pieces");
    reader.finish();
    if (!reader.has("amount") && !reader.has("pieces") && reader.value().is(Value::Kind::map))
        reader.fail("say from which amount or how many pieces on, or leave it out");
    return condition;
}

void read_at_most(Reader& reader, pricing::Price& price) {
    auto at_most = reader.object("at_most");
    if (!at_most) return;
    price.at_most.emplace();
    price.at_most->pieces = at_most->required_integer("pieces", 1, most);
    if (const auto beyond = at_most->word("beyond", {"next", "refuse"}))
        price.at_most->beyond = static_cast<pricing::AtMost::Beyond>(*beyond);
    at_most->finish();
}

pricing::Excluded read_excluded(Reader& reader) {
    pricing::Excluded excluded;
    excluded.categories = reader.texts("categories");
    const std::pair<const char*, bool pricing::Excluded::*> instruments[] = {
        {"prices", &pricing::Excluded::prices},
        {"promotions", &pricing::Excluded::promotions},
        {"coupons", &pricing::Excluded::coupons},
        {"points", &pricing::Excluded::points}};
    const std::vector<std::string> from = reader.texts("from");
    for (std::size_t i = 0; i < from.size(); ++i) {
        bool is_known = from[i].empty();  // told of already
        for (const auto& [name, member] : instruments) {
            if (from[i] != name) continue;
            excluded.*member = is_known = true;
        }
        if (!is_known)
            reader.fail_at("from/" + std::to_string(i),
                           "\"" + from[i] + "\" is not one of: prices, promotions, coupons, points");
    }
    const std::size_t findings = reader.findings().all().size();
    reader.finish();
    if (reader.findings().all().size() != findings) return excluded;
    if (excluded.categories.empty()) reader.fail("name the categories that are kept out", "categories");
    if (from.empty())
        reader.fail("say what they are kept out of: prices, promotions, coupons, points", "from");
    return excluded;
}

}  // namespace

pricing::Window read_offer_window(Reader& offer, const Zone* zone) {
    return {read_bound(offer, "from", Bound::from, zone), read_bound(offer, "until", Bound::until, zone)};
}

pricing::Terms read_terms(Reader& offer, std::string_view key, const Zone* zone) {
    pricing::Terms terms;
    terms.code = offer.required_text(key);
    terms.window = read_offer_window(offer, zone);
    terms.channels = offer.texts("channels");
    terms.priority = static_cast<std::int32_t>(offer.integer("priority", -1'000'000, 1'000'000).value_or(0));
    terms.audience = read_audience(offer);
    return terms;
}

OfferBody read_offer_body(Reader& offer, pricing::Measured otherwise) {
    OfferBody body;
    body.on = read_scope(offer, "on").value_or(pricing::Scope{});
    body.group = offer.text("group").value_or("");
    const auto measured =
        offer.word("measured", {"list", "priced", "running", "promoted", "couponed", "paid"});
    body.measured = measured ? static_cast<pricing::Measured>(*measured) : otherwise;
    if (auto condition = offer.object("if")) body.conditions.push_back(read_condition(*condition));
    for (Reader& effect : offer.list("does")) body.effects.push_back(read_effect(effect));
    return body;
}

pricing::Price read_price(Reader& reader, const Zone* zone) {
    pricing::Price price;
    price.terms = read_terms(reader, "price", zone);
    price.on = read_scope(reader, "on").value_or(pricing::Scope{});
    price.exclusive = reader.boolean("exclusive").value_or(false);
    if (!reader.has("steps")) {
        price.steps = {{1, read_cut(reader)}};
        reader.expect({"steps"});
    }
    for (Reader& step : reader.list("steps")) {
        const std::int64_t pieces = step.integer("pieces", 1, most).value_or(1);
        price.steps.push_back({pieces, read_cut(step)});
        step.finish();
    }
    read_at_most(reader, price);
    return price;
}

pricing::Promotion read_promotion(Reader& reader, const Zone* zone) {
    pricing::Promotion promotion;
    promotion.terms = read_terms(reader, "promotion", zone);
    promotion.exclusive = reader.boolean("exclusive").value_or(false);
    OfferBody body = read_offer_body(reader, promotion.measured);
    promotion.on = std::move(body.on);
    promotion.group = std::move(body.group);
    promotion.measured = body.measured;
    promotion.conditions = std::move(body.conditions);
    promotion.effects = std::move(body.effects);
    return promotion;
}

pricing::Arbitration read_arbitration(Reader& reader) {
    pricing::Arbitration arbitration;
    if (const auto rule = reader.word("prices", {"lowest", "paid_first", "stack", "priority"}))
        arbitration.prices = static_cast<pricing::PriceRule>(*rule);
    for (Reader& group : reader.list("groups")) {
        pricing::Group read{group.required_text("group"), pricing::GroupRule::best};
        if (const auto policy = group.word("policy", {"stack", "best", "first"}))
            read.rule = static_cast<pricing::GroupRule>(*policy);
        group.finish();
        arbitration.groups.push_back(std::move(read));
    }
    if (const auto guard = reader.word("below_cost", {"allow", "cut", "refuse"}))
        arbitration.below_cost = static_cast<pricing::BelowCost>(*guard);
    for (Reader& excluded : reader.list("excluded")) arbitration.excluded.push_back(read_excluded(excluded));
    if (auto coupons = reader.object("coupons"); coupons && coupons->value().is(Value::Kind::map)) {
        for (const Map::Entry& entry : coupons->value().map().entries())
            arbitration.coupons.push_back({entry.first, coupons->integer(entry.first, 1, 200).value_or(1)});
    }
    return arbitration;
}

pricing::PointsOffset read_points_offset(Reader& reader) {
    pricing::PointsOffset points;
    points.points = reader.integer("points", 1, most).value_or(100);
    points.money = reader.integer("money", 1, most).value_or(100);
    points.step = reader.integer("step", 1, most).value_or(1);
    points.at_least = amount(reader, "at_least");
    points.at_most = amount(reader, "at_most");
    if (reader.has("share")) points.share.parts = share(reader, "share");
    reader.expect({"share"});
    points.on = read_scope(reader, "on").value_or(pricing::Scope{});
    points.from_amount = amount(reader, "from_amount");
    return points;
}

}  // namespace banyan::programme
