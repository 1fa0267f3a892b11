// SPDX-License-Identifier: Apache-2.0
// The programme document: what it compiles to, and one story for each way it can be refused. The presets as they are
// shipped are read by tests/scenarios.

#include "domain/ledger/zones_test.h"
#include "domain/programme/programme.h"
#include "domain/programme/reader.h"

#include <gtest/gtest.h>

namespace banyan::programme {
namespace {

using Shared = std::shared_ptr<const Programme>;

Value text(const char* content) { return Value(content); }
Value number(std::int64_t content) { return Value(content); }
Value list(std::vector<Value> items) { return Value(List(std::move(items))); }
Value map(std::vector<Map::Entry> entries) { return Value(Map::of_unique(std::move(entries))); }

// Documents are built by hand here: text, which reads YAML, is unknown to the domain.
Value with(const Value& object, const std::string& key, std::optional<Value> value) {
    std::vector<Map::Entry> entries;
    bool there = false;
    for (const Map::Entry& entry : object.map().entries()) {
        if (entry.first != key) {
            entries.push_back(entry);
        } else {
            there = true;
            if (value) entries.emplace_back(key, *value);
        }
    }
    if (!there && value) entries.emplace_back(key, *value);
    return map(std::move(entries));
}

Value unit() { return map({{"unit", text("points")}}); }
Value tier(const char* code, std::int64_t from) {
    return map({{"tier", text(code)}, {"from", number(from)}});
}
Value ladder() {
    return map({{"ladder", text("stars")}, {"tiers", list({tier("regular", 0), tier("star1", 50'000)})}});
}
Value rule() {
    return map({{"rule", text("base")},
                {"on", text("order.paid")},
                {"unit", text("points")},
                {"amount", text("order.paid / 100")}});
}
Value document() {
    return map({{"programme", text("p")},
                {"currency", text("CNY")},
                {"zone", text("Asia/Shanghai")},
                {"units", list({unit()})},
                {"ladders", list({ladder()})},
                {"earning", list({rule()})}});
}
Value with_unit(const Value& changed) { return with(document(), "units", list({changed})); }
Value with_ladder(const Value& changed) { return with(document(), "ladders", list({changed})); }
Value with_tiers(std::vector<Value> tiers) {
    return with_ladder(with(ladder(), "tiers", list(std::move(tiers))));
}
Value with_rule(const Value& changed) { return with(document(), "earning", list({changed})); }
Value expiring(std::vector<Map::Entry> expiry) {
    return with_unit(with(unit(), "expiry", map(std::move(expiry))));
}
Value pending(std::vector<Map::Entry> parts) {
    return with_unit(with(unit(), "pending", map(std::move(parts))));
}

Result<Shared> compiled(const Value& value) {
    return compile(value, {7}, banyan::testing::WrittenCalendar());
}

// Which fields are known somewhere grows with the product; the list is looked at in one place.
std::string without_list(std::string said) { return said.substr(0, said.find("; known here: ")); }

std::string refusal(const Value& value) {
    const auto result = compiled(value);
    return result.ok() ? "compiles" : without_list(result.error().text());
}

TEST(Programme, ASmallDocumentGivesNumberedPartsInItsOrder) {
    const auto result = compiled(document());
    ASSERT_TRUE(result.ok()) << result.error().text();
    const Programme& programme = **result;
    EXPECT_EQ(programme.version, ProgrammeVersion{7});
    EXPECT_EQ(programme.code, "p");
    EXPECT_EQ(programme.name_zh, "p");  // a name that is not given is the code
    EXPECT_EQ(programme.currency.code(), "CNY");
    EXPECT_EQ(programme.zone->name(), "Asia/Shanghai");
    ASSERT_NE(programme.unit("points"), nullptr);
    EXPECT_EQ(programme.unit("points")->id, UnitId{1});
    EXPECT_EQ(programme.unit(UnitId{1}), programme.unit("points"));
    EXPECT_EQ(programme.unit("stars"), nullptr);
    EXPECT_EQ(programme.unit(UnitId{0}), nullptr);
    EXPECT_EQ(programme.unit(UnitId{2}), nullptr);
    EXPECT_EQ(programme.ladder({1})->tiers[1].from, 50'000);
    EXPECT_EQ(programme.rule({1})->unit, UnitId{1});
    EXPECT_EQ(programme.rule({1})->when_text, "true");
    EXPECT_EQ(programme.cost_centre("loyalty"), 0);
}

TEST(Programme, CostCentresAreNumberedWhereTheyFirstStand) {
    const Value document_with =
        with(document(), "earning",
             list({with(with(rule(), "rule", text("a")), "cost_centre", text("loyalty")),
                   with(with(rule(), "rule", text("b")), "cost_centre", text("growth")),
                   with(with(rule(), "rule", text("c")), "cost_centre", text("loyalty"))}));
    const auto result = compiled(document_with);
    ASSERT_TRUE(result.ok()) << result.error().text();
    EXPECT_EQ((*result)->cost_centre("loyalty"), 1);
    EXPECT_EQ((*result)->cost_centre("growth"), 2);
    EXPECT_EQ((*result)->rule({3})->cost_centre, 1);
}

TEST(Programme, PoliciesOfAUnit) {
    const auto unit_of = [](const Value& value) { return *compiled(value).value()->unit({1}); };
    using Expiry = ledger::ExpiryPolicy::Kind;
    using Pending = ledger::PendingPolicy::Kind;
    EXPECT_EQ(unit_of(document()).expiry.kind, Expiry::never);
    EXPECT_EQ(unit_of(document()).pending.kind, Pending::none);
    const auto rolling = unit_of(expiring({{"years", number(1)}, {"round_to", text("end_of_year")}}));
    EXPECT_EQ(rolling.expiry.kind, Expiry::rolling);
    EXPECT_EQ(rolling.expiry.rounding, ledger::ExpiryRounding::end_of_year);
    EXPECT_EQ(unit_of(expiring({{"round_to", text("end_of_month")}})).expiry.kind, Expiry::rolling);
    const auto fixed = unit_of(expiring({{"on", list({map({{"month", number(2)}, {"day", number(29)}})})}}));
    EXPECT_EQ(fixed.expiry.kind, Expiry::fixed_dates);
    EXPECT_EQ(unit_of(pending({{"days", number(7)}})).pending.days, 7);
    EXPECT_EQ(unit_of(pending({{"until_date", text("2027-01-31")}})).pending.date, (CivilDate{2027, 1, 31}));
    EXPECT_EQ(unit_of(pending({{"until_event", text("order.completed")}})).pending.event, "order.completed");
    const auto limited = unit_of(with_unit(with(with(unit(), "cap", number(500)), "debt_limit", number(30))));
    EXPECT_EQ(limited.cap, Quantity(500));
    EXPECT_EQ(limited.debt_limit, Quantity(30));
}

TEST(Programme, EveryMistakeHasItsPlaceAndItsSentence) {
    struct Row {
        Value document;
        const char* refusal;
    };
    const Value names = map({{"zh", number(1)}});
    const Row rows[] = {
        // the document
        {text("programme"), "/: expected an object with named fields, found text"},
        {list({}), "/: expected an object with named fields, found a list"},
        {with(document(), "programme", std::nullopt), "/programme: \"programme\" is missing"},
        {with(document(), "currency", std::nullopt), "/currency: \"currency\" is missing"},
        {with(document(), "zone", std::nullopt), "/zone: \"zone\" is missing"},
        {with(document(), "programme", number(1)),
         "/programme: expected text, found a whole number; put it in quotes"},
        {with(document(), "names", names),
         "/names/zh: expected text, found a whole number; put it in quotes"},
        {with(document(), "names", map({{"fr", text("x")}})), "/names/fr: unknown field \"fr\""},
        {with(document(), "names", text("x")), "/names: expected an object with named fields, found text"},
        {with(document(), "units", text("points")),
         "/units: expected a list, found text; begin each entry with \"- \""},
        {with(document(), "rules", list({})), "/rules: unknown field \"rules\""},
        {with(document(), "currency", text("CNX")),
         "/currency: \"CNX\" is not an ISO 4217 code we know; write one such as CNY"},
        {with(document(), "zone", text("Asia/Peking")),
         "/zone: \"Asia/Peking\" is not an IANA time zone; write one such as Asia/Shanghai"},
        {with(document(), "units", list({})), "/units: declare at least one unit"},
        {with(document(), "units", list({unit(), unit()})),
         "/units/1/unit: \"points\" is declared twice; entry 1 has it already: give this one another code"},
        {with(document(), "ladders", list({ladder(), ladder()})),
         "/ladders/1/ladder: \"stars\" is declared twice; entry 1 has it already: give this one another "
         "code"},
        {with(document(), "earning", list({rule(), rule()})),
         "/earning/1/rule: \"base\" is declared twice; entry 1 has it already: give this one another code"},
        // a unit
        {with_unit(text("points")), "/units/0: expected an object with named fields, found text"},
        {with_unit(map({})), "/units/0/unit: \"unit\" is missing"},
        {with_unit(with(unit(), "decimals", number(7))), "/units/0/decimals: expected a number from 0 to 6"},
        {with_unit(with(unit(), "cap", number(0))),
         "/units/0/cap: expected a number from 1 to 1000000000000000"},
        {with_unit(with(unit(), "cap", text("many"))), "/units/0/cap: expected a whole number, found text"},
        {with_unit(with(unit(), "debt_limit", number(-1))),
         "/units/0/debt_limit: expected a number from 0 to 1000000000000000"},
        {with_unit(with(unit(), "expires", text("never"))),
         "/units/0/expires: unknown field \"expires\" (did you mean \"expiry\"?)"},
        {with_unit(with(with(unit(), "kind", text("growth")), "transferable", Value(true))),
         "/units/0/transferable: growth is the member's own and never given away: leave it out, or let the "
         "unit be spendable"},
        {with_unit(with(unit(), "transferable", text("yes"))),
         "/units/0/transferable: expected true or false, found text"},
        {with_unit(with(unit(), "expiry", map({{"inactive", map({{"months", number(0)}})}}))),
         "/units/0/expiry/inactive: say how long nothing must have happened: years, months or days"},
        // when it is pending
        {pending({}),
         "/units/0/pending: say one of: days, until_date, until_event, until; leave \"pending\" out when "
         "nothing is "
         "pending"},
        {pending({{"days", number(0)}}), "/units/0/pending/days: expected a number from 1 to 3650"},
        {pending({{"until_date", text("31.1.2027")}}),
         "/units/0/pending/until_date: expected a date such as 2027-01-31"},
        {pending({{"days", number(7)}, {"until_event", text("x")}}),
         "/units/0/pending: say one of: days, until_date, until_event, until; leave \"pending\" out when "
         "nothing is "
         "pending"},
        {with_unit(with(unit(), "pending", text("7 days"))),
         "/units/0/pending: expected an object with named fields, found text"},
        // when it expires
        {expiring({}),
         "/units/0/expiry: say years, months, days, on or inactive; leave \"expiry\" out for never"},
        {expiring({{"years", number(101)}}), "/units/0/expiry/years: expected a number from 0 to 100"},
        {expiring({{"months", number(-1)}}), "/units/0/expiry/months: expected a number from 0 to 1200"},
        {expiring({{"days", number(36501)}}), "/units/0/expiry/days: expected a number from 0 to 36500"},
        {expiring({{"years", number(1)}, {"round_to", text("year")}}),
         "/units/0/expiry/round_to: \"year\" is not one of: none, end_of_month, end_of_quarter, end_of_year"},
        {expiring({{"on", list({map({{"month", number(13)}, {"day", number(1)}})})}}),
         "/units/0/expiry/on/0/month: expected a number from 1 to 12"},
        {expiring({{"on", list({map({{"month", number(6)}})})}}),
         "/units/0/expiry/on/0/day: \"day\" is missing"},
        {expiring({{"on", list({map({{"month", number(2)}, {"day", number(30)}})})}}),
         "/units/0/expiry/on/0: no such day in any year"},
        {expiring({{"years", number(1)}, {"on", list({map({{"month", number(6)}, {"day", number(30)}})})}}),
         "/units/0/expiry: say either a rolling time (years, months, days) or fixed days (on)"},
        {expiring({{"years", number(1)}, {"hours", number(1)}}),
         "/units/0/expiry/hours: unknown field \"hours\""},
        // a ladder
        {with_tiers({}), "/ladders/0/tiers: a ladder needs at least one tier"},
        {with_tiers({tier("a", 1)}), "/ladders/0/tiers/0/from: the first tier starts at 0"},
        {with_tiers({tier("a", 0), tier("b", 5), tier("c", 5)}),
         "/ladders/0/tiers/2/from: thresholds must rise from tier to tier: \"b\" starts at 5"},
        {with_tiers({map({{"tier", text("a")}})}), "/ladders/0/tiers/0/from: \"from\" is missing"},
        {with_ladder(with(ladder(), "metric", text("visits"))),
         "/ladders/0/metric: \"visits\" is not one of: spend"},
        {with_ladder(with(ladder(), "since", text("2020"))),
         "/ladders/0/since: \"2020\" is not one of: registration, ever"},
        {with_ladder(with(ladder(), "on_refund", text("ignore"))),
         "/ladders/0/on_refund: \"ignore\" is not one of: recompute, keep"},
        // a rule
        {with_rule(with(rule(), "amount", std::nullopt)),
         "/earning/0/amount: say what the rule grants, by one of: amount, per, fixed, steps, multiply"},
        {with_rule(with(rule(), "unit", text("miles"))),
         "/earning/0/unit: unit \"miles\" is not declared; declared are: points"},
        {with_rule(with(rule(), "on", text("visit"))),
         "/earning/0/on: \"visit\" is no event that rules listen to; there are: order.paid, "
         "member.registered; declare others under \"events\""},
        {with_rule(with(rule(), "when", text("order.paid"))),
         "/earning/0/when: the condition must be true or false, for example order.paid > 0 (1:1 of the "
         "expression)"},
        {with_rule(with(rule(), "points", number(1))), "/earning/0/points: unknown field \"points\""},
    };
    for (const Row& row : rows) EXPECT_EQ(refusal(row.document), row.refusal);
    EXPECT_EQ(refusal(document()), "compiles");
}

std::vector<std::string> findings_of(const Value& value) {
    std::vector<std::string> all;
    const Checked checked = check(value, {7}, banyan::testing::WrittenCalendar());
    for (const Finding& finding : checked.findings.all()) {
        std::string line = finding.weight == Weight::error ? "error " : "warning ";
        line += finding.pointer + (finding.part == Part::key ? " (key)" : "");
        if (finding.inside)
            line += " " + std::to_string(finding.inside->line) + ":" + std::to_string(finding.inside->column);
        all.push_back(without_list(line + ": " + finding.message));
    }
    EXPECT_EQ(checked.programme == nullptr, checked.findings.has_errors());
    return all;
}

using Said = std::vector<std::string>;

TEST(Programme, AllMistakesOfADocumentAreToldInOneGo) {
    Value wrong = with(document(), "currency", text("YUAN"));
    wrong = with(wrong, "nmaes", map({}));
    wrong = with(wrong, "units", list({with(with(unit(), "cap", text("many")), "expirry", map({}))}));
    Value first = with(with(rule(), "unit", text("pionts")), "when", text("order.payd > 0"));
    first = with(first, "amount", text("order.paid /\n  hundred"));
    Value second = with(with(rule(), "rule", text("second")), "amount", std::nullopt);
    second = with(second, "amonut", text("1"));
    wrong = with(wrong, "earning", list({first, second}));
    EXPECT_EQ(
        findings_of(wrong),
        (Said{"error /currency: \"YUAN\" is not an ISO 4217 code we know; write one such as CNY",
              "error /units/0/cap: expected a whole number, found text",
              "error /units/0/expirry (key): unknown field \"expirry\" (did you mean \"expiry\"?)",
              "error /nmaes (key): unknown field \"nmaes\" (did you mean \"names\"?)",
              "error /earning/0/unit: unit \"pionts\" is not declared (did you mean \"points\"?); declared "
              "are: points",
              "error /earning/0/when 1:7: unknown name 'order.payd'; did you mean 'order.paid'?",
              "error /earning/0/amount 2:3: unknown name 'hundred'",
              "error /earning/1/amonut (key): unknown field \"amonut\" (did you mean \"amount\"?)"}));
}

TEST(Programme, AnUnknownFieldIsToldWithThoseThatAreKnown) {
    const auto told = compiled(with(document(), "names", map({{"fr", text("x")}}))).error().text();
    EXPECT_EQ(told, "/names/fr: unknown field \"fr\"; known here: zh, en");
}

TEST(Programme, ADocumentFullOfMistakesIsToldUpToABound) {
    std::vector<Value> units;
    for (int i = 0; i < 500; ++i) units.push_back(number(i));
    EXPECT_EQ(findings_of(with(document(), "units", list(std::move(units)))).size(), findings_max);
}

TEST(Programme, CostCentresThatAreDeclaredAreTheOnlyOnes) {
    const auto declared =
        list({map({{"cost_centre", text("loyalty")}}), map({{"cost_centre", text("growth")}})});
    const Value paid = with_rule(with(rule(), "cost_centre", text("growth")));
    EXPECT_EQ(compiled(with(paid, "cost_centres", declared)).value()->rule({1})->cost_centre, 2);
    EXPECT_EQ(
        findings_of(with(with_rule(with(rule(), "cost_centre", text("loyality"))), "cost_centres", declared)),
        Said{"error /earning/0/cost_centre: cost centre \"loyality\" is not declared (did you mean "
             "\"loyalty\"?); declared are: loyalty, growth"});
}

TEST(Programme, AConditionThatCannotBeTrueIsDoubtedWithItsReason) {
    struct Row {
        const char* when;
        const char* said;  // empty: nothing to doubt
    };
    const Row rows[] = {
        {"event.month == 13",
         "1:1: the rule never grants: \"event.month == 13\" is never true: event.month is 1 to 12"},
        {"order.paid > 0 && member.tier > 2",
         "1:19: the rule never grants: \"member.tier > 2\" is never true: member.tier is 0 to 2"},
        {"order.paid > 100 && order.channel == 'app' && order.paid <= 100",
         "1:47: the rule never grants: \"order.paid > 100\" and \"order.paid <= 100\" are never true "
         "together"},
        {"order.channel == 'app' && order.channel == 'web'",
         "1:27: the rule never grants: \"order.channel == 'app'\" and \"order.channel == 'web'\" are never "
         "true "
         "together"},
        {"order.channel in ['app', 'web'] && !(order.channel != 'pos')",
         "1:36: the rule never grants: \"order.channel in ['app', 'web']\" and \"!(order.channel != 'pos')\" "
         "are "
         "never true together"},
        {"event.weekday != 0 && event.weekday != 1 && event.weekday >= 0 && event.weekday < 2",
         "1:67: the rule never grants: \"event.weekday < 2\" is never true together with what stands before "
         "it"},
        {"order.paid < 0 || event.day > 31",
         "1:1: the rule never grants: \"order.paid < 0 || event.day > 31\" is "
         "never true"},
        {"false", "1:1: the rule never grants: \"false\" is never true"},
        {"0 <= order.paid", "1:1: the condition is always true; leave \"when\" out"},
        {"order.paid >= 0 || member.birth_month == event.month",
         "1:1: the condition is always true; leave \"when\" out"},
        // Whatever is not a comparison with a literal may be anything.
        {"order.paid > 100 && order.paid < 102", ""},
        {"order.channel == 'app' || order.channel == 'web'", ""},
        {"member.birth_month == event.month && order.paid > member.spend", ""},
        {"event.month == 12 ? event.day == 31 : event.day == 1", ""},
        {"order.store.startsWith('sh') && order.store != 'sh-1'", ""},
        {"event.weekday in [0, 6] && event.weekday != 0", ""},
        {"true", ""},
    };
    for (const Row& row : rows) {
        const auto found = findings_of(with_rule(with(rule(), "when", text(row.when))));
        const Said expected =
            *row.said == '\0' ? Said{} : Said{std::string("warning /earning/0/when ") + row.said};
        EXPECT_EQ(found, expected) << row.when;
    }
}

TEST(Programme, WhatIsDeclaredIsAWord) {
    const auto when = [](const char* given) {
        return findings_of(with_rule(with(rule(), "when", text(given))));
    };
    EXPECT_EQ(when("tier.stars == 2 && balance.points > 0"), Said{});
    EXPECT_EQ(when("tier.star > 1"),
              Said{"error /earning/0/when 1:6: unknown name 'tier.star'; did you mean 'tier.stars'?"});
    EXPECT_EQ(when("tier.stars > 2"),
              Said{"warning /earning/0/when 1:1: the rule never grants: \"tier.stars > 2\" is never true: "
                   "tier.stars is 0 to 2"});
    EXPECT_EQ(when("balance.points == 'many'"),
              Said{"error /earning/0/when 1:16: '==' does not take int and string; convert one "
                   "side, for instance with int() or string()"});
    const auto programme = compiled(with_rule(with(rule(), "when", text("tier.stars == 2")))).value();
    const earning::Listeners* listeners = programme->on("order.paid");
    ASSERT_NE(listeners, nullptr);
    EXPECT_EQ(listeners->rules, std::vector<std::uint32_t>{0});
    EXPECT_EQ(listeners->vocabulary.read().size(), 2U);  // order.paid and tier.stars; nothing else is filled
    EXPECT_EQ(programme->on("order.shipped"), nullptr);
}

TEST(Programme, PatternsNeedALibrary) {
    const Value value = with_rule(with(rule(), "when", text("order.store.matches('^sh')")));
    const auto without = findings_of(value);
    ASSERT_EQ(without.size(), 1U);
    EXPECT_TRUE(without[0].starts_with("error /earning/0/when 1:")) << without[0];
    class Any final : public Regex {
        class All final : public Pattern {
            [[nodiscard]] bool found_in(std::string_view) const override { return true; }
            [[nodiscard]] std::vector<std::string_view> match(std::string_view, std::size_t) const override {
                return {};
            }
            [[nodiscard]] std::size_t group_count() const override { return 0; }
        };
        [[nodiscard]] Result<std::shared_ptr<const Pattern>> pattern(std::string_view) const override {
            return std::shared_ptr<const Pattern>(std::make_shared<All>());
        }
    };
    const Any regex;
    EXPECT_TRUE(compile(value, {7}, banyan::testing::WrittenCalendar(), &regex).ok());
}

TEST(Programme, AnAmountThatIsNeverAnythingAndARepeatedRuleAreDoubted) {
    const auto amount = [](const char* given) { return with_rule(with(rule(), "amount", text(given))); };
    EXPECT_EQ(findings_of(amount("0")),
              Said{"warning /earning/0/amount 1:1: the rule never grants: the amount is zero"});
    EXPECT_EQ(findings_of(amount("2 - 3")),
              Said{"warning /earning/0/amount 1:1: the rule never grants: the amount is below zero"});
    EXPECT_EQ(findings_of(amount("5")), Said{});
    EXPECT_EQ(findings_of(with(document(), "earning", list({rule(), with(rule(), "rule", text("again"))}))),
              Said{"warning /earning/1: rule \"again\" grants the same as rule \"base\" on the same "
                   "condition: every "
                   "event earns twice"});
}

}  // namespace
}  // namespace banyan::programme
