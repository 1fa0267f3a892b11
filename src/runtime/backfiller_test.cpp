// SPDX-License-Identifier: Apache-2.0
// A metric that a later version declares is filled from the journal: what it comes to is what it would have been had it
// been there from the first day, however often the process ends on the way.

#include "runtime/backfiller.h"

#include "runtime/brand_house_test.h"
#include "runtime/rehearsal.h"

namespace banyan::runtime {
namespace {

Value map(std::vector<Map::Entry> entries) { return Value(Map::of_unique(std::move(entries))); }

Value metric(const char* code, const char* fold, const char* refund, const char* of = nullptr) {
    std::vector<Map::Entry> entries{{"metric", Value(code)},
                                    {"on", Value("order.paid")},
                                    {"fold", Value(fold)},
                                    {"refund", Value(refund)}};
    if (of != nullptr) entries.emplace_back("of", Value(of));
    return map(std::move(entries));
}
Value metric_on(const char* code, const char* event, const char* fold, const char* of = nullptr) {
    std::vector<Map::Entry> entries{{"metric", Value(code)}, {"on", Value(event)}, {"fold", Value(fold)}};
    if (of != nullptr) entries.emplace_back("of", Value(of));
    return map(std::move(entries));
}

// "scarce" lets a review's grant wait for a limit that members share.
Result<Value> parse(const std::string& text) {
    const auto says = [&](const char* word) { return text.find(word) != std::string::npos; };
    std::vector<Map::Entry> entries = programme_document().map().entries();
    entries.emplace_back(
        "events",
        Value(List{map({{"event", Value("review.posted")},
                        {"attributes", map({{"rating", Value("int")}, {"sku", Value("string")}})}})}));
    if (says("scarce")) {
        const Value rule = map({{"rule", Value("review")},
                                {"on", Value("review.posted")},
                                {"unit", Value("points")},
                                {"fixed", Value(std::int64_t{5})},
                                {"limits", Value(List{Value("pot")})}});
        for (Map::Entry& entry : entries) {
            if (entry.first == "earning") entry.second = Value(List{entry.second.list()[0], rule});
        }
        entries.emplace_back("limits", Value(List{map({{"limit", Value("pot")},
                                                       {"scope", Value("shared")},
                                                       {"per", Value("year")},
                                                       {"most", Value(std::int64_t{12})},
                                                       {"counts", Value("amount")}})}));
    }
    if (says("counted"))
        entries.emplace_back("metrics",
                             Value(List{metric("spend", "sum", "of_order", "order.paid"),
                                        metric("orders", "count", "of_refund"),
                                        metric("stores", "distinct", "of_order", "order.store"),
                                        metric("list", "sum", "of_refund", "order.list"),
                                        metric("points_paid", "sum", "of_order", "order.points"),
                                        metric_on("reviews", "review.posted", "count"),
                                        metric_on("stars", "review.posted", "sum", "event.rating"),
                                        metric_on("reviewed", "review.posted", "distinct", "event.sku"),
                                        metric_on("reviewed_last", "review.posted", "last_day")}));
    return map(std::move(entries));
}

Request reviewed(const std::string& id, Subject subject, std::int64_t rating, const std::string& sku) {
    return request(
        id, std::move(subject),
        Interaction{"review.posted",
                    {Interaction::Attribute{"rating", rating}, Interaction::Attribute{"sku", sku}}});
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
    /// Prices in parts, money that comes back without pieces, and interactions, some of a member that was merged.
    void live_in_detail() {
        const auto applied = [this](Request asked) {
            const Outcome outcome = ask(std::move(asked));
            EXPECT_NE(outcome.status, Status::refused) << outcome.detail;
        };
        const Subject one{{}, {phone("p1")}};
        const Subject merged{{}, {phone("p5")}};
        OrderPaid priced{
            "priced", "CNY", "app", "s2", {{"1", "sku", "cat", 3, 0}, {"2", "sku2", "cat", 1, 0}}};
        priced.prices = {{"hill", 9'000, 7'001, {}}, {"hill", 2'000, 500, {}}};
        priced.prices[0].parts[basis::Part::points] = 1'999;
        priced.prices[1].parts[basis::Part::points] = 1'500;
        applied(request("x1", one, priced));
        applied(request("x2", one, OrderRefunded{"priced", {{"1", 0, 777}}}));
        applied(reviewed("x3", one, 5, "tea"));
        clock.now = clock.now + days(1);
        applied(request("x4", one, OrderRefunded{"priced", {{"1", 1, 0}}}));
        applied(request("x5", one, OrderRefunded{"priced", {}, 1'000}));
        applied(reviewed("x6", one, 3, "cup"));
        applied(reviewed("x7", merged, 4, "tea"));
        applied(request("x8", merged, OrderRefunded{"o3", {}, 50}));
        clock.now = clock.now + days(1);
        applied(reviewed("x9", one, 1, "tea"));
        applied(request("x10", one, OrderRefunded{"priced", {}}));
        settle_down();
    }
    void begin_anew(const std::string& document) {
        brand.reset();
        journal = {};
        checkpoints = {};
        directory = {};
        vault = {};
        clock = {};
        options.programme_document = document;
        open();
    }
    void fill(MemberId member) {
        for (int i = 0; i < 40 && known(member) == metrics::Known::incomplete; ++i) {
            brand->step_all();
            reopen();
        }
        settle_down();
        EXPECT_EQ(known(member), metrics::Known::exact);
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

TEST_F(BackfillerTest, WhatIsBeingFilledIsListedAsAJob) {
    begin_anew("plain");
    live_on();
    publish("counted");
    const auto jobs = [this] {
        std::optional<Result<std::vector<JobView>>> all;
        brand->jobs([&](Result<std::vector<JobView>> came) { all.emplace(std::move(came)); });
        for (int i = 0; i < 50 && !all; ++i) brand->step_all();
        EXPECT_TRUE(all && all->ok());
        return **all;
    };
    std::optional<ErrorCode> refused;
    brand->move_job("metrics-2", engine::JobState::cancelled, [&](const Result<JobView>& came) {
        refused = came.ok() ? ErrorCode::io : came.error().code;
    });
    const std::vector<JobView> filling = jobs();
    ASSERT_EQ(filling.size(), 1U);
    EXPECT_EQ(filling[0].id, "metrics-2");
    EXPECT_EQ(filling[0].kind, JobView::Kind::backfill);
    EXPECT_GT(filling[0].records, 0U);
    settle_down();
    EXPECT_EQ(refused, ErrorCode::conflict);
    EXPECT_TRUE(jobs().empty());
}

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

class BackfillerInDetail : public BackfillerTest, public ::testing::WithParamInterface<const char*> {};
// Interactions that earn nothing at all, and such whose grant waits for the owner of a limit.
INSTANTIATE_TEST_SUITE_P(Interactions, BackfillerInDetail, ::testing::Values("plain", "scarce"));

TEST_P(BackfillerInDetail, PricesInPartsMoneyRefundsAndInteractionsAreFilledToo) {
    const std::string before = GetParam();
    options.programme_document = before + " counted";
    open();
    live_on();
    live_in_detail();
    const std::string from_the_start = logs();
    begin_anew(before);
    live_on();
    live_in_detail();
    EXPECT_EQ(logs().find("="), std::string::npos);
    publish(before + " counted");
    const MemberId one =
        ask(request("p", {{}, {phone("p1")}}, Adjust{"points", 1, "gift", ""})).answer.member;
    fill(one);
    EXPECT_EQ(logs(), from_the_start);
    const auto value = [&](std::size_t metric) {
        return look(one).metrics.at(metric).reading.value.value_or(-1);
    };
    EXPECT_EQ(value(4), 0);
    EXPECT_EQ(value(5), 3);       // reviews
    EXPECT_EQ(value(6), 9);       // stars
    EXPECT_EQ(value(7), 2);       // tea and cup
    EXPECT_EQ(value(3), 11'000);  // the other order; of the priced one nothing is left
    EXPECT_TRUE(fatal.empty()) << fatal.front();
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
