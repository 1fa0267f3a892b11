// SPDX-License-Identifier: Apache-2.0
#include "domain/earning/row.h"

#include <algorithm>
#include <iterator>

#include "domain/rules/condition_index.h"

namespace banyan::earning {

namespace {

using rules::Kind;
using rules::Term;

Error named(const Rule& rule, std::string_view part, const Error& error) {
    return {error.code, "rule " + rule.code + ", " + std::string(part) + ": " + error.message, error.where};
}

bool reads(const std::optional<rules::Program>& program, rules::Slot slot) {
    return program &&
           std::find(program->slots().begin(), program->slots().end(), slot) != program->slots().end();
}

std::string said(const Term& term) {
    switch (term.kind()) {
        case Kind::integer: return std::to_string(term.integer());
        case Kind::string: return "\"" + std::string(term.string()) + "\"";
        case Kind::boolean: return term.boolean() ? "true" : "false";
        case Kind::timestamp:
            return to_rfc3339(
                Instant{term.timestamp().seconds * 1'000'000 + term.timestamp().nanoseconds / 1000});
        case Kind::unset: return "(not known)";
        default: return std::string(rules::name_of(term.kind()));
    }
}

}  // namespace

Row::Row(const Listeners& listeners, const Facts& facts, std::span<const LineFacts> lines)
    : listeners_(listeners), lines_(lines), activation_(listeners.vocabulary.schema()) {
    const Vocabulary& words = listeners.vocabulary;
    for (const rules::Slot slot : words.read()) {
        if (words.word(slot).family == Family::counted)
            base_ = slot;
        else
            activation_.set(slot, words.word(slot).value(facts));
    }
}

const std::vector<std::uint32_t>& Row::candidates() {
    if (listeners_.index == nullptr) return listeners_.rules;
    std::vector<std::uint32_t> found;
    listeners_.index->candidates(activation_, found);
    for (std::uint32_t& id : found) id = listeners_.indexed[id];
    candidates_.clear();
    std::merge(found.begin(), found.end(), listeners_.always.begin(), listeners_.always.end(),
               std::back_inserter(candidates_));
    return candidates_;
}

Result<RuleOutcome> Row::evaluate(const Rule& rule, const Calendar* calendar, std::optional<bool> known) {
    ASSERT(rule.when.has_value());
    RuleOutcome outcome;
    const bool counts = rule.counts() || rule.reads_base;
    const bool counts_first = rule.reads_base && counts;
    if (counts_first) TRY(count(rule, calendar, outcome));
    if (!known) known = TRY(holds(rule, calendar));
    if (!*known) return RuleOutcome{};
    if (counts && !counts_first) TRY(count(rule, calendar, outcome));
    if (rule.lines && outcome.lines.empty()) return RuleOutcome{};  // no line is one that it counts
    outcome.held = true;
    outcome.amount = TRY(amount_of(rule, outcome, calendar));
    return outcome;
}

Result<bool> Row::holds(const Rule& rule, const Calendar* calendar) {
    const auto held = rules::holds(*rule.when, activation_, scratch_, calendar);
    if (!held.ok()) return named(rule, "when", held.error());
    return *held;
}

Result<void> Row::count(const Rule& rule, const Calendar* calendar, RuleOutcome& outcome) {
    static const basis::Composition paid;
    for (std::uint32_t i = 0; i < lines_.size(); ++i) {
        if (rule.lines && !TRY(is_counted(rule, lines_[i], calendar))) continue;
        const std::int64_t base = basis::base_of(lines_[i].paid, lines_[i].parts, rule.base.value_or(paid));
        outcome.lines.push_back({i, base});
        outcome.base += base;  // the order's money was bounded before
    }
    if (base_) activation_.set(*base_, Term(outcome.base));
    return {};
}

Result<bool> Row::is_counted(const Rule& rule, const LineFacts& line, const Calendar* calendar) {
    ASSERT(listeners_.of_lines.has_value());
    const Vocabulary& words = *listeners_.of_lines;
    if (!line_) line_.emplace(words.schema());
    for (const rules::Slot slot : rule.lines->slots()) {
        const Word& word = words.word(slot);
        line_->set(slot, word.family == Family::line ? word.read_line(line) : activation_[slot]);
    }
    const auto held = rules::holds(*rule.lines, *line_, scratch_, calendar);
    if (!held.ok()) return named(rule, "lines", held.error());
    return *held;
}

Result<Quantity> Row::amount_of(const Rule& rule, const RuleOutcome& outcome, const Calendar* calendar) {
    switch (rule.effect) {
        case Effect::amount: break;
        case Effect::conversion:
            return rule.is_carried() ? Quantity{} : basis::granted(rule.conversion, outcome.base);
        case Effect::fixed: return rule.fixed;
        case Effect::steps: return granted_by(rule.steps, outcome.base);
        case Effect::multiply: return Quantity{};
    }
    ASSERT(rule.amount.has_value());
    const Term amount = rules::evaluate(*rule.amount, activation_, scratch_, calendar);
    if (amount.kind() == Kind::fault) return named(rule, "amount", rule.amount->describe(amount));
    if (amount.kind() != Kind::integer)
        return named(rule, "amount", Error::invalid("the amount is no whole number"));
    if (amount.integer() < 0) return named(rule, "amount", Error::invalid("the amount is negative"));
    return Quantity(amount.integer());
}

std::vector<std::string> Row::read_by(const Rule& rule) const {
    std::vector<std::string> words_read;
    for (const rules::Slot slot : listeners_.vocabulary.read()) {
        if (!reads(rule.when, slot) && !reads(rule.amount, slot)) continue;
        const Word& word = listeners_.vocabulary.word(slot);
        const bool is_opened = word.privacy == Privacy::opened;
        words_read.push_back(word.path + " = " + (is_opened ? "(personal)" : said(activation_[slot])));
    }
    return words_read;
}

}  // namespace banyan::earning
