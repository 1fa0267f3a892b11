// SPDX-License-Identifier: Apache-2.0
// A metric that a later version declares is filled from the journal: what it comes to is what it would have been had it
// been there from the first day, however often the process ends on the way.

#include "runtime/backfiller.h"

#include "runtime/brand_house_test.h"
#include "runtime/rehearsal.h"

namespace banyan::runtime {
namespace {

Value map(std::vector<Map::Entry> entries) { return Value(Map::of_unique(std::move(entries))); }

Value metric(const char* code, const char* fold, const char* refund) {
    std::vector<Map::Entry> entries{{"metric", Value(code)},
                                    {"on", Value("order.paid")},
                                    {"fold", Value(fold)},
                                    {"refund", Value(refund)}};
    if (std::string_view(fold) == "sum") entries.emplace_back("of", Value("order.paid"));
    if (std::string_view(fold) == "distinct") entries.emplace_back("of", Value("order.store"));
    return map(std::move(entries));
}

Result<Value> parse(const std::string& text) {
    std::vector<Map::Entry> entries = programme_document().map().entries();
    if (text.find("counted") != std::string::npos)
        entries.emplace_back(
            "metrics", Value(List{metric("spend", "sum", "of_order"), metric("orders", "count", "of_refund"),
                                  metric("stores", "distinct", "of_order")}));
    return map(std::move(entries));
}

class BackfillerTest : public BrandTest {
  protected:
    void SetUp() override {
        BrandTest::SetUp();
        options.parse_document = parse;
    }
    void publish(const std::string& document) {
        std::optional<Result<PublishedVersion>> done;
        brand->publish(document, brand->now(),
                       [&](Result<PublishedVersion> came) { done.emplace(std::move(came)); });
        for (int i = 0; i < 50 && !done; ++i) brand->step_all();
        ASSERT_TRUE(done && done->ok());
    }
    void live_on() {
        live([this](Request asked) { return ask(std::move(asked)); });
        // The absorbed member's order, refunded in part after the merge.
        const Outcome refunded = ask(request("r5", {{}, {phone("p5")}}, OrderRefunded{"o5", {}}));
        EXPECT_NE(refunded.status, Status::refused) << refunded.detail;
    }
    /// The logs of all members, in words.
    std::string logs() {
        std::string all;
        for (std::uint16_t p = 0; p < options.file.partitions; ++p) {
            std::map<std::uint64_t, std::string> members;
            EXPECT_TRUE(brand->partition({p})
                            .entities()
                            .each([&](engine::EntityId id, Lsn, std::string_view block) {
                                const auto state = codec::unpack(id, block);
                                const auto* member = std::get_if<members::Member>(&*state);
                                if (member == nullptr) return;
                                std::string& said = members[member->id.value];
                                for (const metrics::Entry& entry : member->log.entries)
                                    said += " " + std::to_string(entry.day.number) + "/" +
                                            std::to_string(entry.measure.value) + "/" +
                                            std::to_string(entry.key) + "=" + std::to_string(entry.amount);
                            })
                            .ok());
            for (const auto& [id, said] : members) all += std::to_string(id) + ":" + said + "\n";
        }
        return all;
    }
    metrics::Known known(MemberId member) { return look(member).metrics.at(0).reading.known; }
};

TEST_F(BackfillerTest, ANewMetricComesToWhatItWouldAlwaysHaveBeen) {
    options.programme_document = "counted";
    open();
    live_on();
    settle_down();
    const std::string from_the_start = logs();
    ASSERT_NE(from_the_start.find("="), std::string::npos);

    journal = {};
    checkpoints = {};
    directory = {};
    vault = {};
    brand.reset();
    options.programme_document = "the programme";
    open();
    live_on();
    const MemberId first = ask(order("e0", {{}, {phone("p0")}}, "o0", 10'000)).answer.member;
    EXPECT_TRUE(look(first).metrics.empty());
    EXPECT_EQ(logs().find("="), std::string::npos);
    publish("counted");
    EXPECT_EQ(known(first), metrics::Known::incomplete);
    // The process ends after every step and begins again.
    for (int i = 0; i < 20 && known(first) == metrics::Known::incomplete; ++i) {
        brand->step_all();
        reopen();
    }
    settle_down();
    EXPECT_EQ(known(first), metrics::Known::exact);
    EXPECT_EQ(logs(), from_the_start);
    EXPECT_TRUE(fatal.empty()) << fatal.front();

    // Now that it is there, it counts by itself, and the history decides the same again.
    ask(order("e9", {first, {}}, "o9", 500));
    EXPECT_EQ(look(first).metrics.at(0).reading.value, std::optional<std::int64_t>(500));
    RehearsalPorts ports;
    ports.digest = &digest;
    ports.calendar = &calendar;
    ports.parse_document = parse;
    Unchanged unchanged(options.file, ports);
    ASSERT_TRUE(journal
                    .replay([](PartitionId) { return Lsn{1}; },
                            [&](const StoredRecord& stored) { return unchanged.take(stored); })
                    .ok());
    EXPECT_TRUE(unchanged.report().differences.empty());
    EXPECT_GT(unchanged.report().records, 20U);
}

TEST_F(BackfillerTest, AMetricThatWasGoneForAWhileIsFilledAnew) {
    options.programme_document = "counted";
    open();
    const MemberId member = ask(order("e1", {{}, {phone("1")}}, "o1", 1'000)).answer.member;
    publish("the programme");
    ask(order("e2", {member, {}}, "o2", 2'000));
    EXPECT_TRUE(look(member).metrics.empty());
    publish("counted");
    settle_down();
    const auto& reading = look(member).metrics.at(0).reading;
    EXPECT_EQ(reading.known, metrics::Known::exact);
    EXPECT_EQ(reading.value, std::optional<std::int64_t>(3'000));
    ask(request("r1", {member, {}}, OrderRefunded{"o1", {}}));
    EXPECT_EQ(look(member).metrics.at(0).reading.value, std::optional<std::int64_t>(2'000));
}

}  // namespace
}  // namespace banyan::runtime
