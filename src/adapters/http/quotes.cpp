// SPDX-License-Identifier: Apache-2.0
// POST /v1/quotes: a basket, who stands before it and what was picked; and what it costs, line by line, and why.

#include "adapters/http/event.h"
#include "adapters/http/handler.h"
#include "adapters/http/quote_words.h"
#include "base/decimal.h"

namespace banyan::http {

namespace {

using pricing::Instrument;
using runtime::Quoted;
using text::JsonView;
using text::JsonWriter;

constexpr std::size_t words_max = 50;

// --- what is asked ----------------------------------------------------------------------------------------------

Result<std::int64_t> read_price(Object& object, std::string_view key, const Currency& currency) {
    const JsonView* value = object.take(key);
    if (value == nullptr) return object.missing(key);
    if (!value->is(Value::Kind::string))
        return object.error(key, "money is a string, such as \"56.00\", so that no reader rounds it");
    const auto minor = parse_minor(value->string(), currency.digits);
    if (!minor || *minor < 0 || *minor > pricing::basket_max)
        return object.error(key, "an amount of money of at most " + std::to_string(currency.digits) +
                                     " decimal places is due here");
    return *minor;
}

Result<std::vector<std::string>> read_words(Object& object, std::string_view key) {
    std::vector<std::string> words;
    const JsonView* list = object.take(key);
    if (list == nullptr) return words;
    if (!list->is(Value::Kind::list) || list->size() > words_max)
        return object.error(key, "a list of at most " + std::to_string(words_max) + " texts is due here");
    for (const JsonView& item : *list) {
        if (!item.is(Value::Kind::string) || item.string().empty() || item.string().size() > id_bytes_max)
            return object.error(key, "every item is a text of 1 to 128 bytes");
        words.emplace_back(item.string());
    }
    return words;
}

Result<void> read_foreign(Object& line, const Currency& currency, pricing::Line& into) {
    if (!line.has("discount")) return {};
    const Place place{&line.place(), "discount"};
    Object discount = TRY(line.object("discount", place));
    into.foreign.amount = TRY(read_price(discount, "amount", currency));
    if (const JsonView* stackable = discount.take("stackable")) {
        if (!stackable->is(Value::Kind::boolean))
            return discount.error("stackable", "true or false is due here");
        into.foreign.stackable = stackable->boolean();
    }
    return discount.finish();
}

Result<void> read_presale(Object& line, const Currency& currency, pricing::Line& into) {
    if (!line.has("presale")) return {};
    const Place place{&line.place(), "presale"};
    Object presale = TRY(line.object("presale", place));
    into.presale.emplace();
    into.presale->deposit = TRY(read_price(presale, "deposit", currency));
    into.presale->worth = TRY(read_price(presale, "worth", currency));
    return presale.finish();
}

Result<pricing::Line> read_line(const JsonView& view, const Place& place, const Currency& currency) {
    Object object = TRY(Object::of(view, place));
    pricing::Line line;
    line.id = TRY(object.text("id", 64));
    line.sku = TRY(object.text("sku", 64));
    if (const auto product = TRY(object.optional_text("product", 64))) line.product = *product;
    if (const auto brand = TRY(object.optional_text("brand", 64))) line.brand = *brand;
    if (const auto add_on = TRY(object.optional_text("add_on", 64))) line.add_on = *add_on;
    line.categories = TRY(read_words(object, "categories"));
    line.quantity = TRY(object.count("quantity"));
    line.price = TRY(read_price(object, "price", currency));
    if (object.has("cost")) line.cost = TRY(read_price(object, "cost", currency));
    TRY(read_foreign(object, currency, line));
    TRY(read_presale(object, currency, line));
    TRY(object.finish());
    return line;
}

Result<void> read_basket(Object& body, const Currency& currency, pricing::Request& basket) {
    const JsonView* lines = body.take("lines");
    if (lines == nullptr) return body.missing("lines");
    if (!lines->is(Value::Kind::list) || lines->size() == 0 || lines->size() >= pricing::lines_max)
        return body.error("lines",
                          "a list of 1 to " + std::to_string(pricing::lines_max - 1) + " lines is due here");
    const Place lines_place{&body.place(), "lines"};
    for (const JsonView& item : *lines) {
        const Place place{&lines_place, {}, basket.lines.size()};
        basket.lines.push_back(TRY(read_line(item, place, currency)));
    }
    if (!body.has("freight")) return {};
    pricing::Line freight;
    freight.id = freight.sku = "freight";
    freight.kind = pricing::Kind::freight;
    freight.price = TRY(read_price(body, "freight", currency));
    basket.lines.push_back(std::move(freight));
    return {};
}

Result<void> read_choice(Object& body, pricing::Choice& choice) {
    if (!body.has("choose")) return {};
    const Place place{&body.place(), "choose"};
    Object object = TRY(body.object("choose", place));
    if (object.has("coupons")) choice.coupons = TRY(read_words(object, "coupons"));
    if (const JsonView* points = object.take("points")) {
        if (!points->is(Value::Kind::integer) || points->integer() < 0 ||
            points->integer() > pricing::basket_max)
            return object.error("points", "a whole number of points, 0 or more, is due here");
        choice.points = points->integer();
    }
    choice.gifts = TRY(read_words(object, "gifts"));
    return object.finish();
}

Result<std::optional<runtime::Subject>> read_buyer(Object& body) {
    const JsonView* member = body.take("member");
    if (member == nullptr || member->is(Value::Kind::null)) return std::optional<runtime::Subject>();
    const Place place{&body.place(), "member"};
    runtime::Subject subject;
    if (member->is(Value::Kind::map) && member->find("kind") != nullptr) {
        subject.identities.push_back(TRY(read_identity(*member, place)));
        return std::optional(std::move(subject));
    }
    Object object = TRY(Object::of(*member, place));
    const auto id = parse_member_id(TRY(object.text("id", 32)));
    if (!id) return object.error("id", "this is no member id; an external id needs its 'kind' beside it");
    TRY(object.finish());
    subject.member = *id;
    return std::optional(std::move(subject));
}

Result<runtime::QuoteAsked> read_quote(const JsonView& view, const programme::Programme& programme) {
    const Place root{};
    Object body = TRY(Object::of(view, root));
    runtime::QuoteAsked asked;
    asked.buyer = TRY(read_buyer(body));
    if (const auto currency = TRY(body.optional_text("currency", 8));
        currency && *currency != programme.currency.code())
        return body.error("currency", "the brand's money is " + std::string(programme.currency.code()));
    TRY(read_basket(body, programme.currency, asked.basket));
    if (const auto channel = TRY(body.optional_text("channel", 64))) asked.basket.channel = *channel;
    if (const auto at = TRY(body.optional_text("at", 64))) {
        asked.at = parse_rfc3339(*at);
        if (!asked.at) return body.error("at", "a time such as \"2026-11-11T20:00:00+08:00\" is due here");
    }
    asked.basket.buyer.plans = TRY(read_words(body, "plans"));
    asked.basket.buyer.tags = TRY(read_words(body, "tags"));
    TRY(read_choice(body, asked.basket.choice));
    TRY(body.finish());
    return asked;
}

// --- what is answered ---------------------------------------------------------------------------------------------

struct Named {
    std::string code;
    std::string zh;
    std::string en;
};

Named name_of(const Quoted& quoted, Instrument instrument, std::uint32_t index) {
    const programme::Programme& programme = *quoted.programme;
    switch (instrument) {
        case Instrument::price:
            return {programme.offers.prices[index].terms.code, programme.price_names[index].zh,
                    programme.price_names[index].en};
        case Instrument::promotion:
            return {programme.offers.promotions[index].terms.code, programme.promotion_names[index].zh,
                    programme.promotion_names[index].en};
        case Instrument::coupon: {
            const std::string& batch = quoted.request.buyer.coupons[index].batch;
            const coupons::Batch* known = programme.coupon(batch);
            return {batch, known != nullptr ? known->name_zh : batch,
                    known != nullptr ? known->name_en : batch};
        }
        case Instrument::points: return {"points_at_checkout", "积分抵现", "points at checkout"};
        case Instrument::deposit: return {"deposit", "定金膨胀", "deposit"};
        case Instrument::foreign: break;
    }
    return {"discount", "外部优惠", "discount of the shop's own"};
}

void write_offer(JsonWriter& json, const Quoted& quoted, Instrument instrument, std::uint32_t index) {
    json.string("instrument", pricing::name_of(instrument));
    json.string("code", name_of(quoted, instrument, index).code);
    if (instrument == Instrument::coupon) json.string("coupon", quoted.request.buyer.coupons[index].id);
}

void write_lines(JsonWriter& json, const Quoted& quoted) {
    const programme::Programme& programme = *quoted.programme;
    json.key("lines").begin_array();
    for (std::uint32_t i = 0; i < quoted.quote.lines.size(); ++i) {
        const pricing::QuotedLine& line = quoted.quote.lines[i];
        json.begin_object().string("id", quoted.request.lines[i].id);
        json.string("sku", quoted.request.lines[i].sku);
        json.integer("quantity", line.pieces).integer("refused", line.refused);
        json.string("list", money_text(programme, line.list));
        json.string("paid", money_text(programme, line.paid)).integer("points", line.points);
        json.key("cuts").begin_array();
        for (const pricing::LineCut& cut : quoted.quote.cuts) {
            if (cut.line != i) continue;
            json.begin_object();
            write_offer(json, quoted, cut.instrument, cut.index);
            json.string("amount", money_text(programme, cut.amount)).end_object();
        }
        json.end_array().end_object();
    }
    json.end_array();
}

void write_outcomes(JsonWriter& json, const Quoted& quoted) {
    const programme::Programme& programme = *quoted.programme;
    json.key("offers").begin_array();
    for (const pricing::Outcome& outcome : quoted.quote.outcomes) {
        const Named named = name_of(quoted, outcome.instrument, outcome.index);
        json.begin_object();
        write_offer(json, quoted, outcome.instrument, outcome.index);
        json.string("name_zh", named.zh).string("name_en", named.en);
        json.string("why", pricing::name_of(outcome.why));
        json.string("amount", money_text(programme, outcome.amount));
        json.string("text_zh", sentence_of(outcome, programme, Language::zh));
        json.string("text_en", sentence_of(outcome, programme, Language::en)).end_object();
    }
    json.end_array();
}

void write_combination(JsonWriter& json, std::string_view key, const Quoted& quoted,
                       const pricing::Combination& combination) {
    json.key(key).begin_object().key("coupons").begin_array();
    for (const std::uint32_t coupon : combination.coupons)
        json.string(quoted.request.buyer.coupons[coupon].id);
    json.end_array().integer("points", combination.points);
    json.string("pay", money_text(*quoted.programme, combination.pay)).end_object();
}

std::string render(const Quoted& quoted) {
    const programme::Programme& programme = *quoted.programme;
    std::string out;
    JsonWriter json(out);
    json.begin_object().string("id", quoted.id);
    if (quoted.member.value == 0)
        json.key("member").null();
    else
        json.string("member", to_text(quoted.member));
    json.instant("at", quoted.request.now).instant("valid_until", quoted.valid_until);
    json.integer("version", programme.version.value).string("currency", programme.currency.code());
    json.string("pay", money_text(programme, quoted.quote.pay()));
    json.string("deposit", money_text(programme, quoted.quote.deposit));
    json.string("balance", money_text(programme, quoted.quote.balance()));
    write_lines(json, quoted);
    write_outcomes(json, quoted);
    json.key("gifts").begin_array();
    for (const pricing::GivenGift& gift : quoted.quote.gifts) {
        json.begin_object().string("promotion", programme.offers.promotions[gift.promotion].terms.code);
        json.string("sku", gift.sku).string("value", money_text(programme, gift.value)).end_object();
    }
    json.end_array();
    write_combination(json, "chosen", quoted, quoted.quote.chosen);
    write_combination(json, "best", quoted, quoted.quote.best);
    json.boolean("proven", quoted.quote.proven).string("gap", money_text(programme, quoted.quote.gap));
    json.end_object();
    return out;
}

}  // namespace

void quote_basket(const Api& api, const Call& call, Respond respond) {
    const auto body = read_json_body(call, Empty::refused);
    if (!body.ok()) return respond(Asker(call).refuse(problem_of_json(body.error())));
    auto asked = read_quote(**body, *api.service->programme());
    if (!asked.ok()) return respond(Asker(call).refuse(problem_of(asked.error())));
    api.service->quote(std::move(*asked), answer<Quoted>(call, std::move(respond), [](const Quoted& quoted) {
                           Reply reply = json_reply(render(quoted));
                           if (quoted.lsn.value != 0)
                               reply.headers = lsn_header(quoted.partition, quoted.lsn);
                           return reply;
                       }));
}

}  // namespace banyan::http
