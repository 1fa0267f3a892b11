// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/journal_reader.h"

#include "adapters/files/archive.h"
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
    for (const std::string& folder : TRY(disk.list("journal"))) {
        const auto run = parse_run_directory(folder);
        std::optional<std::uint32_t> last;
        for (const std::string& name : TRY(disk.list("journal/" + folder))) {
            const auto number = parse_segment_file(name);
            if (!run || !number || number == last) continue;  // a segment and its archive stand side by side
            last = number;
            const auto segment = TRY(open_segment(disk, {run->run, run->log, *number}));
            bytes += segment->size();
        }
    }
    return bytes;
}

}  // namespace banyan::files
