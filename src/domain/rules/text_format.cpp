// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/text_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "domain/rules/arguments.h"
#include "domain/rules/numbers.h"
#include "domain/rules/time_text.h"

namespace banyan::rules {

namespace {

constexpr int depth_of_text_max = 64;
constexpr int precision_default = 6;
constexpr int precision_max = 100;

std::string text_of(double number, std::chars_format form, int precision) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
    std::array<char, 512> buffer{};
    char* const begin = buffer.data();
    char* const end = begin + buffer.size();
    const auto written = precision < 0 ? std::to_chars(begin, end, number, form)
                                       : std::to_chars(begin, end, number, form, precision);
    ASSERT(written.ec == std::errc());
    return {begin, written.ptr};
}

template <typename Number>
std::string in_base(Number number, int base) {
    std::array<char, 72> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, base);
    ASSERT(written.ec == std::errc());
    return {buffer.data(), written.ptr};
}

// Nothing when the kind has no such text.
std::optional<std::string> plain(const Term& term, int depth);

std::optional<std::string> plain_list(const Term& list, int depth) {
    std::string text = "[";
    for (std::size_t i = 0; i < list.count(); ++i) {
        const auto element = plain(list.element(i), depth - 1);
        if (!element) return std::nullopt;
        text += (i > 0 ? ", " : "") + *element;
    }
    return text + "]";
}

// In the order of the keys' texts, so that equal maps are equal texts.
std::optional<std::string> plain_map(const Term& map, int depth) {
    std::vector<std::pair<std::string, std::string>> entries;
    for (std::size_t i = 0; i < map.count(); ++i) {
        const Entry entry = map.entry(i);
        auto key = plain(entry.key, depth - 1);
        auto value = plain(entry.value, depth - 1);
        if (!key || !value) return std::nullopt;
        entries.emplace_back(*std::move(key), *std::move(value));
    }
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string text = "{";
    for (const auto& [key, value] : entries) text += (text.size() > 1 ? ", " : "") + key + ": " + value;
    return text + "}";
}

std::optional<std::string> plain(const Term& term, int depth) {
    if (depth == 0) return std::nullopt;
    switch (term.kind()) {
        case Kind::null: return "null";
        case Kind::boolean: return term.boolean() ? "true" : "false";
        case Kind::integer: return in_base(term.integer(), 10);
        case Kind::unsigned_integer: return in_base(term.unsigned_integer(), 10);
        case Kind::floating: return text_of(term.floating(), std::chars_format::fixed, -1);
        case Kind::string: return std::string(term.string());
        case Kind::bytes: return std::string(term.bytes());
        case Kind::timestamp: return to_text(term.timestamp());
        case Kind::duration: return to_text(term.duration());
        case Kind::type: return std::string(name_of(term.type()));
        case Kind::list: return plain_list(term, depth);
        case Kind::map: return plain_map(term, depth);
        default: return std::nullopt;
    }
}

std::optional<std::string> decimal(const Term& term) {
    if (is_numeric(term.kind())) return plain(term, 1);
    return std::nullopt;
}

std::optional<std::string> with_precision(const Term& term, std::chars_format form, int precision) {
    switch (term.kind()) {
        case Kind::integer: return text_of(static_cast<double>(term.integer()), form, precision);
        case Kind::unsigned_integer:
            return text_of(static_cast<double>(term.unsigned_integer()), form, precision);
        case Kind::floating: return text_of(term.floating(), form, precision);
        default: return std::nullopt;
    }
}

std::optional<std::string> in_digits(const Term& term, int base) {
    if (term.is(Kind::boolean) && base == 2) return term.boolean() ? "1" : "0";
    if (term.is(Kind::integer)) return in_base(term.integer(), base);
    if (term.is(Kind::unsigned_integer)) return in_base(term.unsigned_integer(), base);
    return std::nullopt;
}

std::optional<std::string> hexadecimal(const Term& term, bool upper) {
    auto text = in_digits(term, 16);
    if (!text && (term.is(Kind::string) || term.is(Kind::bytes))) {
        text.emplace();
        for (const char c : term.is(Kind::string) ? term.string() : term.bytes()) {
            const auto byte = static_cast<unsigned char>(c);
            *text += in_base(static_cast<unsigned>(byte >> 4U), 16) + in_base(byte & 0xFU, 16);
        }
    }
    if (text && upper) {
        for (char& c : *text) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
    }
    return text;
}

/// "%.2f": what stands behind the percent sign.
struct Clause {
    char letter = 0;
    int precision = precision_default;
};

// Moves `at` behind the clause; nothing when it is none.
std::optional<Clause> read_clause(std::string_view text, std::size_t& at) {
    Clause clause;
    bool precise = false;
    if (at < text.size() && text[at] == '.') {
        const char* const first = text.data() + at + 1;
        const auto read = std::from_chars(first, text.data() + text.size(), clause.precision);
        if (read.ec != std::errc() || clause.precision < 0 || clause.precision > precision_max)
            return std::nullopt;
        at = static_cast<std::size_t>(read.ptr - text.data());
        precise = true;
    }
    if (at == text.size()) return std::nullopt;
    clause.letter = text[at++];
    const bool takes_precision = clause.letter == 'f' || clause.letter == 'e';
    if (precise && !takes_precision) return std::nullopt;
    return clause;
}

std::optional<std::string> shown(const Clause& clause, const Term& term) {
    switch (clause.letter) {
        case 's': return plain(term, depth_of_text_max);
        case 'd': return decimal(term);
        case 'f': return with_precision(term, std::chars_format::fixed, clause.precision);
        case 'e': return with_precision(term, std::chars_format::scientific, clause.precision);
        case 'b': return in_digits(term, 2);
        case 'o': return in_digits(term, 8);
        case 'x': return hexadecimal(term, false);
        case 'X': return hexadecimal(term, true);
        default: return std::nullopt;
    }
}

}  // namespace

Term format(Arguments arguments, Context& context) {
    if (!are(arguments, {Kind::string, Kind::list})) return no_overload(context);
    const std::string_view form = arguments[0].string();
    std::string text;
    std::size_t next = 0;
    for (std::size_t at = 0; at < form.size();) {
        const std::size_t percent = std::min(form.find('%', at), form.size());
        text.append(form.substr(at, percent - at));
        at = percent;
        if (at == form.size()) break;
        if (++at < form.size() && form[at] == '%') {
            text += form[at++];
            continue;
        }
        const auto clause = read_clause(form, at);
        if (!clause || next == arguments[1].count()) return context.fault(Fault::bad_format);
        const auto piece = shown(*clause, arguments[1].element(next++));
        if (!piece) return context.fault(Fault::bad_format);
        if (!context.charge(piece->size() / 8 + 1)) return too_costly(context);
        text += *piece;
    }
    return text_in_arena(text, context);
}

}  // namespace banyan::rules
