// SPDX-License-Identifier: Apache-2.0

// Text: searched, cut, joined. Places in a text are counted in characters, as its author counts them.

#include <algorithm>
#include <array>

#include "domain/rules/arguments.h"
#include "domain/rules/functions.h"
#include "domain/rules/text_format.h"
#include "domain/rules/utf8.h"

namespace banyan::rules {

namespace {

Term starts_with(Arguments a, Context& context) {
    if (!are(a, {Kind::string, Kind::string})) return no_overload(context);
    return Term(a[0].string().starts_with(a[1].string()));
}

Term ends_with(Arguments a, Context& context) {
    if (!are(a, {Kind::string, Kind::string})) return no_overload(context);
    return Term(a[0].string().ends_with(a[1].string()));
}

// A search may compare the part at every place of the text.
bool charge_search(std::string_view text, std::string_view part, Context& context) {
    return context.charge((text.size() / 16 + 1) * (part.size() / 16 + 1));
}

Term contains(Arguments a, Context& context) {
    if (!are(a, {Kind::string, Kind::string})) return no_overload(context);
    if (!charge_search(a[0].string(), a[1].string(), context)) return too_costly(context);
    return Term(a[0].string().find(a[1].string()) != std::string_view::npos);
}

Term char_at(Arguments a, Context& context) {
    if (!are(a, {Kind::string, Kind::integer})) return no_overload(context);
    const std::string_view text = a[0].string();
    if (!context.charge(text.size() / 64)) return too_costly(context);
    if (a[1].integer() < 0 || static_cast<std::uint64_t>(a[1].integer()) > text.size())
        return context.fault(Fault::index_out_of_range);
    const std::size_t begin = utf8_offset(text, static_cast<std::size_t>(a[1].integer()));
    if (begin == std::string_view::npos) return context.fault(Fault::index_out_of_range);
    std::size_t end = begin;
    if (begin < text.size()) utf8_take(text, end);
    return Term(text.substr(begin, end - begin));
}

// The character offset as bytes, or a fault. With something to look for, it must lie on a character.
std::variant<std::size_t, Term> offset_of(const Term& offset, std::string_view text, const Context& context) {
    const std::int64_t index = offset.integer();
    if (index < 0 || static_cast<std::uint64_t>(index) > text.size())
        return context.fault(Fault::index_out_of_range);
    const std::size_t at = utf8_offset(text, static_cast<std::size_t>(index));
    if (at == std::string_view::npos || at == text.size()) return context.fault(Fault::index_out_of_range);
    return at;
}

Term characters_before(std::string_view text, std::size_t at) {
    if (at == std::string_view::npos) return Term(std::int64_t{-1});
    return Term(static_cast<std::int64_t>(utf8_length(text.substr(0, at))));
}

Term index_of(Arguments a, Context& context) {
    if (!are(a, {Kind::string, Kind::string, Kind::integer})) return no_overload(context);
    const std::string_view text = a[0].string();
    const std::string_view part = a[1].string();
    if (!charge_search(text, part, context)) return too_costly(context);
    if (part.empty()) return a.size() == 3 ? a[2] : Term(std::int64_t{0});
    if (a.size() == 2) return characters_before(text, text.find(part));
    const auto from = offset_of(a[2], text, context);
    if (const Term* fault = std::get_if<Term>(&from)) return *fault;
    return characters_before(text, text.find(part, std::get<std::size_t>(from)));
}

Term last_index_of(Arguments a, Context& context) {
    if (!are(a, {Kind::string, Kind::string, Kind::integer})) return no_overload(context);
    const std::string_view text = a[0].string();
    const std::string_view part = a[1].string();
    if (!charge_search(text, part, context)) return too_costly(context);
    if (part.empty()) return a.size() == 3 ? a[2] : Term(static_cast<std::int64_t>(utf8_length(text)));
    if (a.size() == 2) return characters_before(text, text.rfind(part));
    const auto from = offset_of(a[2], text, context);
    if (const Term* fault = std::get_if<Term>(&from)) return *fault;
    return characters_before(text, text.rfind(part, std::get<std::size_t>(from)));
}

template <char first, char last, int change>
Term ascii_case(Arguments a, Context& context) {
    if (!are(a, {Kind::string})) return no_overload(context);
    const std::string_view text = a[0].string();
    if (!context.charge(text.size() / 16 + 1)) return too_costly(context);
    char* place = context.arena.array<char>(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        place[i] = text[i] >= first && text[i] <= last ? static_cast<char>(text[i] + change) : text[i];
    return Term(std::string_view(place, text.size()));
}

// Writes what it is given, unless that would cost too much; then it writes nothing more.
class Joiner {
  public:
    explicit Joiner(Context& context) : context_(context) {}
    bool add(std::string_view text) {
        if (!context_.charge(text.size() / 16 + 1)) return false;
        text_.append(text);
        return true;
    }
    Term term() { return text_in_arena(text_, context_); }

  private:
    Context& context_;
    std::string text_;
};

Term replace(Arguments a, Context& context) {
    if (!are(a, {Kind::string, Kind::string, Kind::string, Kind::integer})) return no_overload(context);
    const std::string_view text = a[0].string();
    const std::string_view old = a[1].string();
    std::int64_t left = a.size() == 4 ? a[3].integer() : -1;
    Joiner joiner(context);
    std::size_t at = 0;
    // An empty text to replace stands before each character and behind the last.
    while (left != 0) {
        if (!charge_search(text.substr(at, 256), old, context)) return too_costly(context);
        const std::size_t found = text.find(old, at);
        if (found == std::string_view::npos) break;
        if (!joiner.add(text.substr(at, found - at)) || !joiner.add(a[2].string()))
            return too_costly(context);
        at = found + old.size();
        --left;
        if (!old.empty()) continue;
        if (at == text.size()) break;
        const std::size_t begin = at;
        utf8_take(text, at);
        if (!joiner.add(text.substr(begin, at - begin))) return too_costly(context);
    }
    if (!joiner.add(text.substr(at))) return too_costly(context);
    return joiner.term();
}

Term split(Arguments a, Context& context) {
    if (!are(a, {Kind::string, Kind::string, Kind::integer})) return no_overload(context);
    const std::string_view text = a[0].string();
    const std::string_view separator = a[1].string();
    const std::int64_t most = a.size() == 3 ? a[2].integer() : -1;
    std::vector<Term> parts;
    if (!context.charge(text.size() / 16 + 1)) return too_costly(context);
    std::size_t at = 0;
    const auto full = [&] { return most >= 0 && static_cast<std::int64_t>(parts.size()) + 1 >= most; };
    while (most != 0) {
        if (!context.charge(1)) return too_costly(context);
        std::size_t end = separator.empty() ? at : text.find(separator, at);
        if (separator.empty()) {
            if (at < text.size()) utf8_take(text, end);
            if (end == text.size()) end = std::string_view::npos;
        }
        if (end == std::string_view::npos || full()) {
            if (!separator.empty() || at < text.size()) parts.emplace_back(text.substr(at));
            break;
        }
        parts.emplace_back(text.substr(at, end - at));
        at = end + separator.size();
    }
    Term* place = context.arena.array<Term>(parts.size());
    std::copy(parts.begin(), parts.end(), place);
    return Term::list_of({place, parts.size()});
}

Term substring(Arguments a, Context& context) {
    if (!are(a, {Kind::string, Kind::integer, Kind::integer})) return no_overload(context);
    const std::string_view text = a[0].string();
    if (!context.charge(text.size() / 64 + 1)) return too_costly(context);
    const auto size = static_cast<std::int64_t>(utf8_length(text));
    const std::int64_t begin = a[1].integer();
    const std::int64_t end = a.size() == 3 ? a[2].integer() : size;
    if (begin < 0 || begin > end || end > size) return context.fault(Fault::index_out_of_range);
    const std::size_t first = utf8_offset(text, static_cast<std::size_t>(begin));
    const std::size_t last = utf8_offset(text, static_cast<std::size_t>(end));
    return Term(text.substr(first, last - first));
}

bool is_space(std::uint32_t c) {
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
           c == 0x3000;
}

Term trim(Arguments a, Context& context) {
    if (!are(a, {Kind::string})) return no_overload(context);
    const std::string_view text = a[0].string();
    if (!context.charge(text.size() / 64 + 1)) return too_costly(context);
    std::size_t begin = text.size();
    std::size_t end = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t here = at;
        if (is_space(utf8_take(text, at))) continue;
        begin = std::min(begin, here);
        end = at;
    }
    return Term(begin < end ? text.substr(begin, end - begin) : std::string_view());
}

Term join(Arguments a, Context& context) {
    if (!are(a, {Kind::list, Kind::string}) || !are_all(a[0], Kind::string)) return no_overload(context);
    Joiner joiner(context);
    for (std::size_t i = 0; i < a[0].count(); ++i) {
        if (i > 0 && a.size() == 2 && !joiner.add(a[1].string())) return too_costly(context);
        if (!joiner.add(a[0].element(i).string())) return too_costly(context);
    }
    return joiner.term();
}

Term quote(Arguments a, Context& context) {
    if (!are(a, {Kind::string})) return no_overload(context);
    static constexpr std::string_view special = "\a\b\f\n\r\t\v\\\"";
    static constexpr std::string_view letters = "abfnrtv\\\"";
    std::string quoted = "\"";
    for (const char c : a[0].string()) {
        const std::size_t found = special.find(c);
        if (found != std::string_view::npos) quoted += '\\';
        quoted += found == std::string_view::npos ? c : letters[found];
    }
    return text_in_arena(quoted + "\"", context);
}

constexpr auto method = Style::method;

constexpr std::array table = {
    Function{"contains", method, "string, string -> bool", contains, "the first text holds the second"},
    Function{"startsWith", method, "string, string -> bool", starts_with, "it begins with it"},
    Function{"endsWith", method, "string, string -> bool", ends_with, "it ends with it"},
    Function{"charAt", method, "string, int -> string", char_at,
             "the character at a place counted from 0; empty behind the last"},
    Function{"indexOf", method, "string, string -> int | string, string, int -> int", index_of,
             "where the second begins in the first, from a place on; -1 when nowhere"},
    Function{"lastIndexOf", method, "string, string -> int | string, string, int -> int", last_index_of,
             "the last such place, at or before the given one"},
    Function{"lowerAscii", method, "string -> string", ascii_case<'A', 'Z', 32>, "A to Z become a to z"},
    Function{"upperAscii", method, "string -> string", ascii_case<'a', 'z', -32>, "a to z become A to Z"},
    Function{"replace", method, "string, string, string -> string | string, string, string, int -> string",
             replace, "each second becomes the third; at most so many when a count is given"},
    Function{"split", method, "string, string -> list(string) | string, string, int -> list(string)", split,
             "the parts between the separators; at most so many when a count is given"},
    Function{"substring", method, "string, int -> string | string, int, int -> string", substring,
             "from a place to the end, or to before another place"},
    Function{"trim", method, "string -> string", trim, "without white space at both ends"},
    Function{"join", method, "list(string) -> string | list(string), string -> string", join,
             "one text of all, with the second between them"},
    Function{"format", method, "string, list(dyn) -> string", format,
             "%s, %d, %f, %.2f, %e, %b, %o, %x, %X and %% take the list's elements in turn"},
    Function{"strings.quote", Style::global, "string -> string", quote,
             "in double quotes, special characters escaped"},
};

}  // namespace

std::span<const Function> text_functions() { return table; }

}  // namespace banyan::rules
