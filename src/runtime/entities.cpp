// SPDX-License-Identifier: Apache-2.0
#include "runtime/entities.h"

#include <algorithm>

#include "codec/archive.h"

namespace banyan::runtime {

namespace {

constexpr std::int64_t hour_us = 3'600'000'000;
// What a map entry costs beside the block's bytes: node, name, Block, heap headers.
constexpr std::size_t entry_overhead = 120;

bool stays_resident(engine::EntityKind kind) {
    return kind != engine::EntityKind::order && kind != engine::EntityKind::spend &&
           kind != engine::EntityKind::handle;
}

std::string row_value(Lsn lsn, std::string_view block) {
    codec::Writer w;
    w.varint(lsn.value);
    w.raw(block);
    return std::string(w.bytes());
}

engine::EntityState unpacked(engine::EntityId id, std::string_view block) {
    auto state = codec::unpack(id, block);
    ASSERT(state.ok());  // We packed it ourselves; a store that returns other bytes has checksums of its own.
    return std::move(state).value();
}

}  // namespace

void StateHash::add(const Sha256& digest) {
    StateHash other;
    for (std::size_t i = 0; i < 32; ++i)
        other.words[i / 8] |= static_cast<std::uint64_t>(digest[31 - i]) << (8 * (i % 8));
    add(other);
}

void StateHash::add(const StateHash& other) {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::uint64_t sum = words[i] + other.words[i];
        const std::uint64_t with_carry = sum + carry;
        carry = (sum < words[i] ? 1U : 0U) + (with_carry < sum ? 1U : 0U);
        words[i] = with_carry;
    }
}

void StateHash::remove(const Sha256& digest) {
    // Adding the two's complement is subtracting mod 2^256.
    StateHash other;
    for (std::size_t i = 0; i < 32; ++i)
        other.words[i / 8] |= static_cast<std::uint64_t>(digest[31 - i]) << (8 * (i % 8));
    for (std::uint64_t& word : other.words) word = ~word;
    StateHash one;
    one.words[0] = 1;
    other.add(one);
    add(other);
}

std::string StateHash::text() const { return hex(words[3], words[2]) + hex(words[1], words[0]); }

Entities::Entities(PartitionId partition, Store& store, std::uint8_t table, const Digest& digest)
    : partition_(partition), store_(store), table_(table), digest_(digest) {}

std::string Entities::row_key(engine::EntityId id) const {
    std::string key;
    key.push_back(static_cast<char>(partition_.value >> 8U));
    key.push_back(static_cast<char>(partition_.value));
    return key + codec::entity_key(id);
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
        codec::Reader r(*rows[i]);
        const Lsn lsn{r.varint()};
        if (!r.ok()) return Error::corrupt("a checkpoint row is malformed");
        insert(missing[i], lsn, std::string(r.rest()));
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

void Entities::index_due(engine::EntityId id, Block& block, const members::Member& member) {
    const Instant due = members::next_due(member);
    if (due >= block.due || due == instant_max) return;
    block.due = due;
    due_[due.microseconds / hour_us].push_back({id.low});
}

void Entities::put(engine::EntityId id, const engine::EntityState& state, Lsn lsn, Lsn previous) {
    codec::Writer w;
    codec::pack(state, w);
    const std::string_view bytes = w.bytes();
    const auto [place, fresh] = blocks_.try_emplace(id);
    Block& block = place->second;
    ASSERT(block.lsn == previous);
    if (fresh) bytes_ += entry_overhead;
    bytes_ += bytes.size();
    bytes_ -= block.bytes.size();
    if (block.bytes.capacity() < bytes.size() || block.bytes.capacity() > 2 * bytes.size() + 64)
        block.bytes = std::string(bytes);  // exact size: a member's block should not carry slack for years
    else
        block.bytes.assign(bytes);
    block.lsn = lsn;
    block.touched = true;
    if (block.first_unsaved.value == 0) {
        block.first_unsaved = lsn;
        changed_.emplace_back(id, lsn);
    }
    if (const auto* member = std::get_if<members::Member>(&state)) index_due(id, block, *member);
}

std::vector<Entities::Saved> Entities::collect(std::size_t most, Lsn durable, std::vector<Put>& rows) {
    std::vector<Saved> batch;
    for (const auto& [id, first] : changed_) {
        if (batch.size() == most) break;
        const Block& block = blocks_.at(id);
        if (block.lsn > durable) break;  // An entity is saved only once its LSN is durable.
        rows.push_back({table_, row_key(id), row_value(block.lsn, block.bytes)});
        batch.push_back({id, block.lsn});
    }
    return batch;
}

void Entities::saved(const std::vector<Saved>& rows) {
    stored_ = true;
    for (const Saved& row : rows) {
        ASSERT(!changed_.empty() && changed_.front().first == row.id);
        changed_.pop_front();
        const auto found = blocks_.find(row.id);
        ASSERT(found != blocks_.end());
        Block& block = found->second;
        if (block.lsn != row.lsn) {  // changed while it was being written: back in line
            block.first_unsaved = {row.lsn.value + 1};
            changed_.emplace_back(row.id, block.first_unsaved);
            continue;
        }
        block.first_unsaved = {};
        if (!stays_resident(row.id.kind)) {
            bytes_ -= entry_overhead + block.bytes.size();
            blocks_.erase(found);
        }
    }
}

Lsn Entities::first_unsaved(Lsn otherwise) const {
    // Entities that changed during a save go back in line behind others, so the front is not always the least.
    Lsn least = otherwise;
    for (const auto& [id, first] : changed_) least = std::min(least, first);
    return least;
}

Result<void> Entities::load_resident() {
    std::string prefix{static_cast<char>(partition_.value >> 8U), static_cast<char>(partition_.value)};
    Result<void> broken;
    TRY(store_.scan(table_, prefix, [&](std::string_view key, std::string_view value) {
        stored_ = true;
        const auto id = codec::parse_entity_key(key.substr(2));
        codec::Reader r(value);
        const Lsn lsn{r.varint()};
        if (!id.ok() || !r.ok()) {
            broken = Error::corrupt("a checkpoint row is malformed");
            return false;
        }
        if (!stays_resident(id->kind)) return true;
        Block& block = insert(*id, lsn, std::string(r.rest()));
        if (id->kind != engine::EntityKind::member) return true;
        auto state = codec::unpack(*id, block.bytes);
        if (!state.ok()) {
            broken = state.error();
            return false;
        }
        index_due(*id, block, std::get<members::Member>(*state));
        return true;
    }));
    return broken;
}

void Entities::evict(std::size_t bytes_max) {
    if (bytes_ <= bytes_max || blocks_.empty()) return;
    // A clock over the map's buckets: what was touched since the hand last passed gets a second round.
    for (std::size_t turns = 0; turns < 2 * blocks_.bucket_count() && bytes_ > bytes_max; ++turns) {
        hand_ = (hand_ + 1) % blocks_.bucket_count();
        for (auto it = blocks_.begin(hand_); it != blocks_.end(hand_); ++it) {
            Block& block = it->second;
            if (block.first_unsaved.value != 0 || it->first.kind == engine::EntityKind::partition) continue;
            if (block.touched) {
                block.touched = false;
                continue;
            }
            bytes_ -= entry_overhead + block.bytes.size();
            blocks_.erase(it->first);
            break;  // the bucket's iterators are gone
        }
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
            const engine::EntityState state = unpacked(engine::entity_of(id), block->bytes);
            const Instant due = members::next_due(std::get<members::Member>(state));
            if (due <= now) {
                block->due = instant_max;  // indexed again when it was settled
                members.push_back(id);
            } else if (due.microseconds / hour_us == hour) {
                later.push_back(id);
            } else {
                block->due = instant_max;
                index_due(engine::entity_of(id), *block, std::get<members::Member>(state));
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
        index_due(engine::entity_of(id), *block,
                  std::get<members::Member>(unpacked(engine::entity_of(id), block->bytes)));
    }
    return !some.empty();
}

Result<void> Entities::each(const Visitor& visitor) {
    for (const auto& [id, block] : blocks_) visitor(id, block.lsn, block.bytes);
    if (!stored_) return {};
    std::string prefix{static_cast<char>(partition_.value >> 8U), static_cast<char>(partition_.value)};
    Result<void> broken;
    TRY(store_.scan(table_, prefix, [&](std::string_view key, std::string_view value) {
        const auto id = codec::parse_entity_key(key.substr(2));
        codec::Reader r(value);
        const Lsn lsn{r.varint()};
        if (!id.ok() || !r.ok()) {
            broken = Error::corrupt("a checkpoint row is malformed");
            return false;
        }
        if (!blocks_.contains(*id)) visitor(*id, lsn, r.rest());
        return true;
    }));
    return broken;
}

Sha256 Entities::digest_of(engine::EntityId id, std::string_view block) const {
    std::string bytes = codec::entity_key(id);
    bytes.append(block);
    return digest_.sha256(bytes);
}

Result<StateHash> Entities::hash() {
    StateHash sum;
    TRY(each([&](engine::EntityId id, Lsn, std::string_view block) { sum.add(digest_of(id, block)); }));
    return sum;
}

}  // namespace banyan::runtime
