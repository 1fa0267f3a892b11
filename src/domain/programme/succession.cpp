// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/succession.h"

#include <algorithm>

namespace banyan::programme {

namespace {

std::uint16_t number_of(std::vector<std::string>& codes, const std::string& code) {
    auto found = std::find(codes.begin(), codes.end(), code);
    if (found == codes.end()) found = codes.insert(codes.end(), code);
    const auto number = static_cast<std::size_t>(found - codes.begin()) + 1;
    ASSERT(number <= UINT16_MAX);
    return static_cast<std::uint16_t>(number);
}

void compare_units(const Programme& before, const Programme& after, std::vector<std::string>& broken) {
    for (const ledger::Unit& unit : before.units) {
        const ledger::Unit* kept = after.unit(unit.code);
        if (kept == nullptr)
            broken.push_back("unit \"" + unit.code +
                             "\" is gone, and members may hold it; keep it and let no rule grant it");
        else if (kept->decimals != unit.decimals)
            broken.push_back("unit \"" + unit.code + "\" had " + std::to_string(unit.decimals) +
                             " decimals; balances are kept in its smallest parts, so it keeps them");
    }
}

void compare_ladders(const Programme& before, const Programme& after, std::vector<std::string>& broken) {
    for (const tiers::Ladder& ladder : before.ladders) {
        const auto kept = std::find_if(after.ladders.begin(), after.ladders.end(),
                                       [&](const tiers::Ladder& l) { return l.code == ladder.code; });
        if (kept == after.ladders.end()) {
            broken.push_back("ladder \"" + ladder.code + "\" is gone, and members stand on it; keep it");
            continue;
        }
        for (std::size_t i = 0; i < ladder.tiers.size(); ++i) {
            if (i < kept->tiers.size() && kept->tiers[i].code == ladder.tiers[i].code) continue;
            broken.push_back("ladder \"" + ladder.code + "\": tier \"" + ladder.tiers[i].code +
                             "\" was number " + std::to_string(i + 1) +
                             " from below and stays it; add tiers above it, or declare another ladder");
            break;
        }
    }
}

}  // namespace

void Numbers::learn(const Programme& programme) {
    for (const ledger::Unit& unit : programme.units) number_of(units, unit.code);
    for (const tiers::Ladder& ladder : programme.ladders) number_of(ladders, ladder.code);
    for (const earning::Rule& rule : programme.rules) number_of(rules, rule.code);
    for (const std::string& centre : programme.cost_centres) number_of(cost_centres, centre);
    for (const limits::Limit& limit : programme.limits) number_of(limits, limit.name);
}

namespace {

template <typename Number>
void renumber_limits(const Programme& programme, Programme& copy, Number number) {
    for (limits::Limit& limit : copy.limits) {
        limit.id = {number(&Numbers::limits, limit.name)};
        if (limit.cost_centre != 0)
            limit.cost_centre =
                number(&Numbers::cost_centres, programme.cost_centres[limit.cost_centre - 1U]);
        for (std::vector<UnitId>* units : {&limit.earned_units, &limit.spent_units}) {
            for (UnitId& unit : *units) unit = {number(&Numbers::units, programme.unit(unit)->code)};
        }
    }
    for (earning::Rule& rule : copy.rules) {
        for (limits::LimitId& limit : rule.limits)
            limit = {number(&Numbers::limits, programme.limit(limit)->name)};
    }
}

// `number` gives a code its number, in the list of its section.
template <typename Number>
std::shared_ptr<Programme> renumbered(const Programme& programme, Number number) {
    auto copy = std::make_shared<Programme>(programme);
    for (ledger::Unit& unit : copy->units) unit.id = {number(&Numbers::units, unit.code)};
    for (tiers::Ladder& ladder : copy->ladders) ladder.id = {number(&Numbers::ladders, ladder.code)};
    for (earning::Rule& rule : copy->rules) {
        rule.id = {number(&Numbers::rules, rule.code)};
        const ledger::Unit* unit = programme.unit(rule.unit);
        ASSERT(unit != nullptr);
        rule.unit = {number(&Numbers::units, unit->code)};
        if (rule.cost_centre != 0)
            rule.cost_centre = number(&Numbers::cost_centres, programme.cost_centres[rule.cost_centre - 1U]);
    }
    renumber_limits(programme, *copy, number);
    return copy;
}

using List = std::vector<std::string> Numbers::*;

}  // namespace

std::shared_ptr<const Programme> numbered(const Programme& programme, Numbers& numbers) {
    numbers.learn(programme);
    auto copy = renumbered(
        programme, [&](List list, const std::string& code) { return number_of(numbers.*list, code); });
    copy->cost_centres = numbers.cost_centres;
    return copy;
}

std::shared_ptr<const Programme> numbered_as_draft(const Programme& draft, const Numbers& numbers) {
    Numbers own;
    own.learn(draft);
    return renumbered(draft, [&](List list, const std::string& code) {
        const auto& known = numbers.*list;
        const auto found = std::find(known.begin(), known.end(), code);
        if (found != known.end()) return static_cast<std::uint16_t>(found - known.begin() + 1);
        return static_cast<std::uint16_t>(draft_numbers_from + number_of(own.*list, code) - 1);
    });
}

std::vector<std::string> broken_promises(const Programme& before, const Programme& after) {
    std::vector<std::string> broken;
    if (before.currency != after.currency)
        broken.push_back("the currency is " + std::string(before.currency.code()) + " and stays it");
    compare_units(before, after, broken);
    compare_ladders(before, after, broken);
    return broken;
}

}  // namespace banyan::programme
