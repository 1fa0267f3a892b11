// SPDX-License-Identifier: Apache-2.0
#pragma once

// A partition's state in memory: one packed block an entity, in a map. What is checkpointed and quiet may be dropped
// and is fetched again before it is needed; that changes no answer and no hash. Keeps what checkpoints need (which
// entities changed since they were saved, oldest first) and what the sweep needs (when a member next falls due).

#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

#include "base/ports/digest.h"
#include "codec/state.h"
#include "engine/workspace.h"
#include "runtime/ports/store.h"

namespace banyan::runtime {

/// Sum mod 2^256 of SHA-256 over entities: independent of their order and of any layout outside the blocks.
struct StateHash {
    std::array<std::uint64_t, 4> words{};  // least significant first
    void add(const Sha256& digest);
    void remove(const Sha256& digest);
    void add(const StateHash& other);
    bool operator==(const StateHash&) const = default;
    [[nodiscard]] std::string text() const;
};

class Entities final : public engine::Source {
  public:
    Entities(PartitionId partition, Store& store, std::uint8_t table, const Digest& digest);

    Lsn load(engine::EntityId id, engine::EntityState& state) override;
    /// The entity, or nothing when it has no facts.
    std::optional<engine::EntityState> load(engine::EntityId id);
    /// Fetches what a batch is about to touch in one go.
    Result<void> prefetch(const std::vector<engine::EntityId>& ids);

    /// Takes an entity's new state over. `lsn` = the record that changed it, `previous` = what `load` said: whoever
    /// changes an entity has loaded it, so the store is not asked again for one that was not there.
    void put(engine::EntityId id, const engine::EntityState& state, Lsn lsn, Lsn previous);
    [[nodiscard]] Lsn lsn_of(engine::EntityId id);

    /// Up to `most` entities changed at or below `durable`, oldest change first, as rows to write.
    struct Saved {
        engine::EntityId id;
        Lsn lsn;
    };
    std::vector<Saved> collect(std::size_t most, Lsn durable, std::vector<Put>& rows);
    /// They are in the store now. Whatever did not change since may be dropped.
    void saved(const std::vector<Saved>& rows);
    /// Replay must start here: the oldest change that is not saved, or `otherwise` when all is.
    [[nodiscard]] Lsn first_unsaved(Lsn otherwise) const;

    /// Loads what stays resident (everything but orders, spends and handles) from the store.
    Result<void> load_resident();
    /// Drops clean blocks until at most `bytes_max` are resident.
    void evict(std::size_t bytes_max);

    /// Members with something due at or before `now`, at most `most`; they are taken off the index.
    std::vector<MemberId> take_due(Instant now, std::size_t most);
    /// True when the index has a place up to `now`; cheap, and may be true for nothing.
    [[nodiscard]] bool any_due(Instant now) const;
    /// True when a member really has something due. Forgets places that turned out empty.
    bool any_due_members(Instant now);

    /// Every entity, resident or stored, once.
    using Visitor = std::function<void(engine::EntityId, Lsn, std::string_view block)>;
    Result<void> each(const Visitor& visitor);
    Result<StateHash> hash();

    [[nodiscard]] std::size_t resident_bytes() const { return bytes_; }
    [[nodiscard]] std::size_t resident() const { return blocks_.size(); }
    [[nodiscard]] std::size_t dirty() const { return changed_.size(); }

  private:
    struct Block {
        Lsn lsn;
        Lsn first_unsaved;          // 0 = saved
        Instant due = instant_max;  // earliest place in the due index
        bool touched = true;
        std::string bytes;
    };

    Block* find(engine::EntityId id);
    Block& insert(engine::EntityId id, Lsn lsn, std::string bytes);
    void index_due(engine::EntityId id, Block& block, const members::Member& member);
    [[nodiscard]] Sha256 digest_of(engine::EntityId id, std::string_view block) const;
    [[nodiscard]] std::string row_key(engine::EntityId id) const;

    PartitionId partition_;
    Store& store_;
    std::uint8_t table_;
    const Digest& digest_;
    std::unordered_map<engine::EntityId, Block> blocks_;
    std::deque<std::pair<engine::EntityId, Lsn>> changed_;  // by first unsaved LSN
    std::map<std::int64_t, std::vector<MemberId>> due_;     // by hour since 1970
    std::size_t bytes_ = 0;
    bool stored_ = false;   // the store may know entities that are not resident
    std::size_t hand_ = 0;  // of the eviction clock
};

}  // namespace banyan::runtime
