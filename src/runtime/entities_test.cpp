// SPDX-License-Identifier: Apache-2.0
#include "runtime/entities.h"

#include "runtime/memory_ports_test.h"

#include <gtest/gtest.h>

namespace banyan::runtime {
namespace {

using engine::EntityId;
using testing::MemoryStore;

constexpr PartitionId partition{1};
const testing::PlainDigest digest;

EntityId member(std::uint64_t number) { return engine::entity_of(MemberId{number}); }
EntityId order(std::uint64_t number) { return engine::entity_of_order({1, number}); }

members::Member with_spend(std::uint64_t number, std::int64_t spend, Instant due = instant_max) {
    members::Member made;
    made.id = {number};
    made.spend = spend;
    if (due == instant_max) return made;
    ledger::Wallet& wallet = made.wallet_or_new({1});
    ledger::Lot lot;
    lot.number = wallet.last_lot = {1};
    lot.granted = lot.remaining = wallet.posted = Quantity(5);
    lot.expires = due;
    wallet.lots.push_back(lot);
    return made;
}

class EntitiesTest : public ::testing::Test {
  protected:
    void put(EntityId id, const engine::EntityState& state, std::uint64_t lsn) {
        entities.put(id, state, {lsn}, entities.lsn_of(id));
    }
    std::int64_t spend(EntityId id) {
        const auto loaded = entities.load(id);
        return loaded ? std::get<members::Member>(*loaded).spend : -1;
    }
    // Sets apart and writes; `entities.saved()` ends it.
    std::size_t write(std::uint64_t durable, std::size_t most = 100) {
        const std::size_t count = entities.begin_save(most, {durable});
        std::vector<Put> rows;
        entities.rows_to_save(rows);
        EXPECT_TRUE(store.write(rows, Durability::now).ok());
        return count;
    }
    void save(std::uint64_t durable, std::size_t most = 100) {
        write(durable, most);
        entities.saved();
    }
    // The hash that was kept up to date; it must be the sum over everything.
    StateHash hash() {
        EXPECT_EQ(entities.hash(), entities.hash_of_all().value());
        return entities.hash();
    }

    MemoryStore store;
    Entities entities{partition, store, 0, digest};
};

TEST_F(EntitiesTest, GivesBackWhatWasPut) {
    EXPECT_FALSE(entities.load(member(1)));
    EXPECT_EQ(entities.lsn_of(member(1)), Lsn{0});
    put(member(1), with_spend(1, 10), 5);
    put(member(1), with_spend(1, 20), 6);
    EXPECT_EQ(spend(member(1)), 20);
    EXPECT_EQ(entities.lsn_of(member(1)), Lsn{6});
    EXPECT_EQ(entities.dirty(), 1U);
}

TEST_F(EntitiesTest, ACheckpointHoldsOnlyWhatIsDurableOldestChangeFirst) {
    put(member(1), with_spend(1, 1), 5);
    put(member(2), with_spend(2, 2), 6);
    put(member(3), with_spend(3, 3), 7);
    EXPECT_EQ(entities.first_unsaved({99}), Lsn{5});
    save(6);
    EXPECT_EQ(store.rows.size(), 3U);  // two entities and their hash
    EXPECT_EQ(entities.first_unsaved({99}), Lsn{7});
    put(member(1), with_spend(1, 10), 8);  // changed again: unsaved since 8
    EXPECT_EQ(entities.first_unsaved({99}), Lsn{7});
    save(99);
    EXPECT_EQ(entities.first_unsaved({99}), Lsn{99});
    EXPECT_EQ(entities.dirty(), 0U);
}

TEST_F(EntitiesTest, AnEntityWhoseLastChangeIsNotDurableWaits) {
    put(member(1), with_spend(1, 1), 5);
    put(member(1), with_spend(1, 2), 9);
    EXPECT_EQ(write(8), 0U);
    EXPECT_TRUE(store.rows.empty());
    EXPECT_EQ(entities.first_unsaved({99}), Lsn{5});
}

TEST_F(EntitiesTest, WhatChangesWhileItIsWrittenGoesBackInLine) {
    put(order(1), catalog::Order{}, 5);
    put(member(1), with_spend(1, 1), 5);
    write(5);
    put(member(1), with_spend(1, 2), 8);
    put(order(1), catalog::Order{}, 8);
    entities.saved();
    EXPECT_LE(entities.first_unsaved({99}), Lsn{8});
    EXPECT_EQ(spend(member(1)), 2);
    EXPECT_TRUE(entities.load(order(1)));
    save(8);
    EXPECT_EQ(entities.first_unsaved({99}), Lsn{99});
    Entities next(partition, store, 0, digest);
    ASSERT_TRUE(next.load_resident().ok());
    EXPECT_EQ(next.lsn_of(member(1)), Lsn{8});
}

TEST_F(EntitiesTest, EvictionChangesNoAnswer) {
    for (std::uint64_t n = 1; n <= 50; ++n) put(member(n), with_spend(n, static_cast<std::int64_t>(n)), n);
    const auto before = hash();
    save(50, 40);
    entities.evict(0);
    EXPECT_EQ(entities.resident(), 10U);  // what is not saved cannot be dropped
    EXPECT_EQ(hash(), before);
    for (std::uint64_t n = 1; n <= 50; ++n) EXPECT_EQ(spend(member(n)), static_cast<std::int64_t>(n));
    EXPECT_EQ(entities.resident(), 50U);
    EXPECT_EQ(entities.lsn_of(member(3)), Lsn{3});
}

TEST_F(EntitiesTest, PrefetchIsOneReadForABatch) {
    for (std::uint64_t n = 1; n <= 9; ++n) put(member(n), with_spend(n, 1), n);
    save(9);
    entities.evict(0);
    const int reads = store.reads;
    ASSERT_TRUE(entities.prefetch({member(1), member(2), member(3), member(77)}).ok());
    EXPECT_EQ(store.reads, reads + 1);
    EXPECT_EQ(spend(member(2)), 1);
    EXPECT_EQ(store.reads, reads + 1);
    EXPECT_EQ(spend(member(77)), -1);
}

TEST_F(EntitiesTest, PartitionsShareAStoreAndDoNotMeet) {
    Entities other({2}, store, 0, digest);
    put(member(1), with_spend(1, 1), 5);
    save(5);
    ASSERT_TRUE(other.load_resident().ok());
    EXPECT_EQ(other.resident(), 0U);
}

TEST_F(EntitiesTest, TheStateHashSeesEveryByteAndNoOrder) {
    put(member(1), with_spend(1, 1), 5);
    put(member(2), with_spend(2, 2), 6);
    Entities other(partition, store, 0, digest);
    other.put(member(2), with_spend(2, 2), {8}, {});
    other.put(member(1), with_spend(1, 1), {9}, {});
    EXPECT_EQ(hash(), other.hash());
    other.put(member(1), with_spend(1, 3), {10}, {9});
    EXPECT_FALSE(hash() == other.hash());
    StateHash sum;
    const Sha256 bytes = digest.sha256("x");
    sum.add(bytes);
    sum.remove(bytes);
    EXPECT_EQ(sum, StateHash{});
    EXPECT_EQ(sum.text(), std::string(64, '0'));
}

TEST_F(EntitiesTest, TheStateHashFollowsEveryChangeThroughCheckpointsAndEvictions) {
    const auto as_of = [](std::initializer_list<std::pair<std::uint64_t, std::int64_t>> members) {
        MemoryStore nothing;
        Entities fresh(partition, nothing, 0, digest);
        for (const auto& [number, spend] : members)
            fresh.put(member(number), with_spend(number, spend), {1}, {});
        return fresh.hash();
    };
    put(member(1), with_spend(1, 1), 5);
    put(member(2), with_spend(2, 2), 6);
    EXPECT_EQ(hash(), as_of({{1, 1}, {2, 2}}));
    save(6, 1);  // one of two
    EXPECT_EQ(hash(), as_of({{1, 1}, {2, 2}}));
    entities.evict(0);
    put(member(1), with_spend(1, 10), 7);  // fetched again and changed
    put(member(1), with_spend(1, 11), 8);
    EXPECT_EQ(hash(), as_of({{1, 11}, {2, 2}}));
    write(8);
    EXPECT_EQ(entities.hash(), as_of({{1, 11}, {2, 2}}));  // while it is being written, too
    put(member(1), with_spend(1, 12), 9);
    put(member(3), with_spend(3, 3), 10);
    EXPECT_EQ(entities.hash(), as_of({{1, 12}, {2, 2}, {3, 3}}));
    entities.saved();
    EXPECT_EQ(hash(), as_of({{1, 12}, {2, 2}, {3, 3}}));
    save(10);
    EXPECT_EQ(hash(), as_of({{1, 12}, {2, 2}, {3, 3}}));

    Entities next(partition, store, 0, digest);  // after a restart the sum comes from its row
    ASSERT_TRUE(next.load_resident().ok());
    EXPECT_EQ(next.hash(), as_of({{1, 12}, {2, 2}, {3, 3}}));
    EXPECT_EQ(next.hash_of_all().value(), next.hash());
    next.put(member(2), with_spend(2, 20), {11}, {6});
    EXPECT_EQ(next.hash(), as_of({{1, 12}, {2, 20}, {3, 3}}));
}

TEST_F(EntitiesTest, ARowThatIsNotWhatTheSumSaysIsSeen) {
    put(member(1), with_spend(1, 1), 5);
    save(5);
    for (auto& [key, value] : store.rows) {
        if (key.second.size() > 3) value.back() = static_cast<char>(value.back() ^ 1);
    }
    Entities next(partition, store, 0, digest);
    ASSERT_TRUE(next.load_resident().ok());
    EXPECT_FALSE(next.hash() == next.hash_of_all().value());
}

TEST_F(EntitiesTest, TheDueIndexGivesEachMemberOnceAndNoneEarly) {
    const Instant noon = *parse_rfc3339("2026-01-05T12:00:00Z");
    put(member(1), with_spend(1, 0, noon), 1);
    put(member(2), with_spend(2, 0, noon + seconds(600)), 2);  // in the same hour
    put(member(3), with_spend(3, 0, noon + hours(30)), 3);
    put(member(4), with_spend(4, 0), 4);  // never
    EXPECT_FALSE(entities.any_due(noon - seconds(1)));
    EXPECT_TRUE(entities.take_due(noon - seconds(1), 10).empty());
    EXPECT_TRUE(entities.any_due(noon));
    EXPECT_EQ(entities.take_due(noon, 10), std::vector<MemberId>{{1}});
    EXPECT_TRUE(entities.take_due(noon, 10).empty());
    EXPECT_EQ(entities.take_due(noon + hours(1), 10), std::vector<MemberId>{{2}});
    EXPECT_EQ(entities.take_due(noon + hours(100), 10), std::vector<MemberId>{{3}});
    EXPECT_FALSE(entities.any_due_members(noon + days(10'000)));
}

TEST_F(EntitiesTest, TheDueIndexIsBuiltAnewFromACheckpoint) {
    const Instant noon = *parse_rfc3339("2026-01-05T12:00:00Z");
    put(member(1), with_spend(1, 0, noon), 1);
    put(order(1), catalog::Order{}, 2);
    save(2);
    Entities next(partition, store, 0, digest);
    ASSERT_TRUE(next.load_resident().ok());
    EXPECT_TRUE(next.any_due_members(noon));
    EXPECT_EQ(next.take_due(noon, 10), std::vector<MemberId>{{1}});
    EXPECT_TRUE(next.load(order(1)));  // fetched when it is asked for
}

TEST_F(EntitiesTest, WhoIsSealedIsKnownAfterARestart) {
    members::Member sealed = with_spend(1, 1);
    sealed.state = members::State::sealed;
    put(member(1), sealed, 1);
    put(member(2), with_spend(2, 2), 2);
    EXPECT_EQ(entities.sealed(), std::set<MemberId>{{1}});
    save(2);
    Entities next(partition, store, 0, digest);
    ASSERT_TRUE(next.load_resident().ok());
    EXPECT_EQ(next.sealed(), std::set<MemberId>{{1}});
    EXPECT_EQ(next.look_at({1}).value()->state, members::State::sealed);
    sealed.state = members::State::gone;
    next.put(member(1), sealed, {3}, {1});
    EXPECT_TRUE(next.sealed().empty());
    EXPECT_FALSE(next.look_at({3}).value());
}

TEST_F(EntitiesTest, LookingAtAMemberDoesNotFetchIt) {
    members::Member somebody = with_spend(1, 1);
    somebody.vault = {77};
    put(member(1), somebody, 1);
    save(1);
    entities.evict(0);
    EXPECT_EQ(entities.look_at({1}).value()->vault, members::VaultVersion{77});
    EXPECT_EQ(entities.resident(), 0U);
}

}  // namespace
}  // namespace banyan::runtime
