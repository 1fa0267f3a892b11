// SPDX-License-Identifier: Apache-2.0
#include "adapters/rocksdb/rocks_store.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include "adapters/rocksdb/open.h"
#include "adapters/rocksdb/status.h"

namespace banyan::rocks {

namespace {

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

// The first key that no longer starts with the prefix; empty when there is none.
std::string end_of(std::string_view prefix) {
    std::string end(prefix);
    while (!end.empty()) {
        if (static_cast<unsigned char>(end.back()) != 0xFF) {
            end.back() = static_cast<char>(end.back() + 1);
            return end;
        }
        end.pop_back();
    }
    return end;
}

// In key order each row is found next to the one before it. Of two rows with one key the later still comes later, and
// rows of different keys in one batch have no order that anybody could see.
std::vector<const runtime::Put*> sorted(const std::vector<runtime::Put>& batch) {
    std::vector<const runtime::Put*> rows;
    rows.reserve(batch.size());
    for (const runtime::Put& put : batch) rows.push_back(&put);
    std::stable_sort(rows.begin(), rows.end(), [](const runtime::Put* a, const runtime::Put* b) {
        return std::tie(a->table, a->key) < std::tie(b->table, b->key);
    });
    return rows;
}

}  // namespace

struct RocksStore::Handles {
    Opened opened;
    std::string path;
};

RocksStore::RocksStore(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {}
RocksStore::~RocksStore() = default;

Result<std::unique_ptr<RocksStore>> RocksStore::open(const std::string& path, const Options& options) {
    auto handles = std::make_unique<Handles>();
    handles->opened = TRY(open_database(path, options));
    handles->path = path;
    return std::unique_ptr<RocksStore>(new RocksStore(std::move(handles)));
}

Result<std::vector<std::optional<std::string>>> RocksStore::get(std::uint8_t table,
                                                                const std::vector<std::string>& keys) {
    ASSERT(table < table_count);
    const Opened& opened = handles_->opened;
    if (keys.size() == 1) {  // what a command asks; a MultiGet of one costs as much again as the lookup
        std::vector<std::optional<std::string>> answer(1);
        rocksdb::PinnableSlice value;
        const rocksdb::Status status =
            opened.database->Get(rocksdb::ReadOptions(), opened.tables[table], slice(keys.front()), &value);
        if (status.IsNotFound()) return answer;
        if (!status.ok()) return error_of("read", status, handles_->path);
        answer.front().emplace(value.data(), value.size());
        return answer;
    }
    std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    opened.database->MultiGet(rocksdb::ReadOptions(), opened.tables[table], slices.size(), slices.data(),
                              values.data(), statuses.data());
    std::vector<std::optional<std::string>> answers(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (statuses[i].IsNotFound()) continue;
        if (!statuses[i].ok()) return error_of("read", statuses[i], handles_->path);
        answers[i].emplace(values[i].data(), values[i].size());
    }
    return answers;
}

Result<void> RocksStore::write(const std::vector<runtime::Put>& batch, runtime::Durability durability) {
    const Opened& opened = handles_->opened;
    if (batch.empty()) {
        if (durability == runtime::Durability::eventually) return {};
        const rocksdb::Status synced = opened.database->SyncWAL();
        if (!synced.ok()) return error_of("sync", synced, handles_->path);
        return {};
    }
    rocksdb::WriteBatch writes;
    for (const runtime::Put* put : sorted(batch)) {
        ASSERT(put->table < table_count);
        const rocksdb::Status added =
            put->value ? writes.Put(opened.tables[put->table], slice(put->key), slice(*put->value))
                       : writes.Delete(opened.tables[put->table], slice(put->key));
        if (!added.ok()) return error_of("prepare a batch", added, handles_->path);
    }
    rocksdb::WriteOptions options;
    options.sync = durability == runtime::Durability::now;
    const rocksdb::Status written = opened.database->Write(options, &writes);
    if (!written.ok()) return error_of("write", written, handles_->path);
    return {};
}

Result<void> RocksStore::scan(std::uint8_t table, std::string_view prefix, const Visitor& visitor) {
    ASSERT(table < table_count);
    const Opened& opened = handles_->opened;
    const std::string end = end_of(prefix);
    const rocksdb::Slice bound = slice(end);
    rocksdb::ReadOptions options;
    if (!end.empty()) options.iterate_upper_bound = &bound;
    options.fill_cache = false;  // a scan passes once; it would only push out what point reads need
    options.readahead_size = 2U << 20U;
    options.total_order_seek = true;
    const std::unique_ptr<rocksdb::Iterator> iterator(
        opened.database->NewIterator(options, opened.tables[table]));
    for (iterator->Seek(slice(prefix)); iterator->Valid(); iterator->Next()) {
        if (!visitor(view(iterator->key()), view(iterator->value()))) return {};
    }
    if (!iterator->status().ok()) return error_of("scan", iterator->status(), handles_->path);
    return {};
}

// Removed bytes live on in three places: in data files until these are rewritten, in the write-ahead log until all it
// holds was flushed, and (as first and last keys of files) in the manifest until that is written anew.
Result<void> RocksStore::compact() {
    Opened& opened = handles_->opened;
    rocksdb::DB& database = *opened.database;
    std::vector<rocksdb::ColumnFamilyHandle*> all(opened.tables.begin(), opened.tables.end());
    all.push_back(opened.meta);
    const auto flush = [&]() { return database.Flush(rocksdb::FlushOptions(), all); };
    if (const rocksdb::Status flushed = flush(); !flushed.ok())
        return error_of("flush", flushed, handles_->path);

    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    options.exclusive_manual_compaction = true;
    for (rocksdb::ColumnFamilyHandle* table : all) {
        const rocksdb::Status compacted = database.CompactRange(options, table, nullptr, nullptr);
        if (!compacted.ok()) return error_of("compact", compacted, handles_->path);
    }

    // Every change of the file list begins a new manifest (see open_database), whose first entry is the list before
    // that change. So one more change, which touches nothing of value, makes the manifest forget the old files.
    TRY(mark_compaction(opened, handles_->path));
    if (const rocksdb::Status flushed = flush(); !flushed.ok())
        return error_of("flush", flushed, handles_->path);

    // Files no longer in use are removed in the background; this removes what is left, and the rest is waited for.
    for (const rocksdb::Status& status :
         {database.DisableFileDeletions(), database.EnableFileDeletions(true)}) {
        if (!status.ok()) return error_of("remove old files of", status, handles_->path);
    }
    return wait_until_only_live_files(opened, handles_->path);
}

}  // namespace banyan::rocks
