// SPDX-License-Identifier: Apache-2.0
// The section of limits, and the lists by which rules and units name them.

#include <algorithm>

#include "domain/programme/sections.h"

namespace banyan::programme {

namespace {

using limits::Limit;
using limits::Scope;
using limits::WhenEmpty;
using Kind = metrics::Window::Kind;

constexpr std::int64_t most_max = 1'000'000'000'000'000;

metrics::Window read_window(Reader& reader) {
    const auto per =
        reader.word("per", {"lifetime", "day", "week", "month", "quarter", "year", "anniversary"});
    const auto days = reader.integer("rolling_days", 1, 3660);
    if (reader.has("per") == reader.has("rolling_days"))
        reader.fail("say one of: per (day, week, month, quarter, year, anniversary, lifetime), rolling_days",
                    reader.has("per") ? "per" : "");
    if (days) return {Kind::rolling, static_cast<std::int32_t>(*days)};
    return {static_cast<Kind>(per.value_or(0)), 0};
}

Duration read_cooldown(Reader& reader) {
    auto cooldown = reader.object("cooldown");
    if (!cooldown) return {};
    const std::int64_t total = cooldown->integer("days", 0, 3650).value_or(0) * 86'400 +
                               cooldown->integer("hours", 0, 87'600).value_or(0) * 3600 +
                               cooldown->integer("minutes", 0, 5'256'000).value_or(0) * 60;
    cooldown->finish();
    if (total == 0) cooldown->fail("the time is zero: say days, hours or minutes, or leave \"cooldown\" out");
    return seconds(total);
}

// What a field said that makes no sense for the scope.
void check_scope(Reader& reader, const Limit& limit) {
    if (limit.scope == Scope::member) {
        if (reader.has("strict"))
            reader.fail("a member's own limit is always exact: leave \"strict\" out", "strict");
        if (limit.when_empty == WhenEmpty::wait)
            reader.fail("nobody gives a member's own limit back to wait for: use without or refuse",
                        "when_empty");
        if (limit.cost_centre != 0)
            reader.fail("what a cost centre may give out is shared by all members: use scope: shared",
                        "cost_centre");
        return;
    }
    if (limit.when_empty == WhenEmpty::refuse)
        reader.fail("what happened is recorded before the limit's owner has answered: use without or wait",
                    "when_empty");
    if (limit.window.kind == Kind::rolling || limit.window.kind == Kind::anniversary)
        reader.fail("a shared limit has calendar periods: use day, week, month, quarter, year or lifetime",
                    reader.has("per") ? "per" : "rolling_days");
    if (reader.has("cooldown")) reader.fail("a cooldown is each member's: use scope: member", "cooldown");
}

std::vector<std::string> names_of(const std::vector<Limit>& limits) {
    std::vector<std::string> names;
    for (const Limit& limit : limits) names.push_back(limit.name);
    return names;
}

// The limits that a list names; what it names wrongly is told of.
std::vector<limits::LimitId> read_named(Reader& reader, std::string_view key, const Programme& programme) {
    std::vector<limits::LimitId> named;
    const std::vector<std::string> codes = reader.texts(key);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const std::string place = std::string(key) + "/" + std::to_string(i);
        const Limit* limit = programme.limit(codes[i]);
        if (limit == nullptr) {
            const auto all = names_of(programme.limits);
            reader.fail_at(place, "limit \"" + codes[i] + "\" is not declared" + did_you_mean(codes[i], all) +
                                      (all.empty() ? "; declare it under \"limits\""
                                                   : "; declared are: " + joined(all)));
        } else if (std::find(named.begin(), named.end(), limit->id) != named.end()) {
            reader.fail_at(place, "limit \"" + codes[i] + "\" is named twice; once is enough");
        } else {
            named.push_back(limit->id);
        }
    }
    return named;
}

const Limit* shared_over(const Programme& programme, const earning::Rule& rule) {
    for (const Limit& limit : programme.limits) {
        if (limit.scope == Scope::shared && draws_on(rule, limit)) return &limit;
    }
    return nullptr;
}

}  // namespace

bool draws_on(const earning::Rule& rule, const limits::Limit& limit) {
    const auto has = [](const auto& items, auto id) {
        return std::find(items.begin(), items.end(), id) != items.end();
    };
    return has(rule.limits, limit.id) || has(limit.earned_units, rule.unit) ||
           (limit.cost_centre != 0 && limit.cost_centre == rule.cost_centre);
}

limits::Limit read_limit(Reader& reader, std::size_t index, Programme& programme) {
    Limit limit;
    limit.id = {static_cast<std::uint16_t>(index + 1)};
    limit.name = reader.required_text("limit");
    if (const auto scope = reader.word("scope", {"member", "shared"}))
        limit.scope = static_cast<Scope>(*scope);
    limit.window = read_window(reader);
    limit.most = Quantity(reader.required_integer("most", 0, most_max));
    if (const auto counts = reader.word("counts", {"times", "amount"}))
        limit.counts = static_cast<limits::Counts>(*counts);
    limit.cooldown = read_cooldown(reader);
    limit.when_empty = WhenEmpty::without;
    if (const auto when_empty = reader.word("when_empty", {"refuse", "wait", "without"}))
        limit.when_empty = static_cast<WhenEmpty>(*when_empty);
    if (const auto strict = reader.word("strict", {"near_the_end", "from_start"}))
        limit.strictness = static_cast<limits::Strictness>(*strict);
    limit.cost_centre = find_cost_centre(reader, reader.text("cost_centre").value_or(""), programme);
    reader.finish();
    check_scope(reader, limit);
    return limit;
}

std::vector<limits::LimitId> read_named_limits(Reader& reader, const Programme& programme) {
    return read_named(reader, "limits", programme);
}

void read_rule_limits(Reader& rule, earning::Rule& into, const Programme& programme) {
    into.limits = read_named(rule, "limits", programme);
}

void check_shared(std::vector<Reader>& rules, const Programme& programme) {
    for (std::size_t i = 0; i < programme.rules.size(); ++i) {
        const earning::Rule& rule = programme.rules[i];
        const Limit* limit = shared_over(programme, rule);
        const ledger::Unit* unit = programme.unit(rule.unit);
        if (limit == nullptr || unit == nullptr) continue;
        const std::string may_wait = "a grant under limit \"" + limit->name + "\" may have to wait for it, ";
        if (rule.is_carried())
            rules[i].fail(may_wait + "and its remainder would move on without it: use remainder: dropped",
                          "remainder");
        if (unit->pending.kind == ledger::PendingPolicy::Kind::until_event)
            rules[i].fail(may_wait + "perhaps beyond the event that unit \"" + unit->code +
                              "\" waits for: give the unit pending: {until: released}",
                          "unit");
    }
}

void read_unit_limits(Reader& unit, UnitId id, Programme& programme) {
    for (const limits::LimitId named : read_named(unit, "earn_limits", programme))
        programme.limits[named.value - 1U].earned_units.push_back(id);
    for (const limits::LimitId named : read_named(unit, "spend_limits", programme)) {
        Limit& limit = programme.limits[named.value - 1U];
        limit.spent_units.push_back(id);
        if (limit.scope == Scope::shared)
            unit.fail("limit \"" + limit.name +
                          "\" is shared; a spend is answered at once, so it takes limits of scope member",
                      "spend_limits");
    }
}

}  // namespace banyan::programme
