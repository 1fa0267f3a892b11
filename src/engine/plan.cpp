// SPDX-License-Identifier: Apache-2.0
#include "engine/plan.h"

#include <algorithm>

namespace banyan::engine {

using earning::Effect;

namespace {

// What a personal attribute made of a condition is known from the record when the decision is made again.
std::optional<bool> recorded_truth(const Context& context, const earning::Rule& rule) {
    if (context.truths == nullptr || !rule.reads_opened) return std::nullopt;
    for (const ConditionTruth& truth : *context.truths) {
        if (truth.rule == rule.id) return truth.held;
    }
    return std::nullopt;
}

void drop(Planned& plan, std::string why) {
    plan.stands = false;
    plan.amount = {};
    plan.note = std::move(why);
}

}  // namespace

void Planner::ask(const std::vector<std::uint32_t>& places, const RowOf& row_of) {
    const Context& context = draft_.context;
    for (const std::uint32_t place : places) {
        const earning::Rule& rule = programme().rules[place];
        earning::Row* row = row_of(rule);
        if (row == nullptr) continue;
        const auto known = recorded_truth(context, rule);
        auto outcome = row->evaluate(rule, context.calendar, known);
        // A rule that fails on an event grants nothing and does not stop it; the record says so (held = false).
        const bool held = outcome.ok() && outcome->held && outcome->amount <= Quantity(quantity_max);
        if (rule.reads_opened) draft_.decision.conditions.push_back({rule.id, held});
        if (seen_ != nullptr)
            seen_->push_back({rule.id,
                              held,
                              held ? outcome->amount : Quantity{},
                              outcome.ok() ? "" : outcome.error().text(),
                              row->read_by(rule),
                              {},
                              row->explain(rule, context.calendar, known)});
        if (!held) continue;
        Planned& plan = planned_.emplace_back();
        plan.place = place;
        plan.rule = &rule;
        plan.amount = outcome->amount;
        plan.base = outcome->base;
        plan.lines = std::move(outcome->lines);
        plan.seen = seen_ != nullptr ? seen_->size() - 1 : 0;
    }
}

std::vector<Planned>& Planner::planned() {
    for (Planned& plan : planned_) convert(plan);
    beat();
    multiply();
    return planned_;
}

void Planner::convert(Planned& plan) {
    if (!plan.rule->is_carried()) return;
    const auto carry = basis::carry_of(draft_.member(member_).carries, plan.rule->id);
    const basis::Converted converted = basis::convert(plan.rule->conversion, carry, plan.base);
    plan.amount = converted.amount;
    plan.moved = converted.moved;
    if (plan.amount > Quantity(quantity_max)) drop(plan, "beyond what one event may grant");
}

// Of a group of grants where the best wins, only the first of the largest stands.
void Planner::beat() {
    for (std::size_t group = 0; group < programme().stacking.size(); ++group) {
        if (programme().stacking[group].policy != earning::Policy::best) continue;
        std::vector<Planned*> rivals;
        std::vector<Quantity> amounts;
        for (Planned& plan : planned_) {
            if (plan.rule->group != group + 1 || plan.rule->effect == Effect::multiply) continue;
            rivals.push_back(&plan);
            amounts.push_back(plan.amount);
        }
        if (rivals.size() < 2) continue;
        const Planned* best = rivals[earning::best_of(amounts)];
        for (Planned* plan : rivals) {
            if (plan != best) drop(*plan, "beaten in its group by " + best->rule->code);
        }
    }
}

void Planner::multiply() {
    for (std::size_t i = 0; i < planned_.size(); ++i) {
        Planned& plan = planned_[i];
        if (plan.rule->effect != Effect::multiply) continue;
        if (plan.rule->group == 0) {
            multiply_together({&plan}, earning::Policy::add);
            continue;
        }
        std::vector<Planned*> together;  // the group, once: when its first comes by
        for (Planned& other : planned_) {
            if (other.rule->group == plan.rule->group) together.push_back(&other);
        }
        if (together.front() != &plan) continue;
        const earning::Policy policy = programme().stacking[plan.rule->group - 1U].policy;
        if (policy == earning::Policy::best)
            take_best(together);
        else
            multiply_together(together, policy);
    }
}

// Multipliers of the same grants.
void Planner::multiply_together(const std::vector<Planned*>& together, earning::Policy policy) {
    const Quantity granted = multiplied(*together.front());
    std::vector<earning::Factor> factors;
    for (const Planned* plan : together) factors.push_back(plan->rule->factor);
    const auto extras = earning::extras(policy, granted, factors);
    for (std::size_t i = 0; i < together.size(); ++i) {
        together[i]->amount = extras[i];
        if (together[i] != together.front()) together[i]->lines = together.front()->lines;
        if (extras[i] > Quantity(quantity_max)) drop(*together[i], "beyond what one event may grant");
    }
}

// Each by itself, whatever it multiplies; the largest stands.
void Planner::take_best(const std::vector<Planned*>& together) {
    std::vector<Quantity> amounts;
    for (Planned* plan : together) {
        multiply_together({plan}, earning::Policy::add);
        amounts.push_back(plan->amount);
    }
    const Planned* best = together[earning::best_of(amounts)];
    for (Planned* plan : together) {
        if (plan != best) drop(*plan, "beaten in its group by " + best->rule->code);
    }
}

// What the rules that it multiplies grant on this event. The lines of those grants become the multiplier's own: in
// common, or, where they counted different ones, by what each line has of them.
Quantity Planner::multiplied(Planned& multiplier) {
    Quantity granted;
    std::vector<const Planned*> of;
    for (const Planned& plan : planned_) {
        const auto& places = multiplier.rule->of;
        if (plan.amount.is_zero() || std::find(places.begin(), places.end(), plan.place) == places.end())
            continue;
        of.push_back(&plan);
        granted = smaller(granted + plan.amount, Quantity(quantity_max));
    }
    const bool same = std::all_of(of.begin(), of.end(),
                                  [&](const Planned* plan) { return plan->lines == of.front()->lines; });
    if (same)
        multiplier.lines = of.empty() ? std::vector<earning::Counted>{} : of.front()->lines;
    else
        multiplier.lines = shares(of);
    return granted;
}

std::vector<earning::Counted> Planner::shares(const std::vector<const Planned*>& of) const {
    std::vector<earning::Counted> all;
    for (const Planned* plan : of) {
        // A plain amount counts what was paid of every line.
        const std::vector<earning::Counted>& lines = plan->lines.empty() ? every_line_ : plan->lines;
        if (lines.empty()) continue;
        std::vector<std::int64_t> bases;
        for (const earning::Counted& line : lines) bases.push_back(line.base);
        const std::vector<Quantity> parts = basis::over_lines(plan->amount, bases);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const auto found = std::find_if(all.begin(), all.end(), [&](const earning::Counted& counted) {
                return counted.line == lines[i].line;
            });
            if (found == all.end())
                all.push_back({lines[i].line, parts[i].value()});
            else
                found->base += parts[i].value();
        }
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
    return all;
}

std::optional<catalog::GrantBasis> basis_of(const Planned& plan, const std::vector<catalog::Line>& lines) {
    const earning::Rule& rule = *plan.rule;
    if (plan.lines.empty()) return std::nullopt;
    catalog::GrantBasis basis;
    basis.unit = rule.unit;
    basis.rule = rule.id;
    basis.conversion = rule.conversion;
    bool is_plain = plan.lines.size() == lines.size() && !rule.is_carried() &&
                    rule.conversion.on_partial_refund == basis::OnPartialRefund::by_share;
    std::int64_t total = 0;
    for (const earning::Counted& counted : plan.lines) {
        is_plain = is_plain && counted.base == lines[counted.line].amount;
        total += counted.base;
        basis.lines.push_back({counted.line, counted.base});
    }
    // Of what was given away, pieces are what can come back.
    if (total == 0 && !rule.is_carried()) {
        is_plain = false;
        for (catalog::GrantedLine& line : basis.lines) line.base = lines[line.index].quantity;
    }
    if (is_plain) return std::nullopt;
    return basis;
}

}  // namespace banyan::engine
