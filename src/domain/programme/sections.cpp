// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/sections.h"

namespace banyan::programme {

Names read_names(Reader& parent, const std::string& code) {
    auto names = parent.object("names");
    if (!names) return Names{code, code};
    Names read{names->text("zh").value_or(code), names->text("en").value_or(code)};
    names->finish();
    return read;
}

namespace {

ledger::PendingPolicy read_pending(Reader& unit) {
    ledger::PendingPolicy policy;
    auto pending = unit.object("pending");
    if (!pending) return policy;
    using Kind = ledger::PendingPolicy::Kind;
    const auto days = pending->integer("days", 1, 3650);
    const auto date = pending->text("until_date");
    const auto event = pending->text("until_event");
    const auto released = pending->word("until", {"released"});
    const int said = int{pending->has("days")} + int{pending->has("until_date")} +
                     int{pending->has("until_event")} + int{pending->has("until")};
    if (said != 1 && pending->value().is(Value::Kind::map))
        pending->fail(
            "say one of: days, until_date, until_event, until; leave \"pending\" out when nothing is "
            "pending");
    if (days) {
        policy.kind = Kind::for_days;
        policy.days = static_cast<std::int32_t>(*days);
    } else if (date) {
        const auto parsed = parse_date(*date);
        if (!parsed) pending->fail("expected a date such as 2027-01-31", "until_date");
        policy.kind = Kind::until_date;
        policy.date = parsed.value_or(CivilDate{});
    } else if (event) {
        policy.kind = Kind::until_event;
        policy.event = *event;
    } else if (released) {
        policy.kind = Kind::until_released;
    }
    pending->finish();
    return policy;
}

std::vector<ledger::MonthDay> read_days(Reader& expiry) {
    std::vector<ledger::MonthDay> days;
    for (Reader& day : expiry.list("on")) {
        const auto month = static_cast<std::uint8_t>(day.required_integer("month", 1, 12));
        days.push_back({month, static_cast<std::uint8_t>(day.required_integer("day", 1, 31))});
        day.finish();
        if (!is_valid({2000, days.back().month, days.back().day})) day.fail("no such day in any year");
    }
    return days;
}

// Beside an expiry of each grant's own, inactivity that is never sooner has no effect.
void read_inactivity(Reader& expiry, ledger::ExpiryPolicy& policy) {
    auto inactive = expiry.object("inactive");
    if (!inactive) return;
    const auto years = static_cast<std::int32_t>(inactive->integer("years", 0, 100).value_or(0));
    const auto months = static_cast<std::int32_t>(inactive->integer("months", 0, 1200).value_or(0));
    policy.inactive_months = 12 * years + months;
    policy.inactive_days = static_cast<std::int32_t>(inactive->integer("days", 0, 36500).value_or(0));
    inactive->finish();
    if (!policy.counts_inactivity() && inactive->value().is(Value::Kind::map))
        inactive->fail("say how long nothing must have happened: years, months or days");
    const std::int32_t own = (policy.years * 12 + policy.months) * 31 + policy.days;
    const std::int32_t idle = policy.inactive_months * 28 + policy.inactive_days;
    const bool rolls = own > 0 && policy.rounding == ledger::ExpiryRounding::none;
    if (rolls && policy.counts_inactivity() && idle > own)
        inactive->warn("each grant expires before the balance can have been idle that long");
}

ledger::ExpiryPolicy read_expiry(Reader& unit) {
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
    policy.dates = read_days(*expiry);
    read_inactivity(*expiry, policy);
    const bool rolls =
        policy.years + policy.months + policy.days > 0 || policy.rounding != ledger::ExpiryRounding::none;
    if (rolls && !policy.dates.empty())
        expiry->fail("say either a rolling time (years, months, days) or fixed days (on)");
    const bool is_empty = expiry->value().is(Value::Kind::map) && expiry->value().map().size() == 0;
    const bool is_zero =
        expiry->value().is(Value::Kind::map) && !expiry->has("on") && !expiry->has("inactive") && !rolls;
    expiry->finish();
    if (is_empty)
        expiry->fail("say years, months, days, on or inactive; leave \"expiry\" out for never");
    else if (is_zero && (expiry->has("years") || expiry->has("months") || expiry->has("days") ||
                         expiry->has("round_to")))
        expiry->fail("the time is zero: say how long, or leave \"expiry\" out for never");
    if (rolls) policy.kind = Kind::rolling;
    if (!policy.dates.empty()) policy.kind = Kind::fixed_dates;
    return policy;
}

}  // namespace

ledger::Unit read_unit(Reader& reader, std::size_t index) {
    ledger::Unit unit;
    unit.id = {static_cast<std::uint16_t>(index + 1)};
    unit.code = reader.required_text("unit");
    const Names names = read_names(reader, unit.code);
    unit.name_zh = names.zh;
    unit.name_en = names.en;
    if (const auto kind = reader.word("kind", {"spendable", "growth"}))
        unit.kind = static_cast<ledger::UnitKind>(*kind);
    unit.decimals = static_cast<std::uint8_t>(reader.integer("decimals", 0, 6).value_or(0));
    unit.pending = read_pending(reader);
    unit.expiry = read_expiry(reader);
    unit.cap = Quantity(reader.integer("cap", 1, 1'000'000'000'000'000).value_or(0));
    unit.debt_limit = Quantity(reader.integer("debt_limit", 0, 1'000'000'000'000'000).value_or(0));
    unit.transferable = reader.boolean("transferable").value_or(false);
    if (unit.transferable && unit.kind == ledger::UnitKind::growth)
        reader.fail(
            "growth is the member's own and never given away: leave it out, or let the unit be spendable",
            "transferable");
    reader.expect({"earn_limits", "spend_limits"});
    reader.finish();
    return unit;
}

}  // namespace banyan::programme
