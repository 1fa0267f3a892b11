// SPDX-License-Identifier: Apache-2.0
#include "runtime/ids.h"

#include <algorithm>

#include "codec/archive.h"

namespace banyan::runtime {

namespace {

std::string key_of(KeyedId id) {
    std::string key;
    for (const std::uint64_t word : {id.high, id.low}) {
        for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(word >> shift));
    }
    return key;
}

std::string row_of(const Accepted& accepted) {
    codec::Writer w;
    codec::all(w, accepted.partition, accepted.lsn, accepted.fingerprint);
    return std::string(w.bytes());
}

}  // namespace

Result<std::optional<Accepted>> Ids::find(KeyedId id) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = recent_.find(id);
        if (found != recent_.end()) return std::optional(found->second);
        if (!stored_) return std::optional<Accepted>();
    }
    const auto rows = TRY(store_.get(table_, {key_of(id)}));
    if (!rows[0]) return std::optional<Accepted>();
    Accepted accepted;
    codec::Reader r(*rows[0]);
    codec::all(r, accepted.partition, accepted.lsn, accepted.fingerprint);
    if (!r.ok()) return Error::corrupt("a row of the id index is malformed");
    return std::optional(accepted);
}

Result<std::optional<Accepted>> Ids::find_or_reserve(KeyedId id) {
    auto known = TRY(find(id));
    if (known) return known;
    const std::lock_guard lock(mutex_);
    const auto [place, fresh] = recent_.try_emplace(id, Accepted{});
    return fresh ? std::optional<Accepted>() : std::optional(place->second);
}

void Ids::accept(KeyedId id, const Accepted& accepted) {
    const std::lock_guard lock(mutex_);
    recent_[id] = accepted;
    unsaved_[accepted.partition].push_back(id);
}

void Ids::release(KeyedId id) {
    const std::lock_guard lock(mutex_);
    const auto found = recent_.find(id);
    if (found != recent_.end() && found->second.lsn.value == 0) recent_.erase(found);
}

std::vector<KeyedId> Ids::collect(PartitionId partition, std::size_t most, Lsn durable,
                                  std::vector<Put>& rows) {
    const std::lock_guard lock(mutex_);
    std::vector<KeyedId> batch;
    for (const KeyedId id : unsaved_[partition]) {
        const Accepted& accepted = recent_.at(id);
        if (batch.size() == most || accepted.lsn > durable) break;
        rows.push_back({table_, key_of(id), row_of(accepted)});
        batch.push_back(id);
    }
    return batch;
}

void Ids::saved(PartitionId partition, const std::vector<KeyedId>& ids) {
    if (ids.empty()) return;
    const std::lock_guard lock(mutex_);
    stored_ = true;
    std::vector<KeyedId>& waiting = unsaved_[partition];
    ASSERT(waiting.size() >= ids.size());
    ASSERT(std::equal(ids.begin(), ids.end(), waiting.begin()));
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(ids.size()));
    for (const KeyedId id : ids) recent_.erase(id);
}

Lsn Ids::first_unsaved(PartitionId partition, Lsn otherwise) {
    const std::lock_guard lock(mutex_);
    const auto found = unsaved_.find(partition);
    if (found == unsaved_.end() || found->second.empty()) return otherwise;
    return std::min(otherwise, recent_.at(found->second.front()).lsn);
}

}  // namespace banyan::runtime
