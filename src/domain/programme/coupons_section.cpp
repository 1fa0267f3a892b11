// SPDX-License-Identifier: Apache-2.0
// The section of coupon batches: what each is worth, from when until when, and how many there may be.

#include <algorithm>

#include "domain/programme/sections.h"

namespace banyan::programme {

namespace {

using coupons::Batch;
using coupons::Kind;

constexpr std::int64_t money_max = 1'000'000'000'000;
constexpr std::int64_t days_max = 3660;

struct Worth {
    Kind kind;
    const char* key;
};
constexpr Worth worths[] = {
    {Kind::amount, "off"},          {Kind::percentage, "pay"},    {Kind::fixed_price, "price"},
    {Kind::free_item, "free_item"}, {Kind::exchange, "exchange"}, {Kind::free_delivery, "free_delivery"},
};

// An exchange has a price beside it.
bool says(const Reader& reader, const Worth& worth) {
    return reader.has(worth.key) && !(worth.kind == Kind::fixed_price && reader.has("exchange"));
}

void read_share(Reader& reader, coupons::Discount& discount) {
    const auto text = reader.text("pay");
    if (!text) return;
    const auto share = coupons::parse_share(*text);
    if (share.ok())
        discount.value = *share;
    else
        reader.fail(share.error().message, "pay");
}

coupons::Discount read_discount(Reader& batch) {
    coupons::Discount discount;
    auto reader = batch.object("discount");
    if (!reader) {
        if (!batch.has("discount")) batch.fail("\"discount\" is missing", "discount");
        return discount;
    }
    std::vector<std::string> said;
    for (const Worth& worth : worths) {
        if (!says(*reader, worth)) continue;
        said.emplace_back(worth.key);
        discount.kind = worth.kind;
    }
    discount.value = reader->integer("off", 1, money_max).value_or(0);
    read_share(*reader, discount);
    if (const auto price = reader->integer("price", 0, money_max)) discount.value = *price;
    for (const char* key : {"free_item", "exchange"}) {
        if (const auto sku = reader->text(key)) discount.sku = *sku;
        if (reader->has(key) && discount.sku.empty()) reader->fail("name the sku that it is for", key);
    }
    if (const auto free = reader->boolean("free_delivery"); free == false)
        reader->fail("leave it out: a coupon that does not pay the freight says nothing of it",
                     "free_delivery");
    discount.cap = reader->integer("cap", 1, money_max).value_or(0);
    const std::size_t findings = reader->findings().all().size();
    reader->finish();
    if (said.empty() && reader->findings().all().size() == findings)
        reader->fail("say what it is worth, by one of: off, pay, price, free_item, free_delivery, exchange");
    if (said.size() > 1)
        reader->fail("a coupon is worth one thing, this one has " + joined(said) + "; make a batch of each",
                     said[1]);
    if (discount.kind == Kind::exchange && said.size() == 1 && !reader->has("price"))
        reader->fail("say what the exchange costs: price", "exchange");
    if (discount.cap != 0 && discount.kind != Kind::percentage && discount.kind != Kind::free_delivery)
        reader->fail("\"cap\" bounds a share or the freight; this discount is no more than it says", "cap");
    return discount;
}

coupons::Threshold read_threshold(Reader& batch) {
    coupons::Threshold threshold;
    auto reader = batch.object("threshold");
    if (!reader) return threshold;
    threshold.amount = reader->integer("amount", 1, money_max).value_or(0);
    threshold.pieces = reader->integer("pieces", 1, money_max).value_or(0);
    reader->finish();
    if (!reader->has("amount") && !reader->has("pieces"))
        reader->fail("say from which amount or how many pieces on, or leave \"threshold\" out");
    return threshold;
}

coupons::Scope read_scope(Reader& batch) {
    coupons::Scope scope;
    auto reader = batch.object("for");
    if (!reader) return scope;
    scope.skus = reader->texts("skus");
    scope.categories = reader->texts("categories");
    reader->finish();
    return scope;
}

enum class Bound : unsigned char { from, until };

// A date is the whole day: it begins, or ends, with it. An instant is what it says.
Instant read_bound(Reader& reader, const char* key, Bound bound, const Zone* zone) {
    const Instant open = bound == Bound::from ? instant_min : instant_max;
    const auto text = reader.text(key);
    if (!text) return open;
    if (const auto date = parse_date(*text)) {
        if (zone == nullptr) return open;
        const auto first = day_number(*date) + (bound == Bound::until ? 1 : 0);
        return std::min(zone->start_of(civil_date(first)), instant_max);
    }
    if (const auto instant = parse_rfc3339(*text)) return *instant;
    reader.fail("\"" + *text +
                    "\" is no date and no time; write one such as 2026-06-18 or "
                    "\"2026-06-18T20:00:00+08:00\"",
                key);
    return open;
}

coupons::Window read_window(Reader& reader, const Zone* zone) {
    const coupons::Window window{read_bound(reader, "from", Bound::from, zone),
                                 read_bound(reader, "until", Bound::until, zone)};
    if (window.until <= window.from) reader.fail("it ends before it begins", "until");
    return window;
}

coupons::Validity read_validity(Reader& batch, const Zone* zone) {
    coupons::Validity validity;
    auto reader = batch.object("valid");
    if (!reader) {
        if (!batch.has("valid"))
            batch.fail(
                "\"valid\" is missing: say until when a coupon holds, by days from its issue or by dates",
                "valid");
        return validity;
    }
    validity.window = read_window(*reader, zone);
    validity.days = static_cast<std::int32_t>(reader->integer("days", 1, days_max).value_or(0));
    reader->finish();
    if (!reader->has("days") && !reader->has("until"))
        reader->fail("say until when a coupon holds: days from its issue, or until a date");
    return validity;
}

coupons::OnReturn read_on_return(Reader& batch) {
    coupons::OnReturn policy;
    batch.expect({"on_return"});
    if (!batch.has("on_return")) return policy;
    if (batch.value().map().find("on_return")->is(Value::Kind::string)) {
        batch.word("on_return", {"lost"});
        return policy;
    }
    auto reader = batch.object("on_return");
    policy.late = coupons::OnReturn::Late::extended;
    policy.days = static_cast<std::int32_t>(reader->required_integer("extend_days", 1, days_max));
    reader->finish();
    return policy;
}

void check_limits(Reader& reader, const Batch& batch, const Programme& programme) {
    for (std::size_t i = 0; i < batch.limits.size(); ++i) {
        const limits::Limit* limit = programme.limit(batch.limits[i]);
        const std::string place = "limits/" + std::to_string(i);
        if (limit->counts == limits::Counts::amount)
            reader.fail_at(place, "limit \"" + limit->name +
                                      "\" counts amounts, and a coupon is one: use counts: times");
    }
}

Batch read_batch(Reader& reader, std::size_t index, Programme& programme) {
    Batch batch;
    batch.id = {static_cast<std::uint16_t>(index + 1)};
    batch.code = reader.required_text("coupon");
    const Names names = read_names(reader, batch.code);
    batch.name_zh = names.zh;
    batch.name_en = names.en;
    batch.discount = read_discount(reader);
    batch.threshold = read_threshold(reader);
    batch.scope = read_scope(reader);
    batch.group = reader.text("group").value_or("");
    batch.validity = read_validity(reader, programme.zone.get());
    if (auto claim = reader.object("claim")) {
        batch.claim = read_window(*claim, programme.zone.get());
        claim->finish();
    }
    batch.limits = read_named_limits(reader, programme);
    batch.on_return = read_on_return(reader);
    batch.cost_centre = find_cost_centre(reader, reader.text("cost_centre").value_or(""), programme);
    reader.finish();
    check_limits(reader, batch, programme);
    return batch;
}

void doubt_batch(Reader& reader, const Batch& batch) {
    if (!batch.claim) return;
    if (batch.claim->until > batch.validity.window.until)
        reader.warn("it may be claimed until " + to_rfc3339(batch.claim->until) + " and holds until " +
                        to_rfc3339(batch.validity.window.until) + ": the last would claim nothing",
                    "claim");
    if (batch.limits.empty())
        reader.warn("each member may claim as many as it likes; name a limit with scope: member, most: 1",
                    "claim");
}

}  // namespace

void read_coupons(Reader& document, Programme& programme) {
    std::vector<Reader> readers = document.list("coupons");
    for (std::size_t i = 0; i < readers.size(); ++i) {
        programme.coupons.push_back(read_batch(readers[i], i, programme));
        doubt_batch(readers[i], programme.coupons.back());
    }
    refuse_repeated(readers, programme.coupons, "coupon", [](const Batch& batch) { return batch.code; });
}

}  // namespace banyan::programme
