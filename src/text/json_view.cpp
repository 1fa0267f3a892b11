// SPDX-License-Identifier: Apache-2.0
#include "text/json_view.h"

#include <algorithm>

namespace banyan::text {

namespace {

// Each key stays where it came first, with the value it had last.
void put_last(std::vector<Map::Entry>& kept, std::string_view key, Value value) {
    const auto earlier =
        std::find_if(kept.begin(), kept.end(), [key](const Map::Entry& entry) { return entry.first == key; });
    if (earlier == kept.end())
        kept.emplace_back(key, std::move(value));
    else
        earlier->second = std::move(value);
}

}  // namespace

const JsonView* JsonView::find(std::string_view key) const {
    ASSERT(is(Kind::map));
    for (const JsonView& entry : *this) {
        if (entry.key_ == key) return &entry;
    }
    return nullptr;
}

Value JsonView::to_value() const {
    switch (kind_) {
        case Kind::boolean: return Value(content_.boolean);
        case Kind::integer: return Value(content_.integer);
        case Kind::floating: return Value(content_.floating);
        case Kind::string: return Value(string());
        case Kind::list: {
            List list;
            list.reserve(size_);
            for (const JsonView& item : *this) list.push_back(item.to_value());
            return Value(std::move(list));
        }
        case Kind::map: {
            std::vector<Map::Entry> entries;
            entries.reserve(size_);
            for (const JsonView& entry : *this) {
                if (repeats_a_key_)
                    put_last(entries, entry.key_, entry.to_value());
                else
                    entries.emplace_back(entry.key_, entry.to_value());
            }
            return Value(Map::of_unique(std::move(entries)));
        }
        default: break;
    }
    ASSERT(kind_ == Kind::null);
    return Value();
}

}  // namespace banyan::text
