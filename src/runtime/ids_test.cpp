// SPDX-License-Identifier: Apache-2.0
#include "runtime/ids.h"

#include "runtime/memory_store_test.h"

#include <gtest/gtest.h>

namespace banyan::runtime {
namespace {

constexpr std::uint8_t table = 1;
constexpr PartitionId partition{3};
constexpr KeyedId id(std::uint64_t number) { return {5, number}; }
Accepted accepted(std::uint64_t lsn) { return {partition, {lsn}, {9, lsn}}; }

class IdsTest : public ::testing::Test {
  protected:
    // One checkpoint round of what is durable up to `lsn`.
    void save(std::uint64_t lsn, std::size_t most = 100) {
        std::vector<Put> rows;
        const auto batch = ids.collect(partition, most, {lsn}, rows);
        ASSERT_TRUE(store.write(rows, Durability::now).ok());
        ids.saved(partition, batch);
    }
    std::optional<Accepted> find(KeyedId wanted) { return ids.find(wanted).value(); }

    testing::MemoryStore store;
    Ids ids{store, table};
};

TEST_F(IdsTest, AnAcceptedIdIsKnownForEver) {
    EXPECT_FALSE(find(id(1)));
    EXPECT_FALSE(ids.find_or_reserve(id(1)).value());
    ids.accept(id(1), accepted(7));
    for (const bool saved : {false, true}) {
        if (saved) save(7);
        const auto found = find(id(1));
        ASSERT_TRUE(found) << saved;
        EXPECT_EQ(found->partition, partition);
        EXPECT_EQ(found->lsn, Lsn{7});
        EXPECT_EQ(found->fingerprint, (Fingerprint{9, 7}));
    }
    Ids later(store, table);  // the next process
    later.expect_stored();
    EXPECT_EQ(later.find(id(1)).value()->lsn, Lsn{7});
}

TEST_F(IdsTest, AnIdUnderDecisionIsReserved) {
    EXPECT_FALSE(ids.find_or_reserve(id(1)).value());
    const auto second = ids.find_or_reserve(id(1)).value();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->lsn, Lsn{0});  // somebody decides it right now
    ids.release(id(1));              // refused: refusals are not remembered
    EXPECT_FALSE(ids.find_or_reserve(id(1)).value());
    ids.accept(id(1), accepted(3));
    ids.release(id(1));  // no release takes an accepted id back
    EXPECT_TRUE(find(id(1)));
}

TEST_F(IdsTest, OnlyWhatIsDurableIsSavedOldestFirst) {
    for (std::uint64_t n = 1; n <= 5; ++n) ids.accept(id(n), accepted(10 + n));
    EXPECT_EQ(ids.first_unsaved(partition, {99}), Lsn{11});
    save(13, 2);
    EXPECT_EQ(store.rows.size(), 2U);
    EXPECT_EQ(ids.first_unsaved(partition, {99}), Lsn{13});
    save(13);
    EXPECT_EQ(store.rows.size(), 3U);
    EXPECT_EQ(ids.first_unsaved(partition, {99}), Lsn{14});
    save(12);  // nothing new is durable
    EXPECT_EQ(store.rows.size(), 3U);
    save(15);
    EXPECT_EQ(ids.first_unsaved(partition, {99}), Lsn{99});
    EXPECT_EQ(ids.first_unsaved({8}, {99}), Lsn{99});  // of a partition without ids
    for (std::uint64_t n = 1; n <= 5; ++n) EXPECT_EQ(find(id(n))->lsn, Lsn{10 + n});
}

TEST_F(IdsTest, ADamagedRowIsAnErrorAndNoAnswer) {
    ids.accept(id(1), accepted(7));
    save(7);
    store.rows.begin()->second = "x";
    const auto found = ids.find(id(1));
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace banyan::runtime
