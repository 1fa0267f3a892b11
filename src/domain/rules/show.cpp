// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/show.h"

#include <array>
#include <charconv>

#include "domain/rules/network.h"
#include "domain/rules/time_text.h"
#include "domain/rules/utf8.h"

namespace banyan::rules {

namespace {

std::string quoted(std::string_view text, bool bytes) {
    static constexpr std::string_view special = "\n\r\t\\'";
    static constexpr std::string_view letters = "nrt\\'";
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out = bytes ? "b'" : "'";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const std::size_t found = special.find(c);
        if (found != std::string_view::npos) {
            out += {'\\', letters[found]};
        } else if (byte < 0x20 || (bytes && byte > 0x7E)) {
            out += {'\\', 'x', digits[byte >> 4U], digits[byte & 0xFU]};
        } else {
            out += c;
        }
    }
    return out + "'";
}

std::string text_of(double number) {
    std::array<char, 40> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    std::string text(buffer.data(), written.ptr);
    if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
    return text;
}

// Stops adding once it is longer than anybody reads.
void put(std::string& out, const Term& term, std::size_t enough);

void put_elements(std::string& out, const Term& term, std::size_t enough) {
    const bool is_map = term.is(Kind::map);
    out += is_map ? '{' : '[';
    for (std::size_t i = 0; i < term.count() && out.size() < enough; ++i) {
        if (i > 0) out += ", ";
        if (is_map) {
            put(out, term.entry(i).key, enough);
            out += ": ";
            put(out, term.entry(i).value, enough);
        } else {
            put(out, term.element(i), enough);
        }
    }
    out += is_map ? '}' : ']';
}

void put(std::string& out, const Term& term, std::size_t enough) {
    if (out.size() >= enough) return;
    switch (term.kind()) {
        case Kind::null: out += "null"; return;
        case Kind::boolean: out += term.boolean() ? "true" : "false"; return;
        case Kind::integer: out += std::to_string(term.integer()); return;
        case Kind::unsigned_integer: out += std::to_string(term.unsigned_integer()) + "u"; return;
        case Kind::floating: out += text_of(term.floating()); return;
        case Kind::string: out += quoted(term.string().substr(0, enough * 4), false); return;
        case Kind::bytes: out += quoted(term.bytes().substr(0, enough * 4), true); return;
        case Kind::list:
        case Kind::map: return put_elements(out, term, enough);
        case Kind::timestamp: out += "timestamp('" + to_text(term.timestamp()) + "')"; return;
        case Kind::duration: out += "duration('" + to_text(term.duration()) + "')"; return;
        case Kind::type: out += name_of(term.type()); return;
        case Kind::optional:
            out += term.content() == nullptr ? "optional.none(" : "optional.of(";
            if (term.content() != nullptr) put(out, *term.content(), enough);
            out += ')';
            return;
        case Kind::address: out += "ip('" + address_text(term.address()) + "')"; return;
        case Kind::network: out += "cidr('" + network_text(term.network()) + "')"; return;
        case Kind::fault: out += std::string("error: ") + name_of(term.fault()); return;
        case Kind::unset: out += "no value"; return;
        case Kind::dyn: out += "not evaluated"; return;
    }
}

}  // namespace

std::string shown(const Term& term, std::size_t characters_max) {
    std::string text;
    put(text, term, characters_max * 4);
    const std::size_t end = utf8_offset(text, characters_max);
    return end >= text.size() ? text : text.substr(0, end) + "...";
}

}  // namespace banyan::rules
