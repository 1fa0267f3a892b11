// SPDX-License-Identifier: Apache-2.0
// What a crash, a failed disk and a damaged journal leave of a brand.

#include "runtime/brand_house_test.h"

namespace banyan::runtime {
namespace {

// --- recovery ---

TEST_F(BrandTest, RecoversFromTheJournalAlone) {
    open();
    live([&](Request asked) { return ask(std::move(asked)); });
    settle_down();
    const std::string before = state();
    checkpoints = {};
    reopen();
    EXPECT_EQ(state(), before);
    const Outcome again = ask(order("e1", {{}, {phone("p1")}}, "o1", 11'000));
    EXPECT_EQ(again.status, Status::replayed);
    EXPECT_EQ(ask(order("e1", {{}, {phone("p1")}}, "o1", 11'001)).refusal, Refusal::id_reused);
}

TEST_F(BrandTest, RecoversFromAnyCheckpointAndTheTail) {
    std::set<int> rounds;
    // A life with checkpoints after every command, stopped after each of them.
    for (int stop = 1; stop < 14; ++stop) {
        SCOPED_TRACE("stopped after " + std::to_string(stop));
        journal.records.clear();
        checkpoints = {};
        directory = {};
        vault = {};
        secrets = {};
        options.checkpoint_every = 1;
        options.checkpoint_rows = 4;
        open();
        int asked = 0;
        live([&](Request next) {
            const Outcome outcome = ask(std::move(next));
            if (++asked == stop) {
                settle_down();
                rounds.insert(checkpoints.writes);
                checkpoints.durable = stop % 2 == 0 ? checkpoints.rows : checkpoints.durable;
                reopen();
            }
            return outcome;
        });
        settle_down();
        const std::string live_state = state();
        checkpoints = {};  // and by the journal alone
        reopen();
        EXPECT_EQ(state(), live_state);
    }
    EXPECT_GT(rounds.size(), 3U);  // there were checkpoints to recover from
}

TEST_F(BrandTest, AnIdIsKnownForEverAlsoFromACheckpoint) {
    options.checkpoint_every = 1;
    open();
    const Request asked = order("e1", {{}, {phone("1")}}, "o1", 12'000);
    const Outcome first = ask(asked);
    for (int i = 2; i < 30; ++i)
        ask(order("e" + std::to_string(i), {first.answer.member, {}}, "o" + std::to_string(i), 100));
    settle_down();
    checkpoints.durable = checkpoints.rows;
    reopen();
    const Outcome again = ask(asked);
    EXPECT_EQ(again.status, Status::replayed);
    EXPECT_EQ(again.lsn, first.lsn);
    EXPECT_EQ(ask(order("e1", {{}, {phone("1")}}, "o1", 1)).refusal, Refusal::id_reused);
}

// The journal's end is lost, the checkpoint is not: what it was made from was promised to somebody.
TEST_F(BrandTest, ACheckpointAheadOfItsJournalIsNotBuiltOn) {
    options.checkpoint_every = 1;
    open();
    const MemberId member = ask(order("e1", {{}, {phone("1")}}, "o1", 12'000)).answer.member;
    const auto before = journal.records;
    settle_down();
    const auto first_rows = checkpoints.rows;
    for (int i = 2; i < 6; ++i)
        ask(order("e" + std::to_string(i), {member, {}}, "o" + std::to_string(i), 100));
    settle_down();
    checkpoints.durable = checkpoints.rows;
    crash();
    const auto whole = std::exchange(journal.records, before);
    auto refused = try_open();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
    EXPECT_EQ(refused.error().where, "checkpoint");
    EXPECT_NE(refused.error().message.find("the journal does not have"), std::string::npos);
    EXPECT_EQ(journal.records.size(), before.size()) << "a refusal writes nothing";
    // The rows of a round are there, its mark is not.
    const auto last_rows = checkpoints.durable;
    constexpr std::uint8_t marks = 2;
    for (auto& [key, value] : checkpoints.durable) {
        if (key.first == marks) value = first_rows.at(key);
    }
    checkpoints.rows = checkpoints.durable;
    refused = try_open();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().where, "checkpoint");
    EXPECT_EQ(journal.records.size(), before.size()) << "a refusal writes nothing";
    checkpoints.rows = checkpoints.durable = last_rows;
    // Another past under the same numbers is not believed either.
    journal.records = whole;
    std::swap(journal.records.back().bytes, journal.records[journal.records.size() - 2].bytes);
    EXPECT_FALSE(try_open().ok());
    journal.records = whole;
    open();
    EXPECT_EQ(points(member), 124);
    crash();
    journal.records = before;
    checkpoints = {};  // somebody decided to go on from what there is
    open();
    EXPECT_EQ(points(member), 120);
}

// One partition lost its end, another has acted on it.
TEST_F(BrandTest, ACursorBehindTheEndOfItsSourceStopsTheStart) {
    open();
    live([&](Request asked) { return ask(std::move(asked)); });
    settle_down();
    crash();
    checkpoints = {};
    const auto whole = journal.records;
    engine::FollowUpOrigin taken;
    PartitionId target;
    for (const auto& kept : whole) {
        const auto origin = codec::decode(kept.bytes)->command.origin;
        if (origin.lsn.value == 0 || origin.source == kept.partition) continue;
        taken = origin;
        target = kept.partition;
    }
    ASSERT_NE(taken.lsn.value, 0U);
    std::erase_if(journal.records,
                  [&](const auto& kept) { return kept.partition == taken.source && kept.lsn >= taken.lsn; });
    const auto left = journal.records.size();
    const auto refused = try_open();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
    EXPECT_EQ(refused.error().message, "partition " + std::to_string(target.value) +
                                           " took a step of record " + std::to_string(taken.lsn.value) +
                                           " of partition " + std::to_string(taken.source.value) +
                                           ", whose records end at " + std::to_string(taken.lsn.value - 1) +
                                           ": these files are not of one moment");
    EXPECT_EQ(journal.records.size(), left) << "a refusal writes nothing";
    journal.records = whole;
    EXPECT_TRUE(try_open().ok());
}

TEST_F(BrandTest, ADamagedJournalIsNotOpened) {
    open();
    live([&](Request asked) { return ask(std::move(asked)); });
    settle_down();
    crash();
    checkpoints = {};
    const auto whole = journal.records;
    std::vector<std::size_t> own;  // of the partition that has the most to lose
    for (std::size_t i = 0; i < whole.size(); ++i) {
        if (whole[i].partition == whole.back().partition) own.push_back(i);
    }
    ASSERT_GT(own.size(), 3U);
    const auto refused = [&] {
        const auto opened = try_open();
        return opened.ok() ? "opened" : opened.error().message;
    };
    journal.records[own[1]].bytes[20] ^= 1;
    EXPECT_NE(refused().find("checksum"), std::string::npos) << refused();
    journal.records = whole;
    journal.records.erase(journal.records.begin() + static_cast<std::ptrdiff_t>(own[1]));
    EXPECT_NE(refused().find("missing"), std::string::npos) << refused();
    journal.records = whole;
    options.file.journal[0] = 9;
    EXPECT_NE(refused().find("another journal"), std::string::npos) << refused();
    options.file.journal[0] = 7;
    options.file.partitions = 1;
    EXPECT_NE(refused().find("was created with 1"), std::string::npos) << refused();
    options.file.partitions = 4;
    journal.records.push_back(whole[own[1]]);  // a duplicate is nothing
    EXPECT_EQ(refused(), "opened");
}

TEST_F(BrandTest, EveryStartTakesANewEpoch) {
    open();
    const std::uint64_t first = brand->partition({0}).epoch();
    reopen();
    EXPECT_EQ(brand->partition({0}).epoch(), first + 1);
}

// --- durability ---

TEST_F(BrandTest, NothingIsReleasedBeforeItIsDurable) {
    open();
    int released = 0;
    int released_during_append = 0;
    journal.during_append = [&] { released_during_append += released; };
    for (int i = 0; i < 20; ++i)
        brand->submit(
            order("e" + std::to_string(i), {{}, {phone(std::to_string(i))}}, "o" + std::to_string(i), 100),
            [&](Outcome) { ++released; });
    // A read in the same batch sees what is not durable yet, so it waits too; a refusal tells of it as well.
    const int before = journal.appends;
    brand->step_all();
    EXPECT_EQ(journal.appends, before + 1);  // one append for the whole batch
    EXPECT_EQ(released_during_append, 0);
    EXPECT_EQ(released, 20);
}

TEST_F(BrandTest, AReadOfTheBatchWaitsForItsAppend) {
    open();
    const MemberId member = ask(order("e1", {{}, {phone("1")}}, "o1", 10'000)).answer.member;
    bool durable = false;
    journal.during_append = [&] { durable = true; };
    std::optional<std::int64_t> seen;
    brand->submit(order("e2", {member, {}}, "o2", 10'000), [](Outcome) {});
    brand->member(member, std::nullopt, Service::Open::nothing, [&](Result<MemberView> view) {
        EXPECT_TRUE(durable);
        seen = view->balances[0].posted.value();
    });
    brand->step_all();
    EXPECT_EQ(seen, 200);
}

TEST_F(BrandTest, AfterAFailedAppendNothingIsReleasedNorAccepted) {
    open();
    const MemberId member = ask(order("e1", {{}, {phone("1")}}, "o1", 10'000)).answer.member;
    int released = 0;
    journal.fails = true;
    brand->submit(order("e2", {member, {}}, "o2", 10'000), [&](Outcome) { ++released; });
    brand->member(member, std::nullopt, Service::Open::nothing, [&](Result<MemberView>) { ++released; });
    brand->step_all();
    ASSERT_EQ(fatal.size(), 1U);
    EXPECT_EQ(released, 0);
    journal.fails = false;  // a disk that says yes again proves nothing
    const std::size_t before = records();
    settle_down();
    EXPECT_EQ(released, 0);
    EXPECT_EQ(records(), before);
    std::optional<Outcome> after;
    brand->submit(order("e3", {member, {}}, "o3", 10'000), [&](Outcome came) { after = came; });
    settle_down();
    ASSERT_TRUE(after);
    EXPECT_EQ(after->status, Status::stopped);
    // The next process has the first order and, of the second, all or nothing.
    reopen();
    EXPECT_EQ(points(member), 100);
    EXPECT_EQ(ask(order("e2", {member, {}}, "o2", 10'000)).status, Status::applied);
}

TEST_F(BrandTest, DirectoryAndVaultAreDurableBeforeTheFactThatNamesThem) {
    open();
    int rows = 0;
    journal.during_append = [&] {
        rows = static_cast<int>(directory.durable.size());
        EXPECT_EQ(vault.rows.size(), 1U);
    };
    Profile profile;
    profile.birthday = Personal("1990-01-28");
    ask(request("r1", {{}, {phone("1")}}, Register{profile}));
    EXPECT_GE(rows, 3);  // the identity, its reverse, its kind
}

TEST_F(BrandTest, ADirectoryThatCannotBeWrittenReleasesNothing) {
    open();
    int released = 0;
    directory.fails = true;
    brand->submit(order("e1", {{}, {phone("1")}}, "o1", 100), [&](Outcome) { ++released; });
    const std::size_t before = records();
    settle_down();
    EXPECT_GE(fatal.size(), 1U);
    EXPECT_EQ(released, 0);
    EXPECT_EQ(records(), before);
}

TEST_F(BrandTest, TheDisksReserveStopsWritesAndTheyResumeByThemselves) {
    open();
    const MemberId member = ask(order("e1", {{}, {phone("1")}}, "o1", 10'000)).answer.member;
    disk.free_space = {4, 100};
    brand->step_all();
    const std::size_t before = records();
    const Outcome stopped = ask(order("e2", {member, {}}, "o2", 10'000));
    EXPECT_EQ(stopped.status, Status::stopped);
    EXPECT_EQ(records(), before);
    EXPECT_EQ(points(member), 100);  // reads go on
    disk.free_space = {90, 100};
    brand->step_all();
    EXPECT_EQ(ask(order("e2", {member, {}}, "o2", 10'000)).status, Status::applied);
}

TEST_F(BrandTest, AFullQueueRefusesAndChangesNothing) {
    options.queue_max = 2;
    open();
    std::vector<Status> statuses;
    for (int i = 0; i < 40; ++i)
        brand->submit(order("e" + std::to_string(i), {{}, {phone("same")}}, "o" + std::to_string(i), 100),
                      [&](Outcome came) { statuses.push_back(came.status); });
    EXPECT_EQ(std::count(statuses.begin(), statuses.end(), Status::overloaded), 38);
    settle_down();
    EXPECT_EQ(std::count(statuses.begin(), statuses.end(), Status::applied), 2);
}

}  // namespace
}  // namespace banyan::runtime
