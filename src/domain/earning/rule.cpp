// SPDX-License-Identifier: Apache-2.0
#include "domain/earning/rule.h"

#include "base/decimal.h"
#include "domain/rules/compile.h"
#include "domain/rules/parse.h"

namespace banyan::earning {

namespace {

using rules::Kind;

Result<rules::Program> compiled(std::string_view text, const Vocabulary& vocabulary, const Regex* regex) {
    const rules::Expression expression = TRY(rules::parse(text));
    return rules::compile(expression, vocabulary.schema(), {}, rules::Checking::declared, regex);
}

Error named(const Rule& rule, std::string_view part, const Error& error) {
    return {error.code, "rule " + rule.code + ", " + std::string(part) + ": " + error.message, error.where};
}

Result<void> expect(const rules::Program& program, Kind kind, const char* otherwise) {
    if (program.kind() == kind || program.kind() == Kind::dyn) return {};
    return Error::invalid(otherwise, "1:1");
}

Result<void> compile_lines(Rule& rule, const Vocabulary& vocabulary, const Regex* regex) {
    const Vocabulary words = vocabulary.of_lines();
    rules::Program lines = TRY(compiled(rule.lines_text, words, regex));
    TRY(expect(lines, Kind::boolean,
               "which lines count must be true or false, for example line.category == \"coffee\""));
    if (words.reads_opened(lines))
        return Error::invalid("which lines count cannot depend on a birthday; ask for it in \"when\"", "1:1");
    if (words.reads(Family::counted, lines))
        return Error::invalid("the base is what the lines come to; ask for it in \"when\"", "1:1");
    rule.lines = std::move(lines);
    return {};
}

}  // namespace

std::string effect_text(const Rule& rule) {
    const auto number = [](Quantity quantity) { return std::to_string(quantity.value()); };
    switch (rule.effect) {
        case Effect::amount: break;
        case Effect::conversion:
            return "per " + std::to_string(rule.conversion.per) + ": " + number(rule.conversion.each) +
                   (rule.is_carried() ? ", carried" : "");
        case Effect::fixed: return "fixed " + number(rule.fixed);
        case Effect::steps: {
            std::string text;
            for (const Step& step : rule.steps)
                text += (text.empty() ? "from " : ", from ") + std::to_string(step.from) + ": " +
                        number(step.grant);
            return text;
        }
        case Effect::multiply: return "multiply " + minor_to_text(rule.factor.hundredths, 2);
    }
    return rule.amount_text;
}

Result<void> compile(Rule& rule, const Vocabulary& vocabulary, const Regex* regex) {
    auto when = compiled(rule.when_text, vocabulary, regex);
    if (!when.ok()) return named(rule, "when", when.error());
    if (const auto fits =
            expect(*when, Kind::boolean, "the condition must be true or false, for example order.paid > 0");
        !fits.ok())
        return named(rule, "when", fits.error());
    rule.reads_opened = vocabulary.reads_opened(*when);
    rule.reads_base = vocabulary.reads(Family::counted, *when);
    rule.when = std::move(when).value();
    if (rule.effect == Effect::amount) {
        auto amount = compiled(rule.amount_text, vocabulary, regex);
        if (!amount.ok()) return named(rule, "amount", amount.error());
        if (const auto fits = expect(*amount, Kind::integer,
                                     "the amount must be a whole number, for example order.paid / 100");
            !fits.ok())
            return named(rule, "amount", fits.error());
        rule.reads_opened = rule.reads_opened || vocabulary.reads_opened(*amount);
        rule.reads_base = rule.reads_base || vocabulary.reads(Family::counted, *amount);
        rule.amount = std::move(amount).value();
    }
    if (rule.lines_text.empty()) return {};
    if (const auto lines = compile_lines(rule, vocabulary, regex); !lines.ok())
        return named(rule, "lines", lines.error());
    return {};
}

}  // namespace banyan::earning
