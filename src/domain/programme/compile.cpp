// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/calendars_section.h"
#include "domain/programme/doubts.h"
#include "domain/programme/sections.h"
#include "domain/programme/words.h"

namespace banyan::programme {

namespace {

void read_cost_centres(Reader& document, Programme& programme) {
    programme.cost_centres_declared = document.has("cost_centres");
    std::vector<Reader> readers = document.list("cost_centres");
    for (Reader& reader : readers) {
        programme.cost_centres.push_back(reader.required_text("cost_centre"));
        reader.finish();
    }
    refuse_repeated(readers, programme.cost_centres, "cost_centre",
                    [](const std::string& code) { return code; });
}

void read_place_and_money(Reader& document, const Calendar& calendar, Programme& programme) {
    const std::string currency = document.required_text("currency");
    const std::string zone = document.required_text("zone");
    const auto known = currency_of(currency);
    if (!known && !currency.empty())
        document.fail("\"" + currency + "\" is not an ISO 4217 code we know; write one such as CNY",
                      "currency");
    programme.currency = known.value_or(Currency{});
    auto found = calendar.zone(zone);
    if (!found.ok() && !zone.empty())
        document.fail("\"" + zone + "\" is not an IANA time zone; write one such as Asia/Shanghai", "zone");
    if (found.ok()) programme.zone = std::move(found).value();
}

}  // namespace

Checked check(const Value& document, ProgrammeVersion version, const Calendar& calendar, const Regex* regex) {
    Findings findings;
    auto programme = std::make_shared<Programme>();
    Reader reader(document, "", findings);
    programme->version = version;
    programme->code = reader.required_text("programme");
    const Names names = read_names(reader, programme->code);
    programme->name_zh = names.zh;
    programme->name_en = names.en;
    read_place_and_money(reader, calendar, *programme);

    std::vector<Reader> units = reader.list("units");
    for (std::size_t i = 0; i < units.size(); ++i) programme->units.push_back(read_unit(units[i], i));
    refuse_repeated(units, programme->units, "unit", [](const ledger::Unit& u) { return u.code; });
    std::vector<Reader> groups = reader.list("stacking");
    for (Reader& group : groups) programme->stacking.push_back(read_group(group));
    read_cost_centres(reader, *programme);
    std::vector<Reader> events = reader.list("events");
    for (Reader& event : events) programme->events.push_back(read_event_type(event));
    read_metrics(reader, *programme, regex);
    read_ladders(reader, *programme, regex);
    std::vector<Reader> rules = reader.list("earning");
    std::vector<Reader> limits = reader.list("limits");
    for (std::size_t i = 0; i < limits.size(); ++i)
        programme->limits.push_back(read_limit(limits[i], i, *programme));
    refuse_repeated(limits, programme->limits, "limit", [](const limits::Limit& l) { return l.name; });
    for (std::size_t i = 0; i < units.size(); ++i)
        read_unit_limits(units[i], programme->units[i].id, *programme);
    read_coupons(reader, *programme);
    read_orders(reader, *programme);
    read_calendars(reader, *programme);
    read_pricing(reader, *programme, regex);
    reader.finish();
    if (units.empty() && !findings.has_errors()) reader.fail("declare at least one unit", "units");
    refuse_repeated(events, programme->events, "event", [](const earning::EventType& e) { return e.code; });
    refuse_repeated(groups, programme->stacking, "group", [](const earning::Group& g) { return g.code; });
    programme->listeners = vocabularies_of(*programme);
    for (std::size_t i = 0; i < rules.size(); ++i)
        programme->rules.push_back(read_rule(rules[i], i, *programme, regex));
    refuse_repeated(rules, programme->rules, "rule", [](const earning::Rule& r) { return r.code; });
    join_rules(rules, *programme);
    check_waiting(rules, *programme);
    check_shared(rules, *programme);
    check_late(rules, *programme);
    if (findings.has_errors()) return {nullptr, std::move(findings)};
    listen(*programme);
    doubt(*programme, findings);
    doubt_calendars(*programme, findings);
    return {std::move(programme), std::move(findings)};
}

Result<std::shared_ptr<const Programme>> compile(const Value& document, ProgrammeVersion version,
                                                 const Calendar& calendar, const Regex* regex) {
    Checked checked = check(document, version, calendar, regex);
    if (checked.programme == nullptr) return checked.findings.first_error();
    return std::move(checked.programme);
}

}  // namespace banyan::programme
