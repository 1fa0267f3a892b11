// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "domain/earning/row.h"

namespace banyan::earning {
namespace {

using Lines = std::vector<std::string>;

Facts order() {
    Facts facts;
    facts.event_type = "order.paid";
    facts.event_month = 1;
    facts.order_paid = 8000;
    facts.order_channel = "app";
    facts.member_birth_month = 1;
    return facts;
}

// Parts as lines, indented by depth: "order.paid >= 10000 = false".
Lines lines_of(const std::vector<PartSeen>& parts) {
    Lines lines;
    for (const PartSeen& part : parts)
        lines.push_back(std::string(part.depth * 2, ' ') + part.text +
                        (part.reached ? " = " + part.value : " (not reached)"));
    return lines;
}

Explained explained(const std::string& when, const std::string& amount,
                    std::optional<bool> known = std::nullopt) {
    Rule rule;
    rule.code = "r";
    rule.on = "order.paid";
    rule.when_text = when;
    rule.amount_text = amount;
    Vocabulary vocabulary("order.paid");
    EXPECT_TRUE(compile(rule, vocabulary).ok());
    vocabulary.reads(*rule.when);
    vocabulary.reads(*rule.amount);
    const Facts facts = order();
    const Listeners listeners{std::move(vocabulary), {}};
    Row row(listeners, facts);
    return row.explain(rule, nullptr, known);
}

TEST(Explained, SaysWhyNot) {
    const Explained said = explained("order.channel == 'app' && order.paid >= 10000", "order.paid / 100");
    EXPECT_EQ(said.because, (Lines{"`order.paid >= 10000` is false: order.paid is 8000"}));
    EXPECT_EQ(lines_of(said.when),
              (Lines{"order.channel == 'app' && order.paid >= 10000 = false",
                     "  order.channel == 'app' = true", "    order.channel = 'app'", "    'app' = 'app'",
                     "  order.paid >= 10000 = false", "    order.paid = 8000", "    10000 = 10000"}));
    EXPECT_EQ(lines_of(said.amount), (Lines{"order.paid / 100 = 80", "  order.paid = 8000", "  100 = 100"}));
}

TEST(Explained, SaysWhatWasNeverReached) {
    const Explained said = explained("order.paid < 100 && order.channel == 'app'", "1");
    EXPECT_EQ(said.because, (Lines{"`order.paid < 100` is false: order.paid is 8000"}));
    ASSERT_EQ(said.when.size(), 7U);
    EXPECT_EQ(lines_of(said.when)[4], "  order.channel == 'app' (not reached)");
}

TEST(Explained, ARuleWithoutAConditionNeedsNoReason) {
    const Explained said = explained("true", "order.paid / 0");
    EXPECT_TRUE(said.because.empty());
    EXPECT_TRUE(said.when.empty());
    EXPECT_EQ(said.amount.at(0).text, "order.paid / 0");
    EXPECT_NE(said.amount.at(0).value.find("zero"), std::string::npos) << said.amount.at(0).value;
}

// Neither the attribute nor anything computed from it.
TEST(Explained, NothingPersonalIsShown) {
    const Explained said =
        explained("order.paid > 100 && member.birth_month == event.month", "member.birth_month * 7 + 1");
    EXPECT_EQ(said.because, (Lines{"`order.paid > 100` is true: order.paid is 8000",
                                   "`member.birth_month == event.month` is (personal)"}));
    EXPECT_EQ(lines_of(said.when),
              (Lines{"order.paid > 100 && member.birth_month == event.month = (personal)",
                     "  order.paid > 100 = true", "    order.paid = 8000", "    100 = 100",
                     "  member.birth_month == event.month = (personal)",
                     "    member.birth_month = (personal)", "    event.month = 1"}));
    EXPECT_EQ(lines_of(said.amount),
              (Lines{"member.birth_month * 7 + 1 = (personal)", "  member.birth_month * 7 = (personal)",
                     "    member.birth_month = (personal)", "    7 = 7", "  1 = 1"}));
}

// Decided again from the record, the attribute is not there any more.
TEST(Explained, ARecordedTruthIsNotWorkedOutAgain) {
    const Explained said = explained("member.birth_month == event.month", "1", false);
    EXPECT_EQ(said.because,
              (Lines{"the condition reads a personal attribute; it did not hold when it was asked"}));
    EXPECT_TRUE(said.when.empty());
}

}  // namespace
}  // namespace banyan::earning
