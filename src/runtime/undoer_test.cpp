// SPDX-License-Identifier: Apache-2.0
// Reversals: a whole import, a bulk grant, what a rule granted; previewed, interrupted, repeated.

#include "runtime/undoer.h"

#include "runtime/audit.h"
#include "runtime/brand_house_test.h"

namespace banyan::runtime {
namespace {

using engine::JobState;

class ReversalTest : public BrandTest, public ::testing::WithParamInterface<std::uint16_t> {
  protected:
    void SetUp() override {
        BrandTest::SetUp();
        options.file.partitions = GetParam();
    }
    Outcome from(const std::string& source, Request asked) {
        asked.source = source;
        return ask(std::move(asked));
    }
    Result<JobView> reverse(ReversalAsked asked) {
        std::optional<Result<JobView>> view;
        brand->reverse(std::move(asked), [&](Result<JobView> came) { view.emplace(std::move(came)); });
        for (int i = 0; i < 50 && !view; ++i) brand->step_all();
        return view ? *view : Result<JobView>(Error{ErrorCode::unavailable, "no answer", ""});
    }
    Result<JobView> move(const std::string& id, JobState to) {
        std::optional<Result<JobView>> view;
        brand->move_job(id, to, [&](Result<JobView> came) { view.emplace(std::move(came)); });
        for (int i = 0; i < 50 && !view; ++i) brand->step_all();
        return view ? *view : Result<JobView>(Error{ErrorCode::unavailable, "no answer", ""});
    }
    JobView job(const std::string& id) {
        JobView found;
        std::optional<Result<std::vector<JobView>>> all;
        brand->jobs([&](Result<std::vector<JobView>> came) { all.emplace(std::move(came)); });
        for (int i = 0; i < 50 && !all; ++i) brand->step_all();
        EXPECT_TRUE(all && all->ok());
        for (const JobView& view : **all) {
            if (view.id == id) found = view;
        }
        EXPECT_EQ(found.id, id);
        return found;
    }
    void rest() {
        for (int i = 0; i < 2000 && brand->step_all(); ++i) {}
    }
    void expect_clean() {
        rest();
        const auto report = audit(*brand);
        ASSERT_TRUE(report.ok());
        for (const auto& finding : report->findings)
            ADD_FAILURE() << finding.invariant << ": " << finding.text;
    }
    /// Six members: what a wrong import brought them, beside what the shop sold them.
    void import() {
        open();
        for (int i = 0; i < 6; ++i) {
            const std::string n = std::to_string(i);
            const Outcome first = from("shop", order("e" + n, {{}, {phone(n)}}, "o" + n, 10'000));
            ASSERT_EQ(first.status, Status::applied) << first.detail;
            const MemberId id = first.answer.member;
            members.push_back(id);
            ASSERT_EQ(from("old", order("e" + n, {id, {}}, "o" + n, 30'000)).status, Status::applied);
            ASSERT_EQ(from("old", request("a" + n, {id, {}}, Adjust{"points", 50, "gift", ""})).status,
                      Status::applied);
        }
        // 450 points each: one has spent more than what is his own, one has spent with the import itself.
        ASSERT_EQ(from("shop", request("s0", {members[0], {}}, Redeem{"points", 440})).status,
                  Status::applied);
        ASSERT_EQ(from("old", request("s1", {members[1], {}}, Redeem{"points", 200})).status,
                  Status::applied);
        ASSERT_EQ(from("old", request("x2", {members[2], {}}, Adjust{"points", -5, "fee", ""})).status,
                  Status::applied);
    }
    std::vector<std::int64_t> all_points() {
        std::vector<std::int64_t> all;
        for (const MemberId id : members) all.push_back(points(id));
        return all;
    }
    std::vector<MemberId> members;
};

TEST_P(ReversalTest, APreviewChangesNothingAndTellsWhatBecomesDebt) {
    import();
    const std::vector<std::int64_t> before = all_points();
    ReversalAsked asked;
    asked.source = "old";
    const auto opened = reverse(asked);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    EXPECT_EQ(opened->name, "import:old");
    rest();
    const JobView view = job(opened->id);
    EXPECT_EQ(view.state, JobState::previewed);
    EXPECT_EQ(view.preview.members, 6U);
    EXPECT_EQ(view.preview.steps, 13U);  // six orders, six gifts, one spend
    EXPECT_EQ(view.preview.kept, 1U);    // the fee
    EXPECT_EQ(view.preview.refunded, 6 * 30'000);
    ASSERT_EQ(view.preview.sums.size(), 1U);
    EXPECT_EQ(view.preview.sums[0].amount, Quantity(6 * 350));
    // 10 are left of the first one's 450: of 350, 340 become debt. The third one's fee was taken from his oldest lot.
    EXPECT_EQ(view.preview.sums[0].as_debt, Quantity(340));
    EXPECT_EQ(view.done.steps, 0U);
    EXPECT_EQ(all_points(), before);
    expect_clean();
}

TEST_P(ReversalTest, AnImportIsTakenBackAsItsPreviewSaid) {
    import();
    ReversalAsked asked;
    asked.source = "old";
    const std::string id = reverse(asked)->id;
    rest();
    ASSERT_TRUE(move(id, JobState::running).ok());
    rest();
    const JobView view = job(id);
    EXPECT_EQ(view.state, JobState::done);
    EXPECT_EQ(view.walked, view.records);
    EXPECT_EQ(view.done.steps, view.preview.steps);
    EXPECT_EQ(view.done.refunded, view.preview.refunded);
    ASSERT_EQ(view.done.sums.size(), 1U);
    EXPECT_EQ(view.done.sums[0].amount, view.preview.sums[0].amount);
    EXPECT_EQ(view.done.sums[0].as_debt, view.preview.sums[0].as_debt);
    EXPECT_EQ(all_points(), (std::vector<std::int64_t>{-340, 100, 95, 100, 100, 100}));
    EXPECT_EQ(look(members[3]).spend, 10'000);
    // The statement says why.
    std::optional<Result<Timeline>> told;
    brand->timeline(members[3], {}, [&](Result<Timeline> came) { told.emplace(std::move(came)); });
    rest();
    ASSERT_TRUE(told && told->ok());
    ASSERT_FALSE((*told)->entries.empty());
    const TimelineEntry& newest = (*told)->entries.front();
    EXPECT_EQ(newest.event, "job.reversed");
    ASSERT_FALSE(newest.movements.empty());
    EXPECT_EQ(newest.movements.front().reason, "job " + id);
    // Once more: everything was taken back already.
    asked.preview_first = false;
    const std::string again = reverse(asked)->id;
    rest();
    EXPECT_EQ(job(again).state, JobState::done);
    EXPECT_EQ(job(again).done.steps, 0U);
    EXPECT_EQ(all_points(), (std::vector<std::int64_t>{-340, 100, 95, 100, 100, 100}));
    expect_clean();
}

TEST_P(ReversalTest, AReversalGoesOnAfterACrashAtAnyStep) {
    import();
    const auto before = journal.records;
    const auto directory_before = directory;
    for (int steps = 0; steps < 8; ++steps) {
        SCOPED_TRACE("crash after " + std::to_string(steps) + " steps");
        brand.reset();
        journal.records = before;
        directory = directory_before;
        checkpoints = {};
        options.checkpoint_every = steps % 2 == 0 ? 1 : 1000;
        open();
        ReversalAsked asked;
        asked.source = "old";
        asked.preview_first = steps % 3 == 0;
        bool is_open = false;
        brand->reverse(asked, [&](Result<JobView> came) { is_open = came.ok(); });
        for (int i = 0; i < steps; ++i) brand->step_all();
        checkpoints.durable = checkpoints.rows;
        reopen();
        rest();
        if (!is_open && brand->partition({0}).jobs().empty()) continue;
        if (job("1").state == JobState::previewed) {
            ASSERT_TRUE(move("1", JobState::running).ok());
        }
        rest();
        EXPECT_EQ(job("1").state, JobState::done);
        EXPECT_EQ(job("1").done.steps, 13U);
        EXPECT_EQ(all_points(), (std::vector<std::int64_t>{-340, 100, 95, 100, 100, 100}));
        expect_clean();
    }
}

TEST_P(ReversalTest, AWrongRuleLosesWhatItGrantedAndARefundTakesNothingTwice) {
    import();
    ReversalAsked asked;
    asked.rule = "base";
    asked.source = "old";
    asked.preview_first = false;
    const std::string id = reverse(asked)->id;
    rest();
    EXPECT_EQ(job(id).done.steps, 6U);
    EXPECT_EQ(all_points(), (std::vector<std::int64_t>{-290, -50, 145, 150, 150, 150}));
    EXPECT_EQ(look(members[3]).spend, 40'000);  // the orders stand
    const Outcome refund = from("old", request("r3", {members[3], {}}, OrderRefunded{"o3", {}}));
    ASSERT_EQ(refund.status, Status::applied);
    EXPECT_TRUE(refund.answer.taken_back.empty());
    EXPECT_EQ(points(members[3]), 150);
    expect_clean();
}

TEST_P(ReversalTest, ABulkGrantIsFoundByItsReason) {
    import();
    ReversalAsked asked;
    asked.reason = "gift";
    asked.preview_first = false;
    const std::string id = reverse(asked)->id;
    rest();
    EXPECT_EQ(job(id).done.steps, 6U);
    EXPECT_EQ(all_points(), (std::vector<std::int64_t>{-40, 200, 395, 400, 400, 400}));
    expect_clean();
}

TEST_P(ReversalTest, WhatAMergedMemberWasGrantedIsTakenFromTheSurvivor) {
    import();
    ASSERT_EQ(from("shop", request("m", {members[4], {}}, Merge{members[5]})).status, Status::applied);
    EXPECT_EQ(points(members[4]), 900);
    ReversalAsked asked;
    asked.source = "old";
    const std::string id = reverse(asked)->id;
    rest();
    ASSERT_TRUE(move(id, JobState::running).ok());
    rest();
    const JobView view = job(id);
    EXPECT_EQ(view.done.sums[0].amount, Quantity(6 * 350));
    EXPECT_EQ(view.done.sums[0].elsewhere, Quantity(350));
    EXPECT_EQ(view.preview.sums[0].elsewhere, Quantity(350));
    EXPECT_EQ(points(members[4]), 200);
    EXPECT_EQ(look(members[4]).spend, 20'000);
    expect_clean();
}

TEST_P(ReversalTest, ACancelledJobStopsAndGoesOnWhenResumed) {
    import();
    ReversalAsked asked;
    asked.source = "old";
    const std::string id = reverse(asked)->id;
    rest();
    ASSERT_TRUE(move(id, JobState::cancelled).ok());
    rest();
    EXPECT_EQ(job(id).state, JobState::cancelled);
    EXPECT_EQ(job(id).done.steps, 0U);
    EXPECT_EQ(move(id, JobState::cancelled).error().code, ErrorCode::conflict);
    ASSERT_TRUE(move(id, JobState::running).ok());
    rest();
    EXPECT_EQ(job(id).state, JobState::done);
    EXPECT_EQ(job(id).done.steps, 13U);
    EXPECT_EQ(move(id, JobState::running).error().code, ErrorCode::conflict);
    EXPECT_EQ(move("9", JobState::running).error().code, ErrorCode::not_found);
    expect_clean();
}

TEST_P(ReversalTest, WhatNobodyKnowsIsNotReversed) {
    import();
    EXPECT_EQ(reverse({}).error().code, ErrorCode::invalid);
    ReversalAsked asked;
    asked.source = "new";
    EXPECT_EQ(reverse(asked).error().where, "/what/source");
    asked = {};
    asked.rule = "none";
    EXPECT_EQ(reverse(asked).error().where, "/what/rule");
    asked.rule = "base";
    asked.version = {2};
    EXPECT_EQ(reverse(asked).error().where, "/what/version");
    asked.version = {1};
    asked.until = clock.now;
    asked.from = clock.now;
    EXPECT_EQ(reverse(asked).error().where, "/what/until");
}

// Points that wait for the release of their line, and stars whose remainder is carried.
class ReversalOfKindsTest : public ReversalTest {
  protected:
    void SetUp() override {
        ReversalTest::SetUp();
        options.parse_document = [](const std::string&) -> Result<Value> {
            const auto map = [](std::vector<Map::Entry> entries) {
                return Value(Map::of_unique(std::move(entries)));
            };
            const auto number = [](std::int64_t n) { return Value(n); };
            std::vector<Map::Entry> entries = programme_document().map().entries();
            for (Map::Entry& entry : entries) {
                if (entry.first == "units")
                    entry.second = Value(List{map({{"unit", Value("points")},
                                                   {"pending", map({{"until", Value("released")}})},
                                                   {"debt_limit", number(1000)}}),
                                              map({{"unit", Value("stars")}, {"debt_limit", number(10)}})});
                if (entry.first == "earning")
                    entry.second =
                        Value(List{entry.second.list()[0], map({{"rule", Value("star")},
                                                                {"on", Value("order.paid")},
                                                                {"unit", Value("stars")},
                                                                {"per", number(5000)},
                                                                {"remainder", Value("carried")}})});
            }
            entries.emplace_back(
                "orders", map({{"release", Value(List{map({{"days_after_receipt", number(7)},
                                                           {"days_after_shipping_max", number(30)}})})}}));
            return map(std::move(entries));
        };
    }
    std::int64_t posted(MemberId id, std::size_t unit) {
        for (const engine::Balance& balance : look(id).balances) {
            if (balance.unit.value == unit) return balance.posted.value();
        }
        return 0;
    }
    /// The member, or whoever it was merged into.
    MemberId met(bool is_merged) {
        if (!is_merged) return first;
        EXPECT_EQ(from("shop", request("m", {other, {}}, Merge{first})).status, Status::applied);
        rest();
        return other;
    }
    void undo(const std::string& rule) {
        ReversalAsked asked;
        asked.source = "old";
        asked.rule = rule;
        const std::string id = reverse(asked)->id;
        rest();
        ASSERT_TRUE(move(id, JobState::running).ok());
        rest();
        EXPECT_EQ(job(id).state, JobState::done);
        EXPECT_EQ(job(id).done.steps, 1U);
        EXPECT_EQ(job(id).preview.steps, 1U);
    }
    MemberId first;
    MemberId other;
};

TEST_P(ReversalOfKindsTest, ACarriedRemainderGoesWithItsGrantAndARefundLeavesItAlone) {
    for (const bool is_merged : {false, true}) {
        SCOPED_TRACE(is_merged);
        brand.reset();
        journal = {};
        directory = {};
        checkpoints = {};
        vault = {};
        open();
        other = from("shop", order("e0", {{}, {phone("0")}}, "o0", 100)).answer.member;
        first = from("old", order("e1", {{}, {phone("1")}}, "o1", 4'900)).answer.member;
        ASSERT_EQ(from("shop", order("e2", {first, {}}, "o2", 100)).answer.earned.size(), 2U);
        EXPECT_EQ(posted(first, 2), 1);  // with what the import had left over
        const MemberId who = met(is_merged);
        undo("star");
        EXPECT_EQ(posted(who, 2), 0);
        const Outcome refund = from("old", request("r1", {first, {}}, OrderRefunded{"o1", {}, 0}));
        ASSERT_TRUE(refund.status == Status::applied || refund.status == Status::pending) << refund.detail;
        rest();
        EXPECT_EQ(posted(who, 2), 0);
        // 1.00 of one order and, of the survivor, 1.00 of another are still carried.
        ASSERT_EQ(from("shop", order("e3", {who, {}}, "o3", is_merged ? 4'800 : 4'900)).status,
                  Status::applied);
        EXPECT_EQ(posted(who, 2), 1);
        expect_clean();
    }
}

TEST_P(ReversalOfKindsTest, WhatWaitsForItsLineIsTakenFromThatLine) {
    for (const bool is_merged : {false, true}) {
        SCOPED_TRACE(is_merged);
        brand.reset();
        journal = {};
        directory = {};
        checkpoints = {};
        vault = {};
        open();
        other = from("shop", order("e0", {{}, {phone("0")}}, "o0", 100)).answer.member;
        first =
            from("old",
                 request(
                     "e1", {{}, {phone("1")}},
                     OrderPaid{
                         "o1", "CNY", "app", "s1", {{"a", "sku", "", 2, 6'000}, {"b", "sku", "", 1, 4'000}}}))
                .answer.member;
        const MemberId who = met(is_merged);
        EXPECT_EQ(posted(who, 1), is_merged ? 101 : 100);
        const Outcome piece = from("old", request("r1", {first, {}}, OrderRefunded{"o1", {{"a", 1, 0}}, 0}));
        ASSERT_TRUE(piece.status == Status::applied || piece.status == Status::pending) << piece.detail;
        rest();
        EXPECT_EQ(posted(who, 1), is_merged ? 71 : 70);
        undo("base");
        EXPECT_EQ(posted(who, 1), is_merged ? 1 : 0);
        const Outcome all = from("old", request("r2", {first, {}}, OrderRefunded{"o1", {}, 0}));
        ASSERT_TRUE(all.status == Status::applied || all.status == Status::pending) << all.detail;
        rest();
        EXPECT_EQ(posted(who, 1), is_merged ? 1 : 0);
        expect_clean();
    }
}

INSTANTIATE_TEST_SUITE_P(Partitions, ReversalOfKindsTest, ::testing::Values<std::uint16_t>(1, 4));
INSTANTIATE_TEST_SUITE_P(Partitions, ReversalTest, ::testing::Values<std::uint16_t>(1, 4, 16));

}  // namespace
}  // namespace banyan::runtime
