// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/file_journal.h"

#include <array>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/files/memory_disk_test.h"
#include "base/crc32c.h"

namespace banyan::files {
namespace {

using runtime::StoredRecord;

constexpr JournalId ours{1, 2, 3};
constexpr const char* first_segment = "journal/000001-00/000001.seg";

std::unique_ptr<FileJournal> opened(MemoryDisk& disk, const Options& options) {
    auto journal = FileJournal::open(disk, options);
    if (!journal)
        throw std::runtime_error(journal.error().text());  // googletest catches it and ends the test
    return std::move(journal).value();
}

Result<void> append(FileJournal& journal, std::uint32_t log, std::uint16_t partition, std::uint64_t lsn,
                    std::string_view bytes) {
    const StoredRecord record{{partition}, {lsn}, bytes};
    return journal.append(log, {&record, 1});
}

TEST(FileJournalTest, OneBatchIsOneWriteAndOneSync) {
    MemoryDisk disk;
    auto journal = opened(disk, {.journal_id = ours});
    const std::string bytes(300, 'r');
    std::vector<StoredRecord> batch;
    for (std::uint64_t lsn = 1; lsn <= 100; ++lsn) batch.push_back({{1}, {lsn}, bytes});
    const std::uint64_t operations = disk.operations();
    const runtime::JournalNumbers before = journal->numbers();
    ASSERT_TRUE(journal->append(0, batch));
    EXPECT_EQ(disk.operations() - operations, 2U);
    const runtime::JournalNumbers after = journal->numbers();
    EXPECT_EQ(after.syncs - before.syncs, 1U);
    EXPECT_EQ(after.records - before.records, 100U);
    EXPECT_EQ(after.appended_bytes - before.appended_bytes,
              frame_header_size + 100 * (record_header_size + 300));
    ASSERT_TRUE(journal->append(0, {}));
    EXPECT_EQ(disk.operations() - operations, 2U) << "nothing to append is nothing to sync";
}

TEST(FileJournalTest, AnIdleLogIsSealedOnce) {
    MemoryDisk disk;
    auto journal = opened(disk, {.journal_id = ours});
    ASSERT_TRUE(append(*journal, 0, 1, 1, "one"));
    ASSERT_TRUE(journal->seal(0));
    const std::uint64_t operations = disk.operations();
    ASSERT_TRUE(journal->seal(0));
    EXPECT_EQ(disk.operations(), operations);
}

TEST(FileJournalTest, SegmentsTurnOverAndReplayPassesOverOldOnesUnread) {
    MemoryDisk disk;
    auto journal = opened(disk, {.journal_id = ours, .segment_bytes_max = 1000});
    for (std::uint64_t lsn = 1; lsn <= 50; ++lsn)
        ASSERT_TRUE(append(*journal, 0, 1, lsn, std::string(200, 's')));
    EXPECT_GT(disk.list("journal/000001-00").value().size(), 8U);
    // Damage that happens after the opening, in a segment that a late replay has no business reading.
    std::string& early = disk.content("journal/000001-00/000002.seg");
    early[early.size() / 2] = static_cast<char>(early[early.size() / 2] ^ 1);
    const auto count = [&](std::uint64_t from) {
        std::uint64_t records = 0;
        const auto done = journal->replay([&](PartitionId) { return Lsn{from}; },
                                          [&](const StoredRecord&) -> Result<void> {
                                              ++records;
                                              return {};
                                          });
        return done ? records : 0;
    };
    EXPECT_EQ(count(40), 11U);
    EXPECT_EQ(count(51), 0U);
    const auto all = journal->replay([](PartitionId) { return Lsn{0}; },
                                     [](const StoredRecord&) -> Result<void> { return {}; });
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().code, ErrorCode::corrupt);
    EXPECT_EQ(all.error().where.rfind("journal/000001-00/000002.seg:", 0), 0U) << all.error().where;
}

TEST(FileJournalTest, AnotherJournalsFilesAreRefused) {
    MemoryDisk disk;
    opened(disk, {.journal_id = ours}).reset();
    const auto foreign = FileJournal::open(disk, {.journal_id = {9}});
    ASSERT_FALSE(foreign);
    EXPECT_EQ(foreign.error().code, ErrorCode::conflict);
    EXPECT_EQ(foreign.error().where, first_segment);
}

TEST(FileJournalTest, ANewerFormatIsRefusedAndNothingIsWritten) {
    MemoryDisk disk;
    opened(disk, {.journal_id = ours}).reset();
    std::string& bytes = disk.content(first_segment);
    bytes[8] = 2;
    const std::uint32_t checksum = crc32c(std::string_view(bytes).substr(0, segment_header_size - 4));
    bytes.replace(segment_header_size - 4, 4, reinterpret_cast<const char*>(&checksum), 4);
    const auto before = disk.contents();
    const auto newer = FileJournal::open(disk, {.journal_id = ours});
    ASSERT_FALSE(newer);
    EXPECT_EQ(newer.error().code, ErrorCode::unsupported);
    EXPECT_EQ(disk.contents(), before);
}

TEST(FileJournalTest, WhatIsNoJournalIsNotTouched) {
    MemoryDisk disk;
    ASSERT_TRUE(disk.replace("journal/notes.txt", "mine"));
    const auto refused = FileJournal::open(disk, {.journal_id = ours});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
    EXPECT_EQ(refused.error().where, "journal/notes.txt");
}

// Each file that held something acknowledged, gone or shortened, is noticed.
TEST(FileJournalTest, AMissingOrShortenedSegmentIsNamed) {
    const auto write = [](MemoryDisk& disk) {
        for (int run = 0; run < 2; ++run) {
            auto journal = opened(disk, {.journal_id = ours, .logs = 2, .segment_bytes_max = 200});
            for (std::uint64_t lsn = 1; lsn <= 4; ++lsn) {
                for (std::uint16_t partition = 0; partition < 2; ++partition) {
                    const std::uint64_t next = lsn + static_cast<std::uint64_t>(run) * 4;
                    ASSERT_TRUE(append(*journal, partition, partition, next, std::string(100, 'm')));
                }
            }
            for (std::uint32_t log = 0; log < 2; ++log) ASSERT_TRUE(journal->seal(log));
        }
    };
    MemoryDisk whole;
    write(whole);
    for (const auto& [path, content] : whole.contents()) {
        const std::string directory = path.substr(0, path.rfind('/'));
        const bool is_newest_end = directory.rfind("journal/000002", 0) == 0 &&
                                   directory + "/" + whole.list(directory).value().back() == path;
        if (is_newest_end) continue;  // nothing after the last file can tell that there was one
        MemoryDisk missing;
        write(missing);
        ASSERT_TRUE(missing.remove(path));
        EXPECT_FALSE(FileJournal::open(missing, {.journal_id = ours, .logs = 2})) << path;
        MemoryDisk shortened;
        write(shortened);
        shortened.content(path).resize(content.size() / 2);
        const auto refused = FileJournal::open(shortened, {.journal_id = ours, .logs = 2});
        ASSERT_FALSE(refused) << path;
        EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
    }
}

// A frame of this very journal inside a record, which claims that everything was synced: behind a torn end it must
// not pass for one, or the end would be taken for rot.
TEST(FileJournalTest, AFrameInAnotherPlaceIsNoFrame) {
    MemoryDisk twin;
    auto journal = opened(twin, {.journal_id = ours});
    for (std::uint64_t lsn = 1; lsn <= 8; ++lsn) ASSERT_TRUE(append(*journal, 0, 1, lsn, "twin"));
    const std::uint64_t begin = twin.stored_bytes();
    ASSERT_TRUE(append(*journal, 0, 1, 9, "twin"));
    const std::string frame = twin.content(first_segment).substr(begin);

    MemoryDisk disk;
    journal = opened(disk, {.journal_id = ours});
    ASSERT_TRUE(append(*journal, 0, 1, 1, "one"));
    ASSERT_TRUE(append(*journal, 0, 1, 2, frame));
    ASSERT_TRUE(append(*journal, 0, 1, 3, "xx" + frame));
    disk.content(first_segment).pop_back();
    disk.content(first_segment) += frame + frame;
    journal = opened(disk, {.journal_id = ours});
    EXPECT_EQ(journal->read({1}, {2}).value(), frame);
    EXPECT_FALSE(journal->read({1}, {3}));
    EXPECT_FALSE(journal->read({1}, {9}));
}

TEST(FileJournalTest, LogsAppendAndOthersReadAtTheSameTime) {
    MemoryDisk disk;
    auto journal = opened(disk, {.journal_id = ours, .logs = 2, .segment_bytes_max = 2000});
    constexpr std::uint64_t last = 400;
    std::array<std::atomic<std::uint64_t>, 2> durable{};
    const auto write = [&](std::uint16_t partition) {
        for (std::uint64_t lsn = 1; lsn <= last; ++lsn) {
            EXPECT_TRUE(append(*journal, partition, partition, lsn, std::to_string(lsn)));
            durable[partition] = lsn;
            if (lsn % 50 != 0) continue;
            EXPECT_TRUE(journal->seal(partition));
        }
    };
    std::thread first(write, std::uint16_t{0});
    std::thread second(write, std::uint16_t{1});
    std::thread reader([&] {
        for (std::uint64_t round = 0; durable[0] < last || durable[1] < last; ++round) {
            const auto partition = static_cast<std::uint16_t>(round % 2);
            const std::uint64_t known = durable[partition];
            if (known == 0) continue;
            const std::uint64_t lsn = 1 + round * 7919 % known;
            const auto bytes = journal->read({partition}, {lsn});
            EXPECT_TRUE(bytes && *bytes == std::to_string(lsn));
            if (round % 100 != 0) continue;
            std::array<std::uint64_t, 2> seen{};
            EXPECT_TRUE(journal->replay([](PartitionId) { return Lsn{0}; },
                                        [&](const StoredRecord& record) -> Result<void> {
                                            EXPECT_EQ(record.lsn.value, ++seen[record.partition.value]);
                                            return {};
                                        }));
            EXPECT_GE(seen[partition], known);
        }
    });
    first.join();
    second.join();
    reader.join();
    EXPECT_EQ(journal->numbers().records, 2 * last);
}

TEST(FileJournalTest, ASlowerDiskCanBeImagined) {
    MemoryDisk disk;
    auto journal = opened(disk, {.journal_id = ours, .sync_delay = milliseconds(2)});
    const auto begin = std::chrono::steady_clock::now();
    for (std::uint64_t lsn = 1; lsn <= 10; ++lsn) ASSERT_TRUE(append(*journal, 0, 1, lsn, "x"));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(20));
}

// Byte for byte what version 1 writes. When this test must change, released journals have become unreadable.
TEST(FileJournalTest, TheStoredBytesOfVersion1) {
    MemoryDisk disk;
    auto journal = opened(disk, {.journal_id = ours});
    ASSERT_TRUE(append(*journal, 0, 0x0102, 1, "fact"));
    std::string hex;
    for (const char c : disk.content(first_segment)) {
        constexpr std::string_view digits = "0123456789abcdef";
        hex += digits[static_cast<unsigned char>(c) >> 4U];
        hex += digits[static_cast<unsigned char>(c) & 15U];
    }
    EXPECT_EQ(hex,
              "42414e59414e5347010000000102030000000000000000000000000001000000"
              "0000000001000000010000000000000000000000000000000000000013e3291f"
              "424e464d4552d7c4030000000000000001000000000000000000000000000000"
              "0c0000000000000000000000000000000100000000000000424e464d487905ee"
              "0100000000000000020000000000000001000000000000001200000001000000"
              "00000000020101000000000000000400000066616374");
}

}  // namespace
}  // namespace banyan::files
