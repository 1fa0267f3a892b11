// SPDX-License-Identifier: Apache-2.0
#include "runtime/entities.h"

#include <algorithm>
#include <utility>

#include "codec/archive.h"

namespace banyan::runtime {

namespace {

constexpr std::int64_t hour_us = 3'600'000'000;
// What a map entry costs beside the block's bytes: node, name, Block, heap headers.
constexpr std::size_t entry_overhead = 120;

bool stays_resident(engine::EntityKind kind) {
    return kind != engine::EntityKind::order && kind != engine::EntityKind::spend &&
           kind != engine::EntityKind::handle && kind != engine::EntityKind::order_life &&
           kind != engine::EntityKind::limit_waiter;
}

// A row: LSN, of a member when it next falls due, block.
struct Row {
    Lsn lsn;
    Instant next = instant_max;
    std::string_view block;
};

std::string encode(engine::EntityKind kind, const Row& row) {
    codec::Writer w;
    codec::value(w, row.lsn);
    if (kind == engine::EntityKind::member) codec::value(w, row.next);
    w.raw(row.block);
    return std::string(w.bytes());
}

Result<Row> decode(engine::EntityKind kind, std::string_view value) {
    Row row;
    codec::Reader r(value);
    codec::value(r, row.lsn);
    if (kind == engine::EntityKind::member) codec::value(r, row.next);
    if (!r.ok()) return Error::corrupt("a checkpoint row is malformed");
    row.block = r.rest();
    return row;
}

std::string prefix_of(PartitionId partition) {
    return {static_cast<char>(partition.value >> 8U), static_cast<char>(partition.value)};
}

// Beside the entities' rows, under a kind that none has.
std::string sum_key(PartitionId partition) { return prefix_of(partition) + '\0'; }

constexpr engine::EntityKind all_kinds[] = {
    engine::EntityKind::partition,    engine::EntityKind::cursor,      engine::EntityKind::accounts,
    engine::EntityKind::handle,       engine::EntityKind::member,      engine::EntityKind::order,
    engine::EntityKind::spend,        engine::EntityKind::programme,   engine::EntityKind::order_life,
    engine::EntityKind::backfill,     engine::EntityKind::limit_owner, engine::EntityKind::limit_holder,
    engine::EntityKind::limit_waiter, engine::EntityKind::job};
static_assert(std::size(all_kinds) == std::variant_size_v<engine::EntityState>);

}  // namespace

Entities::Entities(PartitionId partition, Store& store, std::uint8_t table, const Digest& digest)
    : partition_(partition), store_(store), table_(table), digest_(digest) {}

std::string Entities::row_key(engine::EntityId id) const {
    return prefix_of(partition_) + codec::entity_key(id);
}

Entities::Block& Entities::insert(engine::EntityId id, Lsn lsn, std::string bytes) {
    Block& block = blocks_[id];
    bytes_ += entry_overhead + bytes.size();
    block.lsn = lsn;
    block.bytes = std::move(bytes);
    return block;
}

Entities::Block* Entities::find(engine::EntityId id) {
    const auto found = blocks_.find(id);
    if (found != blocks_.end()) {
        found->second.touched = true;
        return &found->second;
    }
    if (!stored_) return nullptr;
    const auto fetched = prefetch({id});
    ASSERT(fetched.ok());  // The store is on the same disk as the journal; without it nothing can be decided.
    const auto again = blocks_.find(id);
    return again != blocks_.end() ? &again->second : nullptr;
}

Result<void> Entities::prefetch(const std::vector<engine::EntityId>& ids) {
    if (!stored_) return {};
    std::vector<std::string> keys;
    std::vector<engine::EntityId> missing;
    for (const engine::EntityId& id : ids) {
        if (blocks_.contains(id)) continue;
        missing.push_back(id);
        keys.push_back(row_key(id));
    }
    if (keys.empty()) return {};
    const auto rows = TRY(store_.get(table_, keys));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!rows[i] || blocks_.contains(missing[i])) continue;
        const Row row = TRY(decode(missing[i].kind, *rows[i]));
        insert(missing[i], row.lsn, std::string(row.block)).next = row.next;
    }
    return {};
}

Lsn Entities::load(engine::EntityId id, engine::EntityState& state) {
    const Block* block = find(id);
    if (block == nullptr) return {};
    const auto unpacked = codec::unpack(block->bytes, state);
    ASSERT(unpacked.ok());
    return block->lsn;
}

std::optional<engine::EntityState> Entities::load(engine::EntityId id) {
    engine::EntityState state = engine::empty_state(id);
    if (load(id, state).value == 0) return std::nullopt;
    return state;
}

Lsn Entities::lsn_of(engine::EntityId id) {
    const Block* block = find(id);
    return block != nullptr ? block->lsn : Lsn{};
}

void Entities::index_due(engine::EntityId id, Block& block) {
    if (block.next >= block.place || block.next == instant_max) return;
    block.place = block.next;
    due_[block.next.microseconds / hour_us].push_back({id.low});
}

void Entities::notice(const members::Member& member, Block& block) {
    block.next = members::next_due(member);
    index_due(engine::entity_of(member.id), block);
    if (member.state == members::State::sealed)
        sealed_.insert(member.id);
    else if (!sealed_.empty())
        sealed_.erase(member.id);
}

void Entities::put(engine::EntityId id, const engine::EntityState& state, Lsn lsn, Lsn previous) {
    codec::Writer w;
    codec::pack(state, w);
    const std::string_view bytes = w.bytes();
    ASSERT(!bytes.empty());  // an empty block would say "not stored"
    const auto [place, fresh] = blocks_.try_emplace(id);
    Block& block = place->second;
    ASSERT(block.lsn == previous);
    if (fresh) bytes_ += entry_overhead;
    bytes_ += bytes.size();
    if (block.first_unsaved.value == 0) {
        block.first_unsaved = lsn;
        changed_.push_back({id, lsn, std::exchange(block.bytes, std::string(bytes))});
    } else {
        bytes_ -= block.bytes.size();
        // Exact size: a member's block should not carry slack for years.
        if (block.bytes.capacity() < bytes.size() || block.bytes.capacity() > 2 * bytes.size() + 64)
            block.bytes = std::string(bytes);
        else
            block.bytes.assign(bytes);
    }
    block.lsn = lsn;
    block.touched = true;
    if (const auto* member = std::get_if<members::Member>(&state)) notice(*member, block);
}

std::size_t Entities::begin_save(std::size_t most, Lsn durable) {
    ASSERT(saving_.empty());
    while (!changed_.empty() && saving_.size() < most) {
        const Block& block = blocks_.at(changed_.front().id);
        if (block.lsn > durable) break;  // An entity is saved only once its LSN is durable.
        saving_.push_back({std::move(changed_.front()), block.lsn, block.next, block.bytes});
        changed_.pop_front();
    }
    return saving_.size();
}

void Entities::add_change(StateHash& sum, const Changed& changed, std::string_view block) const {
    if (!changed.stored.empty()) sum.remove(digest_of(digest_, changed.id, changed.stored));
    sum.add(digest_of(digest_, changed.id, block));
}

void Entities::rows_to_save(std::vector<Put>& rows) {
    if (saving_.empty()) return;
    saving_sum_ = stored_sum_;
    for (const Saving& saving : saving_) {
        const engine::EntityId id = saving.changed.id;
        rows.push_back({table_, row_key(id), encode(id.kind, {saving.lsn, saving.next, saving.block})});
        add_change(saving_sum_, saving.changed, saving.block);
    }
    codec::Writer sum;
    for (const std::uint64_t word : saving_sum_.words) sum.fixed64(word);
    rows.push_back({table_, sum_key(partition_), std::string(sum.bytes())});
}

void Entities::saved() {
    if (saving_.empty()) return;
    stored_ = true;
    stored_sum_ = saving_sum_;
    for (Saving& saving : saving_) {
        const engine::EntityId id = saving.changed.id;
        bytes_ -= saving.changed.stored.size();
        const auto found = blocks_.find(id);
        ASSERT(found != blocks_.end());
        Block& block = found->second;
        if (block.lsn != saving.lsn) {  // changed while it was being written: back in line
            block.first_unsaved = {saving.lsn.value + 1};
            bytes_ += saving.block.size();
            changed_.push_back({id, block.first_unsaved, std::move(saving.block)});
            continue;
        }
        block.first_unsaved = {};
        if (!stays_resident(id.kind)) {
            bytes_ -= entry_overhead + block.bytes.size();
            blocks_.erase(found);
        }
    }
    saving_.clear();
}

Lsn Entities::first_unsaved(Lsn otherwise) const {
    // Entities that changed during a save go back in line behind others, so the front is not always the least.
    Lsn least = otherwise;
    for (const Changed& changed : changed_) least = std::min(least, changed.first_unsaved);
    for (const Saving& saving : saving_) least = std::min(least, saving.changed.first_unsaved);
    return least;
}

Result<void> Entities::load_resident() {
    stored_ = true;
    const auto sums = TRY(store_.get(table_, {sum_key(partition_)}));
    if (sums.front()) {
        codec::Reader r(*sums.front());
        for (std::uint64_t& word : stored_sum_.words) word = r.fixed64();
        if (!r.ok() || !r.at_end()) return Error::corrupt("the checkpoint's sum of hashes is malformed");
    }
    for (const engine::EntityKind kind : all_kinds) {
        if (stays_resident(kind)) TRY(load_kind(kind));
    }
    return {};
}

Result<void> Entities::load_kind(engine::EntityKind kind) {
    Result<void> broken;
    const auto take = [&](std::string_view key, std::string_view value) -> Result<void> {
        const engine::EntityId id = TRY(codec::parse_entity_key(key.substr(2)));
        const Row row = TRY(decode(kind, value));
        newest_loaded_ = std::max(newest_loaded_, row.lsn);
        Block& block = insert(id, row.lsn, std::string(row.block));
        if (kind != engine::EntityKind::member) return {};
        block.next = row.next;
        index_due(id, block);
        if (TRY(codec::head_of_member(row.block)).state == members::State::sealed) sealed_.insert({id.low});
        return {};
    };
    TRY(store_.scan(table_, prefix_of(partition_) + static_cast<char>(kind),
                    [&](std::string_view key, std::string_view value) {
                        broken = take(key, value);
                        return broken.ok();
                    }));
    return broken;
}

void Entities::evict(std::size_t bytes_max) {
    if (bytes_ <= bytes_max || blocks_.empty()) return;
    // A clock over the table's slots: what was touched since the hand last passed gets a second round.
    for (std::size_t turns = 0; turns < 2 * blocks_.slot_count() && bytes_ > bytes_max; ++turns) {
        hand_ = (hand_ + 1) % blocks_.slot_count();
        auto* const entry = blocks_.in_slot(hand_);
        if (entry == nullptr) continue;
        auto& [id, block] = *entry;
        if (block.first_unsaved.value != 0 || id.kind == engine::EntityKind::partition) continue;
        if (block.touched) {
            block.touched = false;
            continue;
        }
        bytes_ -= entry_overhead + block.bytes.size();
        blocks_.erase(id);
    }
}

std::vector<MemberId> Entities::take_due(Instant now, std::size_t most) {
    std::vector<MemberId> members;
    while (!due_.empty() && due_.begin()->first <= now.microseconds / hour_us && members.size() < most) {
        auto& [hour, waiting] = *due_.begin();
        std::vector<MemberId> later;  // in this very hour, but after `now`
        while (!waiting.empty() && members.size() < most) {
            const MemberId id = waiting.back();
            waiting.pop_back();
            Block* block = find(engine::entity_of(id));
            if (block == nullptr) continue;
            if (block->next <= now) {
                block->place = instant_max;  // indexed again when it was settled
                members.push_back(id);
            } else if (block->next.microseconds / hour_us == hour) {
                later.push_back(id);
            } else {
                block->place = instant_max;
                index_due(engine::entity_of(id), *block);
            }
        }
        waiting.insert(waiting.end(), later.begin(), later.end());
        if (waiting.empty()) {
            due_.erase(due_.begin());
        } else if (members.size() < most) {
            break;  // only what falls due later in this hour is left
        }
    }
    std::sort(members.begin(), members.end());
    return members;
}

bool Entities::any_due(Instant now) const {
    return !due_.empty() && due_.begin()->first <= now.microseconds / hour_us;
}

bool Entities::any_due_members(Instant now) {
    const std::vector<MemberId> some = take_due(now, 1);
    for (const MemberId id : some) {  // put it back; the sweep takes it
        Block* block = find(engine::entity_of(id));
        ASSERT(block != nullptr);
        index_due(engine::entity_of(id), *block);
    }
    return !some.empty();
}

Result<void> Entities::each(const Visitor& visitor) const {
    for (const engine::EntityKind kind : all_kinds) TRY(each_of(kind, visitor));
    return {};
}

Result<void> Entities::each_of(engine::EntityKind kind, const Visitor& visitor) const {
    for (const auto& [id, block] : blocks_) {
        if (id.kind == kind) visitor(id, block.lsn, block.bytes);
    }
    if (!stored_) return {};
    Result<void> broken;
    const auto take = [&](std::string_view key, std::string_view value) -> Result<void> {
        const engine::EntityId id = TRY(codec::parse_entity_key(key.substr(2)));
        const Row row = TRY(decode(kind, value));
        if (!blocks_.contains(id)) visitor(id, row.lsn, row.block);
        return {};
    };
    TRY(store_.scan(table_, prefix_of(partition_) + static_cast<char>(kind),
                    [&](std::string_view key, std::string_view value) {
                        broken = take(key, value);
                        return broken.ok();
                    }));
    return broken;
}

Result<std::optional<codec::MemberHead>> Entities::look_at(MemberId member) const {
    const engine::EntityId id = engine::entity_of(member);
    if (const auto found = blocks_.find(id); found != blocks_.end())
        return std::optional(TRY(codec::head_of_member(found->second.bytes)));
    if (!stored_) return std::optional<codec::MemberHead>();
    const auto rows = TRY(store_.get(table_, {row_key(id)}));
    if (!rows.front()) return std::optional<codec::MemberHead>();
    const Row row = TRY(decode(id.kind, *rows.front()));
    return std::optional(TRY(codec::head_of_member(row.block)));
}

StateHash Entities::hash() const {
    StateHash sum = stored_sum_;
    for (const Changed& changed : changed_) add_change(sum, changed, blocks_.at(changed.id).bytes);
    for (const Saving& saving : saving_) add_change(sum, saving.changed, blocks_.at(saving.changed.id).bytes);
    return sum;
}

Result<StateHash> Entities::hash_of_all() const {
    StateHash sum;
    TRY(each(
        [&](engine::EntityId id, Lsn, std::string_view block) { sum.add(digest_of(digest_, id, block)); }));
    return sum;
}

}  // namespace banyan::runtime
