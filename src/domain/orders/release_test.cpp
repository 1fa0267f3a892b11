// SPDX-License-Identifier: Apache-2.0
#include "domain/orders/release.h"

#include "domain/orders/story_test.h"

#include <gtest/gtest.h>

namespace banyan::orders {
namespace {

using testing::day;
using testing::List;
using testing::moved;
using testing::text;
using testing::Told;

Event sold(Terms terms = {}) { return Paid{day(0), {{"a", 3, terms}, {"b", 1, terms}}}; }
Event shipped(std::int64_t when, std::string parcel, List pieces = {},
              std::vector<std::string> replaces = {}) {
    return Shipped{day(when), std::move(parcel), std::move(pieces), std::move(replaces)};
}
Event received(std::int64_t when, std::string parcel = {}) { return Received{day(when), std::move(parcel)}; }
Event on(std::int64_t when, Step step, Form form = Form::return_refund, List pieces = {},
         std::string id = "s1") {
    return moved(day(when), step, form, std::move(pieces), std::move(id));
}
Terms terms(std::uint16_t after_receipt, std::uint16_t after_shipping, DayCount count = {},
            OnCompletion on_completion = OnCompletion::release) {
    return {after_receipt, after_shipping, count, on_completion};
}

TEST(Release, SevenDaysAfterReceipt) {
    Told order({sold()});
    EXPECT_EQ(order.due(), "never");
    order.tell(shipped(1, "p1"));
    EXPECT_EQ(order.due(), "day 31");  // should nobody ever tell of the receipt
    order.tell(received(3, "p1"));
    EXPECT_EQ(order.due(), "day 10");
    EXPECT_EQ(order.line("a").credit(day(9, 23)), Credit::pending);
    EXPECT_EQ(order.line("a").credit(day(10)), Credit::released);
}

TEST(Release, WholeDaysEndAtMidnightCountedFromTheDayAfter) {
    // Signed for on day 3 at noon: the seven days are days 4 to 10, and the points come at the midnight after them.
    Told order({sold(terms(7, 0, DayCount::whole_days)), shipped(1, "p1"), received(3, "p1")});
    EXPECT_EQ(order.due(), "day 10 + 12 h");
    // Half a day of after-sale moves the end into the next day, to its end.
    order.tell(moved(day(5), Step::requested, Form::exchange));
    order.tell(moved(day(5, 1), Step::withdrawn, Form::exchange));
    EXPECT_EQ(order.due(), "day 11 + 12 h");
}

TEST(Release, WithoutReceiptAtTheLatestSoManyDaysAfterShipping) {
    EXPECT_EQ(Told({sold(terms(7, 20)), shipped(1, "p1")}).due(), "day 21");
    EXPECT_EQ(Told({sold(terms(7, 0)), shipped(1, "p1")}).due(), "never");
    EXPECT_EQ(Told({sold(terms(7, 20)), shipped(1, "p1"), received(18, "p1")}).due(), "day 21");
}

TEST(Release, CompletionReleasesAtOnceWhereDeclared) {
    Told at_once({sold(), shipped(1, "p1"), received(3, "p1"), Completed{day(5)}});
    EXPECT_EQ(at_once.due(), "day 5");
    Told waits(
        {sold(terms(7, 30, {}, OnCompletion::wait)), shipped(1, "p1"), received(3, "p1"), Completed{day(5)}});
    EXPECT_EQ(waits.due(), "day 10");
    Told implied({sold(terms(7, 30, {}, OnCompletion::wait)), Completed{day(5)}});
    EXPECT_EQ(implied.due(), "day 12");  // completed, hence received by then
}

TEST(Release, EachLineWaitsForItsOwnLastParcel) {
    Told order({sold(), shipped(1, "p1", {{"a", 2}, {"b", 1}}), received(3, "p1")});
    EXPECT_EQ(order.due("b"), "day 10");
    EXPECT_EQ(order.due("a"), "never");  // one piece was not even sent
    order.tell(shipped(8, "p2", {{"a", 1}}));
    order.tell(received(9, "p2"));
    EXPECT_EQ(order.due("a"), "day 16");
    EXPECT_EQ(order.due("b"), "day 10");
}

TEST(Release, AReceiptOfTheWholeOrderCoversEveryParcel) {
    EXPECT_EQ(Told({sold(), shipped(1, "p1", {{"a", 3}}), received(4)}).due("a"), "day 11");
    EXPECT_EQ(Told({sold(), received(4)}).due("b"), "day 11");  // shipping never told
    // Both told: the parcel's own receipt is the earlier, and it counts.
    EXPECT_EQ(Told({sold(), shipped(1, "p1"), received(3, "p1"), received(4)}).due(), "day 10");
}

TEST(Release, AnOpenAfterSaleStopsTheClockAndARefusalStartsItAgain) {
    for (const Step end : {Step::refused, Step::withdrawn}) {
        Told order({sold(), shipped(1, "p1"), received(3, "p1"), on(5, Step::requested)});
        EXPECT_EQ(order.due(), "never");
        order.tell(on(6, Step::agreed));
        EXPECT_EQ(order.due(), "never");
        order.tell(on(9, end));
        EXPECT_EQ(order.due(), "day 14");  // two days had passed, five remain
    }
}

TEST(Release, OnlyTheLinesOfTheAfterSaleWait) {
    Told order({sold(), shipped(1, "p1"), received(3, "p1"),
                on(5, Step::requested, Form::return_refund, {{"a", 1}})});
    EXPECT_EQ(order.due("a"), "never");
    EXPECT_EQ(order.due("b"), "day 10");
}

TEST(Release, RequestsThatOverlapStopTheClockOnce) {
    Told order({sold(), shipped(1, "p1"), received(3, "p1"), on(4, Step::requested), on(7, Step::refused),
                on(6, Step::requested, Form::exchange, {}, "s2"),
                on(9, Step::withdrawn, Form::exchange, {}, "s2"), on(10, Step::requested),
                on(11, Step::withdrawn)});  // the first, asked for a second time
    EXPECT_EQ(order.due(), "day 16");       // five days and one stood still
}

TEST(Release, ARequestAtTheDueInstantIsLate) {
    EXPECT_EQ(Told({sold(), received(3), on(10, Step::requested)}).due(), "day 10");
    EXPECT_EQ(Told({sold(), received(3), moved(day(9, 23), Step::requested, Form::exchange)}).due(), "never");
}

TEST(Release, CompletionDuringAnAfterSaleWaitsForItsEnd) {
    Told order({sold(), received(3), on(4, Step::requested), Completed{day(6)}});
    EXPECT_EQ(order.due(), "never");
    order.tell(on(8, Step::refused));
    EXPECT_EQ(order.due(), "day 8");
    // One quarrel hands over to the next in the same instant: between them there is no moment to release.
    order.tell(on(8, Step::requested, Form::exchange, {}, "s2"));
    order.tell(on(9, Step::withdrawn, Form::exchange, {}, "s2"));
    EXPECT_EQ(order.due(), "day 9");
}

TEST(Release, RefundedPiecesNeverReleaseAndTheOthersDo) {
    Told order({sold(), shipped(1, "p1"), received(3, "p1"),
                on(5, Step::requested, Form::return_refund, {{"a", 2}}), on(8, Step::done)});
    EXPECT_EQ(order.line("a").kept, 1);
    EXPECT_EQ(order.due("a"), "day 13");  // stood still for three days
    order.tell(on(9, Step::done, Form::refund_only, {{"a", 1}}, "s2"));
    EXPECT_EQ(order.line("a").kept, 0);
    EXPECT_EQ(order.due("a"), "never");
    EXPECT_EQ(text(order.line("a").revoked), "day 9");
    EXPECT_EQ(order.line("a").credit(day(8)), Credit::pending);
    EXPECT_EQ(order.line("a").credit(day(9)), Credit::revoked);
    EXPECT_EQ(order.line("b").kept, 1);
}

TEST(Release, ARefundAfterTheReleaseRevokes) {
    Told order({sold(), received(3), on(12, Step::done)});
    EXPECT_EQ(order.due(), "day 10");
    EXPECT_EQ(order.line("a").credit(day(11)), Credit::released);
    EXPECT_EQ(order.line("a").credit(day(12)), Credit::revoked);
}

TEST(Release, MoneyBackAloneTakesNoPiece) {
    Told order({sold(), received(3), on(4, Step::requested, Form::refund_only, {{"a", 0}}),
                on(6, Step::done, Form::refund_only, {{"a", 0}})});
    EXPECT_EQ(order.line("a").kept, 3);
    EXPECT_EQ(order.due("a"), "day 12");
    EXPECT_EQ(order.due("b"), "day 10");
}

TEST(Release, AnExchangeBeginsAnewWithTheNewParcel) {
    Told order({sold(), shipped(1, "p1"), received(3, "p1"),
                on(5, Step::requested, Form::exchange, {{"a", 1}}), on(8, Step::done, Form::exchange)});
    EXPECT_EQ(order.due("a"), "day 13");
    order.tell(shipped(8, "p2", {{"a", 1}}));
    order.tell(received(10, "p2"));
    EXPECT_EQ(order.due("a"), "day 17");
    EXPECT_EQ(order.due("b"), "day 10");
    EXPECT_EQ(order.line("a").kept, 3);
}

TEST(Release, WhatIsSentAfterTheReleaseDoesNotUndoIt) {
    Told order({sold(), shipped(1, "p1"), received(3, "p1"), shipped(10, "p2", {{"a", 1}})});
    EXPECT_EQ(order.due("a"), "day 10");
    order.tell(on(20, Step::requested));
    EXPECT_EQ(order.due("a"), "day 10");
}

TEST(Release, APieceOutOfStockIsNotWaitedFor) {
    Told order({sold(), shipped(1, "p1", {{"a", 2}}), received(3, "p1"),
                on(12, Step::done, Form::refund_only, {{"a", 1}})});
    EXPECT_EQ(order.due("a"), "day 12");  // the other two were there long enough
}

TEST(Release, WhatBecomesDueDuringAnAfterSaleWaitsForItsEnd) {
    // The two were there long enough on day 10; the third is refunded on day 12, in the middle of a quarrel about one.
    Told order({sold(), shipped(1, "p1", {{"a", 2}}), received(3, "p1"),
                on(11, Step::requested, Form::exchange, {{"a", 1}}, "s2"),
                on(12, Step::done, Form::refund_only, {{"a", 1}})});
    EXPECT_EQ(order.due("a"), "never");
    order.tell(on(15, Step::refused, Form::exchange, {}, "s2"));
    EXPECT_EQ(order.due("a"), "day 15");
}

TEST(Release, AParcelTakenApartIsWaitedForInItsParts) {
    Told order({sold(), shipped(1, "p1"), shipped(2, "p2", {{"a", 3}}, {"p1"}),
                shipped(2, "p3", {{"b", 1}}, {"p1"}), received(4, "p2")});
    EXPECT_EQ(order.due("a"), "day 11");
    EXPECT_EQ(order.due("b"), "day 32");
    order.tell(received(5, "p1"));
    EXPECT_EQ(order.due("b"), "day 32");
}

TEST(Release, AClosedOrderReleasesNothing) {
    Told order({sold(), received(3), Closed{day(8)}});
    EXPECT_EQ(order.due(), "never");
    EXPECT_EQ(order.line("a").credit(day(8)), Credit::revoked);
}

TEST(Release, TheNextChangeIsTheEarliestStillToCome) {
    Told order({sold(), shipped(1, "p1", {{"a", 3}}), received(3, "p1"), shipped(2, "p2", {{"b", 1}}),
                received(5, "p2")});
    const auto lines = credits(order.life, *banyan::testing::shanghai());
    EXPECT_EQ(text(next_change(lines, day(0))), "day 10");
    EXPECT_EQ(text(next_change(lines, day(10))), "day 12");
    EXPECT_EQ(text(next_change(lines, day(12))), "never");
    EXPECT_TRUE(credits(Told({received(3)}).life, *banyan::testing::shanghai()).empty());
}

}  // namespace
}  // namespace banyan::orders
