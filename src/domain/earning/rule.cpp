// SPDX-License-Identifier: Apache-2.0
#include "domain/earning/rule.h"

#include <algorithm>

#include "domain/rules/compile.h"
#include "domain/rules/parse.h"

namespace banyan::earning {

namespace {

using rules::Kind;
using rules::Term;

Result<rules::Program> compiled(std::string_view text, const Vocabulary& vocabulary, const Regex* regex) {
    const rules::Expression expression = TRY(rules::parse(text));
    return rules::compile(expression, vocabulary.schema(), {}, rules::Checking::declared, regex);
}

Error named(const Rule& rule, std::string_view part, const Error& error) {
    return {error.code, "rule " + rule.code + ", " + std::string(part) + ": " + error.message, error.where};
}

}  // namespace

Result<void> compile(Rule& rule, const Vocabulary& vocabulary, const Regex* regex) {
    auto when = compiled(rule.when_text, vocabulary, regex);
    if (!when.ok()) return named(rule, "when", when.error());
    if (when->kind() != Kind::boolean && when->kind() != Kind::dyn)
        return named(
            rule, "when",
            Error::invalid("the condition must be true or false, for example order.paid > 0", "1:1"));
    auto amount = compiled(rule.amount_text, vocabulary, regex);
    if (!amount.ok()) return named(rule, "amount", amount.error());
    if (amount->kind() != Kind::integer && amount->kind() != Kind::dyn)
        return named(
            rule, "amount",
            Error::invalid("the amount must be a whole number, for example order.paid / 100", "1:1"));
    rule.reads_opened = vocabulary.reads_opened(*when) || vocabulary.reads_opened(*amount);
    rule.when = std::move(when).value();
    rule.amount = std::move(amount).value();
    return {};
}

Row::Row(const Vocabulary& vocabulary, const Facts& facts)
    : vocabulary_(vocabulary), activation_(vocabulary.schema()) {
    for (const rules::Slot slot : vocabulary.read())
        activation_.set(slot, vocabulary.word(slot).value(facts));
}

Result<RuleOutcome> Row::evaluate(const Rule& rule, const Calendar* calendar, std::optional<bool> known) {
    ASSERT(rule.when.has_value() && rule.amount.has_value());
    if (!known) {
        const auto held = rules::holds(*rule.when, activation_, scratch_, calendar);
        if (!held.ok()) return named(rule, "when", held.error());
        known = *held;
    }
    if (!*known) return RuleOutcome{};
    const Term amount = rules::evaluate(*rule.amount, activation_, scratch_, calendar);
    if (amount.kind() == Kind::fault) return named(rule, "amount", rule.amount->describe(amount));
    if (amount.kind() != Kind::integer)
        return named(rule, "amount", Error::invalid("the amount is no whole number"));
    if (amount.integer() < 0) return named(rule, "amount", Error::invalid("the amount is negative"));
    return RuleOutcome{true, Quantity(amount.integer())};
}

namespace {

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

std::vector<std::string> Row::read_by(const Rule& rule) const {
    std::vector<std::string> words_read;
    for (const rules::Slot slot : vocabulary_.read()) {
        const auto reads = [slot](const rules::Program& program) {
            return std::find(program.slots().begin(), program.slots().end(), slot) != program.slots().end();
        };
        if (!reads(*rule.when) && !reads(*rule.amount)) continue;
        const Word& word = vocabulary_.word(slot);
        const bool is_opened = word.privacy == Privacy::opened;
        words_read.push_back(word.path + " = " + (is_opened ? "(personal)" : said(activation_[slot])));
    }
    return words_read;
}

}  // namespace banyan::earning
