// SPDX-License-Identifier: Apache-2.0
#include "offer_document.h"

#include "domain/programme/offers_reader.h"

namespace banyan::cases {

namespace {

using programme::Reader;
using text::Fields;
using text::Places;

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

Result<pricing::Window> window_of(Fields& fields) {
    return pricing::Window{TRY(instant_at(fields, "from")), TRY(instant_at(fields, "until"))};
}

// A coupon that does what promotions do; a programme's batches are simpler.
pricing::Coupon coupon_of(Reader& reader) {
    pricing::Coupon coupon;
    coupon.terms = programme::read_terms(reader, "coupon", nullptr);
    coupon.alone = reader.boolean("alone").value_or(false);
    for (const std::string& word : reader.texts("not_with")) {
        if (word == "prices")
            coupon.not_with.prices = true;
        else if (word == "promotions")
            coupon.not_with.promotions = true;
        else if (word == "points")
            coupon.not_with.points = true;
        else
            reader.fail("prices, promotions or points", "not_with");
    }
    programme::OfferBody body = programme::read_offer_body(reader, coupon.measured);
    coupon.on = std::move(body.on);
    coupon.group = std::move(body.group);
    coupon.measured = body.measured;
    coupon.conditions = std::move(body.conditions);
    coupon.effects = std::move(body.effects);
    reader.finish();
    return coupon;
}

// Every entry of the list under the key.
template <typename T, typename Read>
void read_all(Reader& document, const char* key, std::vector<T>& into, Read read) {
    for (Reader& reader : document.list(key)) {
        into.push_back(read(reader));
        reader.finish();
    }
}

Error first_error(const programme::Findings& findings, const Places& places) {
    const Error error = findings.first_error();
    return Error::invalid(error.message, places.where(error.where));
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
    if (fields.has("tier")) buyer.tiers = {TRY(fields.string("tier"))};
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
    programme::Findings findings;
    Reader document(value, pointer, findings);
    pricing::Offers offers;
    if (auto arbitration = document.object("arbitration")) {
        offers.arbitration = programme::read_arbitration(*arbitration);
        arbitration->finish();
    }
    read_all(document, "prices", offers.prices,
             [](Reader& reader) { return programme::read_price(reader, nullptr); });
    read_all(document, "promotions", offers.promotions,
             [](Reader& reader) { return programme::read_promotion(reader, nullptr); });
    read_all(document, "coupons", offers.coupons, coupon_of);
    if (auto points = document.object("points_at_checkout")) {
        offers.points = programme::read_points_offset(*points);
        points->finish();
    }
    document.finish();
    if (findings.has_errors()) return first_error(findings, places);
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
