// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/journal_reader.h"

#include "adapters/files/scan.h"

namespace banyan::files {

namespace {
constexpr int attempts = 3;
}

// The writer may finish, while the end of a log is read, the very frame that was found half-written; then the scan takes
// it for damage in front of something promised. Damage that is real is still there at the next look.
Result<void> read_beside(runtime::Disk& disk, const JournalId& journal,
                         const runtime::Journal::Visitor& visitor) {
    for (int attempt = 1;; ++attempt) {
        bool is_visitors = false;
        const auto found = scan(disk, journal, [&](const PlacedFrame& placed) {
            return each_record(placed,
                               [&](const runtime::StoredRecord& record, std::uint64_t) -> Result<void> {
                                   auto visited = visitor(record);
                                   is_visitors = !visited.ok();
                                   return visited;
                               });
        });
        if (found.ok()) return {};
        if (is_visitors || found.error().code != ErrorCode::corrupt || attempt == attempts)
            return found.error();
    }
}

Result<std::uint64_t> bytes_of_journal(runtime::Disk& disk) {
    std::uint64_t bytes = 0;
    for (const std::string& run : TRY(disk.list("journal"))) {
        const std::string folder = "journal/" + run;
        for (const std::string& name : TRY(disk.list(folder))) {
            const auto file = disk.open(folder + "/" + name, runtime::Disk::Mode::read);
            if (!file.ok() && file.error().code == ErrorCode::not_found) continue;  // archived meanwhile
            if (!file.ok()) return file.error();
            bytes += (*file)->size();
        }
    }
    return bytes;
}

}  // namespace banyan::files
