// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/programme/programme.h"
#include "domain/programme/reader.h"

namespace banyan::programme {

namespace {

struct Names {
    std::string zh;
    std::string en;
};

Result<Names> read_names(Reader& parent, const std::string& code) {
    auto names = parent.object("names");
    if (!names) return Names{code, code};
    Names read{names->text("zh").value_or(code), names->text("en").value_or(code)};
    TRY(names->finish());
    return read;
}

Result<ledger::PendingPolicy> read_pending(Reader& unit) {
    ledger::PendingPolicy policy;
    auto pending = unit.object("pending");
    if (!pending) return policy;
    using Kind = ledger::PendingPolicy::Kind;
    if (const auto days = pending->integer("days", 1, 3650)) {
        policy.kind = Kind::for_days;
        policy.days = static_cast<std::int32_t>(*days);
    } else if (const auto date = pending->text("until_date")) {
        const auto parsed = parse_date(*date);
        if (!parsed) pending->fail("expected a date such as 2027-01-31", "until_date");
        policy.kind = Kind::until_date;
        policy.date = parsed.value_or(CivilDate{});
    } else if (const auto event = pending->text("until_event")) {
        policy.kind = Kind::until_event;
        policy.event = *event;
    } else {
        pending->fail(
            "say one of: days, until_date, until_event; leave \"pending\" out when nothing is pending");
    }
    TRY(pending->finish());
    return policy;
}

Result<ledger::ExpiryPolicy> read_expiry(Reader& unit) {
    ledger::ExpiryPolicy policy;
    auto expiry = unit.object("expiry");
    if (!expiry) return policy;
    using Kind = ledger::ExpiryPolicy::Kind;
    policy.years = static_cast<std::int32_t>(expiry->integer("years", 0, 100).value_or(0));
    policy.months = static_cast<std::int32_t>(expiry->integer("months", 0, 1200).value_or(0));
    policy.days = static_cast<std::int32_t>(expiry->integer("days", 0, 36500).value_or(0));
    if (const auto rounding =
            expiry->word("round_to", {"none", "end_of_month", "end_of_quarter", "end_of_year"}))
        policy.rounding = static_cast<ledger::ExpiryRounding>(*rounding);
    for (Reader& day : expiry->list("on")) {
        const auto month = static_cast<std::uint8_t>(day.required_integer("month", 1, 12));
        policy.dates.push_back({month, static_cast<std::uint8_t>(day.required_integer("day", 1, 31))});
        TRY(day.finish());
        if (!is_valid({2000, policy.dates.back().month, policy.dates.back().day}))
            return Error::invalid("no such day in any year", day.pointer());
    }
    const bool rolls =
        policy.years + policy.months + policy.days > 0 || policy.rounding != ledger::ExpiryRounding::none;
    if (rolls && !policy.dates.empty())
        expiry->fail("say either a rolling time (years, months, days) or fixed days (on)");
    if (!rolls && policy.dates.empty())
        expiry->fail("say years, months, days or on; leave \"expiry\" out for never");
    TRY(expiry->finish());
    policy.kind = rolls ? Kind::rolling : Kind::fixed_dates;
    return policy;
}

Result<ledger::Unit> read_unit(Reader& reader, std::size_t index) {
    ledger::Unit unit;
    unit.id = {static_cast<std::uint16_t>(index + 1)};
    unit.code = reader.required_text("unit");
    const Names names = TRY(read_names(reader, unit.code));
    unit.name_zh = names.zh;
    unit.name_en = names.en;
    unit.decimals = static_cast<std::uint8_t>(reader.integer("decimals", 0, 6).value_or(0));
    unit.pending = TRY(read_pending(reader));
    unit.expiry = TRY(read_expiry(reader));
    unit.cap = Quantity(reader.integer("cap", 1, 1'000'000'000'000'000).value_or(0));
    unit.debt_limit = Quantity(reader.integer("debt_limit", 0, 1'000'000'000'000'000).value_or(0));
    TRY(reader.finish());
    return unit;
}

Result<tiers::Tier> read_tier(Reader& reader, std::size_t index) {
    tiers::Tier tier;
    tier.id = {static_cast<std::uint16_t>(index + 1)};
    tier.code = reader.required_text("tier");
    const Names names = TRY(read_names(reader, tier.code));
    tier.name_zh = names.zh;
    tier.name_en = names.en;
    tier.from = reader.required_integer("from", 0, 1'000'000'000'000'000);
    TRY(reader.finish());
    return tier;
}

Result<tiers::Ladder> read_ladder(Reader& reader, std::size_t index) {
    tiers::Ladder ladder;
    ladder.id = {static_cast<std::uint16_t>(index + 1)};
    ladder.code = reader.required_text("ladder");
    const Names names = TRY(read_names(reader, ladder.code));
    ladder.name_zh = names.zh;
    ladder.name_en = names.en;
    reader.word("metric", {"spend"});  // the one metric there is yet; the metrics module adds more
    if (const auto since = reader.word("since", {"registration", "ever"}))
        ladder.since = static_cast<tiers::SpendSince>(*since);
    if (const auto refund = reader.word("on_refund", {"recompute", "keep"}))
        ladder.on_refund = static_cast<tiers::OnRefund>(*refund);
    std::vector<Reader> tiers = reader.list("tiers");
    for (std::size_t i = 0; i < tiers.size(); ++i) {
        ladder.tiers.push_back(TRY(read_tier(tiers[i], i)));
        const std::int64_t from = ladder.tiers.back().from;
        if (i == 0 && from != 0)
            return Error::invalid("the first tier starts at 0", tiers[i].pointer() + "/from");
        if (i > 0 && from <= ladder.tiers[i - 1].from)
            return Error::invalid("thresholds must rise from tier to tier", tiers[i].pointer() + "/from");
    }
    if (ladder.tiers.empty()) reader.fail("a ladder needs at least one tier", "tiers");
    TRY(reader.finish());
    return ladder;
}

Result<earning::Rule> read_rule(Reader& reader, std::size_t index, Programme& programme) {
    earning::Rule rule;
    rule.id = {static_cast<std::uint16_t>(index + 1)};
    rule.code = reader.required_text("rule");
    const Names names = TRY(read_names(reader, rule.code));
    rule.name_zh = names.zh;
    rule.name_en = names.en;
    rule.on = reader.required_text("on");
    rule.when_text = reader.text("when").value_or("true");
    rule.amount_text = reader.required_text("amount");
    const std::string unit = reader.required_text("unit");
    const std::string cost_centre = reader.text("cost_centre").value_or("");
    TRY(reader.finish());
    const ledger::Unit* found = programme.unit(unit);
    if (found == nullptr)
        return Error::invalid("unit \"" + unit + "\" is not declared", reader.pointer() + "/unit");
    rule.unit = found->id;
    if (rule.on != "order.paid")
        return Error::invalid("earning rules listen to \"order.paid\"", reader.pointer() + "/on");
    if (!cost_centre.empty()) {
        rule.cost_centre = programme.cost_centre(cost_centre);
        if (rule.cost_centre == 0) {
            programme.cost_centres.push_back(cost_centre);
            rule.cost_centre = static_cast<std::uint16_t>(programme.cost_centres.size());
        }
    }
    if (const auto compiled = earning::compile(rule); !compiled.ok())
        return Error::invalid(compiled.error().message + " (" + compiled.error().where + ")",
                              reader.pointer());
    return rule;
}

template <typename Items, typename Code>
Result<void> refuse_repeated(const Items& items, std::string_view list, Code code) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (code(items[i]) == code(items[j]))
                return Error::invalid("\"" + code(items[i]) + "\" is declared twice",
                                      "/" + std::string(list) + "/" + std::to_string(i));
        }
    }
    return {};
}

}  // namespace

Result<std::shared_ptr<const Programme>> compile(const Value& document, ProgrammeVersion version,
                                                 const Calendar& calendar) {
    auto programme = std::make_shared<Programme>();
    Reader reader(document, "");
    programme->version = version;
    programme->code = reader.required_text("programme");
    const Names names = TRY(read_names(reader, programme->code));
    programme->name_zh = names.zh;
    programme->name_en = names.en;
    const std::string currency = reader.required_text("currency");
    const std::string zone = reader.required_text("zone");
    std::vector<Reader> units = reader.list("units");
    std::vector<Reader> ladders = reader.list("ladders");
    std::vector<Reader> earning = reader.list("earning");
    TRY(reader.finish());

    const auto known = currency_of(currency);
    if (!known) return Error::invalid("\"" + currency + "\" is not an ISO 4217 code we know", "/currency");
    programme->currency = *known;
    auto found_zone = calendar.zone(zone);
    if (!found_zone.ok()) return Error::invalid("\"" + zone + "\" is not an IANA time zone", "/zone");
    programme->zone = std::move(found_zone).value();

    for (std::size_t i = 0; i < units.size(); ++i) programme->units.push_back(TRY(read_unit(units[i], i)));
    if (programme->units.empty()) return Error::invalid("declare at least one unit", "/units");
    TRY(refuse_repeated(programme->units, "units", [](const ledger::Unit& u) { return u.code; }));
    for (std::size_t i = 0; i < ladders.size(); ++i)
        programme->ladders.push_back(TRY(read_ladder(ladders[i], i)));
    TRY(refuse_repeated(programme->ladders, "ladders", [](const tiers::Ladder& l) { return l.code; }));
    for (std::size_t i = 0; i < earning.size(); ++i)
        programme->rules.push_back(TRY(read_rule(earning[i], i, *programme)));
    TRY(refuse_repeated(programme->rules, "earning", [](const earning::Rule& r) { return r.code; }));
    return std::shared_ptr<const Programme>(std::move(programme));
}

}  // namespace banyan::programme
