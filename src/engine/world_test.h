// SPDX-License-Identifier: Apache-2.0
#pragma once

// A small world around decide and apply, for tests: partitions whose entities live in maps, a clock that stands where
// it is put, and follow-ups that lie on the table until somebody delivers them. What the runtime does with threads,
// bytes and disks, this does by hand.

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "engine/decide.h"

namespace banyan::engine::testing {

/// One record as the journal would have it: enough to fold the state again.
struct Recorded {
    PartitionId partition;
    Lsn lsn;
    ProgrammeVersion version;
    Command command;
    std::vector<Fact> facts;
};

struct Kept {
    EntityState state;
    Lsn lsn;
};

class MapSource final : public Source {
  public:
    Lsn load(EntityId id, EntityState& state) override {
        const auto found = entities.find(id);
        if (found == entities.end()) return {};
        state = found->second.state;
        return found->second.lsn;
    }
    std::map<EntityId, Kept> entities;
    Lsn head;
};

struct Sent {
    PartitionId source;
    FollowUp follow_up;
};

class World {
  public:
    World(std::shared_ptr<const programme::Programme> programme, std::uint16_t partitions)
        : programme_(std::move(programme)), partitions_(partitions) {}

    [[nodiscard]] Context context(PartitionId partition) {
        Context context;
        context.partition = partition;
        context.partitions = static_cast<std::uint16_t>(partitions_.size());
        context.lsn = {at(partition).head.value + 1};
        context.now = now;
        context.programme = programme_.get();
        context.opened = opened;
        return context;
    }

    /// Decides and, unless it was refused without a fact, takes the changed entities over.
    Decision run(PartitionId partition, const Command& command) {
        MapSource& source = at(partition);
        Workspace workspace(source);
        Decision decision = decide(workspace, command, context(partition));
        if (decision.facts.empty() && (decision.refusal != Refusal::none || command.id.is_zero()))
            return decision;
        ++source.head.value;
        for (Workspace::Slot& slot : workspace.slots()) {
            if (slot.changed) source.entities[slot.id] = Kept{std::move(slot.state), source.head};
        }
        for (const FollowUp& follow_up : decision.follow_ups) sent.push_back({partition, follow_up});
        records.push_back({partition, source.head, programme_->version, command, decision.facts});
        return decision;
    }
    /// The partition that decides a member's command.
    Decision run(const Command& command) { return run(partition_of(command.member), command); }

    /// Delivers the oldest follow-up. Requires: there is one.
    Decision deliver() {
        const Sent next = sent.front();
        sent.pop_front();
        return run(next.follow_up.target, next.follow_up.command);
    }

    template <typename Entity>
    [[nodiscard]] Entity read(PartitionId partition, EntityId id) {
        Workspace workspace(at(partition));
        return workspace.read<Entity>(id);
    }
    [[nodiscard]] members::Member member(MemberId id) {
        return read<members::Member>(partition_of(id), entity_of(id));
    }
    /// The member as a read shows it: settled up to now on a copy.
    [[nodiscard]] members::Member settled(MemberId id) {
        Workspace workspace(at(partition_of(id)));
        settle_for_read(workspace, id, context(partition_of(id)));
        return workspace.read<members::Member>(entity_of(id));
    }

    /// The invariants of the whole world: L1 of every record, L2 of every unit, L3 to L5 and L11 of every member, L10 of
    /// every order and spend. The first broken one as a sentence, or empty.
    [[nodiscard]] std::string broken() {
        std::map<UnitId, Quantity> totals;
        for (const MapSource& partition : partitions_) {
            for (const auto& [id, loaded] : partition.entities) {
                if (const auto* accounts = std::get_if<ledger::Accounts>(&loaded.state))
                    totals[accounts->unit] += accounts->sum();
                if (const auto* member = std::get_if<members::Member>(&loaded.state)) {
                    for (const ledger::Wallet& wallet : member->wallets) totals[wallet.unit] += wallet.posted;
                    if (std::string why = members::check(*member); !why.empty()) return why;
                }
                if (const auto* order = std::get_if<catalog::Order>(&loaded.state)) {
                    for (const catalog::Grant& grant : order->grants) {
                        if (grant.reversed > grant.amount) return "L10: more was reversed than granted";
                    }
                    if (order->refunded() > order->paid()) return "L8: more was refunded than paid";
                }
                if (const auto* life = std::get_if<OrderLife>(&loaded.state)) {
                    if (std::string why = orders::check(life->life); !why.empty()) return why;
                }
                if (const auto* spend = std::get_if<Spend>(&loaded.state)) {
                    Quantity rest;
                    for (const ledger::Portion& portion : spend->portions) rest += portion.amount;
                    if (rest != spend->amount - spend->reversed)
                        return "L10: a spend's portions do not add up";
                }
            }
        }
        for (const auto& [unit, total] : totals) {
            if (!total.is_zero())
                return "L2: unit " + std::to_string(unit.value) + " sums to " + std::to_string(total.value());
        }
        return {};
    }

    MapSource& at(PartitionId partition) {
        ASSERT(partition.value < partitions_.size());
        return partitions_[partition.value];
    }
    [[nodiscard]] const programme::Programme& programme() const { return *programme_; }
    [[nodiscard]] std::size_t partition_count() const { return partitions_.size(); }

    Instant now;
    Opened opened;
    std::deque<Sent> sent;
    std::vector<Recorded> records;

  private:
    std::shared_ptr<const programme::Programme> programme_;
    std::vector<MapSource> partitions_;
};

}  // namespace banyan::engine::testing
