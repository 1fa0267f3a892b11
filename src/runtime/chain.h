// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which records of a partition count (protocol: reader). Records arrive in the order they were written, from whatever
// journal; the chain applies one, ignores one, or halts because the journal contradicts itself. The same rules serve
// every journal, so they live here and not in an adapter.
//
//   older epoch                              ignored: a zombie wrote it
//   LSN = head + 1, previous hash fits       applied
//   LSN <= head, the very bytes applied      ignored: a duplicate
//   LSN > head + 1, and no record that was   ignored, with all of its epoch that follows: what is missing was never
//   seen calls the missing ones confirmed    acknowledged, so neither was what stands behind it
//   anything else                            halt, naming partition and LSN

#include <deque>
#include <optional>
#include <vector>

#include "base/ports/digest.h"
#include "base/result.h"
#include "codec/record.h"

namespace banyan::runtime {

class Chain {
  public:
    enum class Verdict : unsigned char { apply, ignore };

    /// `lineage`: the journals whose records count, oldest first. A restored brand goes on in a journal of its own, and
    /// from its first record there on nothing counts that whoever still has the old one writes.
    Chain(PartitionId partition, std::vector<codec::JournalId> lineage)
        : partition_(partition), lineage_(std::move(lineage)) {}

    struct Place {
        Lsn lsn;
        Sha256 hash{};
        std::uint64_t epoch = 0;
    };
    /// Starts behind a checkpoint: the next record expected is `from`. Where the checkpoint does not say what came
    /// before, that record's own word for it is believed.
    void start_at(Lsn from, const std::optional<Place>& before = {});
    /// A record that counted, where it is recent enough to be known.
    [[nodiscard]] std::optional<Place> place(Lsn lsn) const;

    Result<Verdict> offer(const codec::Header& header, const Sha256& hash);

    [[nodiscard]] Lsn head() const { return head_; }
    [[nodiscard]] const Sha256& hash() const { return hash_; }
    [[nodiscard]] std::uint64_t epoch() const { return epoch_; }
    /// Our own record, just written.
    void advance(std::uint64_t epoch, const Sha256& hash);

  private:
    [[nodiscard]] Error halt(const codec::Header& header, const std::string& why) const;

    PartitionId partition_;
    std::vector<codec::JournalId> lineage_;
    std::size_t generation_ = 0;  // whose record was applied last, in lineage_
    Lsn head_;
    Sha256 hash_{};
    std::uint64_t epoch_ = 0;
    Lsn confirmed_;             // the highest that any record seen says was durable before it
    bool trusted_ = false;      // no predecessor was seen: the first record is taken at its word
    bool skips_ = false;        // behind a gap, up to the next epoch
    std::deque<Place> recent_;  // enough to tell a duplicate from a rival
};

}  // namespace banyan::runtime
