// SPDX-License-Identifier: Apache-2.0
#pragma once

// A hash map for millions of names. Its slots lie in one array and carry the whole hash of their name, so a name that is
// not there costs one look into memory, one that is there two, and growing reads no entry. The chains of
// std::unordered_map were a third of an order's time (bench/README.md).
//
// It has the few verbs of std::unordered_map that are used here. References to entries stay valid until the entry is
// erased; iterators only until anything is put in or erased.

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/assert.h"

namespace banyan::runtime {

template <typename Key, typename Value>
class Table {
  public:
    using Entry = std::pair<const Key, Value>;

  private:
    struct Slot {
        std::size_t hash = 0;
        std::unique_ptr<Entry> entry;  // nothing = the slot is free
    };

  public:
    template <typename AnySlot, typename AnyEntry>
    class Iterator {
      public:
        Iterator(AnySlot* at, AnySlot* end) : at_(at), end_(end) { skip(); }
        AnyEntry& operator*() const { return *at_->entry; }
        AnyEntry* operator->() const { return at_->entry.get(); }
        Iterator& operator++() {
            ++at_;
            skip();
            return *this;
        }
        bool operator==(const Iterator& other) const { return at_ == other.at_; }

      private:
        friend class Table;
        void skip() {
            while (at_ != end_ && !at_->entry) ++at_;
        }
        AnySlot* at_;
        AnySlot* end_;
    };
    using iterator = Iterator<Slot, Entry>;
    using const_iterator = Iterator<const Slot, const Entry>;

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    iterator begin() { return {first(), last()}; }
    iterator end() { return {last(), last()}; }
    [[nodiscard]] const_iterator begin() const { return {slots_.data(), slots_.data() + slots_.size()}; }
    [[nodiscard]] const_iterator end() const {
        return {slots_.data() + slots_.size(), slots_.data() + slots_.size()};
    }

    iterator find(const Key& key) {
        const std::size_t place = place_of(key, std::hash<Key>()(key));
        return place < slots_.size() && slots_[place].entry ? iterator(first() + place, last()) : end();
    }
    [[nodiscard]] const_iterator find(const Key& key) const {
        const std::size_t place = place_of(key, std::hash<Key>()(key));
        return place < slots_.size() && slots_[place].entry
                   ? const_iterator(slots_.data() + place, slots_.data() + slots_.size())
                   : end();
    }
    [[nodiscard]] bool contains(const Key& key) const { return find(key) != end(); }
    /// Requires: it is there.
    Value& at(const Key& key) {
        const iterator found = find(key);
        ASSERT(found != end());
        return found->second;
    }
    [[nodiscard]] const Value& at(const Key& key) const {
        const const_iterator found = find(key);
        ASSERT(found != end());
        return found->second;
    }
    Value& operator[](const Key& key) { return try_emplace(key).first->second; }

    /// The entry, and whether it is new: made of `arguments` then.
    template <typename... Arguments>
    std::pair<iterator, bool> try_emplace(const Key& key, Arguments&&... arguments) {
        if (4 * (size_ + 1) > 3 * slots_.size()) grow();
        const std::size_t hash = std::hash<Key>()(key);
        Slot& slot = slots_[place_of(key, hash)];
        const bool fresh = !slot.entry;
        if (fresh) {
            slot.hash = hash;
            slot.entry =
                std::make_unique<Entry>(std::piecewise_construct, std::forward_as_tuple(key),
                                        std::forward_as_tuple(std::forward<Arguments>(arguments)...));
            ++size_;
        }
        return {iterator(&slot, last()), fresh};
    }

    void erase(iterator position) {
        auto hole = static_cast<std::size_t>(position.at_ - first());
        slots_[hole].entry.reset();
        --size_;
        // Whoever had to pass the hole to find its place moves up, so that no search ends early.
        for (std::size_t next = after(hole); slots_[next].entry; next = after(next)) {
            const std::size_t wanted = home_of(slots_[next].hash);
            const bool passes =
                hole < next ? wanted <= hole || wanted > next : wanted <= hole && wanted > next;
            if (!passes) continue;
            std::swap(slots_[hole], slots_[next]);
            hole = next;
        }
    }
    void erase(const Key& key) {
        if (const iterator found = find(key); found != end()) erase(found);
    }

    /// For a hand that goes round: how many slots there are, and what lies in one of them (nothing, often).
    [[nodiscard]] std::size_t slot_count() const { return slots_.size(); }
    Entry* in_slot(std::size_t slot) { return slots_[slot].entry.get(); }

  private:
    Slot* first() { return slots_.data(); }
    Slot* last() { return slots_.data() + slots_.size(); }
    [[nodiscard]] std::size_t after(std::size_t place) const { return (place + 1) & (slots_.size() - 1); }
    // The upper bits of a product depend on every bit of the hash; names that are numbers in a row spread.
    [[nodiscard]] std::size_t home_of(std::size_t hash) const {
        return (hash * 0x9E3779B97F4A7C15U) >> shift_;
    }
    /// Where the name is, or the free slot in which it would be.
    [[nodiscard]] std::size_t place_of(const Key& key, std::size_t hash) const {
        if (slots_.empty()) return 0;
        std::size_t place = home_of(hash);
        while (slots_[place].entry && (slots_[place].hash != hash || !(slots_[place].entry->first == key)))
            place = after(place);
        return place;
    }
    void grow() {
        std::vector<Slot> before(slots_.empty() ? 16 : 2 * slots_.size());
        before.swap(slots_);
        shift_ = 64;
        for (std::size_t size = slots_.size(); size > 1; size /= 2) --shift_;
        for (Slot& slot : before) {
            if (!slot.entry) continue;
            std::size_t place = home_of(slot.hash);
            while (slots_[place].entry) place = after(place);
            slots_[place] = std::move(slot);
        }
    }

    std::vector<Slot> slots_;  // a power of two, at most three quarters taken
    std::size_t size_ = 0;
    unsigned shift_ = 64;
};

}  // namespace banyan::runtime
