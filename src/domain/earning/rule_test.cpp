// SPDX-License-Identifier: Apache-2.0
#include "domain/earning/rule.h"

#include "domain/earning/row.h"
#include "domain/earning/stacking.h"

#include <gtest/gtest.h>

#include <random>

namespace banyan::earning {
namespace {

Rule rule(std::string when, std::string amount) {
    Rule rule;
    rule.id = {1};
    rule.code = "r";
    rule.on = "order.paid";
    rule.when_text = std::move(when);
    rule.amount_text = std::move(amount);
    rule.unit = {1};
    return rule;
}

// 5 January 2026, a Monday: 120.00 for two lines of three pieces, of a member born in January on the second tier.
Facts monday_order() {
    Facts facts;
    facts.event_type = "order.paid";
    facts.event_time = *parse_rfc3339("2026-01-05T10:00:00+08:00");
    facts.event_month = 1;
    facts.event_day = 5;
    facts.event_weekday = 1;
    facts.order_paid = 12000;
    facts.order_lines = 2;
    facts.order_pieces = 3;
    facts.order_channel = "mini-program";
    facts.order_store = "s01";
    facts.member_tier = 2;
    facts.member_spend = 50'000;
    facts.member_orders = 4;
    facts.member_birth_month = 1;
    facts.member_birth_day = 28;
    return facts;
}

/// Who listens to an order, the words of these rules filled.
Listeners listening(std::initializer_list<const Rule*> rules) {
    Listeners listeners{Vocabulary("order.paid"), {}};
    for (const Rule* rule : rules) {
        listeners.vocabulary.reads(*rule->when);
        if (rule->amount) listeners.vocabulary.reads(*rule->amount);
        if (!rule->lines) continue;
        listeners.vocabulary.reads(*rule->lines);
        listeners.of_lines = listeners.vocabulary.of_lines();
    }
    return listeners;
}

/// What the rule does on that order: "120", "no", or "! where: message".
std::string outcome(const std::string& when, const std::string& amount, const Facts& facts = monday_order()) {
    Rule compiled = rule(when, amount);
    if (const auto done = compile(compiled, Vocabulary("order.paid")); !done.ok())
        return "! " + done.error().text();
    const Listeners listeners = listening({&compiled});
    Row row(listeners, facts);
    const auto result = row.evaluate(compiled, nullptr);
    if (!result.ok()) return "! " + result.error().message;
    return result->held ? std::to_string(result->amount.value()) : "no";
}

TEST(EarningRule, ReadsTheOrderTheDayAndTheMember) {
    const struct {
        const char* when;
        const char* amount;
        const char* outcome;
    } rows[] = {
        {"true", "order.paid / 100", "120"},
        {"order.paid >= 12000", "order.paid / 100 * 2", "240"},
        {"order.paid > 12000", "1", "no"},
        {"event.type == 'order.paid' && event.month == 1 && event.day == 5", "1", "1"},
        {"event.weekday == 1", "1", "1"},
        {"event.time >= timestamp('2026-01-05T00:00:00Z')", "1", "1"},
        {"order.lines == 2 && order.pieces == 3", "order.pieces", "3"},
        {"order.channel in ['mini-program', 'store'] && order.store == 's01'", "1", "1"},
        {"member.tier >= 2 && member.spend == 50000 && member.orders == 4", "1", "1"},
        {"member.birth_month == event.month && member.birth_day != event.day", "1", "1"},
        {"member.orders == 0", "100", "no"},
        {"true", "0", "0"},
        {"true", "order.paid > 10000 ? 7 : 5", "7"},
    };
    for (const auto& row : rows) EXPECT_EQ(outcome(row.when, row.amount), row.outcome) << row.when;
}

TEST(EarningRule, AnExpressionThatDoesNotCompileIsToldWithItsPlace) {
    const struct {
        const char* when;
        const char* amount;
        const char* starts;  // the place, then the sentence's beginning
    } rows[] = {
        {"order.payd > 1", "1", "! 1:7: rule r, when: unknown name 'order.payd'; did you mean 'order.paid'?"},
        {"order.paid >", "1", "! 1:13: rule r, when: "},
        {"true &&\n  order.paid > 'x'", "1", "! 2:14: rule r, when: '>' does not take int and string"},
        {"order.paid", "1", "! 1:1: rule r, when: the condition must be true or false"},
        {"true", "order.paid / 'x'", "! 1:12: rule r, amount: '/' does not take int and string"},
        {"true", "1 +\n+", "! 2:1: rule r, amount: "},
        {"true", "order.channel", "! 1:1: rule r, amount: the amount must be a whole number"},
        {"true", "order.paid * 1.5", "! 1:12: rule r, amount: '*' does not take int and double"},
        {"", "1", "! 1:1: rule r, when: "},
    };
    for (const auto& row : rows) {
        const std::string told = outcome(row.when, row.amount);
        EXPECT_EQ(told.substr(0, std::string_view(row.starts).size()), row.starts) << told;
        EXPECT_GT(told.size(), std::string_view(row.starts).size() - 1) << told;
    }
}

TEST(EarningRule, AFailureOnOneEventNamesTheRule) {
    const std::string divided = outcome("true", "order.paid / (order.lines - 2)");
    EXPECT_EQ(divided.substr(0, 16), "! rule r, amount") << divided;
    EXPECT_EQ(outcome("true", "0 - order.paid"), "! rule r, amount: the amount is negative");
    EXPECT_EQ(outcome("true", "dyn('x')"), "! rule r, amount: the amount is no whole number");
    const std::string condition = outcome("order.paid / 0 > 1", "1");
    EXPECT_EQ(condition.substr(0, 14), "! rule r, when") << condition;
    const std::string overflow = outcome("true", "order.paid * 9223372036854775807");
    EXPECT_EQ(overflow.substr(0, 16), "! rule r, amount") << overflow;
}

TEST(EarningRule, KnowsWhetherItReadsWhatIsOpenedFromTheVault) {
    const auto reads_opened = [](const char* when, const char* amount) {
        Rule compiled = rule(when, amount);
        EXPECT_TRUE(compile(compiled, Vocabulary("order.paid")).ok());
        return compiled.reads_opened;
    };
    EXPECT_TRUE(reads_opened("member.birth_month == event.month", "1"));
    EXPECT_TRUE(reads_opened("true", "member.birth_day"));
    EXPECT_TRUE(reads_opened("false && member.birth_day == 1", "1"));
    EXPECT_FALSE(reads_opened("member.tier == 1 && event.month == 2", "order.paid"));
}

TEST(EarningRule, OneRowServesAllRules) {
    Rule first = rule("order.paid > 0", "order.paid / 100");
    Rule second = rule("member.tier == 2", "5");
    ASSERT_TRUE(compile(first, Vocabulary("order.paid")).ok());
    ASSERT_TRUE(compile(second, Vocabulary("order.paid")).ok());
    const Facts facts = monday_order();
    const Listeners listeners = listening({&first, &second});
    Row row(listeners, facts);
    for (int again = 0; again < 3; ++again) {
        EXPECT_EQ(row.evaluate(first, nullptr)->amount, Quantity(120));
        EXPECT_EQ(row.evaluate(second, nullptr)->amount, Quantity(5));
    }
}

// 100.00 of coffee (two pieces, list 120.00, 10.00 off, 10.00 by points), 20.00 of tea.
const std::vector<LineFacts> coffee_and_tea = [] {
    LineFacts coffee{"latte", "coffee", "harbour", 2, 10000, 12000, {}};
    coffee.parts[basis::Part::discount] = 1000;
    coffee.parts[basis::Part::points] = 1000;
    return std::vector<LineFacts>{coffee, {"oolong", "tea", "hill", 1, 2000, 2000, {}}};
}();

/// "held amount base line:base line:base", or the error.
std::string counted(Rule rule) {
    if (const auto done = compile(rule, Vocabulary("order.paid")); !done.ok())
        return "! " + done.error().text();
    const Listeners listeners = listening({&rule});
    Row row(listeners, monday_order(), coffee_and_tea);
    const auto outcome = row.evaluate(rule, nullptr);
    if (!outcome.ok()) return "! " + outcome.error().message;
    if (!outcome->held) return "no";
    std::string told = std::to_string(outcome->amount.value()) + " of " + std::to_string(outcome->base);
    for (const Counted& line : outcome->lines)
        told += " " + std::to_string(line.line) + ":" + std::to_string(line.base);
    return told;
}

TEST(EarningRule, CountsTheLinesItCountsByTheBaseItNames) {
    const auto counting = [](const char* lines, const char* base) {
        Rule made = rule("true", "");
        made.effect = Effect::conversion;
        made.conversion.per = 5000;
        made.lines_text = lines;
        if (*base != 0) made.base = *basis::parse_composition(base);
        return made;
    };
    EXPECT_EQ(counted(counting("", "")), "2 of 12000 0:10000 1:2000");
    EXPECT_EQ(counted(counting("", "paid + points + discount")), "2 of 14000 0:12000 1:2000");
    EXPECT_EQ(counted(counting("line.category == 'coffee'", "paid + points")), "2 of 11000 0:11000");
    EXPECT_EQ(counted(counting("line.brand == 'hill' && line.quantity == 1", "")), "0 of 2000 1:2000");
    EXPECT_EQ(counted(counting("line.discount > 0 && order.paid == 12000", "")), "2 of 10000 0:10000");
    EXPECT_EQ(counted(counting("line.sku == 'cake'", "")), "no");  // no line is one that it counts
    EXPECT_EQ(counted(counting("line.paid / (line.quantity - 1) > 0", "")).substr(0, 16), "! rule r, lines:");
    EXPECT_EQ(counted(counting("line.colour == 'red'", "")).substr(0, 37),
              "! 1:6: rule r, lines: unknown name 'l");
    EXPECT_EQ(counted(counting("member.birth_month == 1", "")).substr(0, 40),
              "! 1:1: rule r, lines: which lines count ");
    EXPECT_EQ(counted(counting("base > 1", "")).substr(0, 35), "! 1:1: rule r, lines: the base is w");

    Rule steps = counting("line.category == 'coffee'", "");
    steps.effect = Effect::steps;
    steps.steps = {{10000, Quantity(50)}, {50000, Quantity(300)}};
    EXPECT_EQ(counted(steps), "50 of 10000 0:10000");
    steps.steps = {{10001, Quantity(50)}};
    EXPECT_EQ(counted(steps), "0 of 10000 0:10000");

    Rule asks = counting("line.category == 'tea'", "");
    asks.when_text = "base >= 2000";  // of the lines it counts
    asks.effect = Effect::fixed;
    asks.fixed = Quantity(7);
    EXPECT_EQ(counted(asks), "7 of 2000 1:2000");
    asks.when_text = "base > 2000";
    EXPECT_EQ(counted(asks), "no");
    Rule expression = rule("true", "base / 1000");
    expression.lines_text = "line.category == 'coffee'";
    EXPECT_EQ(counted(expression), "10 of 10000 0:10000");
}

// A ladder in the third place, a unit in the first, and a metric nobody has added up yet.
class Declared final : public Source {
  public:
    [[nodiscard]] rules::Term read(Family family, std::uint32_t which) const override {
        ++asked;
        if (family == Family::tier && which == 2) return rules::Term(std::int64_t{3});
        return rules::Term::unset();
    }
    mutable int asked = 0;
};

TEST(EarningWords, WhatTheProgrammeDeclaresIsReadOnlyWhereARuleReadsIt) {
    Listeners listeners{Vocabulary("order.paid"), {}};
    Vocabulary& vocabulary = listeners.vocabulary;
    vocabulary.add(Family::tier, "tier.stars", rules::Kind::integer, 2);
    vocabulary.add(Family::balance, "balance.points", rules::Kind::integer, 0);
    Rule gold = rule("tier.stars >= 3", "order.paid / 50");
    Rule rich = rule("balance.points > 100", "1");
    ASSERT_TRUE(compile(gold, vocabulary).ok());
    ASSERT_TRUE(compile(rich, vocabulary).ok());
    const Declared declared;
    Facts facts = monday_order();
    facts.declared = &declared;
    const Row nobody_asks(listeners, facts);
    EXPECT_EQ(declared.asked, 0);
    vocabulary.reads(*gold.when);
    vocabulary.reads(*gold.amount);
    Row row(listeners, facts);
    EXPECT_EQ(declared.asked, 1);
    EXPECT_EQ(row.evaluate(gold, nullptr)->amount, Quantity(240));
    EXPECT_EQ(row.read_by(gold), (std::vector<std::string>{"order.paid = 12000", "tier.stars = 3"}));

    vocabulary.reads(*rich.when);
    Row both(listeners, facts);
    const auto unknown = both.evaluate(rich, nullptr);
    ASSERT_FALSE(unknown.ok());  // not known is neither true nor false: the rule does not fire
    EXPECT_EQ(both.read_by(rich), (std::vector<std::string>{"balance.points = (not known)"}));
}

TEST(EarningWords, AnEventThatIsNoOrderHasNoWordsOfOne) {
    const Vocabulary registered("member.registered");
    EXPECT_FALSE(registered.schema().find("order.paid"));
    EXPECT_TRUE(registered.schema().find("member.tier"));
    EXPECT_TRUE(registered.schema().find("event.month"));
    Vocabulary words("order.paid");
    const std::size_t before = words.words().size();
    words.add(Family::tier, "tier.gold-club", rules::Kind::integer, 0);  // would read as a subtraction
    EXPECT_EQ(words.words().size(), before);
}

using Amounts = std::vector<std::int64_t>;

Amounts extra(Policy policy, std::int64_t granted, std::vector<const char*> factors) {
    std::vector<Factor> parsed;
    for (const char* factor : factors) parsed.push_back(*parse_factor(factor));
    Amounts amounts;
    for (const Quantity quantity : extras(policy, Quantity(granted), parsed))
        amounts.push_back(quantity.value());
    return amounts;
}

TEST(Stacking, AddsMultipliesOrTakesTheBest) {
    EXPECT_EQ(extra(Policy::add, 100, {"1.5", "2"}), (Amounts{50, 100}));       // 2.5 times
    EXPECT_EQ(extra(Policy::multiply, 100, {"1.5", "2"}), (Amounts{50, 150}));  // 3 times
    EXPECT_EQ(extra(Policy::best, 100, {"1.5", "2"}), (Amounts{0, 100}));       // twice
    EXPECT_EQ(extra(Policy::best, 100, {"2", "2"}), (Amounts{100, 0}));
    EXPECT_EQ(extra(Policy::add, 100, {}), Amounts{});
    EXPECT_EQ(extra(Policy::add, 0, {"1.5"}), Amounts{0});
}

TEST(Stacking, RoundsDownOnceForTheGroup) {
    EXPECT_EQ(extra(Policy::add, 1, {"1.5"}), Amounts{0});
    EXPECT_EQ(extra(Policy::add, 1, {"1.5", "1.5"}), (Amounts{0, 1}));       // 1 x 2, not 1 + 0 + 0
    EXPECT_EQ(extra(Policy::multiply, 3, {"1.5", "1.5"}), (Amounts{1, 2}));  // floor(3 x 2.25) = 6
    EXPECT_EQ(extra(Policy::multiply, 1'000'000'000'000'000, {"100", "100", "100", "100", "100"})[0],
              99'000'000'000'000'000);
}

// Against the definition in exact rationals: the whole is floor(granted x factor) for the group's factor.
TEST(Stacking, SharesSumToTheGroup) {
    std::mt19937_64 random(21);
    for (int round = 0; round < 3000; ++round) {
        const auto granted = static_cast<std::int64_t>(random() % 100'000);
        std::vector<Factor> factors;
        Wide product = 1;
        Wide scale = 1;
        std::int64_t above = 0;
        for (std::uint64_t i = random() % (multipliers_max + 1); i > 0; --i) {
            factors.push_back({static_cast<std::int64_t>(101 + random() % 400)});
            product *= factors.back().hundredths;
            scale *= 100;
            above += factors.back().hundredths - 100;
        }
        const auto sum_of = [&](Policy policy) {
            std::int64_t sum = 0;
            for (const Quantity share : extras(policy, Quantity(granted), factors)) {
                EXPECT_GE(share, Quantity{});
                sum += share.value();
            }
            return sum;
        };
        ASSERT_EQ(sum_of(Policy::add), granted * above / 100);
        ASSERT_EQ(Wide{granted} + sum_of(Policy::multiply), Wide{granted} * product / scale);
    }
}

TEST(Stacking, AFactorIsADecimalAboveOne) {
    EXPECT_EQ(parse_factor("1.5")->hundredths, 150);
    EXPECT_EQ(parse_factor("100")->hundredths, 10'000);
    for (const char* wrong : {"1", "0.5", "-2", "1.005", "100.01", "x", "", "1e2"})
        EXPECT_FALSE(parse_factor(wrong).ok()) << wrong;
}

}  // namespace
}  // namespace banyan::earning
