// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/succession.h"

#include <gtest/gtest.h>

namespace banyan::programme {
namespace {

using Said = std::vector<std::string>;

Programme programme(const Said& units, const Said& rules, const Said& tiers = {"regular"}) {
    Programme made;
    made.currency = *currency_of("CNY");
    for (const std::string& code : units) {
        ledger::Unit unit;
        unit.id = {static_cast<std::uint16_t>(made.units.size() + 1)};
        unit.code = code;
        made.units.push_back(std::move(unit));
    }
    tiers::Ladder ladder;
    ladder.id = {1};
    ladder.code = "stars";
    for (const std::string& code : tiers) {
        tiers::Tier tier;
        tier.id = {static_cast<std::uint16_t>(ladder.tiers.size() + 1)};
        tier.code = code;
        ladder.tiers.push_back(std::move(tier));
    }
    made.ladders.push_back(std::move(ladder));
    made.cost_centres = {"loyalty"};
    for (const std::string& code : rules) {
        earning::Rule rule;
        rule.id = {static_cast<std::uint16_t>(made.rules.size() + 1)};
        rule.code = code;
        rule.unit = made.units.back().id;
        rule.cost_centre = 1;
        made.rules.push_back(std::move(rule));
    }
    return made;
}

TEST(Succession, ACodeKeepsItsNumberAndAFreedNumberIsGivenToNobody) {
    Numbers numbers;
    const auto first = numbered(programme({"points", "stars"}, {"base", "night"}), numbers);
    EXPECT_EQ(first->rule({2})->code, "night");
    const auto second = numbered(programme({"stars", "points"}, {"morning", "base"}), numbers);
    EXPECT_EQ(second->unit("points")->id, UnitId{1});
    EXPECT_EQ(second->unit("stars")->id, UnitId{2});
    EXPECT_EQ(second->unit(UnitId{1})->code, "points");
    EXPECT_EQ(second->rule({1})->code, "base");
    EXPECT_EQ(second->rule({2}), nullptr);
    EXPECT_EQ(second->rule({3})->code, "morning");
    EXPECT_EQ(second->rule({3})->unit, UnitId{1});  // points stood last
    const auto third = numbered(programme({"points", "stars"}, {"base", "night"}), numbers);
    EXPECT_EQ(third->rule({2})->code, "night");
    EXPECT_EQ(numbers.rules, (Said{"base", "night", "morning"}));
}

TEST(Succession, ADraftTakesNoNumberFromThoseWhoWillBePublished) {
    Numbers numbers;
    numbered(programme({"points"}, {"base"}), numbers);
    const auto draft = numbered_as_draft(programme({"miles", "points"}, {"base", "night"}), numbers);
    EXPECT_EQ(draft->unit("points")->id, UnitId{1});
    EXPECT_EQ(draft->unit("miles")->id, UnitId{draft_numbers_from});
    EXPECT_EQ(draft->rule({1})->code, "base");
    EXPECT_EQ(draft->rules[1].id, RuleId{draft_numbers_from + 1});
    EXPECT_EQ(numbers.units, Said{"points"});
    EXPECT_EQ(numbers.rules, Said{"base"});
}

TEST(Succession, WhatWasPromisedStays) {
    const Programme before = programme({"points", "stars"}, {"base"}, {"regular", "gold"});
    EXPECT_EQ(
        broken_promises(before, programme({"stars", "points", "miles"}, {}, {"regular", "gold", "black"})),
        Said{});
    EXPECT_EQ(broken_promises(before, programme({"points"}, {}, {"regular", "gold"})),
              Said{"unit \"stars\" is gone, and members may hold it; keep it and let no rule grant it"});
    EXPECT_EQ(
        broken_promises(before, programme({"points", "stars"}, {}, {"regular", "silver", "gold"})),
        Said{"ladder \"stars\": tier \"gold\" was number 2 from below and stays it; add tiers above it, or "
             "declare another ladder"});
    Programme after = before;
    after.units[1].decimals = 2;
    after.currency = *currency_of("EUR");
    after.ladders[0].code = "moons";
    EXPECT_EQ(
        broken_promises(before, after),
        (Said{"the currency is CNY and stays it",
              "unit \"stars\" had 0 decimals; balances are kept in its smallest parts, so it keeps them",
              "ladder \"stars\" is gone, and members stand on it; keep it"}));
}

}  // namespace
}  // namespace banyan::programme
