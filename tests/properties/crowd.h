// SPDX-License-Identifier: Apache-2.0
#pragma once

// A crowd of members that does everything a programme allows, and much that it does not, from one seed.

#include <memory>
#include <random>
#include <vector>

#include "engine/world_test.h"

namespace banyan::properties {

/// Units with every policy, a ladder that falls and one that does not, rules that read the birthday.
std::shared_ptr<const programme::Programme> programme();

/// Metrics over every kind of window, growth, reviews, validity, grace, entry grants, forfeits and a score.
std::shared_ptr<const programme::Programme> standings();

class Crowd {
  public:
    Crowd(std::uint64_t seed, std::uint16_t partitions) : random_(seed), partitions_(partitions) {}

    /// The next command, in the partition where it belongs; its member may be new, merged away or erased.
    struct Ask {
        PartitionId partition;
        engine::Command command;
        Duration later;  // how much time passes before it
    };
    Ask next();
    /// The member that a claim of this crowd made.
    void met(MemberId member) { members_.push_back(member); }
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    [[nodiscard]] bool one_in(std::uint64_t n) { return below(n) == 0; }

  private:
    engine::CommandBody body(MemberId member);
    KeyedId known(const std::vector<KeyedId>& ids, MemberId member);
    KeyedId fresh(std::vector<KeyedId>& ids, MemberId member);
    Quantity amount();

    std::mt19937_64 random_;
    std::uint16_t partitions_;
    std::uint64_t last_id_ = 0;
    std::vector<MemberId> members_;
    std::vector<KeyedId> orders_;
    std::vector<KeyedId> spends_;
    std::vector<std::pair<KeyedId, UnitId>> holds_;
    MemberId last_survivor_;
    Instant now_;
};

}  // namespace banyan::properties
