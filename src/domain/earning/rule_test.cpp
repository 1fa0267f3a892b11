// SPDX-License-Identifier: Apache-2.0
#include "domain/earning/rule.h"

#include <gtest/gtest.h>

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

/// The words of an order, those of these rules filled.
Vocabulary words_for(std::initializer_list<const Rule*> rules) {
    Vocabulary vocabulary("order.paid");
    for (const Rule* rule : rules) {
        vocabulary.reads(*rule->when);
        vocabulary.reads(*rule->amount);
    }
    return vocabulary;
}

/// What the rule does on that order: "120", "no", or "! where: message".
std::string outcome(const std::string& when, const std::string& amount, const Facts& facts = monday_order()) {
    Rule compiled = rule(when, amount);
    if (const auto done = compile(compiled, Vocabulary("order.paid")); !done.ok())
        return "! " + done.error().text();
    const Vocabulary vocabulary = words_for({&compiled});
    Row row(vocabulary, facts);
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
    const Vocabulary vocabulary = words_for({&first, &second});
    Row row(vocabulary, facts);
    for (int again = 0; again < 3; ++again) {
        EXPECT_EQ(row.evaluate(first, nullptr)->amount, Quantity(120));
        EXPECT_EQ(row.evaluate(second, nullptr)->amount, Quantity(5));
    }
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
    Vocabulary vocabulary("order.paid");
    vocabulary.add(Family::tier, "tier.stars", rules::Kind::integer, 2);
    vocabulary.add(Family::balance, "balance.points", rules::Kind::integer, 0);
    Rule gold = rule("tier.stars >= 3", "order.paid / 50");
    Rule rich = rule("balance.points > 100", "1");
    ASSERT_TRUE(compile(gold, vocabulary).ok());
    ASSERT_TRUE(compile(rich, vocabulary).ok());
    const Declared declared;
    Facts facts = monday_order();
    facts.declared = &declared;
    const Row nobody_asks(vocabulary, facts);
    EXPECT_EQ(declared.asked, 0);
    vocabulary.reads(*gold.when);
    vocabulary.reads(*gold.amount);
    Row row(vocabulary, facts);
    EXPECT_EQ(declared.asked, 1);
    EXPECT_EQ(row.evaluate(gold, nullptr)->amount, Quantity(240));
    EXPECT_EQ(row.read_by(gold), (std::vector<std::string>{"order.paid = 12000", "tier.stars = 3"}));

    vocabulary.reads(*rich.when);
    Row both(vocabulary, facts);
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

}  // namespace
}  // namespace banyan::earning
