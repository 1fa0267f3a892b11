// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "text/yaml.h"

namespace banyan::text {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// How many characters other than white space stand before `inside`. Folding, indentation and line ends change white
// space only, so these characters are the same in the file, in the same order.
std::size_t solid_before(std::string_view text, Place inside) {
    std::size_t solid = 0;
    Place at;
    for (const char c : text) {
        if (at.line > inside.line || (at.line == inside.line && at.column >= inside.column)) break;
        if (!is_space(c)) ++solid;
        if (c == '\n')
            at = {at.line + 1, 1};
        else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U)  // columns are characters
            ++at.column;
    }
    return solid;
}

// One character of the scalar as it is written: how long, and how many solid bytes it stands for.
struct Written {
    std::size_t length = 1;
    std::size_t solid = 0;
};

Written escaped(std::string_view rest) {
    if (rest.size() < 2) return {1, 1};
    const std::size_t digits = rest[1] == 'x' ? 2 : rest[1] == 'u' ? 4 : rest[1] == 'U' ? 8 : 0;
    if (digits == 0) {
        const bool is_white = std::string_view("ntr \t\n").find(rest[1]) != std::string_view::npos;
        return {2, is_white ? 0U : 1U};
    }
    std::uint32_t point = 0;
    const std::string_view hex = rest.substr(2, digits);
    std::from_chars(hex.data(), hex.data() + hex.size(), point, 16);
    if (point == ' ' || point == '\t' || point == '\r' || point == '\n') return {2 + digits, 0};
    return {2 + digits, point < 0x80 ? 1U : point < 0x800 ? 2U : point < 0x10000 ? 3U : 4U};
}

Written next(std::string_view rest, char quote) {
    if (quote == '"' && rest.front() == '\\') return escaped(rest);
    if (quote == '\'' && rest.starts_with("''")) return {2, 1};
    return {1, is_space(rest.front()) ? 0U : 1U};
}

// Where the scalar's own characters begin: behind a tag, a quote or the head of a block.
std::size_t begin_of(std::string_view bytes, std::size_t at, char& quote) {
    const auto skip = [&](auto stop) {
        while (at < bytes.size() && !stop(bytes[at])) ++at;
    };
    if (at < bytes.size() && bytes[at] == '!') {
        skip(is_space);
        skip([](char c) { return !is_space(c); });
    }
    if (at == bytes.size()) return at;
    quote = bytes[at];
    if (quote == '"' || quote == '\'') return at + 1;
    if (quote == '|' || quote == '>') skip([](char c) { return c == '\n'; });
    return at;
}

}  // namespace

Place Places::at(std::string_view pointer) const {
    while (true) {
        if (const auto found = places_.find(pointer); found != places_.end()) return found->second.place;
        if (pointer.empty()) return {};
        pointer = pointer.substr(0, pointer.rfind('/'));
    }
}

Place Places::key_at(std::string_view pointer) const {
    const auto found = keys_.find(pointer);
    return found != keys_.end() ? found->second : at(pointer);
}

Place Places::inside(std::string_view pointer, std::string_view text, Place inside) const {
    const auto found = places_.find(pointer);
    if (found == places_.end()) return at(pointer);
    char quote = ' ';
    std::size_t at = begin_of(bytes_, found->second.offset, quote);
    std::size_t left = solid_before(text, inside);
    std::size_t behind = at;  // of the last character that counted
    const auto is_white = [&] { return next(std::string_view(bytes_).substr(at), quote).solid == 0; };
    while (at < bytes_.size() && (left > 0 || is_white())) {
        const Written written = next(std::string_view(bytes_).substr(at), quote);
        at += written.length;
        left -= std::min(left, written.solid);
        if (written.solid > 0) behind = at;
    }
    // Past the last character of the text there is nothing to point at but its end.
    const bool is_at_end = solid_before(text, inside) == solid_before(text, {SIZE_MAX, 1});
    return place_at(bytes_, std::min(is_at_end ? behind : at, bytes_.size()));
}

const Value* find_at(const Value& value, std::string_view pointer) {
    const Value* at = &value;
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        const std::string_view step = pointer.substr(0, pointer.find('/'));
        pointer.remove_prefix(step.size());
        if (at->is(Value::Kind::list)) {
            std::size_t index = 0;
            const auto parsed = std::from_chars(step.data(), step.data() + step.size(), index);
            if (parsed.ec != std::errc() || index >= at->list().size()) return nullptr;
            at = &at->list()[index];
            continue;
        }
        std::string key;
        for (std::size_t i = 0; i < step.size(); ++i) {
            const bool is_escape = step[i] == '~' && i + 1 < step.size();
            key += !is_escape ? step[i] : step[++i] == '1' ? '/' : '~';
        }
        at = at->is(Value::Kind::map) ? at->map().find(key) : nullptr;
        if (at == nullptr) return nullptr;
    }
    return at;
}

std::string pointer_to(std::string_view pointer, std::string_view key) {
    std::string out(pointer);
    out += '/';
    for (const char c : key) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

std::string pointer_to(std::string_view pointer, std::size_t index) {
    return std::string(pointer) + '/' + std::to_string(index);
}

}  // namespace banyan::text
