// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every journal promises, as one suite: files, simulator and Kafka all pass it. Include it in a test, give it a
// medium, and instantiate:
//
//   INSTANTIATE_TEST_SUITE_P(Files, JournalContract, testing::Values([] { return std::make_unique<FileMedium>(); }));
//
// What a record says, and which records count by epoch and hash, is the chain's business (runtime/chain.h).
// JournalContract: nothing acknowledged is lost or doubled, nothing damaged is passed over, and a place is named.
// JournalReaderContract: journal and chain together read one history, whoever wrote into it (protocol: reader). It is
// the one that a journal which hands on what arrived must keep; such a journal is not held to JournalContract.

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/ports/digest.h"
#include "codec/record.h"
#include "runtime/chain.h"
#include "runtime/ports/journal.h"

namespace banyan::runtime {

/// The thing that a journal writes to, with what may befall it.
class JournalMedium {
  public:
    virtual ~JournalMedium() = default;
    virtual Result<std::unique_ptr<Journal>> open(std::uint32_t logs) = 0;
    /// The power fails; what was not synced is lost, torn or reordered, as the seed says.
    virtual void crash(std::uint64_t seed) = 0;
    /// From the n-th writing operation on, all fail (0 = the next one), until crash().
    virtual void fail_from(std::uint64_t operation, ErrorCode code) = 0;
    /// Everything stored as one run of bytes, to which appends to a single log only add at the end.
    virtual std::uint64_t stored_bytes() = 0;
    virtual void flip(std::uint64_t at) = 0;
    virtual void truncate(std::uint64_t size) = 0;
};
using JournalMediumFactory = std::function<std::unique_ptr<JournalMedium>()>;

using JournalRows = std::map<std::uint16_t, std::vector<std::pair<std::uint64_t, std::string>>>;

inline StoredRecord stored(std::uint16_t partition, std::uint64_t lsn, std::string_view bytes) {
    return {{partition}, {lsn}, bytes};
}

inline Result<void> append_one(Journal& journal, std::uint32_t log, std::uint16_t partition,
                               std::uint64_t lsn, std::string_view bytes) {
    const StoredRecord record = stored(partition, lsn, bytes);
    return journal.append(log, {&record, 1});
}

inline JournalRows replayed(Journal& journal, Lsn from = {0}) {
    JournalRows rows;
    const auto done =
        journal.replay([&](PartitionId) { return from; },
                       [&](const StoredRecord& record) -> Result<void> {
                           if (record.lsn < from) return {};
                           rows[record.partition.value].emplace_back(record.lsn.value, record.bytes);
                           return {};
                       });
    EXPECT_TRUE(done) << (done ? "" : done.error().text());
    return rows;
}

class JournalContract : public testing::TestWithParam<JournalMediumFactory> {
  protected:
    std::unique_ptr<JournalMedium> medium_ = GetParam()();

    /// Opens, or ends the test (googletest catches what is thrown).
    std::unique_ptr<Journal> opened(std::uint32_t logs = 1) {
        auto journal = medium_->open(logs);
        if (!journal) throw std::runtime_error(journal.error().text());
        return std::move(journal).value();
    }
};

TEST_P(JournalContract, RecordsComeBackInTheOrderEachPartitionWroteThem) {
    const JournalRows expected{{0, {{1, "a1"}, {2, ""}, {3, std::string(5000, 'x')}}},
                               {7, {{1, "b1"}, {2, "b2"}}}};
    {
        auto journal = opened();
        EXPECT_TRUE(replayed(*journal).empty());
        const std::vector<StoredRecord> first{stored(0, 1, "a1"), stored(7, 1, "b1"), stored(0, 2, "")};
        const std::vector<StoredRecord> second{stored(7, 2, "b2"), stored(0, 3, expected.at(0)[2].second)};
        ASSERT_TRUE(journal->append(0, first));
        ASSERT_TRUE(journal->append(0, second));
        EXPECT_EQ(replayed(*journal), expected);
    }
    EXPECT_EQ(replayed(*opened()), expected);
    EXPECT_EQ(replayed(*opened(3)), expected) << "under another number of logs";
}

TEST_P(JournalContract, APartitionKeepsItsOrderWhenItMovesBetweenLogs) {
    JournalRows expected;
    std::uint64_t lsn = 0;
    for (const std::uint32_t logs : {1U, 4U, 2U, 1U, 3U}) {
        auto journal = opened(logs);
        for (int round = 0; round < 5; ++round) {
            ++lsn;
            for (std::uint16_t partition = 0; partition < 8; ++partition) {
                const std::string bytes = std::to_string(partition) + ":" + std::to_string(lsn);
                ASSERT_TRUE(append_one(*journal, partition % logs, partition, lsn, bytes));
                expected[partition].emplace_back(lsn, bytes);
            }
        }
        EXPECT_EQ(replayed(*journal), expected);
    }
    EXPECT_EQ(replayed(*opened()), expected);
}

// A journal may carry the end of one life over into the next; it must not come behind what that next life wrote.
TEST_P(JournalContract, TheEndOfOneLifeStaysInFrontOfTheNext) {
    JournalRows expected;
    for (int life = 0; life < 6; ++life) {
        auto journal = opened(2);
        EXPECT_EQ(replayed(*journal), expected) << life;
        // Mostly the second log is written to, more than once, and it is never sealed.
        for (int round = 0; round < 6; ++round) {
            const std::uint16_t partition = life == 3 && round % 3 == 0 ? 0 : 1;
            const std::uint64_t lsn = expected[partition].size() + 1;
            ASSERT_TRUE(append_one(*journal, partition, partition, lsn, std::to_string(life)));
            expected[partition].emplace_back(lsn, std::to_string(life));
        }
        if (life > 3) journal = opened(2);  // a life in which nothing was written
    }
    EXPECT_EQ(replayed(*opened(2)), expected);
}

TEST_P(JournalContract, OneRecordIsReadByItsLsn) {
    auto journal = opened();
    std::string large(100'000, '\0');
    for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 7);
    ASSERT_TRUE(append_one(*journal, 0, 2, 1, "one"));
    ASSERT_TRUE(append_one(*journal, 0, 2, 2, large));
    ASSERT_TRUE(append_one(*journal, 0, 3, 1, "other"));
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(journal->read({2}, {1}).value(), "one");
        EXPECT_EQ(journal->read({2}, {2}).value(), large);
        EXPECT_EQ(journal->read({3}, {1}).value(), "other");
        for (const auto& [partition, lsn] : {std::pair{2, 0}, {2, 3}, {3, 2}, {4, 1}}) {
            const auto missing =
                journal->read({static_cast<std::uint16_t>(partition)}, {static_cast<std::uint64_t>(lsn)});
            ASSERT_FALSE(missing);
            EXPECT_EQ(missing.error().code, ErrorCode::not_found);
        }
        journal.reset();
        journal = opened(2);
    }
}

TEST_P(JournalContract, ReplayMayStartLaterAndTheVisitorMayStopIt) {
    auto journal = opened();
    for (std::uint64_t lsn = 1; lsn <= 20; ++lsn)
        ASSERT_TRUE(append_one(*journal, 0, 1, lsn, std::to_string(lsn)));
    const JournalRows late = replayed(*journal, {15});
    ASSERT_EQ(late.at(1).size(), 6U);
    EXPECT_EQ(late.at(1).front().first, 15U);
    int seen = 0;
    const auto stopped = journal->replay([](PartitionId) { return Lsn{0}; },
                                         [&](const StoredRecord&) -> Result<void> {
                                             if (++seen == 3) return Error::invalid("enough");
                                             return {};
                                         });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().message, "enough");
    EXPECT_EQ(seen, 3);
}

// The journal stores what it is given; whether a gap or a repetition counts is decided by the chain.
TEST_P(JournalContract, GapsAndDuplicatesAreStoredAsTheyCame) {
    const JournalRows expected{{1, {{1, "one"}, {2, "two"}, {2, "two"}, {5, "five"}, {6, "six"}}}};
    auto journal = opened();
    for (const auto& [lsn, bytes] : expected.at(1)) ASSERT_TRUE(append_one(*journal, 0, 1, lsn, bytes));
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(replayed(*journal), expected);
        EXPECT_EQ(journal->read({1}, {2}).value(), "two");
        EXPECT_EQ(journal->read({1}, {6}).value(), "six");
        EXPECT_EQ(journal->read({1}, {3}).error().code, ErrorCode::not_found);
        journal.reset();
        journal = opened();
    }
}

TEST_P(JournalContract, ATornEndIsCutAtEveryByteAndNothingBeforeItIsLost) {
    const std::string last(150, 'z');
    const JournalRows acknowledged{{1, {{1, "one"}, {2, "two"}}}};
    JournalRows with_last = acknowledged;
    with_last[1].emplace_back(3, last);
    for (std::uint64_t cut = 0;; ++cut) {
        medium_ = GetParam()();
        auto journal = opened();
        ASSERT_TRUE(append_one(*journal, 0, 1, 1, "one"));
        ASSERT_TRUE(append_one(*journal, 0, 1, 2, "two"));
        const std::uint64_t before = medium_->stored_bytes();
        ASSERT_TRUE(append_one(*journal, 0, 1, 3, last));
        const std::uint64_t after = medium_->stored_bytes();
        journal.reset();
        if (before + cut > after) break;
        medium_->truncate(before + cut);
        const bool is_whole = before + cut == after;
        for (int round = 0; round < 3; ++round) {
            journal = opened();
            ASSERT_EQ(replayed(*journal), is_whole ? with_last : acknowledged) << cut;
        }
        ASSERT_TRUE(append_one(*journal, 0, 1, is_whole ? 4 : 3, "next"));
        if (is_whole) continue;
        medium_->crash(cut);
        journal = opened();
        EXPECT_EQ(replayed(*journal).at(1).back(), (std::pair<std::uint64_t, std::string>{3, "next"}));
    }
}

TEST_P(JournalContract, AFlippedByteBelowAMarkIsRefusedAndItsPlaceNamed) {
    const auto write = [&](std::uint64_t& promised) {
        medium_ = GetParam()();
        auto journal = opened();
        ASSERT_TRUE(append_one(*journal, 0, 1, 1, "one"));
        ASSERT_TRUE(append_one(*journal, 0, 2, 1, "uno"));
        promised = medium_->stored_bytes();
        ASSERT_TRUE(journal->seal(0));
    };
    std::uint64_t promised = 1;
    for (std::uint64_t at = 0; at < promised; ++at) {
        write(promised);
        medium_->flip(at);
        const auto refused = medium_->open(1);
        ASSERT_FALSE(refused) << "byte " << at << " of " << promised;
        EXPECT_TRUE(refused.error().code == ErrorCode::corrupt ||
                    refused.error().code == ErrorCode::unsupported ||
                    refused.error().code == ErrorCode::conflict);
        EXPECT_FALSE(refused.error().where.empty()) << at;
        medium_->flip(at);
        EXPECT_TRUE(medium_->open(1)) << "mended, it opens again";
    }
}

TEST_P(JournalContract, AFlippedByteOfAnEarlierRunIsRefused) {
    const auto write = [&](std::uint64_t& promised) {
        medium_ = GetParam()();
        auto journal = opened();
        ASSERT_TRUE(append_one(*journal, 0, 1, 1, "one"));
        ASSERT_TRUE(append_one(*journal, 0, 1, 2, "two"));
        ASSERT_TRUE(journal->seal(0));
        promised = medium_->stored_bytes() - 1;
        ASSERT_TRUE(journal->seal(0));
        journal.reset();
        journal = opened();
        ASSERT_TRUE(append_one(*journal, 0, 1, 3, "three"));
    };
    std::uint64_t promised = 1;
    int refused = 0;
    for (std::uint64_t at = 0; at < promised; ++at) {
        write(promised);
        medium_->flip(at);
        const auto opened_again = medium_->open(1);
        if (!opened_again) {
            ++refused;
            continue;
        }
        // What is not refused must be bytes that nobody was promised, such as the last seal itself.
        EXPECT_EQ(replayed(**opened_again), (JournalRows{{1, {{1, "one"}, {2, "two"}, {3, "three"}}}})) << at;
    }
    EXPECT_GT(refused, 100);
}

TEST_P(JournalContract, ALogThatFailedRefusesEverythingUntilItIsOpenedAnew) {
    for (const ErrorCode code : {ErrorCode::io, ErrorCode::full}) {
        for (std::uint64_t operation = 0; operation < 2; ++operation) {
            medium_ = GetParam()();
            auto journal = opened(2);
            ASSERT_TRUE(append_one(*journal, 0, 0, 1, "kept"));
            medium_->fail_from(operation, code);
            const auto failed = append_one(*journal, 0, 0, 2, "unknown");
            ASSERT_FALSE(failed);
            EXPECT_EQ(failed.error().code, code);
            medium_->fail_from(1'000'000, code);
            EXPECT_EQ(append_one(*journal, 0, 0, 2, "again").error().code, ErrorCode::unavailable);
            EXPECT_EQ(journal->seal(0).error().code, ErrorCode::unavailable);
            EXPECT_TRUE(append_one(*journal, 1, 1, 1, "other log")) << "another log goes on";
            EXPECT_FALSE(journal->read({0}, {2}));
            journal.reset();
            journal = opened(2);
            const JournalRows rows = replayed(*journal);
            EXPECT_EQ(rows.at(1), (JournalRows::mapped_type{{1, "other log"}}));
            const JournalRows::mapped_type without{{1, "kept"}};
            const JournalRows::mapped_type with{{1, "kept"}, {2, "unknown"}};
            EXPECT_TRUE(rows.at(0) == without || rows.at(0) == with);
        }
    }
}

TEST_P(JournalContract, WhatAZombieStillWritesDoesNotCount) {
    auto zombie = opened();
    ASSERT_TRUE(append_one(*zombie, 0, 1, 1, "one"));
    auto second = medium_->open(1);
    if (!second) {
        EXPECT_EQ(second.error().code, ErrorCode::conflict)
            << "a journal may refuse the second opener instead";
        return;
    }
    // Its answer is worth nothing any more, whatever it is; what matters is that nobody ever reads this record.
    const auto ignored = append_one(*zombie, 0, 1, 2, "zombie's");
    ASSERT_TRUE(append_one(**second, 0, 1, 2, "two"));
    const auto ignored_too = zombie->seal(0);
    const JournalRows expected{{1, {{1, "one"}, {2, "two"}}}};
    EXPECT_EQ(replayed(**second), expected);
    EXPECT_EQ(replayed(*opened()), expected) << ignored.ok() << ignored_too.ok();
    EXPECT_EQ(opened()->read({1}, {2}).value(), "two");
}

// The power fails at every single operation of a short life: opening, appending, sealing, opening again.
TEST_P(JournalContract, WhereverThePowerFailsNothingAcknowledgedIsLostOrDoubled) {
    constexpr std::uint64_t operations_max = 120;
    for (std::uint64_t operation = 0; operation < operations_max; ++operation) {
        for (std::uint64_t seed = 0; seed < 4; ++seed) {
            medium_ = GetParam()();
            JournalRows acknowledged;
            JournalRows possible;  // asked for, answer unknown
            std::uint64_t countdown = operation;
            for (int life = 0; life < 4; ++life) {
                medium_->fail_from(life % 2 == 0 ? countdown : seed * 5 + static_cast<std::uint64_t>(life),
                                   ErrorCode::io);
                auto journal = medium_->open(2);
                for (int round = 0; journal && round < 6; ++round) {
                    const auto partition = static_cast<std::uint16_t>(round % 2);
                    const std::uint64_t lsn = acknowledged[partition].size() + 1;
                    const std::string bytes(static_cast<std::size_t>(round * 40),
                                            static_cast<char>('a' + life));
                    if (append_one(**journal, partition, partition, lsn, bytes)) {
                        acknowledged[partition].emplace_back(lsn, bytes);
                    } else {
                        possible[partition] = {{lsn, bytes}};
                        break;
                    }
                    if (round == 3 && !(*journal)->seal(0)) break;
                }
                // Either the power goes, or only the process: then what was not synced is still readable, until a
                // later power cut takes it.
                if ((seed + static_cast<std::uint64_t>(life)) % 3 == 0) {
                    medium_->fail_from(1'000'000, ErrorCode::io);
                } else {
                    medium_->crash(seed * 1000 + operation * 10 + static_cast<std::uint64_t>(life));
                }
                auto recovered = opened(1 + static_cast<std::uint32_t>(seed % 3));
                ASSERT_TRUE(recovered) << "operation " << operation << " seed " << seed << " life " << life;
                JournalRows rows = replayed(*recovered);
                for (std::uint16_t partition = 0; partition < 2; ++partition) {
                    auto expected = acknowledged[partition];
                    // A batch without an answer may have become durable; from now on it is there for good.
                    if (!possible[partition].empty() && rows[partition].size() == expected.size() + 1) {
                        expected.push_back(possible[partition].front());
                        acknowledged[partition] = expected;
                    }
                    ASSERT_EQ(rows[partition], expected)
                        << "operation " << operation << " seed " << seed << " life " << life;
                }
                possible.clear();
                countdown = operation / 2;
            }
        }
    }
}

TEST_P(JournalContract, ItsNumbersCount) {
    auto journal = opened();
    const JournalNumbers before = journal->numbers();
    ASSERT_TRUE(append_one(*journal, 0, 1, 1, std::string(1000, 'x')));
    const JournalNumbers after = journal->numbers();
    EXPECT_EQ(after.records, before.records + 1);
    EXPECT_GE(after.syncs, before.syncs + 1);
    EXPECT_LE(after.syncs, before.syncs + 2) << "one batch is one sync, and one more where a segment begins";
    EXPECT_GE(after.appended_bytes, before.appended_bytes + 1000);
    EXPECT_LT(after.appended_bytes, before.appended_bytes + 1200);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(JournalContract);

// --- journal and chain together ---

/// 32 bytes that depend on every byte; a checksum would not do, since a record ends with its own.
class ContractDigest final : public Digest {
  public:
    [[nodiscard]] Sha256 sha256(std::string_view bytes) const override {
        Sha256 digest{};
        std::uint64_t hash = 0xCBF29CE484222325U;
        for (const char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3U;
        for (std::size_t i = 0; i < digest.size(); ++i) {
            hash = (hash ^ i) * 0x100000001B3U;
            digest[i] = static_cast<std::uint8_t>(hash >> 32U);
        }
        return digest;
    }
};

class JournalReaderContract : public testing::TestWithParam<JournalMediumFactory> {
  protected:
    static constexpr codec::JournalId journal_id{1, 2, 3};
    static constexpr PartitionId partition{5};

    /// One process that writes a partition, as far as it knows what it follows.
    struct Writer {
        std::uint64_t epoch = 1;
        Lsn head;
        Lsn confirmed;
        Sha256 hash{};
    };

    /// The writer's next record, whether or not it is ever stored.
    std::string next(Writer& writer) {
        codec::Record record;
        record.header.journal = journal_id;
        record.header.partition = partition;
        record.header.lsn = {++writer.head.value};
        record.header.confirmed = writer.confirmed;
        record.header.epoch = writer.epoch;
        record.header.feature_level = codec::feature_level;
        record.header.previous = writer.hash;
        record.command.body = engine::Settle{};
        std::string bytes;
        codec::encode(record, bytes);
        writer.hash = hash_of(bytes);
        return bytes;
    }
    void store(Journal& journal, Lsn lsn, const std::string& bytes) {
        const StoredRecord record{partition, lsn, bytes};
        const auto stored = journal.append(0, {&record, 1});
        ASSERT_TRUE(stored) << stored.error().text();
    }
    /// Written, acknowledged, and known to be.
    void write(Journal& journal, Writer& writer, int records = 1) {
        for (int i = 0; i < records; ++i) {
            const std::string bytes = next(writer);
            store(journal, writer.head, bytes);
            writer.confirmed = writer.head;
        }
    }
    /// "1.1 1.2 2.3" = epoch and LSN of every record that counts; or why reading stopped.
    static std::string read(Journal& journal) {
        Chain chain(partition, {journal_id});
        std::string counted;
        const auto done =
            journal.replay([](PartitionId) { return Lsn{1}; },
                           [&](const StoredRecord& stored) -> Result<void> {
                               const codec::Header header = TRY(codec::decode_header(stored.bytes));
                               if (TRY(chain.offer(header, hash_of(stored.bytes))) == Chain::Verdict::ignore)
                                   return {};
                               counted += (counted.empty() ? "" : " ") + std::to_string(header.epoch) + "." +
                                          std::to_string(header.lsn.value);
                               return {};
                           });
        return done.ok() ? counted : done.error().message;
    }
    static Sha256 hash_of(std::string_view bytes) { return ContractDigest().sha256(bytes); }

    std::unique_ptr<JournalMedium> medium_ = GetParam()();
    std::unique_ptr<Journal> opened() {
        auto journal = medium_->open(1);
        if (!journal) throw std::runtime_error(journal.error().text());
        return std::move(journal).value();
    }
    /// The same, now and after the journal was opened anew.
    void expect_read(std::unique_ptr<Journal>& journal, const std::string& expected) {
        EXPECT_EQ(read(*journal), expected);
        journal.reset();
        journal = opened();
        EXPECT_EQ(read(*journal), expected) << "opened anew";
    }
};

TEST_P(JournalReaderContract, WhatWasWrittenIsReadOnce) {
    auto journal = opened();
    Writer owner;
    write(*journal, owner, 40);
    std::string expected = "1.1";
    for (int lsn = 2; lsn <= 40; ++lsn) expected += " 1." + std::to_string(lsn);
    expect_read(journal, expected);
}

TEST_P(JournalReaderContract, ADuplicateIsReadOnce) {
    auto journal = opened();
    Writer owner;
    const std::string first = next(owner);
    store(*journal, {1}, first);
    const std::string second = next(owner);
    store(*journal, {2}, second);
    store(*journal, {2}, second);
    store(*journal, {1}, first);
    owner.confirmed = owner.head;
    write(*journal, owner);
    expect_read(journal, "1.1 1.2 1.3");
}

TEST_P(JournalReaderContract, AZombieOfAnOlderEpochChangesNothing) {
    auto journal = opened();
    Writer zombie;
    write(*journal, zombie, 2);
    Writer owner = zombie;
    owner.epoch = 2;
    write(*journal, owner);
    write(*journal, zombie, 2);  // its third and fourth, beside the owner's
    write(*journal, owner, 2);
    write(*journal, zombie, 3);
    expect_read(journal, "1.1 1.2 2.3 2.4 2.5");
}

TEST_P(JournalReaderContract, AGapNobodyWasPromisedIsIgnoredUpToTheNextEpoch) {
    auto journal = opened();
    Writer owner;
    write(*journal, owner, 2);
    Writer heir = owner;
    heir.epoch = 2;
    const std::string lost = next(owner);
    for (int i = 0; i < 2; ++i) {
        const std::string bytes = next(owner);
        store(*journal, owner.head, bytes);
    }
    store(*journal, {3}, lost);  // too late: the writer has given up
    EXPECT_EQ(read(*journal), "1.1 1.2");
    write(*journal, heir, 3);
    expect_read(journal, "1.1 1.2 2.3 2.4 2.5");
}

TEST_P(JournalReaderContract, AGapThatWasPromisedStopsTheReader) {
    auto journal = opened();
    Writer owner;
    write(*journal, owner, 2);
    next(owner);
    owner.confirmed = owner.head;
    const std::string bytes = next(owner);
    store(*journal, owner.head, bytes);
    EXPECT_EQ(read(*journal), "partition 5, record 4: records 3 to 3 are missing");
}

TEST_P(JournalReaderContract, ARivalOfTheSameEpochStopsTheReader) {
    auto journal = opened();
    Writer owner;
    write(*journal, owner, 2);
    Writer rival = owner;
    write(*journal, owner);
    rival.confirmed = {1};
    const std::string bytes = next(rival);
    store(*journal, rival.head, bytes);
    EXPECT_EQ(read(*journal),
              "partition 5, record 3: a different record with this number was applied already");
}

// The end that nobody was promised goes; the next owner writes its own in that place.
TEST_P(JournalReaderContract, AfterATruncatedEndTheNextOwnerGoesOn) {
    auto journal = opened();
    Writer owner;
    write(*journal, owner, 2);
    Writer heir = owner;
    heir.epoch = 2;
    const std::uint64_t before = medium_->stored_bytes();
    write(*journal, owner);
    journal.reset();
    medium_->truncate(before + 7);
    journal = opened();
    EXPECT_EQ(read(*journal), "1.1 1.2");
    write(*journal, heir, 2);
    expect_read(journal, "1.1 1.2 2.3 2.4");
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(JournalReaderContract);

}  // namespace banyan::runtime
