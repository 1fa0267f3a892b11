// SPDX-License-Identifier: Apache-2.0
// The back-test over a year in small: it comes out as it was, it sees the smallest thing that does not, and under a
// draft it says who would have what.

#include "runtime/rehearsal.h"

#include "runtime/brand_house_test.h"

namespace banyan::runtime {
namespace {

Value with_amount(const char* amount) {
    std::vector<Map::Entry> entries = programme_document().map().entries();
    for (Map::Entry& entry : entries) {
        if (entry.first != "earning") continue;
        std::vector<Map::Entry> rule = entry.second.list()[0].map().entries();
        for (Map::Entry& field : rule)
            if (field.first == "amount") field.second = Value(amount);
        entry.second = Value(List{Value(Map::of_unique(std::move(rule)))});
    }
    return Value(Map::of_unique(std::move(entries)));
}

class RehearsalTest : public BrandTest {
  protected:
    void SetUp() override {
        BrandTest::SetUp();
        open();
        live([this](Request asked) { return ask(std::move(asked)); });
        settle_down();
    }

    RehearsalPorts ports(Value document = programme_document()) {
        return {&digest, &calendar,
                [document = std::move(document)](const std::string&) -> Result<Value> { return document; }};
    }
    template <typename Taker>
    void feed(Taker& taker) {
        const auto read = journal.replay([](PartitionId) { return Lsn{1}; },
                                         [&](const StoredRecord& record) { return taker.take(record); });
        ASSERT_TRUE(read.ok()) << read.error().text();
    }
    UnchangedReport unchanged(Value document = programme_document()) {
        Unchanged rehearsal(options.file, ports(std::move(document)));
        feed(rehearsal);
        return rehearsal.report();
    }
    DraftedReport drafted(const Value& draft) {
        auto compiled = programme::compile(draft, {1}, calendar);
        EXPECT_TRUE(compiled.ok());
        Drafted rehearsal(options.file, ports(), std::move(*compiled), draft);
        feed(rehearsal);
        auto report = rehearsal.finish();
        EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.error().text());
        return report.ok() ? *report : DraftedReport{};
    }
};

TEST_F(RehearsalTest, TheUnchangedProgrammeComesOutToTheLastPosting) {
    const UnchangedReport report = unchanged();
    ASSERT_TRUE(report.differences.empty())
        << report.differences[0].recorded << " / " << report.differences[0].decided;
    EXPECT_EQ(report.records, records());
    EXPECT_EQ(report.commands, 12U);  // what `live` asks for; the steps of the merge have no id of their own
    EXPECT_GT(report.postings, 20U);
    // What members have is what the accounts lack: 100 + 110 + ... + 150 earned, 100 returned, 50 and 20 spent.
    ASSERT_EQ(report.accounts.size(), 1U);
    EXPECT_EQ(-report.accounts[0].sum(), Quantity(100 + 110 + 120 + 130 + 140 + 150 - 100 - 50 - 20));
}

TEST_F(RehearsalTest, ASinglePointMoreIsSeenAtTheFirstPostingOfEachPartition) {
    const UnchangedReport report = unchanged(with_amount("order.paid / 100 + (order.paid == 13000 ? 1 : 0)"));
    ASSERT_EQ(report.differences.size(), 1U);
    EXPECT_NE(report.differences[0].recorded.find("granted 130 of unit 1 for m"), std::string::npos)
        << report.differences[0].recorded;
    EXPECT_NE(report.differences[0].decided.find("granted 131 of unit 1 for m"), std::string::npos)
        << report.differences[0].decided;
}

TEST_F(RehearsalTest, ADraftThatChangesNothingMovesNobody) {
    const DraftedReport report = drafted(programme_document());
    ASSERT_EQ(report.units.size(), 1U);
    const auto& points = report.units[0];
    EXPECT_EQ(points.winners + points.losers, 0U);
    EXPECT_EQ(points.same, report.members);
    EXPECT_EQ(report.members, 5U);  // six, of whom one was merged into another
    EXPECT_EQ(points.totals.was.granted, Quantity(750));
    EXPECT_EQ(points.totals.would.granted, Quantity(750));
    EXPECT_EQ(points.totals.was.taken_back, Quantity(100));
    EXPECT_EQ(points.totals.was.spent, Quantity(50 + 30 - 10));
    EXPECT_EQ(points.totals.was.liability, Quantity(580));
    EXPECT_EQ(points.totals.would.liability, Quantity(580));
    EXPECT_TRUE(report.refused.empty());
}

TEST_F(RehearsalTest, ADraftThatGrantsDoubleSaysWhatItCostsAndWhoGains) {
    const DraftedReport report = drafted(with_amount("order.paid / 50"));
    const auto& points = report.units.at(0);
    EXPECT_EQ(points.totals.would.granted, Quantity(1500));
    EXPECT_EQ(points.totals.would.taken_back, Quantity(200));
    EXPECT_EQ(points.totals.would.liability, Quantity(1500 - 200 - 50 - 20));
    EXPECT_EQ(points.by_rule.at("base").was, Quantity(650));
    EXPECT_EQ(points.by_rule.at("base").would, Quantity(1300));
    EXPECT_EQ(points.winners, 4U);  // who returned the whole order has nothing either way
    EXPECT_EQ(points.losers, 0U);
    ASSERT_EQ(points.gained.size(), 4U);
    // The survivor of the merge gains most: 130 and 150 points, again.
    EXPECT_EQ(points.gained[0].posted.would - points.gained[0].posted.was, Quantity(280));
}

TEST_F(RehearsalTest, WhatWasSpentAndIsNotThereUnderTheDraftIsCounted) {
    const DraftedReport report = drafted(with_amount("1"));
    // A hold of 50 and a spend of 30 found no points, so neither their end nor their return had anything to do.
    EXPECT_EQ(report.refused.at("balance_insufficient"), 2U);
    EXPECT_EQ(report.refused.at("hold_unknown"), 1U);
    EXPECT_EQ(report.refused.at("spend_unknown"), 1U);
    EXPECT_EQ(report.units.at(0).totals.would.liability, Quantity(5));
    EXPECT_EQ(report.units.at(0).losers, 4U);
    EXPECT_EQ(report.units.at(0).winners, 0U);
}

TEST_F(RehearsalTest, ADraftThatBreaksAPromiseIsNotDecided) {
    std::vector<Map::Entry> entries = programme_document().map().entries();
    for (Map::Entry& entry : entries)
        if (entry.first == "currency") entry.second = Value("EUR");
    const Value draft(Map::of_unique(std::move(entries)));
    auto compiled = programme::compile(draft, {1}, calendar);
    ASSERT_TRUE(compiled.ok());
    Drafted rehearsal(options.file, ports(), std::move(*compiled), draft);
    const auto read = journal.replay([](PartitionId) { return Lsn{1}; },
                                     [&](const StoredRecord& record) { return rehearsal.take(record); });
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().message, "the draft cannot follow: the currency is CNY and stays it");
}

}  // namespace
}  // namespace banyan::runtime
