// SPDX-License-Identifier: Apache-2.0
// Replay on one core: every record of a data directory's journal through fresh partitions that no checkpoint helps.
// Decoding, the chain's hash, the balance of each record and applying its facts are all in the time; reading too.

#include "adapters/files/file_journal.h"
#include "adapters/system/directory_lock.h"
#include "adapters/system/posix_disk.h"
#include "measure.h"
#include "runtime/brand_file.h"

namespace banyan::bench {

int run_replay(const Asked& asked) {
    const system::DirectoryLock lock = must(system::lock_directory(asked.data));
    system::PosixDisk disk(asked.data);
    const runtime::BrandFile file = must(runtime::read_brand_file(disk));
    files::Options options;
    options.journal_id = file.journal;
    const auto journal = must(files::FileJournal::open(disk, options));

    EmptyStore store;
    runtime::Ids ids(store, 1);
    const runtime::Shared shared = shared_for(file.journal, ids);
    std::vector<std::unique_ptr<runtime::Partition>> partitions;
    for (std::uint16_t id = 0; id < file.partitions; ++id)
        partitions.push_back(
            std::make_unique<runtime::Partition>(PartitionId{id}, shared, store, std::uint8_t{0}));

    const auto from_the_start = [](PartitionId) { return Lsn{1}; };
    const double cpu = thread_seconds(), wall = wall_seconds();
    std::uint64_t records = 0, bytes = 0;
    must(journal->replay(from_the_start, [&](const runtime::StoredRecord& record) -> Result<void> {
        ++records;
        bytes += record.bytes.size();
        return partitions[record.partition.value]->replay(record.bytes);
    }));
    const double took_cpu = thread_seconds() - cpu, took_wall = wall_seconds() - wall;

    std::uint64_t facts = 0;  // counted afterwards, so that counting costs nothing
    must(journal->replay(from_the_start, [&](const runtime::StoredRecord& record) -> Result<void> {
        facts += TRY(codec::decode(record.bytes)).facts.size();
        return {};
    }));
    print({{"records", static_cast<double>(records)},
           {"facts", static_cast<double>(facts)},
           {"bytes", static_cast<double>(bytes)},
           {"cpu_seconds", took_cpu},
           {"wall_seconds", took_wall},
           {"facts_per_cpu_second", static_cast<double>(facts) / took_cpu},
           {"records_per_cpu_second", static_cast<double>(records) / took_cpu}});
    return 0;
}

}  // namespace banyan::bench
