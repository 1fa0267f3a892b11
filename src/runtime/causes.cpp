// SPDX-License-Identifier: Apache-2.0
#include "runtime/causes.h"

#include <algorithm>

#include "domain/programme/canonical.h"

namespace banyan::runtime {

namespace {

const Value* field(const Value* item, std::string_view key) {
    return item != nullptr && item->is(Value::Kind::map) ? item->map().find(key) : nullptr;
}

const List& list(const Value* item, std::string_view key) {
    static const List none;
    const Value* found = field(item, key);
    return found != nullptr && found->is(Value::Kind::list) ? found->list() : none;
}

std::string text(const Value* item, std::string_view key) {
    const Value* found = field(item, key);
    return found != nullptr && found->is(Value::Kind::string) ? found->string() : std::string();
}

// The entry of a section that has the code.
const Value* entry(const Value& document, std::string_view section, std::string_view key,
                   const std::string& code) {
    for (const Value& each : list(&document, section)) {
        if (text(&each, key) == code) return &each;
    }
    return nullptr;
}

// What an entry says, its names apart.
std::string said(const Value* item) {
    if (item == nullptr || !item->is(Value::Kind::map)) return {};
    Map rest;
    for (const Map::Entry& each : item->map().entries()) {
        if (each.first != "names") rest.insert(each.first, each.second);
    }
    return programme::canonical(Value(std::move(rest)));
}

bool names(const List& codes, const std::string& code) {
    return std::any_of(codes.begin(), codes.end(), [&](const Value& each) {
        return each.is(Value::Kind::string) && each.string() == code;
    });
}

// Everything that may cut what the rule gives: the limits it names, those of its unit and of its cost centre, the cap.
std::string bounds_of(const Value& document, const Value& rule) {
    const Value* unit = entry(document, "units", "unit", text(&rule, "unit"));
    const std::string centre = text(&rule, "cost_centre");
    std::string all;
    if (const Value* cap = field(unit, "cap")) all += programme::canonical(*cap);
    for (const Value& limit : list(&document, "limits")) {
        const std::string code = text(&limit, "limit");
        const bool is_centres = !centre.empty() && text(&limit, "cost_centre") == centre;
        if (is_centres || names(list(&rule, "limits"), code) || names(list(unit, "earn_limits"), code))
            all += said(&limit);
    }
    return all;
}

bool reads_a_tier(const programme::Programme& programme, const std::string& code) {
    const auto rule = std::find_if(programme.rules.begin(), programme.rules.end(),
                                   [&](const earning::Rule& each) { return each.code == code; });
    const earning::Listeners* listeners = rule != programme.rules.end() ? programme.on(rule->on) : nullptr;
    if (listeners == nullptr) return false;
    const auto reads = [&](const std::optional<rules::Program>& program) {
        return program &&
               std::any_of(program->slots().begin(), program->slots().end(), [&](rules::Slot slot) {
                   const std::string& path = listeners->vocabulary.word(slot).path;
                   return path == "member.tier" || path.starts_with("tier.");
               });
    };
    return reads(rule->when) || reads(rule->amount);
}

}  // namespace

const char* name_of(Cause cause) {
    switch (cause) {
        case Cause::none: return "none";
        case Cause::rule_new: return "rule_new";
        case Cause::rule_gone: return "rule_gone";
        case Cause::rule_changed: return "rule_changed";
        case Cause::limit: return "limit";
        case Cause::tier: return "tier";
        case Cause::knock_on: return "knock_on";
    }
    ASSERT(false);
    return "";
}

Cause cause_of(const std::string& rule, const std::map<ProgrammeVersion, Value>& published,
               const Value& draft, const programme::Programme& compiled_draft) {
    if (rule.empty()) return Cause::none;
    const Value* would = entry(draft, "earning", "rule", rule);
    bool was_there = false;
    bool is_changed = false;
    bool is_bounded_otherwise = false;
    for (const auto& [version, document] : published) {
        const Value* was = entry(document, "earning", "rule", rule);
        if (was == nullptr || would == nullptr) {
            was_there = was_there || was != nullptr;
            continue;
        }
        was_there = true;
        is_changed = is_changed || said(was) != said(would);
        is_bounded_otherwise = is_bounded_otherwise || bounds_of(document, *was) != bounds_of(draft, *would);
    }
    if (would == nullptr) return Cause::rule_gone;
    if (!was_there) return Cause::rule_new;
    if (is_changed) return Cause::rule_changed;
    if (is_bounded_otherwise) return Cause::limit;
    return reads_a_tier(compiled_draft, rule) ? Cause::tier : Cause::knock_on;
}

}  // namespace banyan::runtime
