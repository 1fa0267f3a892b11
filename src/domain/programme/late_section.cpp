// SPDX-License-Identifier: Apache-2.0
// Rules that judge an order by the time it happened at, however late it is told. What such a rule reads must have a past.

#include <algorithm>

#include "domain/programme/sections.h"

namespace banyan::programme {

namespace {

constexpr std::int64_t late_days_max = 366;

// Why the past of where a member stands on the ladder cannot be known; empty when it can.
std::string unknown_past(const Programme& programme, const tiers::Ladder& ladder) {
    if (ladder.held == tiers::Held::balance)
        return "ladder \"" + ladder.code + "\" holds a balance, and what a balance was is not kept";
    if (ladder.held == tiers::Held::score)
        return "the score of ladder \"" + ladder.code + "\" is settled on its days and not again";
    for (const tiers::Tier& tier : ladder.tiers) {
        if (tier.when && programme.criteria->reads(earning::Family::balance, *tier.when))
            return "tier \"" + tier.code + "\" asks for a balance, and what a balance was is not kept";
    }
    return "";
}

std::string unknown_past(const Programme& programme, const earning::Word& word) {
    if (word.family == earning::Family::balance)
        return "it reads " + word.path + ", and what a balance was is not kept";
    if (word.family == earning::Family::tier) return unknown_past(programme, programme.ladders[word.which]);
    if (word.path == "member.tier" && !programme.ladders.empty())
        return unknown_past(programme, programme.ladders.front());
    return "";
}

bool is_of_member(const earning::Word& word) {
    return word.family == earning::Family::tier || word.family == earning::Family::metric ||
           word.family == earning::Family::balance || word.path.starts_with("member.");
}

// The first reason among the words that the rule's expressions read.
std::string unknown_past(const Programme& programme, const earning::Rule& rule) {
    const earning::Vocabulary& words = programme.on(rule.on)->vocabulary;
    for (const auto* program : {&rule.when, &rule.amount}) {
        if (!*program) continue;
        for (const rules::Slot slot : (*program)->slots()) {
            if (std::string why = unknown_past(programme, words.word(slot)); !why.empty()) return why;
        }
    }
    return "";
}

bool lines_ask_for_member(const Programme& programme, const earning::Rule& rule) {
    if (!rule.lines) return false;
    const earning::Vocabulary words = programme.on(rule.on)->vocabulary.of_lines();
    const auto slots = rule.lines->slots();
    return std::any_of(slots.begin(), slots.end(),
                       [&](rules::Slot slot) { return is_of_member(words.word(slot)); });
}

// Rules that look at each other's grants look back equally far.
std::string uneven(const Programme& programme, const earning::Rule& rule) {
    for (const std::uint32_t place : rule.of) {
        const earning::Rule& other = programme.rules[place];
        if (other.late_days != rule.late_days)
            return "it multiplies \"" + other.code + "\", which must say the same of what comes late";
    }
    for (const earning::Rule& other : programme.rules) {
        if (rule.group != 0 && other.group == rule.group && other.late_days != rule.late_days)
            return "\"" + other.code + "\" is in the same group and must say the same of what comes late";
    }
    return "";
}

const limits::Limit* limit_over(const Programme& programme, const earning::Rule& rule) {
    for (const limits::Limit& limit : programme.limits) {
        if (draws_on(rule, limit)) return &limit;
    }
    return nullptr;
}

// Why the rule cannot judge again; empty when it can.
std::string misfit(const Programme& programme, const earning::Rule& rule) {
    if (rule.on != earning::paid_event)
        return "only orders are judged again, and this rule listens to \"" + rule.on + "\"; leave it out";
    if (rule.is_carried())
        return "a carried remainder is one running sum, in which no order has a part of its own: use "
               "remainder: dropped, or leave it out";
    if (rule.reads_opened)
        return "the rule reads personal attributes, which are opened for one event and kept by none";
    if (const limits::Limit* limit = limit_over(programme, rule))
        return "its grants count against limit \"" + limit->name +
               "\", and what that had left then is not kept";
    const ledger::Unit* unit = programme.unit(rule.unit);
    if (unit != nullptr && unit->pending.kind == ledger::PendingPolicy::Kind::until_event)
        return "a grant that comes later would wait beyond the event that unit \"" + unit->code +
               "\" waits for: give the unit pending: {until: released}";
    if (lines_ask_for_member(programme, rule))
        return "which lines count must not depend on the member; ask for it in \"when\"";
    if (std::string why = unknown_past(programme, rule); !why.empty()) return why;
    return uneven(programme, rule);
}

}  // namespace

void read_late(Reader& rule, earning::Rule& into) {
    auto late = rule.object("late");
    if (!late) return;
    into.late_days =
        static_cast<std::int32_t>(late->required_integer("re_evaluate_within_days", 1, late_days_max));
    late->finish();
}

void check_late(std::vector<Reader>& rules, Programme& programme) {
    for (std::size_t i = 0; i < programme.rules.size(); ++i) {
        const earning::Rule& rule = programme.rules[i];
        if (rule.late_days == 0) continue;
        programme.late_days = std::max(programme.late_days, rule.late_days);
        if (const std::string why = misfit(programme, rule); !why.empty()) rules[i].fail(why, "late");
    }
}

}  // namespace banyan::programme
