// SPDX-License-Identifier: Apache-2.0
#include "runtime/chain.h"

#include <algorithm>

namespace banyan::runtime {

namespace {
constexpr std::size_t recent_max = 4096;  // more than the batches that a recovery copies again
}

Error Chain::halt(const codec::Header& header, const std::string& why) const {
    return Error::corrupt("partition " + std::to_string(partition_.value) + ", record " +
                              std::to_string(header.lsn.value) + ": " + why,
                          "journal");
}

Result<Chain::Verdict> Chain::offer(const codec::Header& header, const Sha256& hash) {
    const auto generation = std::find(lineage_.begin(), lineage_.end(), header.journal);
    if (generation == lineage_.end()) return halt(header, "it belongs to another journal");
    if (header.partition != partition_) return halt(header, "it says it is of another partition");
    if (header.lsn <= head_) {
        const auto same = std::find(recent_.begin(), recent_.end(), std::pair{header.lsn, hash});
        // Behind a checkpoint, or older than the window: it was verified when it was applied.
        if (same != recent_.end() || recent_.empty() || header.lsn < recent_.front().first)
            return Verdict::ignore;
        if (header.epoch < epoch_) return Verdict::ignore;
        return halt(header, "a different record with this number was applied already");
    }
    if (header.epoch < epoch_) return Verdict::ignore;
    if (header.lsn.value != head_.value + 1)
        return halt(header, "records " + std::to_string(head_.value + 1) + " to " +
                                std::to_string(header.lsn.value - 1) + " are missing");
    if (!trusted_ && header.previous != hash_)
        return halt(header, "it does not follow the record before it (hash)");
    const auto index = static_cast<std::size_t>(generation - lineage_.begin());
    if (index < generation_) return halt(header, "it is of the journal that this brand was restored from");
    generation_ = index;
    trusted_ = false;
    advance(header.epoch, hash);
    return Verdict::apply;
}

void Chain::advance(std::uint64_t epoch, const Sha256& hash) {
    ++head_.value;
    hash_ = hash;
    epoch_ = epoch;
    trusted_ = false;
    recent_.emplace_back(head_, hash);
    if (recent_.size() > recent_max) recent_.pop_front();
}

}  // namespace banyan::runtime
