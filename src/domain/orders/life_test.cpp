// SPDX-License-Identifier: Apache-2.0
#include "domain/orders/life.h"

#include "domain/orders/story_test.h"

#include <gtest/gtest.h>

namespace banyan::orders {
namespace {

using testing::day;
using testing::List;
using testing::moved;
using testing::Told;

const Paid paid{day(0), {{"a", 3, {}}, {"b", 1, {}}}};

Event shipped(std::int64_t when, std::string parcel, List pieces = {},
              std::vector<std::string> replaces = {}) {
    return Shipped{day(when), std::move(parcel), std::move(pieces), std::move(replaces)};
}

TEST(Life, AnOrderInOneParcelPassesEveryStage) {
    Told order;
    EXPECT_EQ(order.stage(), "unknown");
    const struct {
        Event event;
        const char* stage;
    } steps[] = {
        {Placed{day(0)}, "placed"},        {paid, "paid"},
        {shipped(1, "p1"), "shipped"},     {Received{day(3), "p1"}, "received"},
        {Completed{day(10)}, "completed"},
    };
    for (const auto& step : steps) {
        EXPECT_EQ(order.tell(step.event), 2U) << step.stage;  // the event, and the move
        EXPECT_EQ(order.stage(), step.stage);
        EXPECT_EQ(order.tell(step.event), 0U) << "told again, it says nothing new";
    }
}

TEST(Life, AMoveSaysFromWhereToWhereAndWhen) {
    Told order({paid});
    const auto facts = decide(order.life, shipped(1, "p1", {{"a", 3}}));
    ASSERT_TRUE(facts.ok());
    ASSERT_EQ(facts->size(), 2U);
    const auto& move = std::get<OrderMoved>(facts->back());
    EXPECT_EQ(move.from, Stage::paid);
    EXPECT_EQ(move.to, Stage::partly_shipped);
    EXPECT_EQ(move.at, day(1));
}

TEST(Life, AnOrderSplitOverParcelsIsThereWhenItsLastPieceIs) {
    Told order({paid, shipped(1, "p1", {{"a", 2}})});
    EXPECT_EQ(order.stage(), "partly shipped");
    order.tell(Received{day(2), "p1"});
    EXPECT_EQ(order.stage(), "partly shipped");
    order.tell(shipped(3, "p2", {{"a", 1}, {"b", 1}}));
    EXPECT_EQ(order.stage(), "shipped");
    order.tell(Received{day(5), "p2"});
    EXPECT_EQ(order.stage(), "received");
}

TEST(Life, AParcelTakenApartOrPutTogetherStandsForTheOldOnes) {
    Told split({paid, shipped(1, "p1"), shipped(2, "p2", {{"a", 3}}, {"p1"})});
    EXPECT_EQ(split.stage(), "partly shipped");  // line b lies in a parcel not yet told
    split.tell(shipped(2, "p3", {{"b", 1}}, {"p1"}));
    EXPECT_EQ(split.stage(), "shipped");
    split.tell(Received{day(4), "p1"});
    EXPECT_EQ(split.stage(), "shipped");  // nobody can sign for a parcel that is no more
    split.tell(Received{day(4), "p2"});
    split.tell(Received{day(5), "p3"});
    EXPECT_EQ(split.stage(), "received");

    Told together({paid, shipped(1, "p1", {{"a", 3}}), shipped(1, "p2", {{"b", 1}}),
                   shipped(2, "p3", {{"a", 3}, {"b", 1}}, {"p1", "p2"}), Received{day(4), "p3"}});
    EXPECT_EQ(together.stage(), "received");
}

TEST(Life, ALaterStateImpliesTheEarlierOnes) {
    EXPECT_EQ(Told({Completed{day(9)}}).stage(), "completed");
    EXPECT_EQ(Told({Received{day(3), ""}}).stage(), "received");
    EXPECT_EQ(Told({shipped(1, "p1")}).stage(), "shipped");
    EXPECT_EQ(Told({shipped(1, "p1", {{"a", 1}})}).stage(),
              "partly shipped");  // of what, nobody has said yet
    EXPECT_EQ(Told({Received{day(3), "p1"}}).stage(), "partly shipped");
    EXPECT_EQ(Told({moved(day(1), Step::requested, Form::refund_only)}).stage(), "paid");

    Told order({Completed{day(9)}});
    EXPECT_EQ(order.tell(paid), 1U);  // news, and yet the order stays where it is
    EXPECT_EQ(order.stage(), "completed");
}

TEST(Life, AnOrderThatWasNeverPaidCloses) {
    Told order({Placed{day(0)}, Closed{day(1)}});
    EXPECT_EQ(order.stage(), "closed");
    order.tell(Completed{day(9)});
    EXPECT_EQ(order.stage(), "closed");
}

TEST(Life, RefundedPiecesNeedNeitherShippingNorReceipt) {
    Told order({paid, shipped(1, "p1", {{"a", 2}, {"b", 1}}), Received{day(3), "p1"}});
    EXPECT_EQ(order.stage(), "partly shipped");
    order.tell(moved(day(4), Step::done, Form::refund_only, {{"a", 1}}));  // the third one was out of stock
    EXPECT_EQ(order.stage(), "received");
}

TEST(Life, AnOrderRefundedWholeIsClosedUnlessItWasCompleted) {
    Told order({paid, moved(day(1), Step::requested, Form::refund_only)});
    EXPECT_EQ(order.stage(), "paid");
    order.tell(moved(day(2), Step::done, Form::refund_only));
    EXPECT_EQ(order.stage(), "closed");
    EXPECT_EQ(Told({paid, Completed{day(9)}, moved(day(10), Step::done, Form::return_refund)}).stage(),
              "completed");
}

TEST(Life, WhatFitsNoLineIsNamedAndCountsForNothing) {
    Told order({shipped(1, "p1", {{"c", 1}}), moved(day(2), Step::requested, Form::exchange, {{"d", 1}})});
    EXPECT_TRUE(unmatched(order.life).empty());  // what was sold is not known yet
    order.tell(paid);
    EXPECT_EQ(unmatched(order.life), (std::vector<std::string>{"c", "d"}));
    EXPECT_EQ(order.stage(), "partly shipped");
}

TEST(Life, AnEventIsRefusedForWhatItIsAndChangesNothing) {
    const Told order({paid});
    const Life before = order.life;
    const struct {
        Event event;
        const char* answer;
    } rows[] = {
        {Paid{day(0), {}}, "refused: a paid order has no lines; send what was sold"},
        {Paid{day(0), {{"a", 0, {}}}}, "refused: line \"a\": the quantity is 0, and must be above 0"},
        {Paid{day(0), {{"a", 1, {}}, {"a", 2, {}}}}, "refused: line \"a\" is named twice; add its pieces up"},
        {Paid{day(0), {{"", 1, {}}}}, "refused: a line has no id; name the shop's own"},
        {Paid{day(0), {{"a", INT64_MAX, {}}, {"b", 1, {}}}},
         "refused: line \"b\": more pieces than can be counted"},
        {shipped(1, "p1", {{"a", -1}}), "refused: line \"a\": the quantity is -1, and must be above 0"},
        {shipped(1, "p1", {}, {"p1"}), "refused: parcel \"p1\" replaces itself; give the new one its own id"},
        {moved(day(1), Step::done, Form::refund_only, {{"a", -1}}),
         "refused: line \"a\": the quantity is -1, and must be 0 or more"},
        {moved(day(1), Step::done, Form::refund_only, {}, ""),
         "refused: an after-sale has no id; name the shop's own"},
        {Placed{never}, "refused: the event's time lies outside the years 1970 to 9999"},
        {Placed{Instant{-1}}, "refused: the event's time lies outside the years 1970 to 9999"},
        {moved(day(1), Step::done, Form::refund_only, {{"a", 0}}), "taken"},  // money only
    };
    for (const auto& row : rows) EXPECT_EQ(order.answer(row.event), row.answer);
    EXPECT_EQ(order.life, before);
}

TEST(Life, AnOrderHasBoundsAndSaysWhichIsReached) {
    Told order({paid});
    for (std::size_t i = 0; i < parcels_max; ++i) order.tell(shipped(1, "p" + std::to_string(i)));
    EXPECT_EQ(order.answer(shipped(1, "one more")), "refused: the order has 200 parcels already");
    EXPECT_EQ(order.answer(shipped(1, "p7")), "taken");
    for (std::size_t i = 0; i < after_sales_max; ++i)
        order.tell(moved(day(1), Step::requested, Form::exchange, {{"a", 1}}, "s" + std::to_string(i)));
    EXPECT_EQ(order.answer(moved(day(1), Step::requested, Form::exchange, {}, "one more")),
              "refused: the order has 200 after-sales already");
    for (std::size_t i = 1; i < moves_max; ++i)
        order.tell(moved(day(1, static_cast<std::int64_t>(i)), Step::requested, Form::exchange, {}, "s0"));
    EXPECT_EQ(order.answer(moved(day(9), Step::done, Form::exchange, {}, "s0")),
              "refused: after-sale \"s0\" has moved 50 times already");
}

TEST(Life, ABrokenStructIsNamed) {
    Life life;
    EXPECT_EQ(check(life), "");
    life.lines = {{"b", 1, {}}, {"a", 1, {}}};
    EXPECT_EQ(check(life), "the order's lines are not ascending");
    life.lines = {{"a", 0, {}}};
    EXPECT_EQ(check(life), "a line of the order has no pieces");
    life.lines.clear();
    life.parcels = {{"p", day(1), never, never, Contents::unknown, {{"a", 1}}}};
    EXPECT_EQ(check(life), "a parcel has pieces and yet unknown contents");
    life.parcels = {{"p", {}, {}, {}, {}, {}}, {"p", {}, {}, {}, {}, {}}};
    EXPECT_EQ(check(life), "the order's parcels are not ascending");
    life.parcels.clear();
    life.after_sales = {{"s", {}}};
    EXPECT_EQ(check(life), "an after-sale never moved");
    life.after_sales = {{"s", {{day(2), {}, {}, {}}, {day(1), {}, {}, {}}}}};
    EXPECT_EQ(check(life), "an after-sale's moves are not ascending");
}

TEST(LifeDeathTest, AMoveThatIsNotTrueIsOurMistake) {
    Life life;
    EXPECT_DEATH(apply(life, OrderMoved{Stage::unknown, Stage::paid, day(0)}), "");
}

TEST(AfterSale, StandsWhereItsLastMoveThatCountedLeftIt) {
    const auto told = [](const std::vector<Event>& events) {
        return standing(Told(events).life.after_sales.front());
    };
    const auto on = [](std::int64_t n, Step step) { return moved(day(n), step, Form::return_refund); };
    EXPECT_EQ(told({on(1, Step::requested)}), Step::requested);
    EXPECT_EQ(told({on(1, Step::requested), on(2, Step::refused)}), Step::refused);
    EXPECT_EQ(told({on(3, Step::requested), on(2, Step::refused), on(1, Step::requested)}), Step::requested);
    EXPECT_EQ(told({on(4, Step::withdrawn), on(3, Step::done), on(2, Step::agreed)}), Step::done);
}

TEST(Terms, TheFirstRuleThatFitsIsTaken) {
    const auto after = [](std::uint16_t days) { return Terms{days, 30, {}, {}}; };
    const std::vector<TermsRule> rules = {
        {"tmall", "fresh", after(0)}, {"", "fresh", after(1)}, {"tmall", "", after(15)}};
    EXPECT_EQ(terms_for(rules, "tmall", "fresh").days_after_receipt, 0);
    EXPECT_EQ(terms_for(rules, "jd", "fresh").days_after_receipt, 1);
    EXPECT_EQ(terms_for(rules, "tmall", "tea").days_after_receipt, 15);
    EXPECT_EQ(terms_for(rules, "jd", "tea").days_after_receipt, 7);
}

}  // namespace
}  // namespace banyan::orders
