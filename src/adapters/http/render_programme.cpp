// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/render.h"

namespace banyan::http {

namespace {

void write_names(text::JsonWriter& json, std::string_view code, std::string_view zh, std::string_view en) {
    json.string("code", code).string("name_zh", zh).string("name_en", en);
}

void write_pending(text::JsonWriter& json, const ledger::PendingPolicy& pending) {
    using Kind = ledger::PendingPolicy::Kind;
    json.key("pending");
    switch (pending.kind) {
        case Kind::none: json.null(); return;
        case Kind::for_days: json.begin_object().integer("days", pending.days).end_object(); return;
        case Kind::until_date:
            json.begin_object().string("until_date", to_text(pending.date)).end_object();
            return;
        case Kind::until_released: json.begin_object().string("until", "released").end_object(); return;
        case Kind::until_event: json.begin_object().string("until_event", pending.event).end_object(); return;
    }
}

const char* name_of(ledger::ExpiryRounding rounding) {
    switch (rounding) {
        case ledger::ExpiryRounding::none: return "none";
        case ledger::ExpiryRounding::end_of_month: return "end_of_month";
        case ledger::ExpiryRounding::end_of_quarter: return "end_of_quarter";
        case ledger::ExpiryRounding::end_of_year: return "end_of_year";
    }
    ASSERT(false);
    return "";
}

void write_expiry(text::JsonWriter& json, const ledger::ExpiryPolicy& expiry) {
    using Kind = ledger::ExpiryPolicy::Kind;
    json.key("expiry");
    switch (expiry.kind) {
        case Kind::never: json.null(); return;
        case Kind::rolling:
            json.begin_object().integer("years", expiry.years).integer("months", expiry.months);
            json.integer("days", expiry.days).string("round_to", name_of(expiry.rounding)).end_object();
            return;
        case Kind::fixed_dates:
            json.begin_object().key("on").begin_array();
            for (const ledger::MonthDay day : expiry.dates)
                json.begin_object().integer("month", day.month).integer("day", day.day).end_object();
            json.end_array().end_object();
            return;
    }
}

void write_unit(text::JsonWriter& json, const ledger::Unit& unit, const programme::Programme& programme) {
    json.begin_object();
    write_names(json, unit.code, unit.name_zh, unit.name_en);
    json.integer("decimals", unit.decimals);
    write_pending(json, unit.pending);
    write_expiry(json, unit.expiry);
    if (unit.cap.is_zero())
        json.key("cap").null();
    else
        json.string("cap", quantity_text(programme, unit.id, unit.cap));
    json.string("debt_limit", quantity_text(programme, unit.id, unit.debt_limit)).end_object();
}

void write_ladders(text::JsonWriter& json, const programme::Programme& programme) {
    json.key("ladders").begin_array();
    for (const tiers::Ladder& ladder : programme.ladders) {
        json.begin_object();
        write_names(json, ladder.code, ladder.name_zh, ladder.name_en);
        json.string("since", ladder.since == tiers::SpendSince::ever ? "ever" : "registration");
        json.string("on_refund", ladder.on_refund == tiers::OnRefund::keep ? "keep" : "recompute");
        json.key("tiers").begin_array();
        for (const tiers::Tier& tier : ladder.tiers) {
            json.begin_object();
            write_names(json, tier.code, tier.name_zh, tier.name_en);
            json.string("from", money_text(programme, tier.from)).end_object();
        }
        json.end_array().end_object();
    }
    json.end_array();
}

}  // namespace

std::string render(const programme::Programme& programme) {
    std::string out;
    text::JsonWriter json(out);
    json.begin_object();
    write_names(json, programme.code, programme.name_zh, programme.name_en);
    json.integer("version", programme.version.value).string("currency", programme.currency.code());
    json.string("zone", programme.zone != nullptr ? programme.zone->name() : std::string_view("UTC"));
    json.key("units").begin_array();
    for (const ledger::Unit& unit : programme.units) write_unit(json, unit, programme);
    json.end_array();
    write_ladders(json, programme);
    json.key("rules").begin_array();
    for (const earning::Rule& rule : programme.rules) {
        json.begin_object();
        write_names(json, rule.code, rule.name_zh, rule.name_en);
        json.string("on", rule.on).string("when", rule.when_text).string("amount", rule.amount_text);
        json.string("grants", earning::effect_text(rule));
        json.string("unit", unit_code(programme, rule.unit));
        const bool has_centre = rule.cost_centre > 0 && rule.cost_centre <= programme.cost_centres.size();
        if (has_centre)
            json.string("cost_centre", programme.cost_centres[rule.cost_centre - 1U]);
        else
            json.key("cost_centre").null();
        json.end_object();
    }
    json.end_array().key("cost_centres").begin_array();
    for (const std::string& centre : programme.cost_centres) json.string(centre);
    json.end_array().end_object();
    return out;
}

std::string render_tiers(const programme::Programme& programme) {
    std::string out;
    text::JsonWriter json(out);
    json.begin_object();
    write_ladders(json, programme);
    json.end_object();
    return out;
}

}  // namespace banyan::http
