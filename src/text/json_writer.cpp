// SPDX-License-Identifier: Apache-2.0
#include "text/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/assert.h"
#include "text/utf8.h"

namespace banyan::text {

namespace {

template <typename Number>
void put_number(std::string& out, Number number) {
    std::array<char, 32> buffer{};
    const auto [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    ASSERT(code == std::errc{});
    out.append(buffer.data(), end);
}

// RFC 4648 with padding.
std::string base64(std::string_view bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        const std::size_t count = bytes.size() - at < 3 ? bytes.size() - at : 3;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8U | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            out += i <= count ? letters[group >> (18U - 6U * i) & 0x3FU] : '=';
    }
    return out;
}

std::string duration_text(Duration duration) {
    const std::int64_t whole = duration.microseconds / 1'000'000;
    std::int64_t fraction = duration.microseconds % 1'000'000;
    std::string out = whole == 0 && fraction < 0 ? "-0" : std::to_string(whole);
    if (fraction < 0) fraction = -fraction;
    if (fraction != 0) {
        std::string digits = std::to_string(1'000'000 + fraction).substr(1);
        out += '.' + digits.substr(0, digits.find_last_not_of('0') + 1);
    }
    return out + 's';
}

// ASCII that stands for itself.
constexpr std::array<bool, 256> is_plain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
    return plain;
}();

void put_escape(std::string& out, unsigned char c) {
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\b': out += "\\b"; return;
        case '\f': out += "\\f"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    constexpr std::string_view hex = "0123456789abcdef";
    out += "\\u00";
    out += hex[c >> 4U];
    out += hex[c & 0xFU];
}

}  // namespace

JsonWriter::Open& JsonWriter::open() {
    ASSERT(depth_ > 0);
    return depth_ <= open_.size() ? open_[depth_ - 1] : deeper_[depth_ - open_.size() - 1];
}

void JsonWriter::before_value() {
    if (depth_ == 0) {
        ASSERT(!has_root_);
        has_root_ = true;
        return;
    }
    Open& around = open();
    ASSERT(around != Open::object && around != Open::object_empty);  // A key is due.
    if (around == Open::array) out_ += ',';
    around = around == Open::object_after_key ? Open::object : Open::array;
}

JsonWriter& JsonWriter::begin(char bracket, Open kind) {
    before_value();
    out_ += bracket;
    if (++depth_ > open_.size()) deeper_.push_back(kind);
    open() = kind;
    return *this;
}

JsonWriter& JsonWriter::end(char bracket) {
    out_ += bracket;
    if (depth_-- > open_.size()) deeper_.pop_back();
    return *this;
}

JsonWriter& JsonWriter::begin_object() { return begin('{', Open::object_empty); }
JsonWriter& JsonWriter::begin_array() { return begin('[', Open::array_empty); }

JsonWriter& JsonWriter::end_object() {
    ASSERT(open() == Open::object || open() == Open::object_empty);
    return end('}');
}

JsonWriter& JsonWriter::end_array() {
    ASSERT(open() == Open::array || open() == Open::array_empty);
    return end(']');
}

JsonWriter& JsonWriter::key(std::string_view name) {
    Open& around = open();
    ASSERT(around == Open::object || around == Open::object_empty);
    if (around == Open::object) out_ += ',';
    around = Open::object_after_key;
    write_string(name);
    out_ += ':';
    return *this;
}

JsonWriter& JsonWriter::string(std::string_view content) {
    before_value();
    write_string(content);
    return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t number) {
    before_value();
    put_number(out_, number);
    return *this;
}

JsonWriter& JsonWriter::unsigned_integer(std::uint64_t number) {
    before_value();
    put_number(out_, number);
    return *this;
}

JsonWriter& JsonWriter::floating(double number) {
    if (std::isnan(number)) return string("NaN");
    if (std::isinf(number)) return string(number > 0 ? "Infinity" : "-Infinity");
    before_value();
    const std::size_t start = out_.size();
    put_number(out_, number);
    // "1" would read back as an integer.
    if (out_.find_first_of(".e", start) == std::string::npos) out_ += ".0";
    return *this;
}

JsonWriter& JsonWriter::boolean(bool truth) { return raw(truth ? "true" : "false"); }
JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view json) {
    before_value();
    out_ += json;
    return *this;
}

JsonWriter& JsonWriter::value(const Value& value) {
    using Kind = Value::Kind;
    switch (value.kind()) {
        case Kind::null: return null();
        case Kind::boolean: return boolean(value.boolean());
        case Kind::integer: return integer(value.integer());
        case Kind::unsigned_integer: return unsigned_integer(value.unsigned_integer());
        case Kind::floating: return floating(value.floating());
        case Kind::string: return string(value.string());
        case Kind::bytes: return string(base64(value.bytes()));
        case Kind::timestamp: return instant(value.timestamp());
        case Kind::duration: return string(duration_text(value.duration()));
        case Kind::list:
            begin_array();
            for (const Value& item : value.list()) this->value(item);
            return end_array();
        case Kind::map:
            begin_object();
            for (const Map::Entry& entry : value.map().entries()) key(entry.first).value(entry.second);
            return end_object();
    }
    ASSERT(false);
    return *this;
}

// Most strings are short and plain, so plain runs are copied whole and a character beyond ASCII is looked at only
// where it stands.
void JsonWriter::write_string(std::string_view content) {
    out_ += '"';
    std::size_t plain = 0;  // start of the run that goes out as it is
    for (std::size_t at = 0; at < content.size();) {
        const auto c = static_cast<unsigned char>(content[at]);
        if (is_plain[c]) {
            ++at;
            continue;
        }
        const std::size_t length = c < 0x80U ? 0 : utf8_length(content, at);
        if (length != 0) {
            at += length;
            continue;
        }
        out_ += content.substr(plain, at - plain);
        if (c < 0x80U)
            put_escape(out_, c);
        else
            append_utf8(out_, 0xFFFD);
        plain = ++at;
    }
    out_ += content.substr(plain);
    out_ += '"';
}

std::string to_json(const Value& value) {
    std::string out;
    JsonWriter(out).value(value);
    return out;
}

}  // namespace banyan::text
