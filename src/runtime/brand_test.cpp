// SPDX-License-Identifier: Apache-2.0
// A whole brand over ports in memory: it is asked, it is stopped at any point, it is opened again over what was durable.

#include "runtime/brand.h"

#include "domain/ledger/zones_test.h"
#include "runtime/memory_ports_test.h"
#include "runtime/quarantine.h"

#include <gtest/gtest.h>

namespace banyan::runtime {
namespace {

using engine::Refusal;
using Status = Outcome::Status;

Value programme_document() {
    const auto map = [](std::vector<Map::Entry> entries) {
        return Value(Map::of_unique(std::move(entries)));
    };
    return map({{"programme", Value("p")},
                {"currency", Value("CNY")},
                {"zone", Value("Asia/Shanghai")},
                {"units", Value(List{map({{"unit", Value("points")},
                                          {"expiry", map({{"days", Value(std::int64_t{30})}})},
                                          {"debt_limit", Value(std::int64_t{1000})}})})},
                {"earning", Value(List{map({{"rule", Value("base")},
                                            {"on", Value("order.paid")},
                                            {"unit", Value("points")},
                                            {"amount", Value("order.paid / 100")}})})}});
}

ExternalId phone(const std::string& number) { return {"phone", Personal(number)}; }

Request request(const std::string& id, Subject subject, RequestBody body) {
    Request made;
    made.source = "shop";
    made.id = id;
    made.subject = std::move(subject);
    made.body = std::move(body);
    return made;
}
Request order(const std::string& id, Subject subject, const std::string& order, std::int64_t paid) {
    return request(id, std::move(subject),
                   OrderPaid{order, "CNY", "app", "s1", {{"1", "sku", "cat", 1, paid}}});
}

// The ports outlive the brand, as the machine outlives the process.
class BrandTest : public ::testing::Test {
  protected:
    void SetUp() override {
        options.file.journal = {7, 7, 7};
        options.file.partitions = 4;
        options.background_thread = false;
        options.programme_document = "the programme";
        options.parse_document = [](const std::string&) -> Result<Value> { return programme_document(); };
        options.fatal = [this](const Error& error) { fatal.push_back(error.text()); };
    }
    Result<std::unique_ptr<Brand>> try_open() {
        Ports ports;
        ports.disk = &disk;
        ports.clock = &clock;
        ports.journal = &journal;
        ports.checkpoints = &checkpoints;
        ports.directory = &directory;
        ports.vault = &vault;
        ports.secrets = &secrets;
        ports.digest = &digest;
        ports.calendar = &calendar;
        return Brand::open(ports, options);
    }
    void open() {
        auto opened = try_open();
        ASSERT_TRUE(opened.ok()) << opened.error().text();
        brand = std::move(opened).value();
    }
    /// The process dies; what the stores had not synced is gone.
    void crash() {
        brand.reset();
        checkpoints.crash();
        directory.crash();
    }
    void reopen() {
        crash();
        open();
    }
    void settle_down() {
        for (int i = 0; i < 50 && brand->step_all(); ++i) {}
    }
    Outcome ask(Request asked) {
        std::optional<Outcome> outcome;
        brand->submit(std::move(asked), [&](Outcome came) { outcome = std::move(came); });
        for (int i = 0; i < 50 && !outcome; ++i) brand->step_all();
        EXPECT_TRUE(outcome.has_value());
        return outcome.value_or(Outcome{});
    }
    MemberView look(MemberId id) {
        std::optional<Result<MemberView>> view;
        brand->member(id, std::nullopt, Service::Open::nothing,
                      [&](Result<MemberView> came) { view.emplace(std::move(came)); });
        brand->step_all();
        EXPECT_TRUE(view && view->ok());
        return view && view->ok() ? **view : MemberView{};
    }
    std::int64_t points(MemberId id) {
        const MemberView view = look(id);
        return view.balances.empty() ? 0 : view.balances[0].posted.value();
    }
    /// The state of every partition, but what each start changes (its epoch).
    std::string state() {
        std::string all;
        for (std::uint16_t p = 0; p < options.file.partitions; ++p) {
            std::map<std::string, std::string> rows;
            EXPECT_TRUE(brand->partition({p})
                            .entities()
                            .each([&](engine::EntityId id, Lsn lsn, std::string_view block) {
                                if (id.kind == engine::EntityKind::partition) return;
                                rows[codec::entity_key(id)] = std::to_string(lsn.value) + std::string(block);
                            })
                            .ok());
            for (const auto& [key, row] : rows) all += key + row;
        }
        return all;
    }
    std::size_t records() const { return journal.records.size(); }

    testing::MemoryDisk disk;
    testing::TestClock clock;
    testing::MemoryJournal journal;
    testing::MemoryStore checkpoints;
    testing::MemoryStore directory;
    testing::MemoryVault vault;
    testing::PlainSecrets secrets;
    testing::PlainDigest digest;
    banyan::testing::WrittenCalendar calendar;
    Options options;
    std::vector<std::string> fatal;
    std::unique_ptr<Brand> brand;
};

// A year in small: members, orders, refunds, holds, a merge across partitions.
void live(const std::function<Outcome(Request)>& ask) {
    std::vector<MemberId> members;
    for (int m = 0; m < 6; ++m) {
        const std::string n = std::to_string(m);
        const Outcome joined = ask(order("e" + n, {{}, {phone("p" + n)}}, "o" + n, 10'000 + m * 1000));
        ASSERT_EQ(joined.status, Status::applied) << joined.detail;
        members.push_back(joined.answer.member);
    }
    ASSERT_EQ(ask(request("r0", {members[0], {}}, OrderRefunded{"o0", {}})).status, Status::applied);
    ASSERT_EQ(ask(request("h1", {members[1], {}}, Hold{"points", 50, hours(5)})).status, Status::applied);
    ASSERT_EQ(ask(request("c1", {members[1], {}}, EndHold{"h1", true})).status, Status::applied);
    ASSERT_EQ(ask(request("d2", {members[2], {}}, Redeem{"points", 30})).status, Status::applied);
    ASSERT_EQ(ask(request("v2", {members[2], {}}, ReverseSpend{"d2", 10})).status, Status::applied);
    ASSERT_EQ(ask(request("m", {members[3], {}}, Merge{members[4]})).status, Status::applied);
}

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

// --- partitions ---

class TwoPartitions : public BrandTest {
  protected:
    /// Two members that live in different partitions.
    void meet() {
        open();
        for (int i = 0; b.value == 0 && i < 40; ++i) {
            const std::string n = std::to_string(i);
            const MemberId id = ask(order("e" + n, {{}, {phone(n)}}, "o" + n, 10'000)).answer.member;
            if (a.value == 0)
                a = id;
            else if (partition_of(id) != partition_of(a))
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
