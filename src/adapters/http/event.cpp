// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/event.h"

#include <algorithm>

#include "base/decimal.h"
#include "base/money.h"

namespace banyan::http {

using text::JsonView;

namespace {

// Amounts beyond this are typing errors in every currency, and leave room to add lines up.
constexpr std::int64_t minor_max = 1'000'000'000'000'000;
constexpr std::size_t attribute_bytes_max = 256;

Result<runtime::Subject> read_subject(Object& event) {
    const Place place{&event.place(), "member"};
    Object object = TRY(event.object("member", place));
    runtime::Subject subject;
    if (object.has("identities")) {
        subject.identities = TRY(read_identities(object));
    } else if (object.has("kind")) {
        runtime::ExternalId identity;
        identity.kind = TRY(object.word("kind", 32));
        identity.id = runtime::Personal(std::string(TRY(object.text("id", id_bytes_max))));
        subject.identities.push_back(std::move(identity));
    } else {
        const std::string_view text = TRY(object.text("id", 32));
        const auto member = parse_member_id(text);
        if (!member)
            return object.error("id", "this is no member id; an external id needs its 'kind' beside it");
        subject.member = *member;
    }
    TRY(object.finish());
    return subject;
}

Result<std::int64_t> read_money(Object& line, const Currency& currency, std::string_view key = "amount") {
    const JsonView* value = line.take(key);
    if (value == nullptr) return line.missing(key);
    if (!value->is(Value::Kind::string))
        return line.error(key, "money is a string, such as \"56.00\", so that no reader rounds it");
    const auto minor = parse_minor(value->string(), currency.digits);
    if (!minor)
        return line.error(key, "a decimal number of at most " + std::to_string(currency.digits) +
                                   " decimal places is due here");
    if (*minor < 0) return line.error(key, "the amount must not be negative; a return is order.refunded");
    if (*minor > minor_max) return line.error(key, "the amount is too large");
    return *minor;
}

Result<std::optional<std::int64_t>> optional_money(Object& object, const Currency& currency,
                                                   std::string_view key) {
    if (!object.has(key)) return std::optional<std::int64_t>();
    return std::optional<std::int64_t>(TRY(read_money(object, currency, key)));
}

/// The parts of a price, each under its name.
Result<bool> read_parts(Object& object, const Currency& currency, basis::Parts& parts) {
    bool says_any = false;
    for (const basis::Part part : basis::all_parts) {
        const auto amount = TRY(optional_money(object, currency, basis::name_of(part)));
        if (amount) parts[part] = *amount;
        says_any = says_any || amount.has_value();
    }
    return says_any;
}

/// `says_more`: whether the line says of its price more than what was paid.
Result<catalog::Line> read_line(const JsonView& view, const Place& place, const Currency& currency,
                                runtime::SaidPrice& price, bool& says_more) {
    Object object = TRY(Object::of(view, place));
    catalog::Line line;
    line.id = TRY(object.text("id", 64));
    line.sku = TRY(object.text("sku", 64));
    if (const auto category = TRY(object.optional_text("category", 64))) line.category = *category;
    line.quantity = TRY(object.count("quantity"));
    if (const auto brand = TRY(object.optional_text("brand", 64))) price.brand = *brand;
    price.list = TRY(optional_money(object, currency, "list"));
    const bool says_parts = TRY(read_parts(object, currency, price.parts));
    if (price.list)
        price.paid = TRY(optional_money(object, currency, "amount"));
    else
        price.paid = TRY(read_money(object, currency));
    line.amount = price.paid.value_or(0);
    says_more = says_more || price.list.has_value() || says_parts || !price.brand.empty();
    TRY(object.finish());
    return line;
}

Result<const JsonView*> read_list(Object& object, std::string_view key, std::size_t size_max) {
    const JsonView* value = object.take(key);
    if (value == nullptr) return object.missing(key);
    if (!value->is(Value::Kind::list)) return object.error(key, "a list is due here");
    if (value->size() == 0) return object.error(key, "the list must not be empty");
    if (value->size() > size_max)
        return object.error(key, "the list has more than " + std::to_string(size_max) + " items");
    return value;
}

Result<runtime::RequestBody> read_order(Object& event) {
    const Place place{&event.place(), "order"};
    Object object = TRY(event.object("order", place));
    runtime::OrderPaid order;
    order.order = TRY(object.text("id", id_bytes_max));
    if (const auto channel = TRY(object.optional_text("channel", 64))) order.channel = *channel;
    if (const auto store = TRY(object.optional_text("store", 64))) order.store = *store;
    order.currency = TRY(object.text("currency", 8));
    const auto currency = currency_of(order.currency);
    if (!currency)
        return object.error("currency", "this is no currency that is known here (ISO 4217, as \"CNY\")");
    const JsonView* list = TRY(read_list(object, "lines", order_lines_max));
    const Place lines_place{&place, "lines"};
    order.lines.reserve(list->size());
    std::int64_t total = 0;
    bool says_more = false;
    for (const JsonView& item : *list) {
        const Place line_place{&lines_place, {}, order.lines.size()};
        runtime::SaidPrice& price = order.prices.emplace_back();
        order.lines.push_back(TRY(read_line(item, line_place, *currency, price, says_more)));
        total += std::max(order.lines.back().amount, price.list.value_or(0));  // at most 5,000 x 10^15
    }
    if (total > minor_max) return object.error("lines", "the amounts add up to too much");
    if (const auto payment = TRY(object.optional_text("payment", 64))) order.payment = *payment;
    says_more = TRY(read_parts(object, *currency, order.parts)) || says_more;
    order.charged = TRY(optional_money(object, *currency, "charged"));
    if (!says_more && !order.charged && order.payment.empty()) order.prices.clear();
    TRY(object.finish());
    return runtime::RequestBody(std::move(order));
}

Result<std::int64_t> read_refund_money(Object& object, const Currency& currency) {
    const std::int64_t amount = TRY(read_money(object, currency));
    if (amount == 0) return object.error("amount", "a refund of nothing is none");
    return amount;
}

Result<runtime::OrderRefunded::Line> read_returned(Object& line, const Currency& currency) {
    runtime::OrderRefunded::Line returned;
    returned.id = TRY(line.text("id", 64));
    if (line.has("quantity") && line.has("amount"))
        return line.error("amount", "say pieces (quantity) or money without pieces (amount), not both");
    if (line.has("amount"))
        returned.amount = TRY(read_refund_money(line, currency));
    else
        returned.quantity = TRY(line.count("quantity"));
    TRY(line.finish());
    return returned;
}

Result<runtime::RequestBody> read_refund(Object& event, const Currency& currency) {
    const Place place{&event.place(), "refund"};
    Object object = TRY(event.object("refund", place));
    runtime::OrderRefunded refund;
    refund.order = TRY(object.text("order", id_bytes_max));
    if (object.has("lines")) {
        const JsonView* list = TRY(read_list(object, "lines", order_lines_max));
        const Place lines_place{&place, "lines"};
        for (const JsonView& item : *list) {
            const Place line_place{&lines_place, {}, refund.lines.size()};
            Object line = TRY(Object::of(item, line_place));
            refund.lines.push_back(TRY(read_returned(line, currency)));
        }
    }
    if (object.has("amount")) {
        if (!refund.lines.empty())
            return object.error("amount", "say the money of the whole order, or of lines, not both");
        refund.amount = TRY(read_refund_money(object, currency));
    }
    // One that names its after-sale is that after-sale's end, and counts once however it is told.
    const auto after_sale = TRY(object.optional_text("after_sale", id_bytes_max));
    const bool is_money =
        refund.amount != 0 || std::any_of(refund.lines.begin(), refund.lines.end(),
                                          [](const auto& line) { return line.amount != 0; });
    if (after_sale && is_money)
        return object.error("after_sale",
                            "an after-sale ends with pieces; tell money without pieces by itself");
    TRY(object.finish());
    if (!after_sale) return runtime::RequestBody(std::move(refund));
    orders::AfterSaleMoved done;
    done.after_sale = *after_sale;
    done.step = orders::Step::done;
    for (runtime::OrderRefunded::Line& line : refund.lines)
        done.pieces.push_back({std::move(line.id), line.quantity});
    return runtime::RequestBody(runtime::OrderTold{std::move(refund.order), std::move(done)});
}

// "lines": [{"id": "1", "quantity": 2}]; empty when it is left out. Of money alone a quantity may be 0.
enum class Zero : unsigned char { refused, allowed };
Result<std::vector<orders::Pieces>> read_pieces(Object& object, Zero zero) {
    std::vector<orders::Pieces> pieces;
    if (!object.has("lines")) return pieces;
    const JsonView* list = TRY(read_list(object, "lines", order_lines_max));
    const Place lines_place{&object.place(), "lines"};
    for (const JsonView& item : *list) {
        const Place line_place{&lines_place, {}, pieces.size()};
        Object line = TRY(Object::of(item, line_place));
        orders::Pieces named;
        named.line = TRY(line.text("id", 64));
        const JsonView* quantity = zero == Zero::allowed ? item.find("quantity") : nullptr;
        if (quantity != nullptr && quantity->is(Value::Kind::integer) && quantity->integer() == 0)
            line.take("quantity");
        else
            named.quantity = TRY(line.count("quantity"));
        TRY(line.finish());
        for (const orders::Pieces& before : pieces) {
            if (before.line == named.line)
                return line.error("id", "the line is named twice; add its pieces up");
        }
        pieces.push_back(std::move(named));
    }
    return pieces;
}

Result<void> read_parcel(Object& order, orders::Shipped& shipped) {
    const Place place{&order.place(), "parcel"};
    Object parcel = TRY(order.object("parcel", place));
    if (const auto id = TRY(parcel.optional_text("id", id_bytes_max))) shipped.parcel = *id;
    shipped.pieces = TRY(read_pieces(parcel, Zero::refused));
    if (parcel.has("replaces")) {
        const JsonView* list = TRY(read_list(parcel, "replaces", 200));
        for (const JsonView& item : *list) {
            if (!item.is(Value::Kind::string) || item.string().empty() || item.string().size() > id_bytes_max)
                return parcel.error("replaces", "a list of parcel ids is due here");
            if (item.string() == shipped.parcel)
                return parcel.error("replaces", "the parcel replaces itself; give the new one its own id");
            shipped.replaces.emplace_back(item.string());
        }
    }
    return parcel.finish();
}

Result<runtime::RequestBody> read_told(Object& event, std::string_view type) {
    const Place place{&event.place(), "order"};
    Object object = TRY(event.object("order", place));
    runtime::OrderTold told;
    told.order = TRY(object.text("id", id_bytes_max));
    if (type == "order.placed") told.event = orders::Placed{};
    if (type == "order.completed") told.event = orders::Completed{};
    if (type == "order.closed") told.event = orders::Closed{};
    if (type == "order.shipped") {
        orders::Shipped shipped;
        if (object.has("parcel")) TRY(read_parcel(object, shipped));
        told.event = std::move(shipped);
    }
    if (type == "order.received") {
        orders::Received received;
        if (object.has("parcel")) {
            const Place parcel_place{&place, "parcel"};
            Object parcel = TRY(object.object("parcel", parcel_place));
            received.parcel = TRY(parcel.text("id", id_bytes_max));
            TRY(parcel.finish());
        }
        told.event = std::move(received);
    }
    TRY(object.finish());
    return runtime::RequestBody(std::move(told));
}

Result<orders::Form> read_form(Object& after_sale) {
    constexpr std::string_view forms[] = {"refund_only", "return_refund", "exchange", "resend"};
    const std::string_view said = TRY(after_sale.word("form", 32));
    for (std::size_t i = 0; i < std::size(forms); ++i) {
        if (said == forms[i]) return static_cast<orders::Form>(i);
    }
    return after_sale.error("form", "say one of: refund_only, return_refund, exchange, resend");
}

Result<runtime::RequestBody> read_after_sale(Object& event, orders::Step step) {
    const Place place{&event.place(), "after_sale"};
    Object object = TRY(event.object("after_sale", place));
    runtime::OrderTold told;
    told.order = TRY(object.text("order", id_bytes_max));
    orders::AfterSaleMoved moved;
    moved.after_sale = TRY(object.text("id", id_bytes_max));
    moved.step = step;
    moved.form = TRY(read_form(object));
    moved.pieces = TRY(read_pieces(object, Zero::allowed));
    TRY(object.finish());
    told.event = std::move(moved);
    return runtime::RequestBody(std::move(told));
}

// The words of an order's life; any other `order.<word>` only releases what waits for it.
bool is_life(std::string_view type) {
    return type == "order.placed" || type == "order.shipped" || type == "order.received" ||
           type == "order.completed" || type == "order.closed";
}

std::optional<orders::Step> step_of(std::string_view type) {
    constexpr std::string_view steps[] = {"after_sale.requested", "after_sale.agreed", "after_sale.refused",
                                          "after_sale.withdrawn", "after_sale.done"};
    for (std::size_t i = 0; i < std::size(steps); ++i) {
        if (type == steps[i]) return static_cast<orders::Step>(i);
    }
    return std::nullopt;
}

Result<runtime::RequestBody> read_release(Object& event, std::string_view type) {
    const Place place{&event.place(), "order"};
    Object object = TRY(event.object("order", place));
    runtime::OrderReleased release{std::string(TRY(object.text("id", id_bytes_max))), std::string(type)};
    TRY(object.finish());
    return runtime::RequestBody(std::move(release));
}

Result<runtime::RequestBody> read_points(Object& event, std::string_view type,
                                         const programme::Programme& programme) {
    const Place place{&event.place(), "points"};
    Object object = TRY(event.object("points", place));
    if (type == "points.adjusted") {
        runtime::Adjust adjust = TRY(read_adjustment(object, programme));
        return runtime::RequestBody(std::move(adjust));
    }
    runtime::Redeem redeem;
    const ledger::Unit* unit = TRY(read_unit(object, programme));
    redeem.unit = unit->code;
    redeem.amount = TRY(read_amount(object, *unit, Sign::positive));
    TRY(object.finish());
    return runtime::RequestBody(std::move(redeem));
}

const char* name_of_kind(rules::Kind kind) {
    switch (kind) {
        case rules::Kind::integer: return "a whole number";
        case rules::Kind::boolean: return "true or false";
        default: return "text";
    }
}

// An event of a type that the programme declares: every attribute of its schema, and nothing else.
Result<runtime::RequestBody> read_interaction(Object& event, const earning::EventType& type) {
    runtime::Interaction interaction{type.code, {}};
    if (type.attributes.empty() && !event.has("attributes"))
        return runtime::RequestBody(std::move(interaction));
    const Place place{&event.place(), "attributes"};
    Object object = TRY(event.object("attributes", place));
    for (const earning::Attribute& attribute : type.attributes) {
        const std::string expected = std::string("the programme declares ") + name_of_kind(attribute.kind) +
                                     " here, in every " + type.code;
        const JsonView* value = object.take(attribute.name);
        if (value == nullptr) return object.error(attribute.name, expected);
        if (attribute.kind == rules::Kind::integer && value->is(Value::Kind::integer))
            interaction.attributes.push_back({attribute.name, value->integer()});
        else if (attribute.kind == rules::Kind::boolean && value->is(Value::Kind::boolean))
            interaction.attributes.push_back({attribute.name, value->boolean()});
        else if (attribute.kind == rules::Kind::string && value->is(Value::Kind::string))
            interaction.attributes.push_back(
                {attribute.name, std::string(TRY(object.text(attribute.name, attribute_bytes_max)))});
        else
            return object.error(attribute.name, expected);
    }
    TRY(object.finish());
    return runtime::RequestBody(std::move(interaction));
}

Result<runtime::RequestBody> read_body(Object& event, std::string_view type,
                                       const programme::Programme& programme) {
    if (type == "order.paid") return read_order(event);
    if (type == "order.refunded") return read_refund(event, programme.currency);
    if (is_life(type)) return read_told(event, type);
    if (type.starts_with("order.") && type.size() > 6) return read_release(event, type);
    if (const auto step = step_of(type)) return read_after_sale(event, *step);
    if (type == "points.adjusted" || type == "points.redeemed") return read_points(event, type, programme);
    if (type == "member.registered") {
        runtime::Register body;
        const Place place{&event.place(), "profile"};
        if (event.has("profile")) {
            Object profile = TRY(event.object("profile", place));
            body.profile = TRY(read_profile(profile, Null::refused));
        }
        return runtime::RequestBody(std::move(body));
    }
    if (const earning::EventType* declared = programme.event(type)) return read_interaction(event, *declared);
    std::string declared;
    for (const earning::EventType& known : programme.events) declared += ", " + known.code;
    return event.error(
        "type",
        "there is no event of this type; the types are member.registered, order.paid, "
        "order.refunded, order.<what happened to it>, after_sale.requested, after_sale.agreed, "
        "after_sale.refused, after_sale.withdrawn, after_sale.done, points.adjusted, "
        "points.redeemed" +
            declared);
}

}  // namespace

Result<runtime::ExternalId> read_identity(const JsonView& view, const Place& place) {
    Object object = TRY(Object::of(view, place));
    runtime::ExternalId identity;
    identity.kind = TRY(object.word("kind", 32));
    identity.id = runtime::Personal(std::string(TRY(object.text("id", id_bytes_max))));
    TRY(object.finish());
    return identity;
}

Result<std::vector<runtime::ExternalId>> read_identities(Object& object) {
    const JsonView* list = TRY(read_list(object, "identities", 4));
    const Place list_place{&object.place(), "identities"};
    std::vector<runtime::ExternalId> identities;
    for (const JsonView& item : *list) {
        const Place place{&list_place, {}, identities.size()};
        identities.push_back(TRY(read_identity(item, place)));
    }
    return identities;
}

Result<runtime::Profile> read_profile(Object& object, Null null) {
    const auto personal = [&](std::string_view key,
                              std::size_t bytes_max) -> Result<std::optional<runtime::Personal>> {
        using Field = std::optional<runtime::Personal>;
        if (null == Null::removes && object.take_null(key)) return Field(runtime::Personal());
        const auto text = TRY(object.optional_text(key, bytes_max));
        return text ? Field(runtime::Personal(std::string(*text))) : Field();
    };
    runtime::Profile profile;
    profile.name = TRY(personal("name", 128));
    profile.birthday = TRY(personal("birthday", 10));
    if (profile.birthday && !profile.birthday->empty() && !parse_date(profile.birthday->opened()))
        return object.error("birthday", "a date such as \"1990-02-28\" is due here");
    profile.gender = TRY(personal("gender", 32));
    profile.city = TRY(personal("city", 64));
    profile.address = TRY(personal("address", 512));
    TRY(object.finish());
    return profile;
}

Result<const ledger::Unit*> read_unit(Object& object, const programme::Programme& programme) {
    const std::string_view code = TRY(object.word("unit", 64));
    const ledger::Unit* unit = programme.unit(code);
    if (unit == nullptr) return object.error("unit", "the programme has no such unit");
    return unit;
}

Result<std::int64_t> read_amount(Object& object, const ledger::Unit& unit, Sign sign) {
    const JsonView* value = object.take("amount");
    if (value == nullptr) return object.missing("amount");
    std::optional<std::int64_t> amount;
    if (value->is(Value::Kind::string))
        amount = parse_minor(value->string(), unit.decimals);
    else if (value->is(Value::Kind::integer))
        amount = parse_minor(std::to_string(value->integer()), unit.decimals);
    if (!amount)
        return object.error("amount", "a decimal string of at most " + std::to_string(unit.decimals) +
                                          " decimal places, or a whole number, is due here");
    if (*amount > minor_max || *amount < -minor_max) return object.error("amount", "the amount is too large");
    if (*amount == 0) return object.error("amount", "the amount must not be zero");
    if (*amount < 0 && sign == Sign::positive) return object.error("amount", "the amount must be above zero");
    return *amount;
}

Result<runtime::Adjust> read_adjustment(Object& object, const programme::Programme& programme) {
    runtime::Adjust adjust;
    const ledger::Unit* unit = TRY(read_unit(object, programme));
    adjust.unit = unit->code;
    adjust.amount = TRY(read_amount(object, *unit, Sign::any));
    adjust.reason = TRY(object.text("reason", 64));
    if (const auto centre = TRY(object.optional_text("cost_centre", 64))) {
        if (programme.cost_centre(*centre) == 0)
            return object.error("cost_centre", "the programme declares no such cost centre");
        adjust.cost_centre = *centre;
    }
    TRY(object.finish());
    return adjust;
}

std::optional<Duration> parse_duration(std::string_view text) {
    if (text.size() < 3 || text[0] != 'P' || text.back() == 'T') return std::nullopt;
    text.remove_prefix(1);
    Duration total;
    bool in_time = false;
    std::size_t last = 0;  // units must descend: D, then H, M, S
    while (!text.empty()) {
        if (text[0] == 'T' && !in_time) {
            in_time = true;
            text.remove_prefix(1);
            continue;
        }
        std::int64_t number = 0;
        std::size_t length = 0;
        for (; length < text.size() && text[length] >= '0' && text[length] <= '9'; ++length) {
            if (length == 9) return std::nullopt;
            number = number * 10 + (text[length] - '0');
        }
        if (length == 0 || length == text.size()) return std::nullopt;
        const std::size_t unit = std::string_view("DHMS").find(text[length]);
        if (unit == std::string_view::npos || (unit == 0) == in_time || unit + 1 <= last) return std::nullopt;
        constexpr std::int64_t seconds_of[] = {86400, 3600, 60, 1};
        total.microseconds += number * seconds_of[unit] * 1'000'000;
        last = unit + 1;
        text.remove_prefix(length + 1);
    }
    // A century is longer than any hold or outlook; beyond it, sums with instants could leave their range.
    if (total.microseconds <= 0 || total > days(36525)) return std::nullopt;
    return total;
}

Result<Duration> read_duration(Object& object, std::string_view key) {
    const std::string_view content = TRY(object.text(key, 32));
    const auto duration = parse_duration(content);
    if (!duration) return object.error(key, "a duration such as \"PT15M\" or \"P30D\" is due here");
    return *duration;
}

Result<runtime::Request> read_event(const JsonView& view, const programme::Programme& programme) {
    const Place root{};
    Object event = TRY(Object::of(view, root));
    runtime::Request request;
    const std::string_view type = TRY(event.word("type", 64));
    request.id = TRY(event.text("id", id_bytes_max));
    request.source = TRY(event.word("source", 32));
    if (const JsonView* at = event.take("occurred_at")) {
        if (at->is(Value::Kind::string)) request.occurred_at = parse_rfc3339(at->string());
        if (!request.occurred_at)
            return event.error("occurred_at",
                               "a time of the years 1970 to 9999 as RFC 3339 is due here, such as "
                               "\"2026-01-31T12:00:00+08:00\"");
    }
    request.subject = TRY(read_subject(event));
    request.body = TRY(read_body(event, type, programme));
    TRY(event.finish());
    return request;
}

std::string id_of_event(const JsonView& view) {
    if (!view.is(Value::Kind::map)) return {};
    const JsonView* id = view.find("id");
    if (id == nullptr || !id->is(Value::Kind::string) || id->string().size() > id_bytes_max) return {};
    return std::string(id->string());
}

Scope scope_needed(const runtime::RequestBody& body) {
    if (std::holds_alternative<runtime::Adjust>(body) || std::holds_alternative<runtime::Redeem>(body))
        return Scope::ledger_write;
    return Scope::events_write;
}

}  // namespace banyan::http
