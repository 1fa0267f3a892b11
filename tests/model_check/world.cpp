// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <algorithm>

#include "codec/record.h"
#include "codec/state.h"

namespace banyan::model_check {

namespace {

constexpr Lsn position{1};

std::uint64_t mixed(std::uint64_t word) {
    word = (word ^ word >> 30U) * 0xBF58476D1CE4E5B9U;
    word = (word ^ word >> 27U) * 0x94D049BB133111EBU;
    return word ^ word >> 31U;
}

Digest digest_of(std::string_view bytes, Digest from = {}) {
    Digest digest{from.high ^ 0x9E3779B97F4A7C15U, from.low ^ bytes.size()};
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
        std::uint64_t word = 0;
        bytes.copy(reinterpret_cast<char*>(&word), std::min<std::size_t>(8, bytes.size() - at), at);
        digest.high = mixed(digest.high + word);
        digest.low = mixed((digest.low ^ word) * 0xD6E8FEB86659FD93U + digest.high);
    }
    return digest;
}

Digest digest_of(const Key& key, const engine::EntityState& state) {
    std::string bytes(1, static_cast<char>(key.partition.value));
    bytes += codec::entity_key(key.id);
    codec::pack(state, bytes);
    return digest_of(bytes);
}

auto place_of(const World& world, const Key& key) {
    return std::lower_bound(world.entities.begin(), world.entities.end(), key,
                            [](const auto& entry, const Key& wanted) { return entry.first < wanted; });
}

std::shared_ptr<const Sent> sent(PartitionId source, engine::FollowUp follow_up) {
    codec::Record record;
    record.follow_ups.push_back(follow_up);
    std::string bytes(1, static_cast<char>(source.value));
    codec::encode(record, bytes);
    return std::make_shared<const Sent>(Sent{source, std::move(follow_up), digest_of(bytes)});
}

class WorldSource final : public engine::Source {
  public:
    WorldSource(const World& world, PartitionId partition) : world_(world), partition_(partition) {}
    Lsn load(engine::EntityId id, engine::EntityState& state) override {
        const engine::EntityState* found = world_.find(partition_, id);
        if (found == nullptr) return {};
        state = *found;
        return position;
    }

  private:
    const World& world_;
    PartitionId partition_;
};

void put(World& world, const Key& key, engine::EntityState state) {
    const Digest digest = digest_of(key, state);
    auto kept = world.pool != nullptr ? world.pool->kept(std::move(state), digest)
                                      : std::make_shared<const Entity>(Entity{std::move(state), digest});
    const auto place = world.entities.begin() + (place_of(world, key) - world.entities.begin());
    if (place != world.entities.end() && place->first == key)
        place->second = std::move(kept);
    else
        world.entities.emplace(place, key, std::move(kept));
}

}  // namespace

std::shared_ptr<const Entity> Pool::kept(engine::EntityState state, Digest digest) {
    auto& entity = entities_[digest];
    if (entity == nullptr) entity = std::make_shared<const Entity>(Entity{std::move(state), digest});
    return entity;
}

const engine::EntityState* World::find(PartitionId partition, engine::EntityId id) const {
    const Key key{partition, id};
    const auto place = place_of(*this, key);
    return place != entities.end() && place->first == key ? &place->second->state : nullptr;
}

const members::Member& World::member(MemberId id) const {
    const engine::EntityState* state = find(partition_of(id), engine::entity_of(id));
    ASSERT(state != nullptr);
    return std::get<members::Member>(*state);
}

Digest World::digest() const {
    Digest digest = digest_of(std::to_string(now.microseconds) + " " + std::to_string(uncollected.value()) +
                              " " + std::to_string(asked) + " " + std::to_string(in_flight.size()));
    const auto add = [&](Digest part) {
        digest.high = mixed(digest.high + part.high);
        digest.low = mixed((digest.low ^ part.low) + digest.high);
    };
    for (const auto& sent : in_flight) add(sent->digest);
    for (const auto& [key, entity] : entities) add(entity->digest);
    return digest;
}

std::unique_ptr<World> after(const World& world, const programme::Programme& programme, PartitionId partition,
                             const engine::Command& command) {
    WorldSource source(world, partition);
    engine::Workspace workspace(source);
    engine::Context context;
    context.partition = partition;
    context.lsn = position;
    context.now = world.now;
    context.programme = &programme;
    const engine::Decision decision = engine::decide(workspace, command, context);
    if (decision.facts.empty()) return nullptr;
    auto next = std::make_unique<World>(world);
    for (engine::Workspace::Slot& slot : workspace.slots()) {
        if (slot.changed && slot.id.kind != engine::EntityKind::cursor)
            put(*next, {partition, slot.id}, std::move(slot.state));
    }
    for (const engine::FollowUp& follow_up : decision.follow_ups)
        next->in_flight.push_back(sent(partition, follow_up));
    for (const engine::TakenBack& taken : decision.answer.taken_back) next->uncollected += taken.uncollected;
    return next;
}

std::unique_ptr<World> delivered(const World& world, const programme::Programme& programme,
                                 std::size_t index) {
    const std::shared_ptr<const Sent> sent = world.in_flight[index];
    World before = world;
    before.in_flight.erase(before.in_flight.begin() + static_cast<std::ptrdiff_t>(index));
    auto next = after(before, programme, sent->follow_up.target, sent->follow_up.command);
    ASSERT(next != nullptr);  // its cursor at least has advanced
    return next;
}

}  // namespace banyan::model_check
