// SPDX-License-Identifier: Apache-2.0
// A limit that members share, in a whole brand: exact over partitions, through crashes at any step, under a version that
// changes it, and the same when its history is decided again.

#include "runtime/audit.h"
#include "runtime/brand_house_test.h"
#include "runtime/rehearsal.h"

namespace banyan::runtime {
namespace {

// The document's text is what the limit is: "500", or "500 wait".
Result<Value> parse(const std::string& text) {
    const auto map = [](std::vector<Map::Entry> entries) {
        return Value(Map::of_unique(std::move(entries)));
    };
    std::string said = text;
    if (said.starts_with("#")) said = said.substr(said.find('\n') + 1);
    std::vector<Map::Entry> entries = programme_document().map().entries();
    for (Map::Entry& entry : entries) {
        if (entry.first != "earning") continue;
        std::vector<Map::Entry> rule = entry.second.list()[0].map().entries();
        rule.emplace_back("limits", Value(List{Value("budget")}));
        entry.second = Value(List{map(std::move(rule))});
    }
    const bool waits = said.find("wait") != std::string::npos;
    entries.emplace_back("limits", Value(List{map({{"limit", Value("budget")},
                                                   {"scope", Value("shared")},
                                                   {"per", Value("month")},
                                                   {"counts", Value("amount")},
                                                   {"when_empty", Value(waits ? "wait" : "without")},
                                                   {"most", Value(std::int64_t{std::stoll(said)})}})}));
    return map(std::move(entries));
}

class LimitsTest : public BrandTest {
  protected:
    void SetUp() override {
        BrandTest::SetUp();
        options.parse_document = parse;
        options.programme_document = "500";
        options.pending_wait = hours(1);
    }
    static Request buys(int member, const std::string& event, std::int64_t points) {
        return order(event, {{}, {phone(std::to_string(member))}}, event, points * 100);
    }
    // What all holders have given out.
    Quantity used() {
        Quantity sum;
        for (std::uint16_t p = 0; p < options.file.partitions; ++p) {
            EXPECT_TRUE(brand->partition({p})
                            .entities()
                            .each_of(engine::EntityKind::limit_holder,
                                     [&](engine::EntityId id, Lsn, std::string_view block) {
                                         const auto state = codec::unpack(id, block);
                                         sum += std::get<engine::LimitHolder>(*state).holder.used;
                                     })
                            .ok());
        }
        return sum;
    }
    Quantity points_of_all() {
        Quantity sum;
        for (std::uint16_t p = 0; p < options.file.partitions; ++p) {
            EXPECT_TRUE(brand->partition({p})
                            .entities()
                            .each_of(engine::EntityKind::member,
                                     [&](engine::EntityId id, Lsn, std::string_view block) {
                                         const auto state = codec::unpack(id, block);
                                         for (const auto& wallet : std::get<members::Member>(*state).wallets)
                                             sum += wallet.posted;
                                     })
                            .ok());
        }
        return sum;
    }
    void clean() {
        const auto report = audit(*brand, {});
        ASSERT_TRUE(report.ok()) << report.error().text();
        for (const auto& finding : report->findings)
            ADD_FAILURE() << finding.invariant << ": " << finding.text;
        EXPECT_EQ(report->follow_ups_in_flight, 0U);
    }
    Result<PublishedVersion> publish(const std::string& document) {
        std::optional<Result<PublishedVersion>> done;
        brand->publish(document, std::nullopt,
                       [&](Result<PublishedVersion> came) { done.emplace(std::move(came)); });
        for (int i = 0; i < 50 && !done; ++i) brand->step_all();
        EXPECT_TRUE(done.has_value());
        return done ? *done : Result<PublishedVersion>(Error::invalid("no answer"));
    }
};

TEST_F(LimitsTest, IsGivenOutToTheLastAndTheIdKeepsItsFinalAnswer) {
    open();
    Quantity earned;
    for (int i = 0; i < 12; ++i) {
        const Outcome outcome = ask(buys(i, "e" + std::to_string(i), 50));
        ASSERT_EQ(outcome.status, Status::applied) << outcome.detail;
        EXPECT_TRUE(outcome.answer.joined);
        const bool is_within = i < 10;
        ASSERT_EQ(outcome.answer.earned.size(), is_within ? 1U : 0U) << i;
        ASSERT_EQ(outcome.answer.limited.size(), is_within ? 0U : 1U) << i;
        if (is_within) earned += outcome.answer.earned[0].amount;
    }
    EXPECT_EQ(earned, Quantity(500));
    EXPECT_EQ(used(), Quantity(500));
    for (const int i : {3, 9, 11}) {
        const Outcome again = ask(buys(i, "e" + std::to_string(i), 50));
        EXPECT_EQ(again.status, Status::replayed);
        EXPECT_EQ(again.answer.earned.size(), i < 10 ? 1U : 0U);
        EXPECT_FALSE(again.answer.pending);
    }
    settle_down();
    clean();
}

TEST_F(LimitsTest, ACrashAtAnyStepLosesNothingAndGivesNothingTwice) {
    for (int stop = 1; stop < 16; ++stop) {
        SCOPED_TRACE("stopped after " + std::to_string(stop));
        journal.records.clear();
        checkpoints = {};
        directory = {};
        vault = {};
        secrets = {};
        options.checkpoint_every = 1 + static_cast<std::uint64_t>(stop % 3);
        options.checkpoint_rows = 3;
        open();
        for (int i = 0; i < 14; ++i)
            brand->submit(buys(i % 7, "e" + std::to_string(i), 50), [](const Outcome&) {});
        for (int i = 0; i < stop; ++i) brand->step_all();
        reopen();
        settle_down();
        for (int i = 0; i < 14; ++i)
            ask(buys(i % 7, "e" + std::to_string(i), 50));  // whoever heard nothing asks again
        settle_down();
        EXPECT_EQ(used(), Quantity(500));
        EXPECT_EQ(points_of_all(), Quantity(500));
        clean();
        const std::string live_state = state();
        checkpoints = {};
        reopen();
        EXPECT_EQ(state(), live_state);
    }
}

TEST_F(LimitsTest, ALimitThatIsRaisedServesWhoWaitsAndOneThatIsLoweredGivesNoMore) {
    options.programme_document = "100 wait";
    options.pending_wait = seconds(1);
    open();
    std::vector<std::optional<Outcome>> came(4);
    for (std::size_t i = 0; i < came.size(); ++i)
        brand->submit(buys(static_cast<int>(i), "e" + std::to_string(i), 50),
                      [&came, i](Outcome outcome) { came[i] = std::move(outcome); });
    settle_down();
    EXPECT_EQ(used(), Quantity(100));
    clock.now = clock.now + seconds(2);
    settle_down();
    for (const auto& outcome : came) ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(std::count_if(came.begin(), came.end(),
                            [](const auto& outcome) { return outcome->status == Status::pending; }),
              2);
    ASSERT_TRUE(publish("150 wait").ok());
    clock.now = clock.now + seconds(2);
    settle_down();
    EXPECT_EQ(used(), Quantity(150));
    ASSERT_TRUE(publish("120 wait").ok());
    clock.now = clock.now + seconds(2);
    settle_down();
    ASSERT_TRUE(publish("200 wait").ok());
    clock.now = clock.now + seconds(2);
    settle_down();
    EXPECT_EQ(used(), Quantity(200));
    const Outcome last = ask(buys(3, "e3", 50));
    EXPECT_EQ(last.status, Status::replayed);
    EXPECT_EQ(last.answer.earned.size(), 1U);
    clean();
}

TEST_F(LimitsTest, ItsHistoryDecidedAgainComesOutAsItWas) {
    open();
    for (int i = 0; i < 14; ++i)
        brand->submit(buys(i % 7, "e" + std::to_string(i), 50), [](const Outcome&) {});
    settle_down();
    const RehearsalPorts ports{&digest, &calendar, parse};
    const auto feed = [&](auto& taker) {
        const auto read = journal.replay([](PartitionId) { return Lsn{1}; },
                                         [&](const StoredRecord& record) { return taker.take(record); });
        ASSERT_TRUE(read.ok()) << read.error().text();
    };
    Unchanged unchanged(options.file, ports);
    feed(unchanged);
    EXPECT_TRUE(unchanged.report().differences.empty());
    for (const auto& [document, granted] :
         {std::pair{"500", 500}, {"300", 300}, {"650", 650}, {"9000", 700}}) {
        Drafted drafted(options.file, ports, *programme::compile(*parse(document), {1}, calendar),
                        *parse(document));
        feed(drafted);
        const auto report = drafted.finish();
        ASSERT_TRUE(report.ok()) << report.error().text();
        EXPECT_EQ(report->units[0].totals.was.granted, Quantity(500));
        EXPECT_EQ(report->units[0].totals.would.granted, Quantity(granted)) << document;
    }
}

}  // namespace
}  // namespace banyan::runtime
