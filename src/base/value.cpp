// SPDX-License-Identifier: Apache-2.0
#include "base/value.h"

namespace banyan {

const Value* Map::find(std::string_view key) const {
    for (const Entry& entry : entries_) {
        if (entry.first == key) return &entry.second;
    }
    return nullptr;
}

bool Map::insert(std::string key, Value value) {
    if (find(key) != nullptr) return false;
    entries_.emplace_back(std::move(key), std::move(value));
    return true;
}

Value::Value(Map map) : content_(std::make_shared<const Map>(std::move(map))) {}

bool Value::operator==(const Value& other) const {
    if (kind() != other.kind()) return false;
    if (is(Kind::list)) return list() == other.list();
    if (is(Kind::map)) {
        if (map().size() != other.map().size()) return false;
        for (const Map::Entry& entry : map().entries()) {
            const Value* theirs = other.map().find(entry.first);
            if (theirs == nullptr || !(*theirs == entry.second)) return false;
        }
        return true;
    }
    return content_ == other.content_;
}

const char* name_of(Value::Kind kind) {
    switch (kind) {
        case Value::Kind::null: return "null";
        case Value::Kind::boolean: return "bool";
        case Value::Kind::integer: return "int";
        case Value::Kind::unsigned_integer: return "uint";
        case Value::Kind::floating: return "double";
        case Value::Kind::string: return "string";
        case Value::Kind::bytes: return "bytes";
        case Value::Kind::list: return "list";
        case Value::Kind::map: return "map";
        case Value::Kind::timestamp: return "timestamp";
        case Value::Kind::duration: return "duration";
    }
    ASSERT(false);
    return "";
}

}  // namespace banyan
