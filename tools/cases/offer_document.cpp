// SPDX-License-Identifier: Apache-2.0
#include "offer_document.h"

#include "base/decimal.h"

namespace banyan::cases {

namespace {

using pricing::Cut;
using text::Fields;
using text::Places;
using Strings = std::vector<std::string>;

constexpr std::int64_t most = pricing::basket_max;

/// A list under a key, each item read as a map by `read`.
template <typename T, typename Read>
Result<std::vector<T>> list_at(Fields& fields, std::string_view key, const Places& places, Read read) {
    std::vector<T> all;
    const Value* value = fields.find(key);
    if (value == nullptr) return all;
    if (!value->is(Value::Kind::list)) return fields.error(key, "must be a list");
    for (std::size_t i = 0; i < value->list().size(); ++i) {
        Fields item = TRY(Fields::of(value->list()[i], text::pointer_to(fields.pointer(key), i), places));
        all.push_back(TRY(read(item, places)));
        TRY(item.finish());
    }
    return all;
}

Result<std::int64_t> amount(Fields& fields, std::string_view key) {
    return fields.integer_or(key, 0, 0, most);
}

Result<std::int64_t> share(Fields& fields, std::string_view key) {
    const std::string text = TRY(fields.string(key));
    const auto parts = parse_minor(text, 4);
    if (!parts || *parts < 0 || *parts > pricing::Share::whole)
        return fields.error(key, "a share such as \"0.85\", of at most four places");
    return *parts;
}

/// off: 500, pay: "0.85" or fixed: 990.
Result<Cut> cut_of(Fields& fields) {
    Cut cut;
    cut.cap = TRY(amount(fields, "cap"));
    if (fields.has("pay")) {
        cut.how = Cut::How::pay;
        cut.value = TRY(share(fields, "pay"));
    } else if (fields.has("fixed")) {
        cut.how = Cut::How::fixed;
        cut.value = TRY(amount(fields, "fixed"));
    } else if (fields.has("off")) {
        cut.value = TRY(amount(fields, "off"));
    } else {
        return fields.error("", "says neither `off`, `pay` nor `fixed`");
    }
    return cut;
}

Result<pricing::Scope> scope_of(Result<Fields> in) {
    Fields scope = TRY(std::move(in));
    pricing::Scope read;
    read.kind = static_cast<pricing::Kind>(TRY(scope.one_of("kind", {"goods", "freight"}, 0)));
    read.skus = TRY(scope.strings_or_none("skus"));
    read.products = TRY(scope.strings_or_none("products"));
    read.categories = TRY(scope.strings_or_none("categories"));
    read.brands = TRY(scope.strings_or_none("brands"));
    read.not_skus = TRY(scope.strings_or_none("not_skus"));
    read.not_categories = TRY(scope.strings_or_none("not_categories"));
    if (TRY(scope.boolean_or("full_price", false))) read.full_price = pricing::FullPrice::only;
    if (scope.has("price_from")) read.price_from = TRY(amount(scope, "price_from"));
    if (scope.has("price_to")) read.price_to = TRY(amount(scope, "price_to"));
    TRY(scope.finish());
    return read;
}

Result<std::optional<pricing::Scope>> scope_at(Fields& fields, std::string_view key) {
    if (!fields.has(key)) return std::optional<pricing::Scope>();
    return std::optional(TRY(scope_of(fields.map(key))));
}

Result<pricing::Window> window_of(Fields& fields) {
    return pricing::Window{TRY(instant_at(fields, "from")), TRY(instant_at(fields, "until"))};
}

Result<pricing::Terms> terms_of(Fields& fields, std::string_view kind) {
    pricing::Terms terms;
    terms.code = TRY(fields.string(kind));
    terms.window = TRY(window_of(fields));
    terms.channels = TRY(fields.strings_or_none("channels"));
    terms.priority = static_cast<std::int32_t>(TRY(fields.integer_or("priority", 0, -1000000, 1000000)));
    if (!fields.has("for")) return terms;
    Fields audience = TRY(fields.map("for"));
    terms.audience.tiers = TRY(audience.strings_or_none("tiers"));
    terms.audience.plans = TRY(audience.strings_or_none("plans"));
    terms.audience.tags = TRY(audience.strings_or_none("tags"));
    terms.audience.conditions = TRY(audience.strings_or_none("when"));
    TRY(audience.finish());
    return terms;
}

Result<pricing::PriceStep> price_step(Fields& fields, const Places& /*places*/) {
    const std::int64_t pieces = TRY(fields.integer_or("pieces", 1, 1, most));
    return pricing::PriceStep{pieces, TRY(cut_of(fields))};
}

Result<pricing::Price> price_of(Fields& fields, const Places& places) {
    pricing::Price price;
    price.terms = TRY(terms_of(fields, "price"));
    price.on = TRY(scope_at(fields, "on")).value_or(pricing::Scope{});
    price.exclusive = TRY(fields.boolean_or("exclusive", false));
    if (fields.has("steps"))
        price.steps = TRY(list_at<pricing::PriceStep>(fields, "steps", places, price_step));
    else
        price.steps = {{1, TRY(cut_of(fields))}};
    if (!fields.has("at_most")) return price;
    Fields at_most = TRY(fields.map("at_most"));
    price.at_most.emplace();
    price.at_most->pieces = TRY(amount(at_most, "pieces"));
    price.at_most->beyond =
        static_cast<pricing::AtMost::Beyond>(TRY(at_most.one_of("beyond", {"next", "refuse"}, 0)));
    TRY(at_most.finish());
    return price;
}

Result<pricing::OffTotal::Step> total_step(Fields& fields, const Places& /*places*/) {
    const std::int64_t from = TRY(amount(fields, "amount"));
    const std::int64_t pieces = TRY(amount(fields, "pieces"));
    return pricing::OffTotal::Step{from, pieces, TRY(cut_of(fields))};
}

Result<pricing::AddOn::Choice> add_on_choice(Fields& fields, const Places& /*places*/) {
    return pricing::AddOn::Choice{TRY(fields.string("sku")), TRY(amount(fields, "price"))};
}

Result<pricing::Gift::Choice> gift_choice(Fields& fields, const Places& /*places*/) {
    return pricing::Gift::Choice{TRY(fields.string("sku")), TRY(amount(fields, "value")),
                                 TRY(fields.integer_or("stock", most, 0, most))};
}

using Does = decltype(pricing::Effect::does);

Result<Does> total_of(Fields& fields, const Places& places) {
    pricing::OffTotal total;
    if (fields.has("steps"))
        total.steps = TRY(list_at<pricing::OffTotal::Step>(fields, "steps", places, total_step));
    else
        total.steps = {TRY(total_step(fields, places))};
    return Does(total);
}
Result<Does> every_of(Fields& fields, const Places& /*places*/) {
    return Does(pricing::OffEvery{TRY(amount(fields, "amount")), TRY(amount(fields, "pieces")),
                                  TRY(amount(fields, "off")), TRY(amount(fields, "cap"))});
}
Result<Does> piece_of(Fields& fields, const Places& /*places*/) {
    pricing::OffPieces pieces{TRY(cut_of(fields)), TRY(amount(fields, "at_most"))};
    pieces.per = static_cast<pricing::OffPieces::Per>(TRY(fields.one_of("per", {"piece", "line"}, 0)));
    return Does(pieces);
}
Result<Does> nth_of(Fields& fields, const Places& /*places*/) {
    const std::int64_t n = TRY(fields.integer_or("n", 2, 0, most));
    const Cut cut = TRY(cut_of(fields));
    return Does(pricing::OffNth{
        n, cut, static_cast<pricing::OffNth::Among>(TRY(fields.one_of("among", {"sku", "all"}, 0)))});
}
Result<Does> bundle_of(Fields& fields, const Places& /*places*/) {
    return Does(pricing::Bundle{TRY(amount(fields, "pieces")), TRY(amount(fields, "price")),
                                TRY(amount(fields, "sets"))});
}
Result<Does> buy_of(Fields& fields, const Places& /*places*/) {
    pricing::BuyGet buy;
    buy.buy = TRY(amount(fields, "pieces"));
    buy.get = TRY(amount(fields, "get"));
    buy.cut = TRY(cut_of(fields));
    buy.from = TRY(scope_at(fields, "from"));
    buy.sets = TRY(amount(fields, "sets"));
    buy.gives = static_cast<pricing::BuyGet::Gives>(TRY(fields.one_of("gives", {"cheapest", "dearest"}, 0)));
    return Does(buy);
}
Result<Does> add_on_of(Fields& fields, const Places& places) {
    pricing::AddOn add_on;
    add_on.choices = TRY(list_at<pricing::AddOn::Choice>(fields, "skus", places, add_on_choice));
    add_on.at_most = TRY(fields.integer_or("at_most", 1, 0, most));
    return Does(add_on);
}
Result<Does> gift_of(Fields& fields, const Places& places) {
    pricing::Gift gift;
    gift.choices = TRY(list_at<pricing::Gift::Choice>(fields, "of", places, gift_choice));
    gift.choose = TRY(fields.integer_or("choose", 1, 0, most));
    return Does(gift);
}

struct Word {
    std::string_view name;
    Result<Does> (*read)(Fields&, const Places&);
};
constexpr Word words[] = {{"total", total_of},   {"every", every_of},   {"piece", piece_of},
                          {"nth", nth_of},       {"bundle", bundle_of}, {"buy", buy_of},
                          {"add_on", add_on_of}, {"gift", gift_of}};

Result<pricing::Effect> effect_of(Fields& fields, const Places& places) {
    pricing::Effect effect;
    effect.on = TRY(scope_at(fields, "on"));
    for (const Word& word : words) {
        if (!fields.has(word.name)) continue;
        Fields does = TRY(fields.map(word.name));
        effect.does = TRY(word.read(does, places));
        TRY(does.finish());
        return effect;
    }
    return fields.error("",
                        "does nothing that is known: total, every, piece, nth, bundle, buy, add_on or gift");
}

Result<pricing::Condition> condition_of(Result<Fields> in) {
    Fields fields = TRY(std::move(in));
    pricing::Condition condition;
    condition.on = TRY(scope_at(fields, "on"));
    condition.amount = TRY(amount(fields, "amount"));
    condition.pieces = TRY(amount(fields, "pieces"));
    TRY(fields.finish());
    return condition;
}

/// What promotions and coupons have alike.
template <typename AnOffer>
Result<void> offer_into(Fields& fields, const Places& places, AnOffer& offer) {
    offer.on = TRY(scope_at(fields, "on")).value_or(pricing::Scope{});
    offer.group = TRY(fields.string_or("group", ""));
    offer.measured = static_cast<pricing::Measured>(
        TRY(fields.one_of("measured", {"list", "priced", "running", "promoted", "couponed", "paid"},
                          static_cast<std::size_t>(offer.measured))));
    if (fields.has("if")) offer.conditions.push_back(TRY(condition_of(fields.map("if"))));
    offer.effects = TRY(list_at<pricing::Effect>(fields, "does", places, effect_of));
    return {};
}

Result<pricing::Promotion> promotion_of(Fields& fields, const Places& places) {
    pricing::Promotion promotion;
    promotion.terms = TRY(terms_of(fields, "promotion"));
    promotion.exclusive = TRY(fields.boolean_or("exclusive", false));
    TRY(offer_into(fields, places, promotion));
    return promotion;
}

Result<pricing::Coupon> coupon_of(Fields& fields, const Places& places) {
    pricing::Coupon coupon;
    coupon.terms = TRY(terms_of(fields, "coupon"));
    coupon.alone = TRY(fields.boolean_or("alone", false));
    for (const std::string& word : TRY(fields.strings_or_none("not_with"))) {
        if (word == "prices")
            coupon.not_with.prices = true;
        else if (word == "promotions")
            coupon.not_with.promotions = true;
        else if (word == "points")
            coupon.not_with.points = true;
        else
            return fields.error("not_with", "prices, promotions or points");
    }
    TRY(offer_into(fields, places, coupon));
    return coupon;
}

Result<pricing::PointsOffset> points_of(Result<Fields> in) {
    Fields fields = TRY(std::move(in));
    pricing::PointsOffset points;
    points.points = TRY(fields.integer_or("points", 100, 1, most));
    points.money = TRY(fields.integer_or("money", 100, 1, most));
    points.step = TRY(fields.integer_or("step", 1, 1, most));
    points.at_least = TRY(amount(fields, "at_least"));
    points.at_most = TRY(amount(fields, "at_most"));
    if (fields.has("share")) points.share.parts = TRY(share(fields, "share"));
    points.on = TRY(scope_at(fields, "on")).value_or(pricing::Scope{});
    points.from_amount = TRY(amount(fields, "from_amount"));
    TRY(fields.finish());
    return points;
}

Result<pricing::Group> group_of(Fields& fields, const Places& /*places*/) {
    const std::string code = TRY(fields.string("group"));
    return pricing::Group{
        code, static_cast<pricing::GroupRule>(TRY(fields.one_of("policy", {"stack", "best", "first"})))};
}

Result<pricing::Excluded> excluded_of(Fields& fields, const Places& /*places*/) {
    pricing::Excluded excluded;
    excluded.categories = TRY(fields.strings_or_none("categories"));
    for (const std::string& word : TRY(fields.strings_or_none("from"))) {
        excluded.prices |= word == "prices";
        excluded.promotions |= word == "promotions";
        excluded.coupons |= word == "coupons";
        excluded.points |= word == "points";
    }
    return excluded;
}

Result<pricing::Arbitration> arbitration_of(Result<Fields> in, const Places& places) {
    Fields fields = TRY(std::move(in));
    pricing::Arbitration arbitration;
    arbitration.prices = static_cast<pricing::PriceRule>(
        TRY(fields.one_of("prices", {"lowest", "paid_first", "stack", "priority"}, 0)));
    arbitration.groups = TRY(list_at<pricing::Group>(fields, "groups", places, group_of));
    arbitration.below_cost =
        static_cast<pricing::BelowCost>(TRY(fields.one_of("below_cost", {"allow", "cut", "refuse"}, 0)));
    arbitration.excluded = TRY(list_at<pricing::Excluded>(fields, "excluded", places, excluded_of));
    if (const Value* coupons = fields.find("coupons")) {
        Fields limits = TRY(Fields::of(*coupons, fields.pointer("coupons"), places));
        for (const auto& entry : coupons->map().entries())
            arbitration.coupons.push_back({entry.first, TRY(amount(limits, entry.first))});
    }
    TRY(fields.finish());
    return arbitration;
}

Result<pricing::Line> line_of(Fields& fields, const Places& /*places*/) {
    pricing::Line line;
    line.id = TRY(fields.string("id"));
    line.sku = TRY(fields.string("sku"));
    line.product = TRY(fields.string_or("product", ""));
    line.categories = TRY(fields.strings_or_none("categories"));
    line.brand = TRY(fields.string_or("brand", ""));
    line.quantity = TRY(fields.integer_or("quantity", 1, 0, most));
    line.price = TRY(amount(fields, "price"));
    if (fields.has("cost")) line.cost = TRY(amount(fields, "cost"));
    line.add_on = TRY(fields.string_or("add_on", ""));
    if (fields.has("foreign")) {
        Fields foreign = TRY(fields.map("foreign"));
        line.foreign = {TRY(amount(foreign, "amount")), TRY(foreign.boolean_or("stackable", false))};
        TRY(foreign.finish());
    }
    if (fields.has("presale")) {
        Fields presale = TRY(fields.map("presale"));
        line.presale = pricing::Presale{TRY(amount(presale, "deposit")), TRY(amount(presale, "worth"))};
        TRY(presale.finish());
    }
    return line;
}

Result<pricing::HeldCoupon> held_of(Fields& fields, const Places& /*places*/) {
    pricing::HeldCoupon held;
    held.id = TRY(fields.string("id"));
    held.batch = TRY(fields.string("coupon"));
    held.window = TRY(window_of(fields));
    return held;
}

Result<pricing::Buyer> buyer_of(Result<Fields> in, const Places& places) {
    Fields fields = TRY(std::move(in));
    pricing::Buyer buyer;
    buyer.tier = TRY(fields.string_or("tier", ""));
    buyer.plans = TRY(fields.strings_or_none("plans"));
    buyer.tags = TRY(fields.strings_or_none("tags"));
    buyer.conditions = TRY(fields.strings_or_none("when"));
    buyer.points = TRY(amount(fields, "points"));
    buyer.coupons = TRY(list_at<pricing::HeldCoupon>(fields, "coupons", places, held_of));
    TRY(fields.finish());
    return buyer;
}

Result<pricing::Choice> choice_of(Result<Fields> in) {
    Fields fields = TRY(std::move(in));
    pricing::Choice choice;
    if (fields.has("coupons")) choice.coupons = TRY(fields.strings_or_none("coupons"));
    if (fields.has("points")) choice.points = TRY(amount(fields, "points"));
    choice.gifts = TRY(fields.strings_or_none("gifts"));
    TRY(fields.finish());
    return choice;
}

Result<pricing::Left> left_of(const std::string& code, Result<Fields> in) {
    Fields fields = TRY(std::move(in));
    pricing::Left left{code, {}, {}, {}};
    if (fields.has("pieces")) left.pieces = TRY(amount(fields, "pieces"));
    if (fields.has("amount")) left.amount = TRY(amount(fields, "amount"));
    if (fields.has("times")) left.times = TRY(amount(fields, "times"));
    TRY(fields.finish());
    return left;
}

}  // namespace

Result<std::optional<Instant>> instant_at(Fields& fields, std::string_view key) {
    if (!fields.has(key)) return std::optional<Instant>();
    const auto instant = parse_rfc3339(TRY(fields.string(key)));
    if (!instant) return fields.error(key, "a time such as \"2026-11-11T00:00:00+08:00\"");
    return instant;
}

Result<pricing::Offers> read_offers(const Value& value, const std::string& pointer, const Places& places) {
    Fields fields = TRY(Fields::of(value, pointer, places));
    pricing::Offers offers;
    if (fields.has("arbitration"))
        offers.arbitration = TRY(arbitration_of(fields.map("arbitration"), places));
    offers.prices = TRY(list_at<pricing::Price>(fields, "prices", places, price_of));
    offers.promotions = TRY(list_at<pricing::Promotion>(fields, "promotions", places, promotion_of));
    offers.coupons = TRY(list_at<pricing::Coupon>(fields, "coupons", places, coupon_of));
    if (fields.has("points_at_checkout")) offers.points = TRY(points_of(fields.map("points_at_checkout")));
    TRY(fields.finish());
    TRY(check(offers));
    return offers;
}

Result<pricing::Request> read_request(Fields& fields, const Places& places) {
    pricing::Request request;
    request.now = TRY(instant_at(fields, "now")).value_or(Instant{});
    request.channel = TRY(fields.string_or("channel", ""));
    request.lines = TRY(list_at<pricing::Line>(fields, "lines", places, line_of));
    if (fields.has("freight")) {
        pricing::Line freight;
        freight.id = freight.sku = "freight";
        freight.kind = pricing::Kind::freight;
        freight.price = TRY(amount(fields, "freight"));
        request.lines.push_back(freight);
    }
    if (fields.has("buyer")) request.buyer = TRY(buyer_of(fields.map("buyer"), places));
    if (fields.has("choose")) request.choice = TRY(choice_of(fields.map("choose")));
    const Value* left = fields.find("left");
    if (left == nullptr) return request;
    Fields by_code = TRY(Fields::of(*left, fields.pointer("left"), places));
    for (const auto& entry : left->map().entries())
        request.left.push_back(TRY(left_of(entry.first, by_code.map(entry.first))));
    return request;
}

}  // namespace banyan::cases
