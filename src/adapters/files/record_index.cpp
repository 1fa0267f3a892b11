// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/record_index.h"

#include <algorithm>

namespace banyan::files {

void RecordIndex::add(PartitionId partition, Lsn lsn, Location location) {
    Partition& known = partitions_[partition];
    if (known.offsets.empty()) known.first = lsn;
    if (lsn.value != known.first.value + known.offsets.size()) {
        known.others[lsn] = location;
        return;
    }
    if (known.spans.empty() || known.spans.back().segment != location.segment) {
        known.spans.push_back({static_cast<std::uint32_t>(known.offsets.size()), location.segment});
    }
    known.offsets.push_back(location.offset);
}

std::optional<RecordIndex::Location> RecordIndex::find(PartitionId partition, Lsn lsn) const {
    const auto found = partitions_.find(partition);
    if (found == partitions_.end()) return std::nullopt;
    const Partition& known = found->second;
    if (const auto other = known.others.find(lsn); other != known.others.end()) return other->second;
    if (lsn < known.first || lsn.value - known.first.value >= known.offsets.size()) return std::nullopt;
    const auto place = static_cast<std::uint32_t>(lsn.value - known.first.value);
    const auto after =
        std::upper_bound(known.spans.begin(), known.spans.end(), place,
                         [](std::uint32_t wanted, const Span& span) { return wanted < span.first; });
    return Location{(after - 1)->segment, known.offsets[place]};
}

}  // namespace banyan::files
