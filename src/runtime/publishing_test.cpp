// SPDX-License-Identifier: Apache-2.0
// The next version of a programme: in force from one time on in every partition, there after a crash, and refused where
// it would break what members hold.

#include "runtime/publishing.h"

#include "runtime/brand_house_test.h"
#include "runtime/rehearsal.h"

namespace banyan::runtime {
namespace {

// "double" grants twice as much, "euro" is another currency, "swapped" has its rules in another order.
Result<Value> parse(const std::string& text) {
    std::vector<Map::Entry> entries = programme_document().map().entries();
    for (Map::Entry& entry : entries) {
        if (entry.first == "currency" && text.find("euro") != std::string::npos) entry.second = Value("EUR");
        if (entry.first != "earning" || text.find("double") == std::string::npos) continue;
        std::vector<Map::Entry> rule = entry.second.list()[0].map().entries();
        for (Map::Entry& field : rule)
            if (field.first == "amount") field.second = Value("order.paid / 50");
        entry.second = Value(List{Value(Map::of_unique(std::move(rule)))});
    }
    return Value(Map::of_unique(std::move(entries)));
}

class PublishingTest : public BrandTest {
  protected:
    void SetUp() override {
        BrandTest::SetUp();
        options.parse_document = parse;
        open();
    }
    Result<PublishedVersion> publish(const std::string& document, std::optional<Instant> at = std::nullopt) {
        std::optional<Result<PublishedVersion>> done;
        brand->publish(document, at, [&](Result<PublishedVersion> came) { done.emplace(std::move(came)); });
        for (int i = 0; i < 50 && !done; ++i) brand->step_all();
        EXPECT_TRUE(done.has_value());
        return done ? *done : Result<PublishedVersion>(Error::invalid("no answer"));
    }
    std::int64_t earned(const std::string& id, const std::string& who) {
        const Outcome outcome = ask(order(id, {{}, {phone(who)}}, id, 10'000));
        EXPECT_EQ(outcome.status, Status::applied) << outcome.detail;
        return outcome.answer.earned.empty() ? 0 : outcome.answer.earned[0].amount.value();
    }
};

TEST(Publishing, ADocumentCarriesItsVersionAndItsTimeInAFirstLine) {
    const auto at = parse_rfc3339("2026-11-22T08:00:00Z");
    const std::string text = published_text({2}, *at, "programme: p\n");
    EXPECT_EQ(text, "# published as version 2, in force from 2026-11-22T08:00:00Z\nprogramme: p\n");
    EXPECT_EQ(published_since(text), at);
    EXPECT_EQ(without_heading(text), "programme: p\n");
    EXPECT_EQ(published_since("programme: p\n"), std::nullopt);
    EXPECT_EQ(without_heading("programme: p\n"), "programme: p\n");
    EXPECT_EQ(published_since("# published as version 2"), std::nullopt);
}

TEST_F(PublishingTest, AVersionIsInForceFromItsTimeOnInEveryPartition) {
    const Instant at = clock.wall() + hours(1);
    const auto published = publish("double", at);
    ASSERT_TRUE(published.ok()) << published.error().text();
    EXPECT_EQ(published->version, ProgrammeVersion{2});
    EXPECT_EQ(published->since, at);
    EXPECT_FALSE(published->is_in_force);
    for (int m = 0; m < 8; ++m) EXPECT_EQ(earned("before" + std::to_string(m), std::to_string(m)), 100);
    EXPECT_EQ(brand->programme()->version, ProgrammeVersion{1});
    clock.now = clock.now + hours(1);
    for (int m = 0; m < 8; ++m) EXPECT_EQ(earned("after" + std::to_string(m), std::to_string(m)), 200);
    EXPECT_EQ(brand->programme()->version, ProgrammeVersion{2});
    const auto versions = brand->versions();
    ASSERT_EQ(versions.size(), 2U);
    EXPECT_FALSE(versions[0].is_in_force);
    EXPECT_TRUE(versions[1].is_in_force);
    EXPECT_EQ(versions[0].document, "the programme");
    EXPECT_EQ(versions[1].document, "double");
    EXPECT_NE(versions[0].address, versions[1].address);
}

TEST_F(PublishingTest, WithoutATimeItIsInForceASecondLaterAndSurvivesACrash) {
    ASSERT_TRUE(publish("double").ok());
    EXPECT_EQ(earned("o1", "a"), 100);
    clock.now = clock.now + seconds(1);
    EXPECT_EQ(earned("o2", "a"), 200);
    reopen();
    EXPECT_EQ(brand->versions().size(), 2U);
    EXPECT_EQ(earned("o3", "a"), 200);
    // Back to the first: a third version with the first one's address.
    ASSERT_TRUE(publish(brand->versions()[0].document).ok());
    clock.now = clock.now + seconds(1);
    EXPECT_EQ(earned("o4", "a"), 100);
    EXPECT_EQ(brand->versions()[2].address, brand->versions()[0].address);
    // What was refunded is what was granted, under whichever version that was.
    const Outcome refund = ask(request("r2", {{}, {phone("a")}}, OrderRefunded{"o2", {}}));
    ASSERT_EQ(refund.answer.taken_back.size(), 1U);
    EXPECT_EQ(refund.answer.taken_back[0].amount, Quantity(200));
}

TEST_F(PublishingTest, APartitionThatACrashLeftWithoutTheVersionGetsItBeforeAnythingIsDecided) {
    ASSERT_TRUE(publish("double").ok());
    const auto last_of = [&](std::uint16_t partition) {
        auto found = journal.records.end();
        for (auto it = journal.records.begin(); it != journal.records.end(); ++it)
            if (it->partition == PartitionId{partition}) found = it;
        return found;
    };
    journal.records.erase(last_of(3));
    checkpoints = testing::MemoryStore();
    reopen();
    clock.now = clock.now + seconds(1);
    for (std::uint16_t p = 0; p < 4; ++p) EXPECT_EQ(brand->partition({p}).versions().size(), 2U) << p;
    for (int m = 0; m < 8; ++m) EXPECT_EQ(earned("e" + std::to_string(m), std::to_string(m)), 200);
}

TEST_F(PublishingTest, WhatCannotFollowIsRefusedAndRecordsNothing) {
    const std::size_t before = records();
    const auto euro = publish("euro");
    ASSERT_FALSE(euro.ok());
    EXPECT_EQ(euro.error().code, ErrorCode::refused);
    EXPECT_EQ(euro.error().message, "the currency is CNY and stays it");
    const auto late = publish("double", clock.wall() - hours(1));
    ASSERT_FALSE(late.ok());
    EXPECT_EQ(late.error().where, "/at");
    EXPECT_EQ(records(), before);
    ASSERT_TRUE(publish("double", clock.wall() + hours(2)).ok());
    const auto overtaking = publish("the programme", clock.wall() + hours(1));
    ASSERT_FALSE(overtaking.ok());
    EXPECT_EQ(overtaking.error().where, "/at");
    EXPECT_EQ(brand->versions().size(), 2U);
}

TEST_F(PublishingTest, TwoAtOnceAreOneAndARefusal) {
    std::vector<std::string> said;
    const auto note = [&](Result<PublishedVersion> came) {
        said.push_back(came.ok() ? "published" : came.error().message);
    };
    brand->publish("double", std::nullopt, note);
    brand->publish("double", std::nullopt, note);
    settle_down();
    EXPECT_EQ(said, (std::vector<std::string>{"another version is being published; ask again", "published"}));
    EXPECT_EQ(brand->versions().size(), 2U);
}

TEST_F(PublishingTest, ABackTestDecidesEachEventUnderTheVersionOfItsTime) {
    EXPECT_EQ(earned("o1", "a"), 100);
    ASSERT_TRUE(publish("double").ok());
    clock.now = clock.now + seconds(1);
    EXPECT_EQ(earned("o2", "a"), 200);
    Unchanged rehearsal(options.file, {&digest, &calendar, parse});
    ASSERT_TRUE(journal
                    .replay([](PartitionId) { return Lsn{1}; },
                            [&](const StoredRecord& record) { return rehearsal.take(record); })
                    .ok());
    EXPECT_TRUE(rehearsal.report().differences.empty());
    EXPECT_EQ(rehearsal.report().commands, 2U);
}

}  // namespace
}  // namespace banyan::runtime
