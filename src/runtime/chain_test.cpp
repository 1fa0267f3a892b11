// SPDX-License-Identifier: Apache-2.0
#include "runtime/chain.h"

#include <gtest/gtest.h>

namespace banyan::runtime {
namespace {

constexpr codec::JournalId journal{1, 2, 3};
constexpr PartitionId partition{4};

Sha256 hash(std::uint8_t number) {
    Sha256 hash{};
    hash[0] = number;
    return hash;
}

codec::Header header(std::uint64_t lsn, const Sha256& previous, std::uint64_t epoch = 1) {
    codec::Header header;
    header.journal = journal;
    header.partition = partition;
    header.lsn = {lsn};
    header.epoch = epoch;
    header.previous = previous;
    return header;
}

std::string verdict(Chain& chain, const codec::Header& offered, const Sha256& own) {
    const auto result = chain.offer(offered, own);
    if (!result.ok()) {
        EXPECT_EQ(result.error().code, ErrorCode::corrupt);
        EXPECT_EQ(result.error().where, "journal");
        return result.error().message;
    }
    return *result == Chain::Verdict::apply ? "apply" : "ignore";
}

TEST(Chain, TakesEachRecordOnceInOrder) {
    Chain chain(partition, {journal});
    EXPECT_EQ(verdict(chain, header(1, {}), hash(1)), "apply");
    EXPECT_EQ(verdict(chain, header(2, hash(1)), hash(2)), "apply");
    EXPECT_EQ(verdict(chain, header(2, hash(1)), hash(2)), "ignore");  // a duplicate
    EXPECT_EQ(verdict(chain, header(1, {}), hash(1)), "ignore");
    EXPECT_EQ(verdict(chain, header(3, hash(2)), hash(3)), "apply");
    EXPECT_EQ(chain.head(), Lsn{3});
    EXPECT_EQ(chain.hash(), hash(3));
}

TEST(Chain, ARestoredBrandLeavesTheJournalItCameFromBehind) {
    constexpr codec::JournalId copy{4, 5, 6};
    Chain chain(partition, {journal, copy});
    EXPECT_EQ(verdict(chain, header(1, {}), hash(1)), "apply");
    codec::Header own = header(2, hash(1), 2);
    own.journal = copy;
    EXPECT_EQ(verdict(chain, own, hash(2)), "apply");
    EXPECT_EQ(verdict(chain, header(1, {}), hash(1)), "ignore");  // what came along with the backup, again
    EXPECT_EQ(verdict(chain, header(3, hash(2), 3), hash(3)),
              "partition 4, record 3: it is of the journal that this brand was restored from");
    EXPECT_EQ(verdict(chain, header(9, hash(8), 3), hash(9)),
              "partition 4, record 9: it is of the journal that this brand was restored from");
    own.journal = {7};
    EXPECT_EQ(verdict(chain, own, hash(2)), "partition 4, record 2: it belongs to another journal");
}

TEST(Chain, NamesAGapARivalAndABrokenLink) {
    Chain chain(partition, {journal});
    EXPECT_EQ(verdict(chain, header(1, {}), hash(1)), "apply");
    codec::Header late = header(4, hash(1));
    late.confirmed = {2};
    EXPECT_EQ(verdict(chain, late, hash(4)), "partition 4, record 4: records 2 to 3 are missing");
    EXPECT_EQ(verdict(chain, header(1, {}), hash(9)),
              "partition 4, record 1: a different record with this number was applied already");
    EXPECT_EQ(verdict(chain, header(2, hash(7)), hash(2)),
              "partition 4, record 2: it does not follow the record before it (hash)");
    EXPECT_EQ(chain.head(), Lsn{1});  // nothing of it moved the chain
}

// Nobody was told of what never arrived, so nobody was told of what came behind it.
TEST(Chain, AGapAboveEveryConfirmedRecordIsIgnoredUpToTheNextEpoch) {
    Chain chain(partition, {journal});
    const auto confirming = [](codec::Header made, std::uint64_t confirmed) {
        made.confirmed = {confirmed};
        return made;
    };
    EXPECT_EQ(verdict(chain, header(1, {}), hash(1)), "apply");
    EXPECT_EQ(verdict(chain, confirming(header(2, hash(1)), 1), hash(2)), "apply");
    EXPECT_EQ(verdict(chain, confirming(header(4, hash(3)), 2), hash(4)), "ignore");
    EXPECT_EQ(verdict(chain, confirming(header(5, hash(4)), 2), hash(5)), "ignore");
    EXPECT_EQ(verdict(chain, confirming(header(3, hash(2)), 2), hash(3)),
              "ignore");  // too late: its writer gave up
    EXPECT_EQ(chain.head(), Lsn{2});
    EXPECT_EQ(verdict(chain, confirming(header(3, hash(2), 2), 2), hash(30)), "apply");  // the next owner
    EXPECT_EQ(verdict(chain, confirming(header(4, hash(30), 2), 3), hash(40)), "apply");
    EXPECT_EQ(verdict(chain, header(5, hash(4)), hash(5)), "ignore");  // the one before still writes
    EXPECT_EQ(chain.head(), Lsn{4});
}

TEST(Chain, AGapThatALaterRecordCallsConfirmedIsDamage) {
    Chain chain(partition, {journal});
    EXPECT_EQ(verdict(chain, header(1, {}), hash(1)), "apply");
    EXPECT_EQ(verdict(chain, header(3, hash(2)), hash(3)), "ignore");
    codec::Header next = header(4, hash(3));
    next.confirmed = {3};
    EXPECT_EQ(verdict(chain, next, hash(4)), "partition 4, record 4: records 2 to 3 are missing");
    codec::Header epoch = header(5, hash(4), 2);
    epoch.confirmed = {4};
    EXPECT_EQ(verdict(chain, epoch, hash(5)), "partition 4, record 5: records 2 to 4 are missing");
}

TEST(Chain, TheFirstRecordHasNoPredecessor) {
    Chain chain(partition, {journal});
    EXPECT_EQ(verdict(chain, header(1, hash(7)), hash(1)),
              "partition 4, record 1: it does not follow the record before it (hash)");
}

TEST(Chain, RefusesOtherJournalsAndPartitions) {
    Chain chain(partition, {journal});
    codec::Header foreign = header(1, {});
    foreign.journal[0] = 9;
    EXPECT_EQ(verdict(chain, foreign, hash(1)), "partition 4, record 1: it belongs to another journal");
    codec::Header strayed = header(1, {});
    strayed.partition = {5};
    EXPECT_EQ(verdict(chain, strayed, hash(1)), "partition 4, record 1: it says it is of another partition");
}

// I6: what an abandoned process still writes changes nothing.
TEST(Chain, AStaleEpochChangesNothing) {
    Chain chain(partition, {journal});
    EXPECT_EQ(verdict(chain, header(1, {}, 1), hash(1)), "apply");
    EXPECT_EQ(verdict(chain, header(2, hash(1), 2), hash(2)), "apply");
    EXPECT_EQ(verdict(chain, header(2, hash(1), 1), hash(9)), "ignore");  // its rival of the old epoch
    EXPECT_EQ(verdict(chain, header(3, hash(2), 1), hash(9)), "ignore");
    EXPECT_EQ(verdict(chain, header(3, hash(2), 2), hash(3)), "apply");
    EXPECT_EQ(chain.epoch(), 2U);
}

TEST(Chain, BehindACheckpointTheFirstRecordIsTakenAtItsWord) {
    Chain chain(partition, {journal});
    chain.start_at({10});
    EXPECT_EQ(verdict(chain, header(9, hash(8)), hash(9)), "ignore");  // the checkpoint has it
    codec::Header far = header(11, hash(10));
    far.confirmed = {10};
    EXPECT_EQ(verdict(chain, far, hash(11)), "partition 4, record 11: records 10 to 10 are missing");
    EXPECT_EQ(verdict(chain, header(10, hash(77)), hash(10)), "apply");
    EXPECT_EQ(verdict(chain, header(11, hash(77)), hash(11)),
              "partition 4, record 11: it does not follow the record before it (hash)");
    EXPECT_EQ(verdict(chain, header(11, hash(10)), hash(11)), "apply");
}

// A checkpoint says what came before, so that what an older epoch left behind is not taken for the next record.
TEST(Chain, BehindACheckpointThatSaysWhatCameBeforeNothingIsTakenAtItsWord) {
    Chain whole(partition, {journal});
    EXPECT_EQ(verdict(whole, header(1, {}, 3), hash(1)), "apply");
    EXPECT_EQ(verdict(whole, header(2, hash(1), 4), hash(2)), "apply");
    ASSERT_TRUE(whole.place({2}).has_value());
    EXPECT_FALSE(whole.place({3}).has_value());
    EXPECT_FALSE(whole.place({0}).has_value());

    Chain chain(partition, {journal});
    chain.start_at({3}, whole.place({2}));
    EXPECT_EQ(verdict(chain, header(3, hash(70), 3), hash(71)), "ignore");  // a zombie of epoch 3
    EXPECT_EQ(verdict(chain, header(3, hash(77), 4), hash(72)),
              "partition 4, record 3: it does not follow the record before it (hash)");
    EXPECT_EQ(verdict(chain, header(2, hash(1), 4), hash(2)), "ignore");
    EXPECT_EQ(verdict(chain, header(3, hash(2), 4), hash(3)), "apply");
    EXPECT_EQ(chain.head(), Lsn{3});
}

TEST(Chain, OurOwnRecordsAdvanceIt) {
    Chain chain(partition, {journal});
    chain.advance(3, hash(1));
    EXPECT_EQ(chain.head(), Lsn{1});
    EXPECT_EQ(chain.epoch(), 3U);
    EXPECT_EQ(verdict(chain, header(2, hash(1), 3), hash(2)), "apply");
}

}  // namespace
}  // namespace banyan::runtime
