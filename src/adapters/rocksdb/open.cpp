// SPDX-License-Identifier: Apache-2.0
#include "adapters/rocksdb/open.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include "adapters/rocksdb/status.h"

namespace banyan::rocks {

namespace {

constexpr const char* format_key = "banyan.store.format";
constexpr const char* format = "1";
constexpr const char* compaction_key = "banyan.store.compacted";

// RocksDB's own log repeats file names, options and sometimes keys. What matters reaches us as a status.
class Silence final : public rocksdb::Logger {
  public:
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
};

rocksdb::Options database_options(const Options& options) {
    rocksdb::Options tuned;
    tuned.create_if_missing = true;
    tuned.create_missing_column_families = true;
    tuned.paranoid_checks = true;
    tuned.info_log = std::make_shared<Silence>();
    tuned.stats_dump_period_sec = 0;
    tuned.stats_persist_period_sec = 0;
    tuned.IncreaseParallelism(options.threads);
    tuned.db_write_buffer_size = options.buffer_bytes;
    tuned.max_total_wal_size = options.buffer_bytes;  // all of it is read again at the next start
    tuned.allow_fallocate = false;  // a log set aside in advance is 30 MB that a small disk does not have
    tuned.max_open_files = 512;
    tuned.bytes_per_sync = 1U << 20U;
    // A torn end of the log was never promised to anybody; damage before its end was, and is not skipped.
    tuned.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    // Each change of the file list writes a new manifest: file lists are short here, and an old manifest would keep
    // keys of removed rows as bounds of files long gone.
    tuned.max_manifest_file_size = 1;
    return tuned;
}

rocksdb::ColumnFamilyOptions table_options(const Options& options,
                                           const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::BlockBasedTableOptions blocks;
    blocks.block_cache = cache;
    blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
    // Indexes and filters stay in memory as long as their file is open: 10 bits a key. In the cache, a filter of a
    // million keys is larger than a shard of it, is kept by none, and would be read anew for every key looked up.
    blocks.cache_index_and_filter_blocks = false;
    blocks.format_version = 5;
    blocks.checksum = rocksdb::kCRC32c;
    rocksdb::ColumnFamilyOptions tuned;
    tuned.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
    tuned.compression = rocksdb::kNoCompression;  // rows are packed already, or sealed
    tuned.write_buffer_size = std::max<std::uint64_t>(options.buffer_bytes / 2, 1U << 20U);
    tuned.level_compaction_dynamic_level_bytes = true;
    // Most of what a command looks up is not there (a new id, a new order): a filter answers that without a search.
    tuned.memtable_whole_key_filtering = true;
    tuned.memtable_prefix_bloom_size_ratio = 0.02;
    // Checkpoint rows come sorted (RocksStore::write): each insert starts where the last one ended.
    tuned.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
    return tuned;
}

Error foreign(const std::string& path) {
    return Error::corrupt("the directory is not a store of this programme; nothing was changed in it", path);
}

Error newer(const std::string& path) {
    return Error{ErrorCode::unsupported,
                 "the store was written by a newer version of this programme; use that one", path};
}

enum class Presence : unsigned char { absent, present };

// A directory with files but without a database would be taken over by RocksDB without a word.
Result<Presence> look(const std::string& path) {
    std::error_code failed;
    if (!std::filesystem::exists(path, failed)) return Presence::absent;
    const bool is_directory = std::filesystem::is_directory(path, failed);
    if (!is_directory) return foreign(path);
    const bool is_empty = std::filesystem::is_empty(path, failed);
    if (failed) return Error::io("cannot list the store: " + failed.message(), path);
    if (is_empty) return Presence::absent;
    if (!std::filesystem::exists(path + "/CURRENT", failed)) return foreign(path);
    return Presence::present;
}

Result<void> check_tables(const rocksdb::Options& options, const std::string& path) {
    std::vector<std::string> names;
    const rocksdb::Status listed = rocksdb::DB::ListColumnFamilies(options, path, &names);
    if (!listed.ok()) return error_of("open", listed, path);
    for (const std::string& name : names) {
        const bool ours = name == rocksdb::kDefaultColumnFamilyName ||
                          (name.size() == 2 && name[0] == 't' && name[1] >= '0' &&
                           name[1] < static_cast<char>('0' + RocksStore::table_count));
        if (!ours) return newer(path);
    }
    return {};
}

Result<void> check_format(Opened& opened, Presence before, const std::string& path) {
    std::string found;
    const rocksdb::Status read =
        opened.database->Get(rocksdb::ReadOptions(), opened.meta, format_key, &found);
    if (read.IsNotFound() && before == Presence::absent) {
        rocksdb::WriteOptions durable;
        durable.sync = true;
        const rocksdb::Status written = opened.database->Put(durable, opened.meta, format_key, format);
        if (!written.ok()) return error_of("write", written, path);
        return {};
    }
    if (read.IsNotFound()) {
        // Killed between making the database and naming its format: every table is empty.
        for (rocksdb::ColumnFamilyHandle* table : opened.tables) {
            const std::unique_ptr<rocksdb::Iterator> rows(
                opened.database->NewIterator(rocksdb::ReadOptions(), table));
            rows->SeekToFirst();
            if (rows->Valid()) return foreign(path);
        }
        return check_format(opened, Presence::absent, path);
    }
    if (!read.ok()) return error_of("read", read, path);
    if (found != format) return newer(path);
    return {};
}

}  // namespace

Opened::~Opened() {
    if (!database) return;
    for (rocksdb::ColumnFamilyHandle* table : tables) database->DestroyColumnFamilyHandle(table);
    if (meta != nullptr) database->DestroyColumnFamilyHandle(meta);
}

namespace {

// Making nine tables writes the manifest nine times; with room to append that is one file instead of nine.
Result<void> create_database(rocksdb::Options tuned, const std::string& path,
                             const std::vector<rocksdb::ColumnFamilyDescriptor>& families) {
    tuned.max_manifest_file_size = 1ULL << 30U;
    rocksdb::DB* database = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    const rocksdb::Status status = rocksdb::DB::Open(tuned, path, families, &handles, &database);
    if (!status.ok()) return error_of("create", status, path);
    const std::unique_ptr<rocksdb::DB> owned(database);
    for (rocksdb::ColumnFamilyHandle* handle : handles) owned->DestroyColumnFamilyHandle(handle);
    return {};
}

}  // namespace

Result<Opened> open_database(const std::string& path, const Options& options) {
    const Presence before = TRY(look(path));
    const rocksdb::Options tuned = database_options(options);
    if (before == Presence::present) TRY(check_tables(tuned, path));
    const auto cache = rocksdb::NewLRUCache(options.cache_bytes);
    const rocksdb::ColumnFamilyOptions table = table_options(options, cache);
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.emplace_back(rocksdb::kDefaultColumnFamilyName, table);
    for (int i = 0; i < RocksStore::table_count; ++i) families.emplace_back("t" + std::to_string(i), table);
    if (before == Presence::absent) TRY(create_database(tuned, path, families));

    rocksdb::DB* database = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    const rocksdb::Status status = rocksdb::DB::Open(tuned, path, families, &handles, &database);
    if (!status.ok()) {
        Error error = error_of("open", status, path);
        if (status.ToString().find("LOCK") != std::string::npos) {
            error = Error{ErrorCode::conflict, "the store is in use by another process; stop it first", path};
        }
        return error;
    }
    Opened opened;
    opened.database.reset(database);
    opened.meta = handles.front();
    opened.tables.assign(handles.begin() + 1, handles.end());
    TRY(check_format(opened, before, path));
    return opened;
}

Result<void> mark_compaction(Opened& opened, const std::string& path) {
    const rocksdb::Status written =
        opened.database->Put(rocksdb::WriteOptions(), opened.meta, compaction_key, "");
    if (!written.ok()) return error_of("write", written, path);
    return {};
}

Result<void> wait_until_only_live_files(Opened& opened, const std::string& path) {
    constexpr int attempts_max = 1000;
    std::string left;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        std::vector<std::string> live;  // "/000012.sst", "/MANIFEST-000005", "/CURRENT", ...
        std::uint64_t manifest_bytes = 0;
        const rocksdb::Status listed = opened.database->GetLiveFiles(live, &manifest_bytes, false);
        if (!listed.ok()) return error_of("list the files of", listed, path);
        rocksdb::VectorLogPtr logs;
        const rocksdb::Status logged = opened.database->GetSortedWalFiles(logs);
        if (!logged.ok()) return error_of("list the logs of", logged, path);
        for (const auto& log : logs) live.push_back(log->PathName());

        left.clear();
        std::error_code failed;
        for (const auto& entry : std::filesystem::directory_iterator(path, failed)) {
            const std::string name = "/" + entry.path().filename().string();
            const bool may_hold_rows =
                name.ends_with(".sst") || name.ends_with(".log") || name.starts_with("/MANIFEST-");
            // A log just begun is empty, and not listed as in use. One that vanishes meanwhile is empty, too.
            std::error_code vanished;
            const auto size = std::filesystem::file_size(entry.path(), vanished);
            const bool holds_rows = may_hold_rows && !vanished && size > 0;
            if (holds_rows && std::find(live.begin(), live.end(), name) == live.end()) left = name;
        }
        if (failed) return Error::io("cannot list the store: " + failed.message(), path);
        if (left.empty()) return {};
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return Error{ErrorCode::unavailable, "an old file of the store is still there after compaction",
                 path + left};
}

}  // namespace banyan::rocks
