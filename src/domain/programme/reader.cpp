// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/reader.h"

#include <algorithm>

namespace banyan::programme {

Reader::Reader(const Value& value, std::string pointer) : value_(value), pointer_(std::move(pointer)) {
    if (!value_.is(Value::Kind::map)) fail("expected an object with named fields here");
}

void Reader::fail(std::string message, std::string_view key) {
    if (first_) return;
    std::string where = key.empty() ? pointer_ : pointer_ + "/" + std::string(key);
    first_ = Error::invalid(std::move(message), where.empty() ? "/" : where);
}

const Value* Reader::take(std::string_view key) {
    asked_.emplace_back(key);
    if (!value_.is(Value::Kind::map)) return nullptr;
    return value_.map().find(key);
}

std::optional<std::string> Reader::text(std::string_view key) {
    const Value* found = take(key);
    if (found == nullptr) return std::nullopt;
    if (!found->is(Value::Kind::string)) {
        fail(std::string("expected text, found ") + name_of(found->kind()) + "; put it in quotes", key);
        return std::nullopt;
    }
    return found->string();
}

std::optional<std::int64_t> Reader::integer(std::string_view key, std::int64_t min, std::int64_t max) {
    const Value* found = take(key);
    if (found == nullptr) return std::nullopt;
    if (!found->is(Value::Kind::integer)) {
        fail(std::string("expected a whole number, found ") + name_of(found->kind()), key);
        return std::nullopt;
    }
    if (found->integer() < min || found->integer() > max) {
        fail("expected a number from " + std::to_string(min) + " to " + std::to_string(max), key);
        return std::nullopt;
    }
    return found->integer();
}

std::vector<Reader> Reader::list(std::string_view key) {
    std::vector<Reader> readers;
    const Value* found = take(key);
    if (found == nullptr) return readers;
    if (!found->is(Value::Kind::list)) {
        fail("expected a list", key);
        return readers;
    }
    for (std::size_t i = 0; i < found->list().size(); ++i)
        readers.emplace_back(found->list()[i], pointer_ + "/" + std::string(key) + "/" + std::to_string(i));
    return readers;
}

std::optional<Reader> Reader::object(std::string_view key) {
    const Value* found = take(key);
    if (found == nullptr) return std::nullopt;
    return Reader(*found, pointer_ + "/" + std::string(key));
}

std::optional<std::size_t> Reader::word(std::string_view key, std::initializer_list<std::string_view> words) {
    const auto given = text(key);
    if (!given) return std::nullopt;
    const auto found = std::find(words.begin(), words.end(), *given);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    std::string all;
    for (const std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string(word);
    fail("\"" + *given + "\" is not one of: " + all, key);
    return std::nullopt;
}

std::string Reader::required_text(std::string_view key) {
    const auto given = text(key);
    if (!given) fail("\"" + std::string(key) + "\" is missing", key);
    return given.value_or("");
}

std::int64_t Reader::required_integer(std::string_view key, std::int64_t min, std::int64_t max) {
    const auto given = integer(key, min, max);
    if (!given) fail("\"" + std::string(key) + "\" is missing", key);
    return given.value_or(min);
}

Result<void> Reader::finish() {
    if (first_) return *first_;
    for (const Map::Entry& entry : value_.map().entries()) {
        if (std::find(asked_.begin(), asked_.end(), entry.first) != asked_.end()) continue;
        std::string known;
        for (const std::string& key : asked_) known += (known.empty() ? "" : ", ") + key;
        return Error::invalid("unknown field \"" + entry.first + "\"; known here: " + known,
                              pointer_ + "/" + entry.first);
    }
    return {};
}

}  // namespace banyan::programme
