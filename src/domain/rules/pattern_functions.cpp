// SPDX-License-Identifier: Apache-2.0

// Regular expressions, through the Regex port. compile() prepares a pattern that is written out; one that is only
// known now is prepared here, each time.

#include <algorithm>
#include <array>

#include "domain/rules/arguments.h"
#include "domain/rules/functions.h"

namespace banyan::rules {

namespace {

// The prepared pattern, or the fault to answer with.
std::variant<std::shared_ptr<const Pattern>, Term> prepared(const Term& text, Context& context) {
    if (context.regex == nullptr) return context.fault(Fault::no_regex);
    if (!context.charge(text.string().size() + 100)) return too_costly(context);
    auto pattern = context.regex->pattern(text.string());
    if (!pattern.ok()) return context.fault(Fault::bad_pattern);
    return *std::move(pattern);
}

bool charge_match(std::string_view text, Context& context) { return context.charge(text.size() / 16 + 1); }

Term matches(Arguments a, Context& context) {
    if (!are(a, {Kind::string, Kind::string})) return no_overload(context);
    const auto pattern = prepared(a[1], context);
    if (const Term* fault = std::get_if<Term>(&pattern)) return *fault;
    if (!charge_match(a[0].string(), context)) return too_costly(context);
    return Term(std::get<0>(pattern)->found_in(a[0].string()));
}

// "\1-\2" with the groups of a match; nothing when it names a group that is not there.
std::optional<std::string> rewritten(std::string_view form, const std::vector<std::string_view>& groups) {
    std::string text;
    for (std::size_t i = 0; i < form.size(); ++i) {
        if (form[i] != '\\') {
            text += form[i];
            continue;
        }
        if (++i == form.size()) return std::nullopt;
        if (form[i] == '\\') {
            text += '\\';
            continue;
        }
        if (form[i] < '0' || form[i] > '9') return std::nullopt;
        const auto group = static_cast<std::size_t>(form[i] - '0');
        if (group >= groups.size()) return std::nullopt;
        text += groups[group];
    }
    return text;
}

// Where to go on behind a match: an empty one must not be found again.
std::size_t behind(std::string_view match, std::string_view text) {
    const auto at = static_cast<std::size_t>(match.data() - text.data()) + match.size();
    return match.empty() ? at + 1 : at;
}

Term replace(Arguments a, Context& context) {
    if (!are(a, {Kind::string, Kind::string, Kind::string, Kind::integer})) return no_overload(context);
    const auto pattern = prepared(a[1], context);
    if (const Term* fault = std::get_if<Term>(&pattern)) return *fault;
    const std::string_view text = a[0].string();
    std::int64_t left = a.size() == 4 ? a[3].integer() : -1;
    std::string out;
    std::size_t copied = 0;
    for (std::size_t from = 0; left != 0 && from <= text.size(); --left) {
        if (!charge_match(text.substr(from), context)) return too_costly(context);
        const auto groups = std::get<0>(pattern)->match(text, from);
        if (groups.empty()) break;
        const auto replacement = rewritten(a[2].string(), groups);
        if (!replacement) return context.fault(Fault::bad_pattern);
        const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
        out.append(text.substr(copied, begin - copied)).append(*replacement);
        copied = begin + groups[0].size();
        from = behind(groups[0], text);
    }
    out.append(text.substr(std::min(copied, text.size())));
    return text_in_arena(out, context);
}

// The group that is meant: the only one, or the whole when there is none.
Term extracted(const Pattern& pattern, const std::vector<std::string_view>& groups) {
    return Term(groups[pattern.group_count() == 0 ? 0 : 1]);
}

Term extract(Arguments a, Context& context) {
    if (!are(a, {Kind::string, Kind::string})) return no_overload(context);
    const auto prepared_pattern = prepared(a[1], context);
    if (const Term* fault = std::get_if<Term>(&prepared_pattern)) return *fault;
    const Pattern& pattern = *std::get<0>(prepared_pattern);
    if (pattern.group_count() > 1) return context.fault(Fault::bad_pattern);
    if (!charge_match(a[0].string(), context)) return too_costly(context);
    const auto groups = pattern.match(a[0].string(), 0);
    if (groups.empty() || (groups.size() > 1 && groups[1].data() == nullptr))
        return Term::optional_of(nullptr);
    Term* place = context.arena.array<Term>(1);
    *place = extracted(pattern, groups);
    return Term::optional_of(place);
}

Term extract_all(Arguments a, Context& context) {
    if (!are(a, {Kind::string, Kind::string})) return no_overload(context);
    const auto prepared_pattern = prepared(a[1], context);
    if (const Term* fault = std::get_if<Term>(&prepared_pattern)) return *fault;
    const Pattern& pattern = *std::get<0>(prepared_pattern);
    if (pattern.group_count() > 1) return context.fault(Fault::bad_pattern);
    const std::string_view text = a[0].string();
    std::vector<Term> found;
    for (std::size_t from = 0; from <= text.size();) {
        if (!charge_match(text.substr(from), context)) return too_costly(context);
        const auto groups = pattern.match(text, from);
        if (groups.empty()) break;
        if (groups.size() == 1 || groups[1].data() != nullptr) found.push_back(extracted(pattern, groups));
        from = behind(groups[0], text);
    }
    Term* place = context.arena.array<Term>(found.size());
    std::copy(found.begin(), found.end(), place);
    return Term::list_of({place, found.size()});
}

constexpr auto regex = Needs::regex;

constexpr std::array table = {
    Function{"matches", Style::method, "string, string -> bool", matches,
             "the pattern (RE2) is found somewhere in the text", regex},
    Function{"matches", Style::global, "string, string -> bool", matches, "the same", regex},
    Function{"regex.replace", Style::global,
             "string, string, string -> string | string, string, string, int -> string", replace,
             "each match becomes the third, in which \\1 is the first group; at most so many when a count is "
             "given",
             regex},
    Function{"regex.extract", Style::global, "string, string -> optional(string)", extract,
             "the first match, or its only group", regex},
    Function{"regex.extractAll", Style::global, "string, string -> list(string)", extract_all, "all of them",
             regex},
};

}  // namespace

std::span<const Function> pattern_functions() { return table; }

}  // namespace banyan::rules
