// SPDX-License-Identifier: Apache-2.0
// What a brand answers: repeats, partitions, reads, erasures.

#include "runtime/brand.h"

#include "runtime/brand_house_test.h"
#include "runtime/quarantine.h"

namespace banyan::runtime {
namespace {

// --- ids ---

TEST_F(BrandTest, TheSameRequestAgainHasTheSameAnswer) {
    open();
    const Request asked = order("e1", {{}, {phone("1")}}, "o1", 12'000);
    const Outcome first = ask(asked);
    ASSERT_EQ(first.status, Status::applied);
    ASSERT_EQ(first.answer.earned.size(), 1U);
    const std::size_t before = records();
    for (const bool later : {false, true}) {
        if (later) clock.now = clock.now + hours(50);
        const Outcome again = ask(asked);
        EXPECT_EQ(again.status, Status::replayed);
        EXPECT_EQ(again.lsn, first.lsn);
        EXPECT_EQ(again.at, first.at);
        EXPECT_EQ(again.answer.member, first.answer.member);
        ASSERT_EQ(again.answer.earned.size(), 1U);
        EXPECT_EQ(again.answer.earned[0].amount, Quantity(120));
        EXPECT_EQ(records(), before);
    }
    EXPECT_EQ(points(first.answer.member), 120);
}

TEST_F(BrandTest, TheSameIdWithAnotherBodyIsRefusedAndChangesNothing) {
    open();
    const Outcome first = ask(order("e1", {{}, {phone("1")}}, "o1", 12'000));
    const std::string before = state();
    const Request others[] = {order("e1", {{}, {phone("1")}}, "o1", 12'001),
                              order("e1", {{}, {phone("1")}}, "o2", 12'000),
                              request("e1", {first.answer.member, {}}, Redeem{"points", 1})};
    for (const Request& other : others) {
        const Outcome refused = ask(other);
        EXPECT_EQ(refused.status, Status::refused);
        EXPECT_EQ(refused.refusal, Refusal::id_reused);
    }
    Request elsewhere = order("e1", {{}, {phone("1")}}, "o1", 12'001);
    elsewhere.source = "market";  // ids are the source's own
    EXPECT_EQ(ask(elsewhere).status, Status::applied);
    EXPECT_NE(state(), before);
}

TEST_F(BrandTest, RefusalsAreNotRemembered) {
    open();
    const Outcome member = ask(order("e1", {{}, {phone("1")}}, "o1", 12'000));
    const Request redeem = request("s1", {member.answer.member, {}}, Redeem{"points", 200});
    const std::size_t before = records();
    EXPECT_EQ(ask(redeem).refusal, Refusal::balance_insufficient);
    EXPECT_EQ(records(), before);
    ask(order("e2", {member.answer.member, {}}, "o2", 12'000));
    EXPECT_EQ(ask(redeem).status, Status::applied);
    EXPECT_EQ(points(member.answer.member), 40);
}

TEST_F(BrandTest, TheSameRequestTwiceInOneBatchIsAppliedOnce) {
    open();
    std::vector<Outcome> outcomes;
    for (int i = 0; i < 3; ++i)
        brand->submit(order("e1", {{}, {phone("1")}}, "o1", 12'000),
                      [&](Outcome came) { outcomes.push_back(std::move(came)); });
    settle_down();
    ASSERT_EQ(outcomes.size(), 3U);
    EXPECT_EQ(outcomes[0].status, Status::applied);
    EXPECT_EQ(outcomes[1].status, Status::replayed);
    EXPECT_EQ(outcomes[2].status, Status::replayed);
    EXPECT_EQ(outcomes[2].lsn, outcomes[0].lsn);
    EXPECT_EQ(points(outcomes[0].answer.member), 120);
}

// --- partitions ---

class TwoPartitions : public BrandTest {
  protected:
    /// Two members that live in different partitions, of different shards where there are several.
    void meet(unsigned shards = 4) {
        open();
        for (int i = 0; b.value == 0 && i < 40; ++i) {
            const std::string n = std::to_string(i);
            const MemberId id = ask(order("e" + n, {{}, {phone(n)}}, "o" + n, 10'000)).answer.member;
            if (a.value == 0)
                a = id;
            else if (partition_of(id).value % shards != partition_of(a).value % shards)
                b = id;
        }
        ASSERT_NE(b.value, 0U);
    }
    MemberId a;
    MemberId b;
};

TEST_F(TwoPartitions, AMergeGoesOnAfterACrashAtAnyStep) {
    meet();
    const auto before = journal.records;
    const auto directory_before = directory;
    for (int steps = 0; steps < 6; ++steps) {
        SCOPED_TRACE("crash after " + std::to_string(steps) + " steps");
        brand.reset();
        journal.records = before;
        directory = directory_before;
        checkpoints = {};
        options.checkpoint_every = steps % 2 == 0 ? 1 : 1000;
        open();
        brand->submit(request("m", {a, {}}, Merge{b}), [](Outcome) {});
        for (int i = 0; i < steps; ++i) brand->step_all();
        checkpoints.durable = checkpoints.rows;
        reopen();
        settle_down();
        const Outcome again = ask(request("m", {a, {}}, Merge{b}));
        if (again.status == Status::pending) {  // it had not been accepted before the crash
            EXPECT_EQ(steps, 0);
            settle_down();
        }
        EXPECT_EQ(look(b).forwarded_to, a);
        EXPECT_EQ(points(a), 200);
        const Outcome final = ask(request("m", {a, {}}, Merge{b}));
        EXPECT_EQ(final.status, Status::replayed);
        EXPECT_FALSE(final.answer.pending);
        EXPECT_EQ(final.answer.member, a);
    }
}

TEST_F(TwoPartitions, ACheckpointDoesNotLeaveAStepUnderWayBehind) {
    options.shards = 2;
    options.checkpoint_every = 1;
    meet(2);
    settle_down();
    brand->submit(request("m", {a, {}}, Merge{b}), [](Outcome) {});
    Shard& own = brand->shard_of(partition_of(a));
    // The other thread is slow: this one goes on, and its checkpoints come past the record that asks for the step.
    for (int i = 0; i < 6; ++i) {
        const std::string n = "later" + std::to_string(i);
        brand->submit(order(n, {a, {}}, n, 10'000), [](Outcome) {});
        own.step();
        own.step();
    }
    checkpoints.durable = checkpoints.rows;
    reopen();
    settle_down();
    EXPECT_EQ(look(b).forwarded_to, a);
    EXPECT_EQ(points(a), 800);
}

TEST_F(TwoPartitions, APendingAnswerCompletesUnderTheSameId) {
    meet();
    ask(request("m", {a, {}}, Merge{b}));
    settle_down();
    std::vector<Outcome> outcomes;
    const Request redeem = request("s", {b, {}}, Redeem{"points", 150});
    brand->submit(redeem, [&](Outcome came) { outcomes.push_back(std::move(came)); });
    settle_down();
    ASSERT_EQ(outcomes.size(), 1U);  // the waiting reply got the final answer
    EXPECT_EQ(outcomes[0].status, Status::applied);
    EXPECT_EQ(outcomes[0].answer.member, a);
    EXPECT_EQ(points(a), 50);
    reopen();
    const Outcome again = ask(redeem);
    EXPECT_EQ(again.status, Status::replayed);
    EXPECT_EQ(again.answer.member, a);
    EXPECT_EQ(points(a), 50);
    EXPECT_EQ(ask(request("s", {b, {}}, Redeem{"points", 151})).refusal, Refusal::id_reused);
}

TEST_F(TwoPartitions, IdentitiesOfTwoMembersInOneRequestAreRefused) {
    open();
    ask(order("e1", {{}, {phone("1")}}, "o1", 100));
    ask(order("e2", {{}, {phone("2")}}, "o2", 100));
    const Outcome both = ask(order("e3", {{}, {phone("1"), phone("2")}}, "o3", 100));
    EXPECT_EQ(both.status, Status::refused);
    EXPECT_EQ(both.refusal, Refusal::identities_differ);
}

TEST_F(TwoPartitions, AFurtherIdentityIsBoundWhereItsKeyLives) {
    open();
    const MemberId member =
        ask(order("e1", {{}, {phone("1"), {"card", Personal("c1")}, {"openid", Personal("x")}}}, "o1",
                  10'000))
            .answer.member;
    settle_down();
    EXPECT_EQ(look(member).identity_kinds.size(), 3U);
    for (const ExternalId& identity : {phone("1"), ExternalId{"card", Personal("c1")}}) {
        std::optional<MemberId> found;
        brand->find(identity, [&](Result<MemberId> came) { found = came.value(); });
        EXPECT_EQ(found, member);
    }
    reopen();
    EXPECT_EQ(ask(order("e2", {{}, {{"openid", Personal("x")}}}, "o2", 10'000)).answer.member, member);
    EXPECT_EQ(points(member), 200);
}

TEST_F(TwoPartitions, TwoFurtherIdentitiesOfOneKindAreBothBound) {
    open();
    const MemberId member =
        ask(request("r1", {{}, {{"openid", Personal("x")}, phone("1"), phone("2")}}, Register{}))
            .answer.member;
    settle_down();
    EXPECT_EQ(look(member).identity_kinds.size(), 3U);
    reopen();
    for (const ExternalId& identity : {phone("1"), phone("2")}) {
        std::optional<MemberId> found;
        brand->find(identity, [&](Result<MemberId> came) { found = came.ok() ? *came : MemberId{}; });
        EXPECT_EQ(found, member);
    }
}

TEST_F(TwoPartitions, AnIdentityOfSomebodyElseIsNotTaken) {
    meet();
    ask(request("b1", {a, {}}, BindIdentity{{"card", Personal("c")}}));
    settle_down();
    const Outcome taken = ask(request("b2", {b, {}}, BindIdentity{{"card", Personal("c")}}));
    EXPECT_EQ(taken.refusal, Refusal::identity_taken);
    EXPECT_EQ(
        ask(request("b3", {{std::uint64_t{999} << 16U}, {}}, BindIdentity{{"card", Personal("d")}})).status ==
            Status::applied,
        false);
}

// --- reads, eviction, time ---

TEST_F(BrandTest, AReadSeesWhatFellDueWithoutWaitingForTheSweep) {
    open();
    const MemberId member = ask(order("e1", {{}, {phone("1")}}, "o1", 10'000)).answer.member;
    disk.free_space = {0, 100};  // nothing is written any more, so nothing is swept
    clock.now = clock.now + days(31);
    const std::size_t before = records();
    EXPECT_EQ(points(member), 0);
    EXPECT_EQ(records(), before);
}

TEST_F(BrandTest, AReadJournalsNothing) {
    open();
    const MemberId member = ask(order("e1", {{}, {phone("1")}}, "o1", 10'000)).answer.member;
    settle_down();
    const std::size_t before = records();
    const std::string state_before = state();
    for (int i = 0; i < 5; ++i) look(member);
    std::optional<Result<Timeline>> timeline;
    brand->timeline(member, {}, [&](Result<Timeline> came) { timeline.emplace(std::move(came)); });
    std::optional<Result<Totals>> totals;
    brand->totals([&](Result<Totals> came) { totals.emplace(std::move(came)); });
    settle_down();
    ASSERT_TRUE(timeline && timeline->ok());
    EXPECT_EQ((*timeline)->entries.size(), 1U);
    ASSERT_TRUE(totals && totals->ok());
    EXPECT_EQ((*totals)->units.at(0).liability, Quantity(100));
    EXPECT_EQ(records(), before);
    EXPECT_EQ(state(), state_before);
}

TEST_F(BrandTest, EvictionChangesNoAnswer) {
    std::vector<std::string> lives;
    for (const std::size_t bytes : {std::size_t{1} << 30U, std::size_t{1}}) {
        journal.records.clear();
        checkpoints = {};
        directory = {};
        vault = {};
        secrets = {};
        options.resident_bytes_max = bytes;
        options.checkpoint_every = 1;
        open();
        std::string said;
        live([&](Request asked) {
            const Outcome outcome = ask(std::move(asked));
            settle_down();
            said += std::to_string(static_cast<int>(outcome.status)) + engine::name_of(outcome.refusal) +
                    std::to_string(outcome.answer.member.value) + ":" + std::to_string(outcome.lsn.value);
            for (const auto& balance : outcome.answer.balances)
                said += " " + std::to_string(balance.posted.value());
            return outcome;
        });
        settle_down();
        if (bytes == 1) {
            EXPECT_LT(brand->numbers()["banyan_resident_entities"], 30);
        }
        lives.push_back(said + state());
        brand.reset();
    }
    EXPECT_EQ(lives[0], lives[1]);
}

TEST_F(BrandTest, LogTimeNeverGoesBackAndAJumpStopsWrites) {
    open();
    const Outcome first = ask(order("e1", {{}, {phone("1")}}, "o1", 100));
    clock.now = clock.now - seconds(2);  // within what clocks do
    const Outcome second = ask(order("e2", {{}, {phone("1")}}, "o2", 100));
    EXPECT_EQ(second.status, Status::applied);
    EXPECT_GE(second.at, first.at);
    reopen();
    const Outcome third = ask(order("e3", {{}, {phone("1")}}, "o3", 100));
    EXPECT_GE(third.at, second.at);
}

// --- what must not come twice ---

TEST_F(BrandTest, ACommandThatTrippedAnAssertionIsRefusedAfterTheRestart) {
    open();
    const MemberId member = ask(order("e1", {{}, {phone("1")}}, "o1", 10'000)).answer.member;
    const Request poison = order("e2", {member, {}}, "o2", 700);
    ask(poison);
    const auto record = codec::decode(journal.records.back().bytes);
    ASSERT_TRUE(record.ok());
    ASSERT_FALSE(record->command.fingerprint.is_zero());
    journal.records.pop_back();  // as if deciding it had tripped: a note was left, and no record
    const AssertHook hook = set_assert_hook(nullptr);
    ASSERT_NE(hook, nullptr);
    {
        const UnderDecision deciding(record->command.fingerprint);
        hook("a == b", "x.cpp", 7);
    }
    hook("outside of any decision", "x.cpp", 8);
    ASSERT_EQ(disk.files.size(), 1U);
    EXPECT_EQ(disk.files.begin()->first, "quarantine/" + hex(record->command.fingerprint));
    EXPECT_EQ(disk.files.begin()->second, "a == b (x.cpp:7)\n");
    reopen();
    const Outcome refused = ask(poison);
    EXPECT_EQ(refused.status, Status::refused);
    EXPECT_EQ(refused.refusal, Refusal::quarantined);
    EXPECT_EQ(ask(order("e3", {member, {}}, "o3", 800)).status, Status::applied);
    disk.files.clear();  // the note is no state: without it the request is tried again
    reopen();
    EXPECT_EQ(ask(poison).status, Status::applied);
}

TEST_F(BrandTest, AnErasedMembersIdsCannotBeCheckedAnyMore) {
    open();
    Profile profile;
    profile.name = Personal("Ada");
    const Request joins = request("r1", {{}, {phone("1")}}, Register{profile});
    const MemberId member = ask(joins).answer.member;
    ASSERT_EQ(vault.rows.size(), 1U);
    ASSERT_EQ(ask(request("x1", {member, {}}, Erase{})).status, Status::applied);
    settle_down();
    EXPECT_TRUE(vault.rows.empty());
    EXPECT_EQ(look(member).state, members::State::gone);
    const Outcome again = ask(request("r1", {member, {}}, Register{profile}));
    EXPECT_EQ(again.status, Status::refused);
    EXPECT_EQ(again.refusal, Refusal::id_uncheckable);
    reopen();
    EXPECT_EQ(look(member).state, members::State::gone);
}

TEST_F(BrandTest, AnErasureThatWasCutShortIsFinishedByTheNextProcess) {
    open();
    Profile profile;
    profile.name = Personal("Ada");
    const MemberId member = ask(request("r1", {{}, {phone("1")}}, Register{profile})).answer.member;
    const auto vault_before = vault.rows;
    const auto directory_before = directory.rows;
    ask(request("x1", {member, {}}, Erase{}));
    brand.reset();
    // The crash came after the sealing record, before any row was removed.
    while (!std::holds_alternative<engine::EraseMember>(
        codec::decode(journal.records.back().bytes)->command.body))
        journal.records.pop_back();
    vault.rows = vault_before;
    vault.destroyed.clear();
    directory.rows = directory.durable = directory_before;
    checkpoints = {};
    open();
    settle_down();
    EXPECT_EQ(look(member).state, members::State::gone);
    EXPECT_TRUE(vault.rows.empty());
    std::optional<bool> found;
    brand->find(phone("1"), [&](Result<MemberId> came) { found = came.ok(); });
    EXPECT_EQ(found, false);
}

}  // namespace
}  // namespace banyan::runtime
