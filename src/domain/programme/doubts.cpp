// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/doubts.h"

#include <algorithm>
#include <vector>

#include "domain/programme/possible.h"
#include "domain/programme/sections.h"

namespace banyan::programme {

namespace {

using rules::Expression;
using rules::NodeId;
using rules::NodeKind;

Ranges ranges_of(const Programme& programme) {
    const auto tiers =
        programme.ladders.empty() ? 0 : static_cast<std::int64_t>(programme.ladders.front().tiers.size());
    Ranges ranges = {
        {"event.month", {1, 12}},         {"event.day", {1, 31}},        {"event.weekday", {0, 6}},
        {"order.paid", {0, INT64_MAX}},   {"base", {0, INT64_MAX}},      {"order.lines", {1, INT64_MAX}},
        {"order.pieces", {1, INT64_MAX}}, {"member.tier", {0, tiers}},   {"member.orders", {0, INT64_MAX}},
        {"member.birth_month", {0, 12}},  {"member.birth_day", {0, 31}},
    };
    for (const tiers::Ladder& ladder : programme.ladders)
        ranges["tier." + ladder.code] = {0, static_cast<std::int64_t>(ladder.tiers.size())};
    return ranges;
}

// a && b && c, as a, b, c.
void flatten(const Expression& expression, NodeId node, std::vector<NodeId>& parts) {
    if (expression.node(node).kind != NodeKind::logical_and) return parts.push_back(node);
    for (const NodeId child : expression.children(node)) flatten(expression, child, parts);
}

std::string quoted(const Expression& expression, NodeId node) {
    return "\"" + std::string(expression.source_of(node)) + "\"";
}

// "event.month is 1 to 12", where that is what makes the comparison impossible.
std::string range_in_words(const Expression& expression, NodeId node, const Ranges& ranges) {
    for (const NodeId child : expression.children(node)) {
        const auto found = ranges.find(path_of(expression, child));
        if (found == ranges.end()) continue;
        const Range& range = found->second;
        if (range.max == INT64_MAX)
            return ": " + found->first + " is " + std::to_string(range.min) + " or more";
        return ": " + found->first + " is " + std::to_string(range.min) + " to " + std::to_string(range.max);
    }
    return "";
}

struct Impossible {
    NodeId part;
    std::string reason;
};

Impossible explain(const Expression& expression, const Ranges& ranges) {
    std::vector<NodeId> parts;
    flatten(expression, expression.root(), parts);
    std::size_t last = 0;
    while (are_possible_together(expression, std::span(parts).first(last + 1), ranges)) ++last;
    const NodeId part = parts[last];
    if (!is_possible(expression, part, Truth::yes, ranges))
        return {part, quoted(expression, part) + " is never true" + range_in_words(expression, part, ranges)};
    for (std::size_t i = 0; i < last; ++i) {
        const NodeId pair[] = {parts[i], part};
        if (!are_possible_together(expression, pair, ranges))
            return {part, quoted(expression, parts[i]) + " and " + quoted(expression, part) +
                              " are never true together"};
    }
    return {part, quoted(expression, part) + " is never true together with what stands before it"};
}

Finding warning(std::string pointer, const Expression& expression, NodeId node, std::string message) {
    return {Weight::warning, std::move(pointer), Part::value,
            rules::position_of(expression.source(), expression.node(node).begin), std::move(message)};
}

void doubt_condition(const earning::Rule& rule, const std::string& pointer, const Ranges& ranges,
                     Findings& findings) {
    const Expression& when = rule.when->expression();
    if (!is_possible(when, when.root(), Truth::yes, ranges)) {
        const Impossible impossible = explain(when, ranges);
        findings.add(
            warning(pointer + "/when", when, impossible.part, "the rule never grants: " + impossible.reason));
    } else if (rule.when_text != "true" && !is_possible(when, when.root(), Truth::no, ranges)) {
        findings.add(warning(pointer + "/when", when, when.root(),
                             "the condition is always true; leave \"when\" out"));
    }
}

// An amount that reads nothing is the same for every event.
void doubt_amount(const earning::Rule& rule, const earning::Vocabulary& words, const std::string& pointer,
                  Findings& findings) {
    if (!rule.amount || !rule.amount->slots().empty()) return;
    rules::Scratch scratch;
    const rules::Activation nothing(words.schema());
    const rules::Term amount = rules::evaluate(*rule.amount, nothing, scratch, nullptr);
    if (amount.is(rules::Kind::integer) && amount.integer() > 0) return;
    std::string message = "the rule never grants: ";
    if (amount.is(rules::Kind::fault))
        message += rule.amount->describe(amount).message;
    else
        message += amount.is(rules::Kind::integer) && amount.integer() == 0 ? "the amount is zero"
                                                                            : "the amount is below zero";
    findings.add(warning(pointer + "/amount", rule.amount->expression(), rule.amount->expression().root(),
                         std::move(message)));
}

bool says_the_same(const earning::Rule& a, const earning::Rule& b) {
    const auto same_step = [](const earning::Step& x, const earning::Step& y) {
        return x.from == y.from && x.grant == y.grant;
    };
    return a.on == b.on && a.unit == b.unit && a.when_text == b.when_text && a.effect == b.effect &&
           a.amount_text == b.amount_text && a.lines_text == b.lines_text && a.base == b.base &&
           a.conversion == b.conversion && a.fixed == b.fixed && a.factor == b.factor && a.of == b.of &&
           std::equal(a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(), same_step);
}

void doubt_repetition(const Programme& programme, std::size_t index, const std::string& pointer,
                      Findings& findings) {
    const earning::Rule& rule = programme.rules[index];
    for (std::size_t i = 0; i < index; ++i) {
        const earning::Rule& other = programme.rules[i];
        if (!says_the_same(other, rule)) continue;
        findings.add({Weight::warning, pointer, Part::value, std::nullopt,
                      "rule \"" + rule.code + "\" grants the same as rule \"" + other.code +
                          "\" on the same condition: every event earns twice"});
        return;
    }
}

// Whether any grant or spend counts against the limit.
bool is_drawn_on(const Programme& programme, const limits::Limit& limit) {
    if (!limit.spent_units.empty()) return true;
    for (const coupons::Batch& batch : programme.coupons) {
        if (std::find(batch.limits.begin(), batch.limits.end(), limit.id) != batch.limits.end()) return true;
    }
    return std::any_of(programme.rules.begin(), programme.rules.end(),
                       [&](const earning::Rule& rule) { return draws_on(rule, limit); });
}

void doubt_limits(const Programme& programme, Findings& findings) {
    for (std::size_t i = 0; i < programme.limits.size(); ++i) {
        const limits::Limit& limit = programme.limits[i];
        const std::string pointer = "/limits/" + std::to_string(i);
        if (!is_drawn_on(programme, limit))
            findings.add(
                {Weight::warning, pointer, Part::value, std::nullopt,
                 "nothing counts against limit \"" + limit.name +
                     "\": name it in the \"limits\" of a rule or a coupon, or in a unit's \"earn_limits\" or "
                     "\"spend_limits\""});
        else if (limit.most.is_zero())
            findings.add({Weight::warning, pointer + "/most", Part::value, std::nullopt,
                          "the limit lets nothing through"});
    }
    for (std::size_t i = 0; i < programme.rules.size(); ++i) {
        const earning::Rule& rule = programme.rules[i];
        for (std::size_t k = 0; rule.on == "order.paid" && k < rule.limits.size(); ++k) {
            const limits::Limit* limit = programme.limit(rule.limits[k]);
            if (limit->when_empty != limits::WhenEmpty::refuse) continue;
            findings.add({Weight::warning, "/earning/" + std::to_string(i) + "/limits/" + std::to_string(k),
                          Part::value, std::nullopt,
                          "once limit \"" + limit->name +
                              "\" is used up, orders that were paid are refused, and so are their refunds; "
                              "with when_empty: without they are recorded and earn nothing"});
        }
    }
}

}  // namespace

void doubt(const Programme& programme, Findings& findings) {
    const Ranges ranges = ranges_of(programme);
    for (std::size_t i = 0; i < programme.rules.size(); ++i) {
        const std::string pointer = "/earning/" + std::to_string(i);
        doubt_condition(programme.rules[i], pointer, ranges, findings);
        doubt_amount(programme.rules[i], programme.on(programme.rules[i].on)->vocabulary, pointer, findings);
        doubt_repetition(programme, i, pointer, findings);
    }
    doubt_limits(programme, findings);
}

}  // namespace banyan::programme
