// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/canonical.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace banyan::programme {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

void put_text(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const auto escape = std::string_view("\"\\\b\f\n\r\t").find(c);
        if (escape != std::string_view::npos) {
            out += '\\';
            out += "\"\\bfnrt"[escape];
        } else if (byte < 0x20U) {
            out += "\\u00";
            out += digits[byte >> 4U];
            out += digits[byte & 0xFU];
        } else {
            out += c;
        }
    }
    out += '"';
}

template <typename Number>
void put_number(std::string& out, Number number) {
    char buffer[64];
    const auto written = std::to_chars(std::begin(buffer), std::end(buffer), number);
    out.append(std::begin(buffer), written.ptr);
}

void put(std::string& out, const Value& value);

void put_object(std::string& out, const Map& map) {
    std::vector<const Map::Entry*> entries;
    for (const Map::Entry& entry : map.entries()) {
        if (!entry.second.is(Value::Kind::null)) entries.push_back(&entry);
    }
    std::sort(entries.begin(), entries.end(),
              [](const auto* a, const auto* b) { return a->first < b->first; });
    out += '{';
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (i > 0) out += ',';
        put_text(out, entries[i]->first);
        out += ':';
        put(out, entries[i]->second);
    }
    out += '}';
}

void put(std::string& out, const Value& value) {  // NOLINT(misc-no-recursion): the reader bounds the depth
    switch (value.kind()) {
        case Value::Kind::boolean: out += value.boolean() ? "true" : "false"; return;
        case Value::Kind::integer: return put_number(out, value.integer());
        case Value::Kind::unsigned_integer: return put_number(out, value.unsigned_integer());
        case Value::Kind::floating: return put_number(out, value.floating());
        case Value::Kind::string: return put_text(out, value.string());
        case Value::Kind::list:
            out += '[';
            for (std::size_t i = 0; i < value.list().size(); ++i) {
                if (i > 0) out += ',';
                put(out, value.list()[i]);
            }
            out += ']';
            return;
        case Value::Kind::map: return put_object(out, value.map());
        case Value::Kind::null:
        case Value::Kind::bytes:
        case Value::Kind::timestamp:
        case Value::Kind::duration: out += "null"; return;  // YAML and JSON have none of the last three
    }
}

}  // namespace

std::string canonical(const Value& document) {
    std::string out;
    put(out, document);
    return out;
}

std::string address_of(const Value& document, const Digest& digest) {
    std::string address = "sha256:";
    for (const std::uint8_t byte : digest.sha256(canonical(document))) {
        address += digits[byte >> 4U];
        address += digits[byte & 0xFU];
    }
    return address;
}

}  // namespace banyan::programme
