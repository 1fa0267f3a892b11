// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/archive.h"

#include <string>

#include <gtest/gtest.h>

#include "adapters/files/file_journal.h"
#include "adapters/files/memory_disk_test.h"

namespace banyan::files {
namespace {

constexpr JournalId ours{1, 2, 3};
constexpr SegmentName first{1, 0, 1};
const std::string segment_path = "journal/000001-00/000001.seg";
const std::string archive_path = "journal/000001-00/000001.arc";

// Some hundred kilobytes, so that records lie in and across several blocks.
std::string record_of(std::uint64_t lsn) {
    return std::string(900 + lsn % 300, static_cast<char>('a' + lsn % 26));
}

std::unique_ptr<FileJournal> opened(MemoryDisk& disk) {
    auto journal = FileJournal::open(disk, {.journal_id = ours, .logs = 1, .segment_bytes_max = 300'000});
    EXPECT_TRUE(journal.ok()) << (journal.ok() ? "" : journal.error().text());
    return std::move(journal).value();
}

void fill(FileJournal& journal, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t lsn = from; lsn <= to; ++lsn) {
        const std::string bytes = record_of(lsn);
        const runtime::StoredRecord record{{0}, {lsn}, bytes};
        ASSERT_TRUE(journal.append(0, {&record, 1}).ok());
    }
}

void expect_all(FileJournal& journal, std::uint64_t to) {
    std::uint64_t seen = 0;
    const auto replayed = journal.replay([](PartitionId) { return Lsn{1}; },
                                         [&](const runtime::StoredRecord& record) -> Result<void> {
                                             EXPECT_EQ(record.lsn.value, ++seen);
                                             EXPECT_EQ(record.bytes, record_of(seen));
                                             return {};
                                         });
    ASSERT_TRUE(replayed.ok()) << replayed.error().text();
    EXPECT_EQ(seen, to);
    for (std::uint64_t lsn = 1; lsn <= to; lsn += 7) {
        const auto bytes = journal.read({0}, {lsn});
        ASSERT_TRUE(bytes.ok()) << bytes.error().text();
        EXPECT_EQ(*bytes, record_of(lsn));
    }
}

TEST(ArchiveTest, ReadersOfAnArchivedJournalSeeWhatWasWritten) {
    MemoryDisk disk;
    auto journal = opened(disk);
    fill(*journal, 1, 1000);
    const auto size = journal->archive_closed(1);
    ASSERT_TRUE(size.ok()) << size.error().text();
    EXPECT_LT(size->after, size->before / 2);
    EXPECT_EQ(disk.contents().count(segment_path), 0U);
    EXPECT_EQ(disk.contents().count(archive_path), 1U);
    expect_all(*journal, 1000);
    fill(*journal, 1001, 1100);  // the open segment was left alone
    journal.reset();
    expect_all(*opened(disk), 1100);
}

TEST(ArchiveTest, WhatIsArchivedOrStillWrittenIsPassedOver) {
    MemoryDisk disk;
    auto journal = opened(disk);
    fill(*journal, 1, 100);
    EXPECT_EQ(journal->archive_closed(1)->before, 0U);  // one segment, and it is open
    fill(*journal, 101, 600);
    EXPECT_EQ(journal->archive_closed(1U << 30U)->before, 0U);  // smaller than is worth it
    EXPECT_GT(journal->archive_closed(1)->before, 0U);
    EXPECT_EQ(journal->archive_closed(1)->before, 0U);
}

TEST(ArchiveTest, WhoReadsASegmentGoesOnWhileItIsArchived) {
    MemoryDisk disk;
    auto journal = opened(disk);
    fill(*journal, 1, 600);
    const auto before = open_segment(disk, first);
    ASSERT_TRUE(before.ok());
    ASSERT_TRUE(journal->archive_closed(1).ok());
    const auto after = open_segment(disk, first);
    ASSERT_TRUE(after.ok());
    ASSERT_EQ((*before)->size(), (*after)->size());
    const auto size = static_cast<std::size_t>((*after)->size());
    EXPECT_EQ(*(*before)->read(0, size), *(*after)->read(0, size));
    EXPECT_EQ((*after)->read(size - 5, 100)->size(), 5U);
    EXPECT_EQ((*after)->read(size + 5, 100)->size(), 0U);
    EXPECT_FALSE((*after)->append("more").ok());
}

TEST(ArchiveTest, AFailureAtAnyStepLosesNothing) {
    for (std::uint64_t step = 0; step < 12; ++step) {
        MemoryDisk disk;
        auto journal = opened(disk);
        fill(*journal, 1, 600);
        disk.fail_from(step);
        const bool archived = journal->archive_closed(1).ok();
        disk.crash(step);
        journal.reset();
        auto again = opened(disk);
        expect_all(*again, 600);
        ASSERT_TRUE(again->archive_closed(1).ok());
        expect_all(*again, 600);
        if (archived) return;  // every step has failed once
    }
    FAIL() << "archiving takes more steps than were tried";
}

TEST(ArchiveTest, ADamagedArchiveIsNamedAndNotRead) {
    MemoryDisk disk;
    auto journal = opened(disk);
    fill(*journal, 1, 600);
    ASSERT_TRUE(journal->archive_closed(1).ok());
    journal.reset();
    const std::size_t size = disk.content(archive_path).size();
    for (const std::size_t at : {std::size_t{3}, std::size_t{30}, std::size_t{40}, size / 2, size - 1}) {
        char& byte = disk.content(archive_path)[at];
        byte = static_cast<char>(byte ^ 0x10);
        const auto damaged = FileJournal::open(disk, {.journal_id = ours, .logs = 1});
        ASSERT_FALSE(damaged.ok()) << "byte " << at;
        EXPECT_EQ(damaged.error().code, ErrorCode::corrupt);
        EXPECT_NE(damaged.error().text().find(archive_path), std::string::npos) << damaged.error().text();
        byte = static_cast<char>(byte ^ 0x10);
    }
    expect_all(*opened(disk), 600);
}

}  // namespace
}  // namespace banyan::files
