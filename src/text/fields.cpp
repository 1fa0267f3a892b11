// SPDX-License-Identifier: Apache-2.0
#include "text/fields.h"

#include <algorithm>

namespace banyan::text {

namespace {

template <typename Words>
std::string joined(const Words& words) {
    std::string out;
    for (const auto& word : words) {
        if (!out.empty()) out += ", ";
        out += word;
    }
    return out;
}

}  // namespace

Result<Fields> Fields::of(const Value& value, std::string pointer, const Places& places) {
    if (!value.is(Value::Kind::map))
        return Error::invalid("expected a map of keys and values here", places.where(pointer));
    return Fields(value.map(), std::move(pointer), places);
}

Error Fields::error(std::string_view key, std::string message) const {
    return Error::invalid(std::move(message), places_->where(key.empty() ? pointer_ : pointer(key)));
}

Error Fields::missing(std::string_view key) const {
    return error("", "the key '" + std::string(key) + "' is missing");
}

Error Fields::wrong_kind(std::string_view key, std::string_view wanted) const {
    return error(key, "'" + std::string(key) + "' must be " + std::string(wanted));
}

const Value* Fields::find(std::string_view key) {
    if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.emplace_back(key);
    const Value* value = map_->find(key);
    return value == nullptr || value->is(Value::Kind::null) ? nullptr : value;
}

bool Fields::has(std::string_view key) { return find(key) != nullptr; }

Result<std::string> Fields::string(std::string_view key) {
    const Value* value = find(key);
    if (value == nullptr) return missing(key);
    if (!value->is(Value::Kind::string)) return wrong_kind(key, "text; put it in quotes");
    if (value->string().empty()) return wrong_kind(key, "text that is not empty");
    return value->string();
}

Result<std::string> Fields::string_or(std::string_view key, std::string otherwise) {
    if (!has(key)) return otherwise;
    return string(key);
}

Result<bool> Fields::boolean_or(std::string_view key, bool otherwise) {
    const Value* value = find(key);
    if (value == nullptr) return otherwise;
    if (!value->is(Value::Kind::boolean)) return wrong_kind(key, "true or false");
    return value->boolean();
}

Result<std::int64_t> Fields::integer_or(std::string_view key, std::int64_t otherwise, std::int64_t least,
                                        std::int64_t most) {
    const Value* value = find(key);
    if (value == nullptr) return otherwise;
    if (!value->is(Value::Kind::integer) || value->integer() < least || value->integer() > most)
        return wrong_kind(key, "an integer from " + std::to_string(least) + " to " + std::to_string(most));
    return value->integer();
}

Result<std::vector<std::string>> Fields::strings_or_none(std::string_view key) {
    const Value* value = find(key);
    std::vector<std::string> texts;
    if (value == nullptr) return texts;
    if (!value->is(Value::Kind::list)) return wrong_kind(key, "a list of texts");
    for (const Value& item : value->list()) {
        if (!item.is(Value::Kind::string)) return wrong_kind(key, "a list of texts");
        texts.push_back(item.string());
    }
    return texts;
}

Result<std::size_t> Fields::one_of(std::string_view key, const std::vector<std::string_view>& words,
                                   std::optional<std::size_t> otherwise) {
    if (!has(key) && otherwise) return *otherwise;
    const std::string word = TRY(string(key));
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) return wrong_kind(key, "one of: " + joined(words));
    return static_cast<std::size_t>(found - words.begin());
}

Result<Fields> Fields::map(std::string_view key) {
    const Value* value = find(key);
    if (value == nullptr) return missing(key);
    return of(*value, pointer(key), *places_);
}

Result<void> Fields::finish() const {
    for (const Map::Entry& entry : map_->entries()) {
        if (std::find(asked_.begin(), asked_.end(), entry.first) == asked_.end())
            return error(entry.first, "unknown key '" + entry.first + "'; known here: " + joined(asked_));
    }
    return {};
}

}  // namespace banyan::text
