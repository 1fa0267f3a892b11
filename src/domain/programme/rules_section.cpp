// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/programme/expressions.h"
#include "domain/programme/sections.h"

namespace banyan::programme {

namespace {

// Every expression is tried beside harmless other ones, so that all are told of in one go.
void check_expression(const earning::Rule& rule, std::string_view part, Reader& reader,
                      const earning::Vocabulary& words, const Regex* regex) {
    earning::Rule alone;
    alone.code = rule.code;
    alone.when_text = part == "when" ? rule.when_text : "true";
    alone.amount_text = part == "amount" ? rule.amount_text : "0";
    if (part == "lines") alone.lines_text = rule.lines_text;
    const auto compiled = earning::compile(alone, words, regex);
    if (compiled.ok()) return;
    std::string message = compiled.error().message;
    // The place says which rule and which of its expressions.
    if (const std::string prefix = "rule " + rule.code + ", " + std::string(part) + ": ";
        message.starts_with(prefix))
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

using earning::Effect;

void read_conversion(Reader& reader, earning::Rule& rule) {
    rule.conversion.per = reader.integer("per", 1, basis::amount_max).value_or(1);
    rule.conversion.each = Quantity(reader.integer("each", 1, basis::each_max).value_or(1));
    const auto remainder = reader.word("remainder", {"dropped", "carried"});
    const auto refund = reader.word("on_partial_refund", {"by_share", "recomputed"});
    if (remainder) rule.conversion.remainder = static_cast<basis::Remainder>(*remainder);
    if (refund) rule.conversion.on_partial_refund = static_cast<basis::OnPartialRefund>(*refund);
    if (!reader.has("per")) {
        for (const char* key : {"each", "remainder", "on_partial_refund"}) {
            if (reader.has(key))
                reader.fail("\"" + std::string(key) + "\" goes with \"per\": so many for every so much", key);
        }
    } else if (refund && rule.conversion.remainder == basis::Remainder::carried) {
        reader.fail("a carried remainder is one running sum, which every refund moves; leave this out",
                    "on_partial_refund");
    }
}

void read_steps(Reader& reader, earning::Rule& rule) {
    std::vector<Reader> readers = reader.list("steps");
    for (Reader& step : readers) {
        const std::int64_t from = step.required_integer("from", 0, basis::amount_max);
        const std::int64_t grant = step.required_integer("grant", 0, 1'000'000'000'000'000);
        step.finish();
        if (!rule.steps.empty() && from <= rule.steps.back().from)
            step.fail("steps rise: the one before starts at " + std::to_string(rule.steps.back().from),
                      "from");
        rule.steps.push_back({from, Quantity(grant)});
    }
    if (reader.has("steps") && readers.empty()) reader.fail("give at least one step", "steps");
}

void read_factor(Reader& reader, earning::Rule& rule) {
    const auto text = reader.text("multiply");
    if (!text) return;
    const auto factor = earning::parse_factor(*text);
    if (factor.ok())
        rule.factor = *factor;
    else
        reader.fail(factor.error().message, "multiply");
}

// Which effect the rule has; the others' fields are read all the same, so that none is unknown.
void read_effect(Reader& reader, earning::Rule& rule) {
    rule.amount_text = reader.text("amount").value_or("");
    read_conversion(reader, rule);
    rule.fixed = Quantity(reader.integer("fixed", 1, 1'000'000'000'000'000).value_or(0));
    read_steps(reader, rule);
    read_factor(reader, rule);
    const std::pair<const char*, Effect> effects[] = {{"amount", Effect::amount},
                                                      {"per", Effect::conversion},
                                                      {"fixed", Effect::fixed},
                                                      {"steps", Effect::steps},
                                                      {"multiply", Effect::multiply}};
    std::vector<std::string> said;
    for (const auto& [key, effect] : effects) {
        if (!reader.has(key)) continue;
        said.emplace_back(key);
        rule.effect = effect;
    }
    if (said.size() > 1)
        reader.fail("a rule has one effect, this one has " + joined(said) + "; make a rule of each", said[1]);
    if (reader.has("amount") && rule.amount_text.empty() && said.size() == 1)
        if (reader.value().map().find("amount")->is(Value::Kind::string))
            reader.fail("\"amount\" is empty; give it a value", "amount");
}

bool has_effect(const Reader& reader) {
    for (const char* key : {"amount", "per", "fixed", "steps", "multiply"}) {
        if (reader.has(key)) return true;
    }
    return false;
}

void read_base(Reader& reader, earning::Rule& rule) {
    const auto text = reader.text("base");
    if (!text) return;
    const auto composition = basis::parse_composition(*text);
    if (composition.ok()) {
        rule.base = *composition;
    } else {
        reader.findings().add({Weight::error, reader.pointer_to("base"), Part::value,
                               position_in(composition.error().where), composition.error().message});
    }
}

// What only an order has.
void check_counting(Reader& reader, const earning::Rule& rule, const earning::Vocabulary& words) {
    for (const char* key : {"lines", "base", "per", "steps"}) {
        if (!reader.has(key)) continue;
        if (rule.effect == Effect::multiply)
            reader.fail(
                "a multiplier counts what other rules granted; put \"" + std::string(key) + "\" there", key);
        else if (!words.is_order())
            reader.fail("\"" + words.event() + "\" is no order and has no " +
                            (std::string_view(key) == "lines" ? "lines" : "money") +
                            " to count; grant by \"fixed\" or \"amount\"",
                        key);
    }
}

const earning::Listeners& find_event(Reader& reader, const std::string& on, const Programme& programme) {
    if (const earning::Listeners* listeners = programme.on(on)) return *listeners;
    std::vector<std::string> events;
    for (const earning::Listeners& listeners : programme.listeners)
        events.push_back(listeners.vocabulary.event());
    if (!on.empty())
        reader.fail("\"" + on + "\" is no event that rules listen to" + did_you_mean(on, events) +
                        "; there are: " + joined(events) + "; declare others under \"events\"",
                    "on");
    return *programme.on(earning::paid_event);
}

void find_group(Reader& reader, earning::Rule& rule, const Programme& programme) {
    const auto code = reader.text("stacking");
    if (!code) return;
    for (std::size_t i = 0; i < programme.stacking.size(); ++i) {
        if (programme.stacking[i].code == *code) rule.group = static_cast<std::uint16_t>(i + 1);
    }
    if (rule.group == 0)
        reader.fail("group \"" + *code + "\" is not declared under \"stacking\"" +
                        did_you_mean(*code, codes_of(programme.stacking)),
                    "stacking");
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
    rule.lines_text = reader.text("lines").value_or("");
    read_base(reader, rule);
    read_effect(reader, rule);
    reader.expect({"of"});  // by join_rules, once all rules are known
    find_group(reader, rule, programme);
    const std::string unit = reader.required_text("unit");
    const std::string cost_centre = reader.text("cost_centre").value_or("");
    read_rule_limits(reader, rule, programme);
    read_late(reader, rule);
    const std::size_t findings = reader.findings().all().size();
    reader.finish();
    // A misspelt effect was told of as an unknown field.
    if (!has_effect(reader) && reader.value().is(Value::Kind::map) &&
        reader.findings().all().size() == findings)
        reader.fail("say what the rule grants, by one of: amount, per, fixed, steps, multiply", "amount");
    if (const ledger::Unit* found = programme.unit(unit); found != nullptr) {
        rule.unit = found->id;
    } else if (!unit.empty()) {
        const auto units = codes_of(programme.units);
        reader.fail("unit \"" + unit + "\" is not declared" + did_you_mean(unit, units) +
                        "; declared are: " + joined(units),
                    "unit");
    }
    const earning::Vocabulary& words = find_event(reader, rule.on, programme).vocabulary;
    rule.cost_centre = find_cost_centre(reader, cost_centre, programme);
    check_counting(reader, rule, words);
    if (when) check_expression(rule, "when", reader, words, regex);
    if (!rule.lines_text.empty()) check_expression(rule, "lines", reader, words, regex);
    if (!rule.amount_text.empty()) check_expression(rule, "amount", reader, words, regex);
    // Where it does not compile, the findings say so already.
    if (const auto compiled = earning::compile(rule, words, regex); !compiled.ok())
        ASSERT(reader.findings().has_errors());
    return rule;
}

namespace {

void find_multiplied(Reader& reader, earning::Rule& rule, const Programme& programme) {
    const std::vector<std::string> codes = reader.texts("of");
    if (rule.effect != Effect::multiply) {
        if (reader.has("of")) reader.fail("\"of\" goes with \"multiply\": which rules it multiplies", "of");
        return;
    }
    if (codes.empty() && !reader.has("of"))
        reader.fail("say which rules it multiplies, such as of: [base]", "of");
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const std::string key = "of/" + std::to_string(i);
        const auto fail = [&](const std::string& message) {
            reader.findings().add(
                {Weight::error, reader.pointer() + "/" + key, Part::value, std::nullopt, message});
        };
        const auto found = std::find_if(programme.rules.begin(), programme.rules.end(),
                                        [&](const earning::Rule& r) { return r.code == codes[i]; });
        if (found == programme.rules.end()) {
            fail("there is no rule \"" + codes[i] + "\"" + did_you_mean(codes[i], codes_of(programme.rules)));
            continue;
        }
        const auto place = static_cast<std::uint32_t>(found - programme.rules.begin());
        if (found->effect == Effect::multiply)
            fail("\"" + codes[i] +
                 "\" multiplies itself; let both multiply the same rules, in one stacking group");
        else if (found->on != rule.on)
            fail("\"" + codes[i] + "\" listens to \"" + found->on + "\", this rule to \"" + rule.on + "\"");
        else if (found->unit != rule.unit)
            fail("\"" + codes[i] + "\" grants another unit; a multiplier grants the unit it multiplies");
        else if (std::find(rule.of.begin(), rule.of.end(), place) != rule.of.end())
            fail("\"" + codes[i] + "\" is named twice");
        else
            rule.of.push_back(place);
    }
}

// What may not stand beside the first rule of its group.
std::string misfit(const earning::Rule& first, const earning::Rule& rule, earning::Policy policy) {
    if (rule.on != first.on) return "listens to another event: they never meet";
    if (rule.unit != first.unit) return "grants another unit: amounts of two units are not compared";
    if ((rule.effect == Effect::multiply) != (first.effect == Effect::multiply))
        return "is of another kind: a group is of multipliers, or of grants";
    if (rule.effect == Effect::multiply && policy != earning::Policy::best && rule.of != first.of)
        return "multiplies other rules: only multipliers of the same grants add up or multiply";
    return "";
}

void check_group(std::vector<Reader>& readers, const Programme& programme, std::size_t group) {
    const earning::Policy policy = programme.stacking[group].policy;
    const earning::Rule* first = nullptr;
    std::size_t count = 0;
    for (std::size_t i = 0; i < programme.rules.size(); ++i) {
        const earning::Rule& rule = programme.rules[i];
        if (rule.group != group + 1) continue;
        if (first == nullptr) first = &rule;
        ++count;
        if (const std::string why = misfit(*first, rule, policy); !why.empty())
            readers[i].fail("beside rule \"" + first->code + "\" in the group, this one " + why, "stacking");
        if (policy == earning::Policy::multiply && rule.effect != Effect::multiply)
            readers[i].fail("only multipliers multiply; give the group the policy add or best", "stacking");
        if (rule.effect == Effect::multiply && count == earning::multipliers_max + 1)
            readers[i].fail(
                "at most " + std::to_string(earning::multipliers_max) + " multipliers meet in a group",
                "stacking");
    }
}

}  // namespace

void join_rules(std::vector<Reader>& readers, Programme& programme) {
    for (std::size_t i = 0; i < programme.rules.size(); ++i)
        find_multiplied(readers[i], programme.rules[i], programme);
    for (std::size_t group = 0; group < programme.stacking.size(); ++group)
        check_group(readers, programme, group);
}

}  // namespace banyan::programme
