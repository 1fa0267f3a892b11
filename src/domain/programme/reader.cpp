// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/reader.h"

#include <algorithm>

namespace banyan::programme {

namespace {

// What a person calls the kinds.
const char* word_of(Value::Kind kind) {
    switch (kind) {
        case Value::Kind::null: return "nothing";
        case Value::Kind::boolean: return "true or false";
        case Value::Kind::integer:
        case Value::Kind::unsigned_integer: return "a whole number";
        case Value::Kind::floating: return "a number with a fraction";
        case Value::Kind::string: return "text";
        case Value::Kind::list: return "a list";
        case Value::Kind::map: return "an object with named fields";
        default: return name_of(kind);
    }
}

std::string expected(const char* what, const Value& found) {
    return std::string("expected ") + what + ", found " + word_of(found.kind());
}

}  // namespace

Reader::Reader(const Value& value, std::string pointer, Findings& findings)
    : value_(value), pointer_(std::move(pointer)), findings_(&findings) {
    if (!value_.is(Value::Kind::map)) fail(expected("an object with named fields", value_));
}

std::string Reader::pointer_to(std::string_view key) const {
    std::string out = pointer_;
    if (key.empty()) return out;
    out += '/';
    for (const char c : key) {  // RFC 6901
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

bool Reader::has(std::string_view key) const {
    return value_.is(Value::Kind::map) && value_.map().find(key) != nullptr;
}

void Reader::fail(std::string message, std::string_view key) {
    findings_->add({Weight::error, pointer_to(key), Part::value, std::nullopt, std::move(message)});
}

void Reader::fail_at(const std::string& place, std::string message) {
    findings_->add({Weight::error, pointer_ + "/" + place, Part::value, std::nullopt, std::move(message)});
}

void Reader::warn(std::string message, std::string_view key) {
    findings_->add({Weight::warning, pointer_to(key), Part::value, std::nullopt, std::move(message)});
}

const Value* Reader::take(std::string_view key) {
    asked_.emplace_back(key);
    if (!value_.is(Value::Kind::map)) return nullptr;
    return value_.map().find(key);
}

std::optional<std::string> Reader::text(std::string_view key) {
    const Value* found = take(key);
    if (found == nullptr) return std::nullopt;
    if (found->is(Value::Kind::string)) return found->string();
    const bool is_plain = !found->is(Value::Kind::list) && !found->is(Value::Kind::map);
    fail(expected("text", *found) + (is_plain ? "; put it in quotes" : ""), key);
    return std::nullopt;
}

std::optional<std::int64_t> Reader::integer(std::string_view key, std::int64_t min, std::int64_t max) {
    const Value* found = take(key);
    if (found == nullptr) return std::nullopt;
    if (!found->is(Value::Kind::integer)) {
        fail(expected("a whole number", *found), key);
        return std::nullopt;
    }
    if (found->integer() < min || found->integer() > max) {
        fail("expected a number from " + std::to_string(min) + " to " + std::to_string(max), key);
        return std::nullopt;
    }
    return found->integer();
}

std::optional<bool> Reader::boolean(std::string_view key) {
    const Value* found = take(key);
    if (found == nullptr) return std::nullopt;
    if (found->is(Value::Kind::boolean)) return found->boolean();
    fail(expected("true or false", *found), key);
    return std::nullopt;
}

std::vector<Reader> Reader::list(std::string_view key) {
    std::vector<Reader> readers;
    const Value* found = take(key);
    if (found == nullptr) return readers;
    if (!found->is(Value::Kind::list)) {
        fail(expected("a list", *found) + "; begin each entry with \"- \"", key);
        return readers;
    }
    for (std::size_t i = 0; i < found->list().size(); ++i)
        readers.emplace_back(found->list()[i], pointer_to(key) + "/" + std::to_string(i), *findings_);
    return readers;
}

std::vector<std::string> Reader::texts(std::string_view key) {
    std::vector<std::string> words;
    const Value* found = take(key);
    if (found == nullptr) return words;
    if (!found->is(Value::Kind::list)) {
        fail(expected("a list", *found) + "; write it in brackets: [a, b]", key);
        return words;
    }
    for (std::size_t i = 0; i < found->list().size(); ++i) {
        const Value& item = found->list()[i];
        words.push_back(item.is(Value::Kind::string) ? item.string() : "");
        if (words.back().empty())
            fail_at(std::string(key) + "/" + std::to_string(i), expected("a code", item));
    }
    return words;
}

std::optional<Reader> Reader::object(std::string_view key) {
    const Value* found = take(key);
    if (found == nullptr) return std::nullopt;
    return Reader(*found, pointer_to(key), *findings_);
}

std::optional<std::size_t> Reader::word(std::string_view key, std::initializer_list<std::string_view> words) {
    const auto given = text(key);
    if (!given) return std::nullopt;
    const auto found = std::find(words.begin(), words.end(), *given);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    const std::vector<std::string> all(words.begin(), words.end());
    fail("\"" + *given + "\" is not one of: " + joined(all) + did_you_mean(*given, all), key);
    return std::nullopt;
}

std::string Reader::required_text(std::string_view key) {
    const bool is_there = has(key);
    const auto given = text(key);
    if (!is_there) missing_.emplace_back(key);
    if (given && given->empty()) fail("\"" + std::string(key) + "\" is empty; give it a value", key);
    return given.value_or("");
}

std::int64_t Reader::required_integer(std::string_view key, std::int64_t min, std::int64_t max) {
    const bool is_there = has(key);
    const auto given = integer(key, min, max);
    if (!is_there) missing_.emplace_back(key);
    return given.value_or(min);
}

void Reader::finish() {
    if (!value_.is(Value::Kind::map)) return;
    for (const Map::Entry& entry : value_.map().entries()) {
        if (std::find(asked_.begin(), asked_.end(), entry.first) != asked_.end()) continue;
        std::vector<std::string> free;  // what the author may have meant is not written yet
        std::copy_if(asked_.begin(), asked_.end(), std::back_inserter(free),
                     [this](const std::string& key) { return !has(key); });
        findings_->add({Weight::error, pointer_to(entry.first), Part::key, std::nullopt,
                        "unknown field \"" + entry.first + "\"" + did_you_mean(entry.first, free) +
                            "; known here: " + joined(asked_)});
        // The misspelt key is the missing one: said once.
        std::erase(missing_, nearest(entry.first, free));
    }
    for (const std::string& key : missing_) fail("\"" + key + "\" is missing", key);
}

}  // namespace banyan::programme
