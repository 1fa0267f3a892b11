// SPDX-License-Identifier: Apache-2.0
#pragma once

// A shard's fuzzy checkpoints: a few changed entities and ids each round, oldest change first. The rows are written in
// the background; only then does the mark move behind which replay starts, so a mark never promises what is not saved.

#include <cstdint>
#include <vector>

#include "runtime/partition.h"

namespace banyan::runtime {

class Brand;
class Shard;

class Checkpointer {
  public:
    Checkpointer(Brand& brand, Shard& shard) : brand_(brand), shard_(shard) {}

    /// So many records became durable.
    void note(std::uint64_t records) { since_round_ += records; }
    /// Begins a round when enough happened since the last one and none is under way.
    void step();

  private:
    struct Round {
        Partition* partition;
        std::vector<KeyedId> ids;
    };
    void end(const std::vector<Round>& rounds);

    Brand& brand_;
    Shard& shard_;
    bool is_under_way_ = false;
    std::uint64_t since_round_ = 0;
};

}  // namespace banyan::runtime
