// SPDX-License-Identifier: Apache-2.0
#pragma once

// A partition's state in memory: one packed block an entity, in a map. What is checkpointed and quiet may be dropped
// and is fetched again before it is needed; that changes no answer and no hash. Keeps what checkpoints need (which
// entities changed since they were saved, oldest first) and what the sweep needs (when a member next falls due).
//
// The state hash is kept for what lies in the store: its sum is a row beside the entities', written in the same batch.
// Of an entity that changed since, the stored block is kept beside the new one; nothing is hashed when it changes. So
// the hash of now costs two digests for each changed entity, and a checkpoint, off the command's path, the same.

#include <deque>
#include <map>
#include <set>
#include <vector>

#include "base/ports/digest.h"
#include "codec/state.h"
#include "engine/workspace.h"
#include "runtime/ports/store.h"
#include "runtime/state_hash.h"
#include "runtime/table.h"

namespace banyan::runtime {

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

    /// Sets up to `most` entities apart that changed at or below `durable`, oldest change first. The number of them; a
    /// save that is begun must be ended by `saved` before the next one begins.
    std::size_t begin_save(std::size_t most, Lsn durable);
    /// The rows of what was set apart. On any thread; changes nothing that the partition's own thread looks at.
    void rows_to_save(std::vector<Put>& rows);
    /// They are in the store now. Whatever did not change since may be dropped.
    void saved();
    /// Replay must start here: the oldest change that is not saved, or `otherwise` when all is.
    [[nodiscard]] Lsn first_unsaved(Lsn otherwise) const;

    /// The layout of the rows; a checkpoint of another one is of no use.
    static constexpr std::uint32_t row_layout = 2;
    /// Loads what stays resident (everything but orders, spends and handles) from the store.
    Result<void> load_resident();
    /// The newest change that was loaded: the store is at least as new.
    [[nodiscard]] Lsn newest_loaded() const { return newest_loaded_; }
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
    Result<void> each(const Visitor& visitor) const;
    Result<void> each_of(engine::EntityKind kind, const Visitor& visitor) const;
    /// What a member is, without touching or fetching it: several threads may look while nobody changes anything.
    [[nodiscard]] Result<std::optional<codec::MemberHead>> look_at(MemberId member) const;
    /// Members that are sealed and not gone yet.
    [[nodiscard]] const std::set<MemberId>& sealed() const { return sealed_; }

    /// The state hash of now.
    [[nodiscard]] StateHash hash() const;
    /// The same, from every block there is: what `hash` is checked against.
    [[nodiscard]] Result<StateHash> hash_of_all() const;

    [[nodiscard]] std::size_t resident_bytes() const { return bytes_; }
    [[nodiscard]] std::size_t resident() const { return blocks_.size(); }
    [[nodiscard]] std::size_t dirty() const { return changed_.size() + saving_.size(); }

  private:
    struct Block {
        Lsn lsn;
        Lsn first_unsaved;            // 0 = saved
        Instant next = instant_max;   // when a member next falls due
        Instant place = instant_max;  // its earliest place in the due index
        bool touched = true;
        std::string bytes;
    };
    struct Changed {
        engine::EntityId id;
        Lsn first_unsaved;
        std::string stored;  // the block that the store has; empty = none
    };
    struct Saving {
        Changed changed;
        Lsn lsn;
        Instant next;
        std::string block;  // that the store will have
    };

    Block* find(engine::EntityId id);
    Block& insert(engine::EntityId id, Lsn lsn, std::string bytes);
    void index_due(engine::EntityId id, Block& block);
    void notice(const members::Member& member, Block& block);
    Result<void> load_kind(engine::EntityKind kind);
    void add_change(StateHash& sum, const Changed& changed, std::string_view block) const;
    [[nodiscard]] std::string row_key(engine::EntityId id) const;

    PartitionId partition_;
    Store& store_;
    std::uint8_t table_;
    const Digest& digest_;
    Table<engine::EntityId, Block> blocks_;
    std::deque<Changed> changed_;                        // by first unsaved LSN
    std::vector<Saving> saving_;                         // set apart; still unsaved
    StateHash stored_sum_;                               // of all blocks in the store
    StateHash saving_sum_;                               // and once `saving_` is there
    std::map<std::int64_t, std::vector<MemberId>> due_;  // by hour since 1970
    std::set<MemberId> sealed_;
    std::size_t bytes_ = 0;
    Lsn newest_loaded_;
    bool stored_ = false;   // the store may know entities that are not resident
    std::size_t hand_ = 0;  // of the eviction clock
};

}  // namespace banyan::runtime
