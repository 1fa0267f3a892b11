// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/programme/expressions.h"
#include "domain/programme/sections.h"

namespace banyan::programme {

namespace {

// Both expressions are tried, each beside a harmless other one, so that both are told of in one go.
void check_expression(const earning::Rule& rule, const char* part, Reader& reader,
                      const earning::Vocabulary& words, const Regex* regex) {
    earning::Rule alone;
    alone.code = rule.code;
    const bool is_when = std::string_view(part) == "when";
    alone.when_text = is_when ? rule.when_text : "true";
    alone.amount_text = is_when ? "0" : rule.amount_text;
    const auto compiled = earning::compile(alone, words, regex);
    if (compiled.ok()) return;
    std::string message = compiled.error().message;
    // The place says which rule and which of its expressions.
    if (const std::string prefix = "rule " + rule.code + ", " + part + ": "; message.starts_with(prefix))
        message.erase(0, prefix.size());
    reader.findings().add({Weight::error, reader.pointer_to(part), Part::value,
                           position_in(compiled.error().where), std::move(message)});
}

template <typename Items>
std::vector<std::string> codes_of(const Items& items) {
    std::vector<std::string> codes;
    for (const auto& item : items) {
        if (std::find(codes.begin(), codes.end(), item.code) == codes.end()) codes.push_back(item.code);
    }
    return codes;
}

}  // namespace

std::uint16_t find_cost_centre(Reader& reader, const std::string& code, Programme& programme) {
    if (code.empty()) return 0;
    if (const std::uint16_t known = programme.cost_centre(code); known != 0) return known;
    if (programme.cost_centres_declared) {
        reader.fail("cost centre \"" + code + "\" is not declared" +
                        did_you_mean(code, programme.cost_centres) +
                        "; declared are: " + joined(programme.cost_centres),
                    "cost_centre");
        return 0;
    }
    programme.cost_centres.push_back(code);
    return static_cast<std::uint16_t>(programme.cost_centres.size());
}

earning::Rule read_rule(Reader& reader, std::size_t index, Programme& programme, const Regex* regex) {
    earning::Rule rule;
    rule.id = {static_cast<std::uint16_t>(index + 1)};
    rule.code = reader.required_text("rule");
    const Names names = read_names(reader, rule.code);
    rule.name_zh = names.zh;
    rule.name_en = names.en;
    rule.on = reader.required_text("on");
    const auto when = reader.text("when");
    rule.when_text = when.value_or("true");
    rule.amount_text = reader.required_text("amount");
    const std::string unit = reader.required_text("unit");
    const std::string cost_centre = reader.text("cost_centre").value_or("");
    read_rule_limits(reader, rule, programme);
    reader.finish();
    if (const ledger::Unit* found = programme.unit(unit); found != nullptr) {
        rule.unit = found->id;
    } else if (!unit.empty()) {
        const auto units = codes_of(programme.units);
        reader.fail("unit \"" + unit + "\" is not declared" + did_you_mean(unit, units) +
                        "; declared are: " + joined(units),
                    "unit");
    }
    const earning::Listeners* listeners = programme.on(rule.on);
    if (listeners == nullptr) {
        if (!rule.on.empty()) reader.fail("earning rules listen to \"order.paid\"", "on");
        listeners = programme.on("order.paid");
    }
    rule.cost_centre = find_cost_centre(reader, cost_centre, programme);
    const earning::Vocabulary& words = listeners->vocabulary;
    if (when) check_expression(rule, "when", reader, words, regex);
    if (!rule.amount_text.empty()) check_expression(rule, "amount", reader, words, regex);
    // Where it does not compile, the findings say so already.
    if (const auto compiled = earning::compile(rule, words, regex); !compiled.ok())
        ASSERT(reader.findings().has_errors());
    return rule;
}

}  // namespace banyan::programme
