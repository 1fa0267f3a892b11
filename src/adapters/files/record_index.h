// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where each record lies: four bytes a record, because a partition's LSNs follow one another and its records lie in
// few segments. Rebuilt whenever the journal is opened. Not synchronised: FileJournal holds a lock around it.

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/id.h"

namespace banyan::files {

class RecordIndex {
  public:
    struct Location {
        std::uint32_t segment = 0;  // the caller's number for it
        std::uint32_t offset = 0;   // of the record's own header within the segment
    };

    /// Called in the order in which a partition's records were written.
    void add(PartitionId partition, Lsn lsn, Location location);
    [[nodiscard]] std::optional<Location> find(PartitionId partition, Lsn lsn) const;

  private:
    struct Span {
        std::uint32_t first = 0;  // place in offsets from which on records lie in `segment`
        std::uint32_t segment = 0;
    };
    struct Partition {
        Lsn first;
        std::vector<std::uint32_t> offsets;
        std::vector<Span> spans;
        // Records out of sequence. Nobody writes such, but what is stored must be found.
        std::map<Lsn, Location> others;
    };

    std::unordered_map<PartitionId, Partition> partitions_;
};

}  // namespace banyan::files
