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

void Chain::start_at(Lsn from, const std::optional<Place>& before) {
    head_ = {from.value - 1};
    trusted_ = from.value > 1 && !before;
    if (!before) return;
    ASSERT(before->lsn == head_);
    hash_ = before->hash;
    epoch_ = before->epoch;
    recent_.push_back(*before);
}

std::optional<Chain::Place> Chain::place(Lsn lsn) const {
    // Its entries are consecutive.
    if (recent_.empty() || lsn < recent_.front().lsn || lsn > recent_.back().lsn) return std::nullopt;
    return recent_[static_cast<std::size_t>(lsn.value - recent_.front().lsn.value)];
}

Result<Chain::Verdict> Chain::offer(const codec::Header& header, const Sha256& hash) {
    const auto generation = std::find(lineage_.begin(), lineage_.end(), header.journal);
    if (generation == lineage_.end()) return halt(header, "it belongs to another journal");
    if (header.partition != partition_) return halt(header, "it says it is of another partition");
    if (header.lsn <= head_) {
        const auto applied = place(header.lsn);
        // Behind a checkpoint, or older than the window: it was verified when it was applied.
        if (!applied || applied->hash == hash) return Verdict::ignore;
        if (header.epoch < epoch_) return Verdict::ignore;
        return halt(header, "a different record with this number was applied already");
    }
    if (header.epoch < epoch_) return Verdict::ignore;
    const auto index = static_cast<std::size_t>(generation - lineage_.begin());
    if (index < generation_) return halt(header, "it is of the journal that this brand was restored from");
    confirmed_ = std::max(confirmed_, header.confirmed);
    if (header.lsn.value != head_.value + 1) {
        if (confirmed_ > head_)
            return halt(header, "records " + std::to_string(head_.value + 1) + " to " +
                                    std::to_string(header.lsn.value - 1) + " are missing");
        skips_ = true;
        return Verdict::ignore;
    }
    if (skips_ && header.epoch == epoch_) return Verdict::ignore;
    if (!trusted_ && header.previous != hash_)
        return halt(header, "it does not follow the record before it (hash)");
    generation_ = index;
    advance(header.epoch, hash);
    return Verdict::apply;
}

void Chain::advance(std::uint64_t epoch, const Sha256& hash) {
    ++head_.value;
    hash_ = hash;
    epoch_ = epoch;
    trusted_ = false;
    skips_ = false;
    recent_.push_back({head_, hash, epoch});
    if (recent_.size() > recent_max) recent_.pop_front();
}

}  // namespace banyan::runtime
