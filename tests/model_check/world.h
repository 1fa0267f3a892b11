// SPDX-License-Identifier: Apache-2.0
#pragma once

// A world that can be copied a million times: two partitions whose entities are shared between the copies until a
// command changes them. Positions are no content: every record stands at position 1 and no cursor is kept, so two
// worlds that hold the same are the same, however they came about.

#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/decide.h"

namespace banyan::model_check {

/// 128 bits over packed bytes. Of a million million states two would meet by chance once in 10^14 worlds.
struct Digest {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    auto operator<=>(const Digest&) const = default;
};

struct Key {
    PartitionId partition;
    engine::EntityId id;
    auto operator<=>(const Key&) const = default;
};

struct Entity {
    engine::EntityState state;
    Digest digest;
};

/// Entities that hold the same are one object, in however many worlds they stand.
class Pool {
  public:
    std::shared_ptr<const Entity> kept(engine::EntityState state, Digest digest);

  private:
    struct Hashed {
        std::size_t operator()(const Digest& digest) const { return digest.low; }
    };
    std::unordered_map<Digest, std::shared_ptr<const Entity>, Hashed> entities_;
};

/// A follow-up on its way.
struct Sent {
    PartitionId source;
    engine::FollowUp follow_up;
    Digest digest;
};

struct World {
    std::vector<std::pair<Key, std::shared_ptr<const Entity>>> entities;  // ascending key
    std::vector<std::shared_ptr<const Sent>> in_flight;                   // oldest first
    Pool* pool = nullptr;  // nothing: the world goes no further, what it holds is its own
    Instant now;
    Quantity uncollected;    // what reversals said they could not collect, so far
    std::uint8_t asked = 0;  // spends and holds that were asked for: their ids count from 1

    [[nodiscard]] const engine::EntityState* find(PartitionId partition, engine::EntityId id) const;
    [[nodiscard]] const members::Member& member(MemberId id) const;
    [[nodiscard]] Digest digest() const;
};

/// The world after a command; nothing when it was refused without a trace.
std::unique_ptr<World> after(const World& world, const programme::Programme& programme, PartitionId partition,
                             const engine::Command& command);

/// The world after the follow-up at `index` was pulled. Requires: it is the oldest of its way.
std::unique_ptr<World> delivered(const World& world, const programme::Programme& programme,
                                 std::size_t index);

}  // namespace banyan::model_check
