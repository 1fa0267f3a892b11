// SPDX-License-Identifier: Apache-2.0
// The close of a month: opening and movements are the closing, and one month's closing is the next one's opening.

#include "runtime/closing.h"

#include "runtime/brand_house_test.h"

namespace banyan::runtime {
namespace {

class ClosingTest : public BrandTest {
  protected:
    void SetUp() override {
        BrandTest::SetUp();
        open();
    }
    CloseReport close(const char* month) {
        Closing closing(
            options.file,
            {&digest, &calendar, [](const std::string&) -> Result<Value> { return programme_document(); }},
            *parse_month(month));
        const auto read = journal.replay([](PartitionId) { return Lsn{1}; },
                                         [&](const StoredRecord& record) { return closing.take(record); });
        EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().text());
        auto report = closing.finish();
        EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.error().text());
        return report.ok() ? *report : CloseReport{};
    }
    void at(const char* instant) { clock.now = *parse_rfc3339(instant); }
    static CloseRow row(const CloseReport& report, bool is_debt = false) {
        for (const CloseRow& row : report.rows) {
            if (row.is_debt == is_debt) return row;
        }
        return {};
    }
};

TEST_F(ClosingTest, AMonthSaysWhatMovedAndTheNextBeginsWhereItEnded) {
    live([this](Request asked) { return ask(std::move(asked)); });  // January
    settle_down();
    const CloseReport january = close("2026-01");
    const CloseRow moved = row(january);
    EXPECT_EQ(moved.opening, Quantity(0));
    EXPECT_EQ(moved.of(Movement::granted), Quantity(100 + 110 + 120 + 130 + 140 + 150));
    EXPECT_EQ(moved.of(Movement::taken_back), Quantity(-100));
    EXPECT_EQ(moved.of(Movement::redeemed), Quantity(-50 - 30));
    EXPECT_EQ(moved.of(Movement::restored), Quantity(10));
    EXPECT_EQ(moved.of(Movement::in_transit), Quantity(0));  // a merge gives and takes
    EXPECT_EQ(moved.closing, Quantity(580));
    EXPECT_FALSE(january.is_over);

    at("2026-02-20T10:00:00+08:00");  // all of it expired after 30 days
    ASSERT_EQ(ask(order("late", {{}, {phone("p4")}}, "o-late", 1000)).status, Status::applied);
    const CloseReport february = close("2026-02");
    EXPECT_EQ(row(february).opening, Quantity(580));
    EXPECT_EQ(row(february).of(Movement::expired), Quantity(-580));
    EXPECT_EQ(row(february).of(Movement::granted), Quantity(10));
    EXPECT_EQ(row(february).closing, Quantity(10));
    EXPECT_TRUE(close("2026-01").is_over);
    EXPECT_EQ(row(close("2026-01")).closing, Quantity(580)) << "what came later changes nothing";
}

TEST_F(ClosingTest, WhatMembersOweHasARowOfItsOwn) {
    ASSERT_EQ(ask(order("e1", {{}, {phone("p")}}, "o1", 10'000)).status, Status::applied);
    const MemberId member = ask(order("e2", {{}, {phone("p")}}, "o2", 1'000)).answer.member;
    ASSERT_EQ(ask(request("d", {member, {}}, Redeem{"points", 110})).status, Status::applied);
    ASSERT_EQ(ask(request("r", {member, {}}, OrderRefunded{"o1", {}})).status, Status::applied);
    at("2026-02-02T10:00:00+08:00");
    ASSERT_EQ(ask(order("e3", {{}, {phone("p")}}, "o3", 3'000)).status, Status::applied);

    const CloseReport january = close("2026-01");
    EXPECT_EQ(row(january).of(Movement::taken_back), Quantity(0));
    EXPECT_EQ(row(january, true).of(Movement::taken_back), Quantity(-100));
    EXPECT_EQ(row(january, true).closing, Quantity(-100));
    const CloseReport february = close("2026-02");  // 30 points repay 30 of the debt
    EXPECT_EQ(row(february).of(Movement::granted), Quantity(30));
    EXPECT_EQ(row(february).of(Movement::debt), Quantity(-30));
    EXPECT_EQ(row(february, true).opening, Quantity(-100));
    EXPECT_EQ(row(february, true).of(Movement::debt), Quantity(30));
    EXPECT_EQ(row(february, true).closing, Quantity(-70));
}

TEST(MonthTest, OnlyAMonthIsAMonth) {
    EXPECT_EQ(to_text(*parse_month("2026-10")), "2026-10");
    for (const char* wrong : {"", "2026", "2026-13", "2026-00", "2026-1", "2026-10-01", "10-2026"})
        EXPECT_FALSE(parse_month(wrong).has_value()) << wrong;
}

}  // namespace
}  // namespace banyan::runtime
