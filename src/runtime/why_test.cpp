// SPDX-License-Identifier: Apache-2.0
// What an event came to is told from the state before it, however long ago that was and whatever happened since.

#include "runtime/why.h"

#include "runtime/brand_house_test.h"

namespace banyan::runtime {
namespace {

// A second rule that looks at what the member had done before the event. "scarce": its grant has to ask for what is left.
Result<Value> parse(const std::string& text) {
    std::vector<Map::Entry> entries = programme_document().map().entries();
    const bool is_scarce = text == "scarce";
    if (is_scarce)
        entries.emplace_back("limits", Value(List{Value(Map::of_unique({{"limit", Value("pot")},
                                                                        {"scope", Value("shared")},
                                                                        {"per", Value("year")},
                                                                        {"most", Value(std::int64_t{150})},
                                                                        {"counts", Value("amount")},
                                                                        {"strict", Value("from_start")}}))}));
    for (Map::Entry& entry : entries) {
        if (is_scarce && entry.first == "units") {
            std::vector<Map::Entry> unit = entry.second.list()[0].map().entries();
            unit.emplace_back("earn_limits", Value(List{Value("pot")}));
            entry.second = Value(List{Value(Map::of_unique(std::move(unit)))});
        }
        if (entry.first != "earning") continue;
        List rules = entry.second.list();
        rules.emplace_back(Map::of_unique({{"rule", Value("third")},
                                           {"on", Value("order.paid")},
                                           {"unit", Value("points")},
                                           {"when", Value("member.orders == 2 && balance.points >= 100")},
                                           {"amount", Value("1000")}}));
        entry.second = Value(std::move(rules));
    }
    return Value(Map::of_unique(std::move(entries)));
}

class WhyTest : public BrandTest {
  protected:
    void SetUp() override {
        BrandTest::SetUp();
        options.parse_document = parse;
        open();
    }
    Result<Why> why(const std::string& id, const std::string& source = "shop") {
        std::optional<Result<Why>> told;
        brand->why(source, id, [&](Result<Why> came) { told.emplace(std::move(came)); });
        for (int i = 0; i < 50 && !told; ++i) brand->step_all();
        EXPECT_TRUE(told.has_value());
        return told ? *told : Result<Why>(Error::invalid("no answer"));
    }
    std::vector<std::string> because(const std::string& id) {
        const auto told = why(id);
        EXPECT_TRUE(told.ok()) << told.error().text();
        if (!told.ok() || told->rules.size() != 2) return {"no rules"};
        EXPECT_EQ(told->differs, "");
        return told->rules[1].explained.because;
    }
};

using Lines = std::vector<std::string>;

TEST_F(WhyTest, EachEventIsToldAsOfItsOwnTime) {
    for (int i = 1; i <= 4; ++i) {
        const Outcome paid =
            ask(order("e" + std::to_string(i), {{}, {phone("1")}}, "o" + std::to_string(i), 10'000));
        ASSERT_EQ(paid.status, Status::applied) << paid.detail;
        clock.now = clock.now + days(1);
    }
    const auto told_of_all = [&] {
        EXPECT_EQ(because("e1"), (Lines{"`member.orders == 2` is false: member.orders is 0"}));
        EXPECT_EQ(because("e2"), (Lines{"`member.orders == 2` is false: member.orders is 1"}));
        EXPECT_EQ(because("e3"), (Lines{"`member.orders == 2` is true: member.orders is 2",
                                        "`balance.points >= 100` is true: balance.points is 200"}));
        EXPECT_EQ(because("e4"), (Lines{"`member.orders == 2` is false: member.orders is 3"}));
    };
    told_of_all();
    const auto third = why("e3");
    EXPECT_EQ(third->event, std::string("order.paid"));
    EXPECT_EQ(third->recorded.answer.earned.size(), 2U);
    EXPECT_TRUE(third->rules[1].held);
    EXPECT_EQ(third->rules[1].amount, Quantity(1000));
    // Everything has expired, and the process is another one.
    clock.now = clock.now + days(90);
    ASSERT_EQ(points(third->recorded.answer.member), 0);
    const std::string before = state();
    const std::size_t records_before = records();
    told_of_all();
    EXPECT_EQ(state(), before);
    EXPECT_EQ(records(), records_before);
    reopen();
    told_of_all();
}

TEST_F(WhyTest, AMembersFirstEventIsToldWithoutTheMember) {
    for (int m = 0; m < 6; ++m)
        ask(order("first" + std::to_string(m), {{}, {phone(std::to_string(m))}}, "o" + std::to_string(m),
                  10'000));
    for (int m = 0; m < 6; ++m) {
        const auto told = why("first" + std::to_string(m));
        ASSERT_TRUE(told.ok()) << told.error().text();
        EXPECT_EQ(told->differs, "");
        EXPECT_TRUE(told->recorded.answer.joined);
    }
}

TEST_F(WhyTest, AnEventWhoseGrantWaitedIsToldWithItsRulesAndItsEnd) {
    brand.reset();
    journal = {};
    checkpoints = {};
    directory = {};
    options.programme_document = "scarce";
    open();
    for (int m = 0; m < 3; ++m) {
        const std::string n = std::to_string(m);
        ask(order("e" + n, {{}, {phone(n)}}, "o" + n, 10'000));
        settle_down();
    }
    for (const auto& [id, earned, cut] :
         std::vector<std::tuple<const char*, int, int>>{{"e0", 100, 0}, {"e1", 0, 100}, {"e2", 0, 100}}) {
        const auto told = why(id);
        ASSERT_TRUE(told.ok()) << told.error().text();
        EXPECT_EQ(told->event, std::string("order.paid")) << id;
        EXPECT_EQ(told->differs, "") << id;
        ASSERT_EQ(told->rules.size(), 2U) << id;
        EXPECT_TRUE(told->rules[0].held);
        EXPECT_EQ(told->rules[0].amount, Quantity(100));
        const engine::Answer& answer = told->recorded.answer;
        EXPECT_FALSE(answer.pending) << id;
        EXPECT_EQ(answer.earned.size(), earned > 0 ? 1U : 0U) << id;
        ASSERT_EQ(answer.limited.size(), cut > 0 ? 1U : 0U) << id;
        EXPECT_EQ(told->recorded.status, Status::applied) << id;
    }
}

TEST_F(WhyTest, WhatIsNoEventIsNotFound) {
    ask(order("e1", {{}, {phone("1")}}, "o1", 10'000));
    EXPECT_EQ(why("e2").error().code, ErrorCode::not_found);
    EXPECT_EQ(why("e1", "another shop").error().code, ErrorCode::not_found);
    // What was refused left no record.
    EXPECT_EQ(ask(order("again", {{}, {phone("1")}}, "o1", 10'000)).status, Status::refused);
    EXPECT_EQ(why("again").error().code, ErrorCode::not_found);
}

// Refunds, holds, redemptions, a merge: each record comes out again as it was, its rules or none.
TEST_F(WhyTest, EveryKindOfEventComesOutAsItWas) {
    live([this](Request asked) { return ask(std::move(asked)); });
    settle_down();
    for (const char* id : {"e0", "e5", "r0", "h1", "c1", "d2", "v2", "m"}) {
        const auto told = why(id);
        ASSERT_TRUE(told.ok()) << id << ": " << told.error().text();
        EXPECT_EQ(told->differs, "") << id;
        EXPECT_EQ(told->rules.size(), id[0] == 'e' ? 2U : 0U) << id;
    }
}

}  // namespace
}  // namespace banyan::runtime
