// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/fields.h"

namespace banyan::http {

using text::JsonView;

namespace {

void append_escaped(std::string& out, std::string_view key) {
    for (const char c : key) {  // RFC 6901
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
}

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

}  // namespace

std::string Place::pointer() const {
    std::string out = up != nullptr ? up->pointer() : std::string();
    if (index != no_index) {
        out += '/';
        out += std::to_string(index);
    } else if (!key.empty()) {
        out += '/';
        append_escaped(out, key);
    }
    return out;
}

bool is_word(std::string_view text) {
    if (text.empty() || text[0] == '_' || text[0] == '.' || text[0] == '-') return false;
    for (const char c : text) {
        if (!is_word_character(c)) return false;
    }
    return true;
}

Result<Object> Object::of(const JsonView& view, const Place& place) {
    if (!view.is(Value::Kind::map)) return Error::invalid("an object is due here", place.pointer());
    if (view.size() > 64) return Error::invalid("no object here has that many fields", place.pointer());
    return Object(view, place);
}

const JsonView* Object::take(std::string_view key) {
    std::uint64_t bit = 1;
    for (const JsonView& entry : *map_) {
        if (entry.key() == key) {
            taken_ |= bit;
            return &entry;
        }
        bit <<= 1U;
    }
    return nullptr;
}

bool Object::take_null(std::string_view key) {
    const JsonView* value = map_->find(key);
    return value != nullptr && value->is(Value::Kind::null) && take(key) != nullptr;
}

Error Object::error(std::string_view key, std::string message) const {
    return Error::invalid(std::move(message), Place{place_, key}.pointer());
}

Error Object::missing(std::string_view key) const {
    return error(key, "the field '" + std::string(key) + "' is missing");
}

Result<std::string_view> Object::checked_text(const JsonView& view, std::string_view key,
                                              std::size_t bytes_max) const {
    if (!view.is(Value::Kind::string)) return error(key, "a string is due here");
    const std::string_view text = view.string();
    if (text.empty()) return error(key, "the text must not be empty");
    if (text.size() > bytes_max)
        return error(key, "the text is longer than " + std::to_string(bytes_max) + " bytes");
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            return error(key, "the text contains a control character");
    }
    return text;
}

Result<std::string_view> Object::text(std::string_view key, std::size_t bytes_max) {
    const JsonView* value = take(key);
    if (value == nullptr) return missing(key);
    return checked_text(*value, key, bytes_max);
}

Result<std::optional<std::string_view>> Object::optional_text(std::string_view key, std::size_t bytes_max) {
    const JsonView* value = take(key);
    if (value == nullptr) return std::optional<std::string_view>();
    return std::optional<std::string_view>(TRY(checked_text(*value, key, bytes_max)));
}

Result<std::string_view> Object::word(std::string_view key, std::size_t bytes_max) {
    const std::string_view content = TRY(text(key, bytes_max));
    if (!is_word(content)) return error(key, "a word of letters, digits, '_', '.' and '-' is due here");
    return content;
}

Result<std::int64_t> Object::count(std::string_view key) {
    const JsonView* value = take(key);
    if (value == nullptr) return missing(key);
    if (!value->is(Value::Kind::integer) || value->integer() < 1 || value->integer() > 1'000'000'000)
        return error(key, "a whole number from 1 to 1000000000 is due here");
    return value->integer();
}

Result<Object> Object::object(std::string_view key, const Place& place) {
    const JsonView* value = take(key);
    if (value == nullptr) return missing(key);
    return of(*value, place);
}

Result<void> Object::finish() const {
    std::uint64_t bit = 1;
    for (const JsonView& entry : *map_) {
        if ((taken_ & bit) == 0) return error(entry.key(), "there is no such field here");
        bit <<= 1U;
    }
    return {};
}

}  // namespace banyan::http
