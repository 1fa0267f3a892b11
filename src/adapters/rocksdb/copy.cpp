// SPDX-License-Identifier: Apache-2.0
#include "adapters/rocksdb/copy.h"

#include <memory>
#include <vector>

#include <rocksdb/db.h>

#include "adapters/rocksdb/rocks_store.h"
#include "adapters/rocksdb/status.h"

namespace banyan::rocks {

namespace {

constexpr int attempts_max = 5;
constexpr std::size_t batch_rows = 10'000;

// What OpenForReadOnly needs to be undone in the right order.
struct Live {
    std::unique_ptr<rocksdb::DB> database;
    std::vector<rocksdb::ColumnFamilyHandle*> tables;
    ~Live() {
        for (rocksdb::ColumnFamilyHandle* table : tables) database->DestroyColumnFamilyHandle(table);
    }
};

Result<std::uint64_t> copy_tables(Live& live, RocksStore& target, const std::string& source) {
    std::uint64_t rows = 0;
    for (std::uint8_t table = 0; table < RocksStore::table_count; ++table) {
        const std::unique_ptr<rocksdb::Iterator> at(
            live.database->NewIterator(rocksdb::ReadOptions(), live.tables[table + 1U]));
        std::vector<runtime::Put> batch;
        for (at->SeekToFirst(); at->Valid(); at->Next()) {
            batch.push_back({table, at->key().ToString(), at->value().ToString()});
            ++rows;
            if (batch.size() < batch_rows) continue;
            TRY(target.write(batch, runtime::Durability::eventually));
            batch.clear();
        }
        if (!at->status().ok()) return error_of("read", at->status(), source);
        TRY(target.write(batch, runtime::Durability::now));
    }
    return rows;
}

}  // namespace

Result<std::uint64_t> copy_live(const std::string& source, const std::string& target) {
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
    for (int i = 0; i < RocksStore::table_count; ++i)
        families.emplace_back("t" + std::to_string(i), rocksdb::ColumnFamilyOptions());
    // The writer may remove a file between our listing and our opening it; then everything is newer and we look again.
    rocksdb::Status status;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        Live live;
        rocksdb::DB* database = nullptr;
        status = rocksdb::DB::OpenForReadOnly(rocksdb::Options(), source, families, &live.tables, &database);
        if (!status.ok()) continue;
        live.database.reset(database);
        const auto store = TRY(RocksStore::open(target, {}));
        return copy_tables(live, *store, source);
    }
    return error_of("open for a copy", status, source);
}

}  // namespace banyan::rocks
