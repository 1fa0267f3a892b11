// SPDX-License-Identifier: Apache-2.0
// What a statement says of a reversal: each line names the rule and the record of what it takes back.

#include "runtime/brand_house_test.h"

namespace banyan::runtime {
namespace {

class StatementTest : public BrandTest {
  protected:
    std::vector<StatementLine> movements(MemberId id, const std::string& event) {
        std::optional<Result<Timeline>> timeline;
        brand->timeline(id, {}, [&](Result<Timeline> came) { timeline.emplace(std::move(came)); });
        settle_down();
        EXPECT_TRUE(timeline && timeline->ok());
        std::vector<StatementLine> lines;
        for (const TimelineEntry& entry : (*timeline)->entries) {
            if (entry.event == event)
                lines.insert(lines.end(), entry.movements.begin(), entry.movements.end());
        }
        return lines;
    }
};

TEST_F(StatementTest, AReversalNamesTheGrantThatItTakesBack) {
    open();
    const Outcome first = ask(order("e1", {{}, {phone("1")}}, "o1", 10'000));
    const Subject subject{first.answer.member, {}};
    const Outcome second = ask(order("e2", subject, "o2", 5'000));
    ask(request("e3", subject, Redeem{"points", 70}));  // all of it from the first lot
    ask(request("e4", subject,
                OrderRefunded{"o1", {}}));  // 30 are left of it, 50 of the other, 20 become debt
    ask(request("e5", subject, Adjust{"points", 20, "", ""}));  // repays the debt
    ask(request("e6", subject, Adjust{"points", 5, "", ""}));
    ask(request("e7", subject, Adjust{"points", -5, "", ""}));

    const auto refund = movements(first.answer.member, "order.refunded");
    ASSERT_EQ(refund.size(), 3U);
    const char* const kinds[] = {"revoked", "drawn", "owed"};
    const std::int64_t amounts[] = {-30, -50, -20};
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(refund[i].movement, kinds[i]);
        EXPECT_EQ(refund[i].amount, Quantity(amounts[i]));
        EXPECT_EQ(refund[i].rule, RuleId{1});
        EXPECT_EQ(refund[i].reverses, first.lsn) << "not " << second.lsn.value;
    }
    for (const StatementLine& line : movements(first.answer.member, "points.adjusted")) {
        EXPECT_EQ(line.rule, RuleId{}) << line.movement;  // an operator takes points, and no grant of a rule
        EXPECT_EQ(line.reverses, Lsn{}) << line.movement;
    }
}

TEST_F(StatementTest, WhatALateOrderMovesOfOthersSaysSo) {
    options.parse_document = [](const std::string&) -> Result<Value> {
        std::vector<Map::Entry> entries = programme_document().map().entries();
        const Value late(Map::of_unique({{"re_evaluate_within_days", Value(std::int64_t{30})}}));
        const auto rule = [&](const char* code, const char* when) {
            return Value(Map::of_unique({{"rule", Value(code)},
                                         {"on", Value("order.paid")},
                                         {"unit", Value("points")},
                                         {"when", Value(when)},
                                         {"fixed", Value(std::int64_t{7})},
                                         {"late", late}}));
        };
        for (Map::Entry& entry : entries) {
            if (entry.first == "earning")
                entry.second =
                    Value(List{rule("first", "member.orders == 0"), rule("later", "member.orders > 0")});
        }
        return Value(Map::of_unique(std::move(entries)));
    };
    open();
    const Outcome first = ask(order("e1", {{}, {phone("1")}}, "o1", 10'000));
    Request late = order("e2", {first.answer.member, {}}, "o2", 5'000);
    late.occurred_at = clock.now - days(1);
    const Outcome told = ask(late);
    ASSERT_EQ(told.answer.rejudged.size(), 2U);
    EXPECT_EQ(told.answer.rejudged[0].at, clock.now);
    const auto lines = movements(first.answer.member, "order.paid");
    ASSERT_EQ(lines.size(), 4U);
    const auto find = [&](const char* movement, const char* reason, RuleId rule) {
        return std::count_if(lines.begin(), lines.end(), [&](const StatementLine& line) {
            return line.movement == movement && line.reason == reason && line.rule == rule;
        });
    };
    EXPECT_EQ(find("granted", "", RuleId{1}), 2);  // to the first, and to the one that came before it
    EXPECT_EQ(find("revoked", "judged again", RuleId{1}), 1);
    EXPECT_EQ(find("granted", "judged again", RuleId{2}), 1);
    EXPECT_EQ(points(first.answer.member), 14);
}

TEST_F(StatementTest, ARestoredLotNamesTheRuleThatGrantedIt) {
    open();
    const Outcome paid = ask(order("e1", {{}, {phone("1")}}, "o1", 10'000));
    const Subject subject{paid.answer.member, {}};
    ask(request("e2", subject, Redeem{"points", 70}));
    ask(request("e3", subject, ReverseSpend{"e2", 0}));
    const auto restored = movements(paid.answer.member, "redemption.reversed");
    ASSERT_EQ(restored.size(), 1U);
    EXPECT_EQ(restored[0].movement, "restored");
    EXPECT_EQ(restored[0].rule, RuleId{1});
    EXPECT_EQ(restored[0].reverses, paid.lsn);
}

TEST_F(StatementTest, AUnitThatTheProgrammeDoesNotHaveIsRefusedByName) {
    open();
    const Outcome paid = ask(order("e1", {{}, {phone("1")}}, "o1", 10'000));
    const std::string before = state();
    for (const RequestBody& body : {RequestBody(Adjust{"dust", 1, "", ""}), RequestBody(Redeem{"dust", 1}),
                                    RequestBody(Hold{"dust", 1, hours(1)})}) {
        const Outcome refused = ask(request("e2", {paid.answer.member, {}}, body));
        EXPECT_EQ(refused.status, Status::refused);
        EXPECT_EQ(refused.refusal, Refusal::unit_unknown);
        EXPECT_EQ(refused.detail, "the programme has no unit \"dust\"; GET /v1/programme lists them");
    }
    EXPECT_EQ(state(), before);
}

}  // namespace
}  // namespace banyan::runtime
