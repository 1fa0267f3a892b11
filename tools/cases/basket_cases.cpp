// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "cases.h"
#include "domain/pricing/quote.h"
#include "domain/pricing/refund.h"
#include "offer_document.h"
#include "text/json_writer.h"

namespace banyan::cases {

namespace {

using Kind = Value::Kind;
using Amounts = std::map<std::string, std::int64_t>;
using Names = std::vector<std::string>;
using text::Fields;

/// A basket that was priced.
struct Case {
    pricing::Offers offers;
    pricing::Request request;
    pricing::Quote quote;
};

Value value_of(const Amounts& amounts) {
    std::vector<Map::Entry> entries;
    for (const auto& [name, amount] : amounts) entries.emplace_back(name, Value(amount));
    return Value(Map::of_unique(std::move(entries)));
}

Value value_of(Names names) {
    std::sort(names.begin(), names.end());
    List list;
    for (std::string& name : names) list.emplace_back(std::move(name));
    return Value(std::move(list));
}

std::string name_of(const Case& one, pricing::Instrument instrument, std::uint32_t index) {
    switch (instrument) {
        case pricing::Instrument::price: return one.offers.prices[index].terms.code;
        case pricing::Instrument::promotion: return one.offers.promotions[index].terms.code;
        case pricing::Instrument::coupon: return one.request.buyer.coupons[index].id;
        case pricing::Instrument::foreign:
        case pricing::Instrument::deposit:
        case pricing::Instrument::points: break;
    }
    return std::string(pricing::name_of(instrument));
}

Value lines_of(const Case& one) {
    Amounts paid;
    for (std::size_t i = 0; i < one.request.lines.size(); ++i)
        paid[one.request.lines[i].id] = one.quote.lines[i].paid;
    return value_of(paid);
}

Value cuts_of(const Case& one) {
    std::map<std::string, Amounts> cuts;
    for (const pricing::LineCut& cut : one.quote.cuts)
        cuts[name_of(one, cut.instrument, cut.index)][one.request.lines[cut.line].id] += cut.amount;
    std::vector<Map::Entry> entries;
    for (const auto& [name, amounts] : cuts) entries.emplace_back(name, value_of(amounts));
    return Value(Map::of_unique(std::move(entries)));
}

Value refused_of(const Case& one) {
    Amounts refused;
    for (std::size_t i = 0; i < one.request.lines.size(); ++i) {
        if (one.quote.lines[i].refused > 0) refused[one.request.lines[i].id] = one.quote.lines[i].refused;
    }
    return value_of(refused);
}

Names coupons_of(const Case& one, const std::vector<std::uint32_t>& held) {
    Names ids;
    for (const std::uint32_t i : held) ids.push_back(one.request.buyer.coupons[i].id);
    return ids;
}

Names gifts_of(const Case& one) {
    Names skus;
    for (const pricing::GivenGift& gift : one.quote.gifts) skus.push_back(gift.sku);
    return skus;
}

Value best_of(const Case& one, const Map& wanted) {
    std::vector<Map::Entry> entries;
    for (const auto& [key, value] : wanted.entries()) {
        if (key == "pay") entries.emplace_back(key, Value(one.quote.best.pay));
        if (key == "points") entries.emplace_back(key, Value(one.quote.best.points));
        if (key == "coupons") entries.emplace_back(key, value_of(coupons_of(one, one.quote.best.coupons)));
    }
    return Value(Map::of_unique(std::move(entries)));
}

/// What the quote says of the offers that are named in `wanted`.
Value told(const Case& one, const Map& wanted, bool reason) {
    std::vector<Map::Entry> entries;
    for (const auto& [name, value] : wanted.entries()) {
        for (const pricing::Outcome& outcome : one.quote.outcomes) {
            if (name_of(one, outcome.instrument, outcome.index) != name) continue;
            entries.emplace_back(name,
                                 reason ? Value(pricing::name_of(outcome.why)) : Value(outcome.missing));
        }
    }
    return Value(Map::of_unique(std::move(entries)));
}

/// The answer to what is expected under a key; nothing when the key is unknown.
std::optional<Value> answer(const Case& one, const std::string& key, const Value& wanted) {
    const pricing::Quote& quote = one.quote;
    if (key == "pay") return Value(quote.pay());
    if (key == "lines") return lines_of(one);
    if (key == "cuts") return cuts_of(one);
    if (key == "coupons") return value_of(coupons_of(one, quote.chosen.coupons));
    if (key == "points") return Value(quote.chosen.points);
    if (key == "gifts") return value_of(gifts_of(one));
    if (key == "deposit") return Value(quote.deposit);
    if (key == "balance") return Value(quote.balance());
    if (key == "refused") return refused_of(one);
    if (key == "best") return best_of(one, wanted.map());
    if (key == "lost") return told(one, wanted.map(), true);
    if (key == "missing") return told(one, wanted.map(), false);
    return std::nullopt;
}

/// Maps in any order of their keys, lists as they are.
bool same(const Value& a, const Value& b) {
    if (!a.is(Kind::map) || !b.is(Kind::map)) return a == b;
    if (a.map().size() != b.map().size()) return false;
    return std::all_of(a.map().entries().begin(), a.map().entries().end(), [&b](const Map::Entry& entry) {
        const Value* other = b.map().find(entry.first);
        return other != nullptr && same(entry.second, *other);
    });
}

/// Nothing, or how it is not as expected.
std::string compare(const Case& one, const Value* expect) {
    if (expect == nullptr || !expect->is(Kind::map)) return "nothing is expected of it";
    for (const char* needed : {"pay", "lines", "cuts"}) {
        if (expect->map().find(needed) == nullptr) return std::string("it does not say `") + needed + "`";
    }
    for (const auto& [key, wanted] : expect->map().entries()) {
        const auto found = answer(one, key, wanted);
        if (!found) return "`" + key + "` is nothing that can be expected";
        if (!same(*found, wanted))
            return key + " " + text::to_json(*found) + ", expected " + text::to_json(wanted);
    }
    if (!one.quote.proven) return "the best is not proven";
    return {};
}

struct Terms {
    pricing::RefundPolicy policy;
    Instant at;
};

Result<Terms> terms_of(Result<Fields> in, Instant now) {
    Fields fields = TRY(std::move(in));
    Terms terms;
    terms.policy.partial =
        static_cast<pricing::Partial>(TRY(fields.one_of("policy", {"by_share", "recomputed"})));
    terms.policy.tender = static_cast<pricing::Tender>(
        TRY(fields.one_of("tender", {"pro_rata", "points_first", "cash_first"}, 0)));
    terms.policy.when_ended =
        static_cast<pricing::WhenEnded>(TRY(fields.one_of("expired", {"lost", "extended"}, 0)));
    terms.policy.extended_days =
        static_cast<std::int32_t>(TRY(fields.integer_or("extended_days", 7, 1, 3650)));
    terms.policy.gifts =
        static_cast<pricing::GiftBack>(TRY(fields.one_of("gifts", {"returned", "deducted", "kept"}, 0)));
    terms.at = TRY(instant_at(fields, "at")).value_or(now);
    TRY(fields.finish());
    return terms;
}

/// What one return brings: the difference of what all have brought.
Value brought(const Case& one, const pricing::Refund& now, const pricing::Refund& before, const Map& wanted) {
    std::vector<Map::Entry> entries;
    const auto since = [](const auto& all, const auto& earlier) {
        return std::vector(all.begin() + static_cast<std::ptrdiff_t>(std::min(earlier.size(), all.size())),
                           all.end());
    };
    Names coupons;
    std::vector<Map::Entry> until;
    for (const pricing::BackCoupon& coupon : since(now.coupons, before.coupons)) {
        coupons.push_back(one.request.buyer.coupons[coupon.held].id);
        if (coupon.until) until.emplace_back(coupons.back(), Value(to_rfc3339(*coupon.until)));
    }
    Names gifts;
    for (const std::uint32_t i : since(now.gifts, before.gifts)) gifts.push_back(one.quote.gifts[i].sku);
    for (const auto& [key, value] : wanted.entries()) {
        if (key == "back") entries.emplace_back(key, value);
        if (key == "cash") entries.emplace_back(key, Value(now.cash - before.cash));
        if (key == "points") entries.emplace_back(key, Value(now.points - before.points));
        if (key == "short") entries.emplace_back(key, Value(now.short_by));
        if (key == "coupons") entries.emplace_back(key, value_of(coupons));
        if (key == "lost") entries.emplace_back(key, value_of(coupons_of(one, since(now.lost, before.lost))));
        if (key == "gifts") entries.emplace_back(key, value_of(gifts));
        if (key == "until") entries.emplace_back(key, Value(Map::of_unique(until)));
    }
    return Value(Map::of_unique(std::move(entries)));
}

/// Instants are compared as instants, whatever the zone they are written in.
Value in_utc(const Value& wanted) {
    std::vector<Map::Entry> entries;
    for (const auto& [key, value] : wanted.map().entries()) {
        if (key != "until") {
            entries.emplace_back(key, value);
            continue;
        }
        std::vector<Map::Entry> until;
        for (const auto& [id, text] : value.map().entries())
            until.emplace_back(id, Value(to_rfc3339(parse_rfc3339(text.string()).value_or(Instant{}))));
        entries.emplace_back(key, Value(Map::of_unique(std::move(until))));
    }
    return Value(Map::of_unique(std::move(entries)));
}

std::string compare_returns(const Case& one, const Terms& terms, const Value& returns) {
    std::vector<std::int64_t> back(one.request.lines.size(), 0);
    pricing::Refund before;
    for (const Value& step : returns.list()) {
        const Value* pieces = step.map().find("back");
        if (pieces == nullptr) return "a return does not say what came back";
        for (std::size_t i = 0; i < back.size(); ++i) {
            const Value* count = pieces->map().find(one.request.lines[i].id);
            if (count != nullptr) back[i] += count->integer();
        }
        const auto now =
            pricing::refunded({one.offers, one.request, one.quote}, back, before, terms.policy, terms.at);
        if (!now.ok()) return now.error().text();
        const Value found = brought(one, *now, before, step.map());
        if (!same(found, in_utc(step)))
            return "returned " + text::to_json(found) + ", expected " + text::to_json(in_utc(step));
        before = *now;
    }
    return {};
}

Result<void> run_basket(const Value& basket, const std::string& pointer, const Value* shared,
                        const text::Places& places, Tally& tally) {
    Fields fields = TRY(Fields::of(basket, pointer, places));
    const std::string name = TRY(fields.string("basket"));
    if (TRY(fields.string("words")).empty()) return fields.error("words", "says how it was calculated");
    const Value* programme = fields.find("programme");
    const std::string where = programme != nullptr ? fields.pointer("programme") : "/programme";
    if (programme == nullptr) programme = shared;
    if (programme == nullptr) return fields.error("", "has no programme, nor has the file");
    Case one;
    one.offers = TRY(read_offers(*programme, where, places));
    one.request = TRY(read_request(fields, places));
    const Value* expect = fields.find("expect");
    const Value* returns = fields.find("returns");
    std::optional<Terms> terms;
    if (fields.has("refund")) terms = TRY(terms_of(fields.map("refund"), one.request.now));
    TRY(fields.finish());
    one.quote = TRY(pricing::quote(one.offers, one.request));
    std::string why = compare(one, expect);
    if (why.empty() && terms && returns != nullptr) why = compare_returns(one, *terms, *returns);
    if (why.empty())
        tally.pass();
    else
        tally.fail(places.where(pointer) + " " + name, why);
    return {};
}

}  // namespace

void run_baskets(const std::string& path, std::string_view content, Tally& tally) {
    const auto document = text::parse_yaml_document(content, path);
    if (!document.ok()) return tally.fail(path, document.error().text());
    const Value& value = document->value;
    const Value* baskets = value.is(Kind::map) ? value.map().find("baskets") : nullptr;
    if (baskets == nullptr || !baskets->is(Kind::list))
        return tally.fail(path, "not a document with a list `baskets`");
    for (std::size_t i = 0; i < baskets->list().size(); ++i) {
        const std::string pointer = text::pointer_to("/baskets", i);
        const auto ran =
            run_basket(baskets->list()[i], pointer, value.map().find("programme"), document->places, tally);
        if (!ran.ok()) tally.fail(path + pointer, ran.error().text());
    }
}

}  // namespace banyan::cases
