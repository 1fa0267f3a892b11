// SPDX-License-Identifier: Apache-2.0
#pragma once

// The scratch paper of one command. Entities are fetched from a Source on first use (unpacked copies), facts are
// applied to them as they are decided, and nobody else sees any of it until the runtime takes the changed ones over.
// A refused command, and every read, simply throws the paper away.

#include <deque>

#include "engine/entity.h"
#include "engine/fact.h"

namespace banyan::engine {

/// Where entities come from: the partition's own state. Requires: everything asked for is in memory or can be had.
class Source {
  public:
    virtual ~Source() = default;
    /// Fills `state`, the empty one of this entity, with what it is as of the last applied record. The record that
    /// last changed it, or 0 when it has no facts and `state` stays empty.
    virtual Lsn load(EntityId id, EntityState& state) = 0;
};

class Workspace {
  public:
    struct Slot {
        EntityId id;
        EntityState state;
        Lsn lsn;
        bool changed = false;
    };

    explicit Workspace(Source& source) : source_(source) {}

    template <typename Entity>
    const Entity& read(EntityId id) {
        return std::get<Entity>(slot(id).state);
    }
    /// True when the entity has at least one fact.
    bool exists(EntityId id) {
        const Slot& found = slot(id);
        return found.lsn.value != 0 || found.changed;
    }
    void apply(const Fact& fact, Lsn lsn, ProgrammeVersion version) {
        Slot& found = slot(fact.entity);
        engine::apply(found.state, fact.body, lsn, version);
        found.changed = true;
    }
    /// Forgets everything decided so far.
    void clear() { slots_.clear(); }
    /// References stay valid while the workspace lives (a deque never moves its elements).
    [[nodiscard]] const std::deque<Slot>& slots() const { return slots_; }
    [[nodiscard]] std::deque<Slot>& slots() { return slots_; }

  private:
    Slot& slot(EntityId id);

    Source& source_;
    std::deque<Slot> slots_;
};

}  // namespace banyan::engine
