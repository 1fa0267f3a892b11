// SPDX-License-Identifier: Apache-2.0
#include "domain/earning/rule.h"

#include <algorithm>
#include <array>

#include "domain/rules/compile.h"
#include "domain/rules/parse.h"

namespace banyan::earning {

namespace {

using rules::Kind;
using rules::Term;

enum class Privacy : unsigned char { ordinary, opened };

struct Word {
    std::string_view path;
    Kind kind;
    Privacy privacy;
    Term (*read)(const Facts&);
};

constexpr auto ordinary = Privacy::ordinary;
constexpr auto opened = Privacy::opened;

// The order is the order of the slots.
const std::array<Word, 15> words = {{
    {"event.type", Kind::string, ordinary, [](const Facts& f) { return Term(f.event_type); }},
    {"event.time", Kind::timestamp, ordinary, [](const Facts& f) { return Term(f.event_time); }},
    {"event.month", Kind::integer, ordinary, [](const Facts& f) { return Term(f.event_month); }},
    {"event.day", Kind::integer, ordinary, [](const Facts& f) { return Term(f.event_day); }},
    {"event.weekday", Kind::integer, ordinary, [](const Facts& f) { return Term(f.event_weekday); }},
    {"order.paid", Kind::integer, ordinary, [](const Facts& f) { return Term(f.order_paid); }},
    {"order.lines", Kind::integer, ordinary, [](const Facts& f) { return Term(f.order_lines); }},
    {"order.pieces", Kind::integer, ordinary, [](const Facts& f) { return Term(f.order_pieces); }},
    {"order.channel", Kind::string, ordinary, [](const Facts& f) { return Term(f.order_channel); }},
    {"order.store", Kind::string, ordinary, [](const Facts& f) { return Term(f.order_store); }},
    {"member.tier", Kind::integer, ordinary, [](const Facts& f) { return Term(f.member_tier); }},
    {"member.spend", Kind::integer, ordinary, [](const Facts& f) { return Term(f.member_spend); }},
    {"member.orders", Kind::integer, ordinary, [](const Facts& f) { return Term(f.member_orders); }},
    {"member.birth_month", Kind::integer, opened, [](const Facts& f) { return Term(f.member_birth_month); }},
    {"member.birth_day", Kind::integer, opened, [](const Facts& f) { return Term(f.member_birth_day); }},
}};

rules::Schema declared() {
    rules::Schema schema;
    for (const Word& word : words) {
        const auto slot = schema.declare(word.path, word.kind);
        ASSERT(slot.ok());
    }
    return schema;
}

Result<rules::Program> compiled(std::string_view text) {
    const rules::Expression expression = TRY(rules::parse(text));
    return rules::compile(expression, schema());
}

bool reads_opened(const rules::Program& program) {
    return std::any_of(program.slots().begin(), program.slots().end(),
                       [](rules::Slot slot) { return words[slot].privacy == Privacy::opened; });
}

Error named(const Rule& rule, std::string_view part, const Error& error) {
    return {error.code, "rule " + rule.code + ", " + std::string(part) + ": " + error.message, error.where};
}

}  // namespace

const rules::Schema& schema() {
    static const rules::Schema built = declared();
    return built;
}

Result<void> compile(Rule& rule) {
    auto when = compiled(rule.when_text);
    if (!when.ok()) return named(rule, "when", when.error());
    if (when->kind() != Kind::boolean && when->kind() != Kind::dyn)
        return named(
            rule, "when",
            Error::invalid("the condition must be true or false, for example order.paid > 0", "1:1"));
    auto amount = compiled(rule.amount_text);
    if (!amount.ok()) return named(rule, "amount", amount.error());
    if (amount->kind() != Kind::integer && amount->kind() != Kind::dyn)
        return named(
            rule, "amount",
            Error::invalid("the amount must be a whole number, for example order.paid / 100", "1:1"));
    rule.reads_opened = reads_opened(*when) || reads_opened(*amount);
    rule.when = std::move(when).value();
    rule.amount = std::move(amount).value();
    return {};
}

Row::Row(const Facts& facts) : activation_(schema()) {
    for (rules::Slot slot = 0; slot < words.size(); ++slot) activation_.set(slot, words[slot].read(facts));
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
        default: return std::string(rules::name_of(term.kind()));
    }
}

}  // namespace

std::vector<std::string> Row::read_by(const Rule& rule) const {
    std::vector<std::string> words_read;
    for (rules::Slot slot = 0; slot < words.size(); ++slot) {
        const auto reads = [slot](const rules::Program& program) {
            return std::find(program.slots().begin(), program.slots().end(), slot) != program.slots().end();
        };
        if (!reads(*rule.when) && !reads(*rule.amount)) continue;
        const bool is_opened = words[slot].privacy == Privacy::opened;
        words_read.push_back(std::string(words[slot].path) + " = " +
                             (is_opened ? "(personal)" : said(activation_[slot])));
    }
    return words_read;
}

}  // namespace banyan::earning
