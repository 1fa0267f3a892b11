// SPDX-License-Identifier: Apache-2.0
// What an event earns. The rules that listen to it are asked in the order of the document; what those that hold grant
// by themselves is known then; groups take their best, multipliers look at what the others grant; and only then is
// anything granted, again in the order of the document.

#include <algorithm>

#include "domain/earning/row.h"
#include "engine/life.h"
#include "engine/words.h"

namespace banyan::engine {

namespace {

using earning::Effect;

// What a personal attribute made of a condition is known from the record when the decision is made again.
std::optional<bool> recorded_truth(const Context& context, const earning::Rule& rule) {
    if (context.truths == nullptr || !rule.reads_opened) return std::nullopt;
    for (const ConditionTruth& truth : *context.truths) {
        if (truth.rule == rule.id) return truth.held;
    }
    return std::nullopt;
}

// A rule that holds, on its way to a grant.
struct Planned {
    std::uint32_t place = 0;  // in the programme
    const earning::Rule* rule = nullptr;
    Quantity amount;
    std::int64_t base = 0;
    std::vector<earning::Counted> lines;
    basis::CarryMoved moved;  // of a carried remainder
    std::size_t seen = 0;     // where it stands in the trace
    std::string note;         // what became of it among the others
    bool stands = true;       // not beaten in its group
};

class Earning {
  public:
    Earning(Draft& draft, MemberId member, const earning::Listeners& listeners)
        : draft_(draft), member_(member), listeners_(listeners) {}

    /// `paid`: of each line of the order; empty for an event that is none.
    void run(earning::Row& row, std::optional<KeyedId> order, const std::vector<catalog::Line>& lines) {
        ask(row);
        if (planned_.empty()) return;
        for (Planned& plan : planned_) convert(plan);
        beat();
        multiply();
        for (Planned& plan : planned_) grant(plan, order, lines);
    }

  private:
    [[nodiscard]] const programme::Programme& programme() const { return draft_.programme(); }

    void ask(earning::Row& row) {
        const Context& context = draft_.context;
        // Whoever asks why is told of every rule.
        const auto& asked = context.seen != nullptr ? listeners_.rules : row.candidates();
        for (const std::uint32_t place : asked) {
            const earning::Rule& rule = programme().rules[place];
            const auto known = recorded_truth(context, rule);
            auto outcome = row.evaluate(rule, context.calendar, known);
            // A rule that fails on an event grants nothing and does not stop it; the record says so (held = false).
            const bool held = outcome.ok() && outcome->held && outcome->amount <= Quantity(quantity_max);
            if (rule.reads_opened) draft_.decision.conditions.push_back({rule.id, held});
            if (context.seen != nullptr)
                context.seen->push_back({rule.id,
                                         held,
                                         held ? outcome->amount : Quantity{},
                                         outcome.ok() ? "" : outcome.error().text(),
                                         row.read_by(rule),
                                         {},
                                         row.explain(rule, context.calendar, known)});
            if (!held) continue;
            Planned& plan = planned_.emplace_back();
            plan.place = place;
            plan.rule = &rule;
            plan.amount = outcome->amount;
            plan.base = outcome->base;
            plan.lines = std::move(outcome->lines);
            plan.seen = context.seen != nullptr ? context.seen->size() - 1 : 0;
        }
    }

    void convert(Planned& plan) {
        if (!plan.rule->is_carried()) return;
        const auto carry = basis::carry_of(draft_.member(member_).carries, plan.rule->id);
        const basis::Converted converted = basis::convert(plan.rule->conversion, carry, plan.base);
        plan.amount = converted.amount;
        plan.moved = converted.moved;
        if (plan.amount > Quantity(quantity_max)) drop(plan, "beyond what one event may grant");
    }

    static void drop(Planned& plan, std::string why) {
        plan.stands = false;
        plan.amount = {};
        plan.note = std::move(why);
    }

    // Of a group of grants where the best wins, only the first of the largest stands.
    void beat() {
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

    void multiply() {
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
    void multiply_together(const std::vector<Planned*>& together, earning::Policy policy) {
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
    void take_best(const std::vector<Planned*>& together) {
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
    Quantity multiplied(Planned& multiplier) {
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

    std::vector<earning::Counted> shares(const std::vector<const Planned*>& of) const {
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

    void grant(Planned& plan, std::optional<KeyedId> order, const std::vector<catalog::Line>& lines) {
        const earning::Rule& rule = *plan.rule;
        if (draft_.context.seen != nullptr) {
            RuleSeen& seen = (*draft_.context.seen)[plan.seen];
            seen.amount = plan.amount;
            seen.note = plan.note;
        }
        if (!plan.stands || (plan.amount.is_zero() && plan.moved.by == 0)) return;
        if (plan.moved.by != 0) draft_.emit(entity_of(member_), plan.moved);
        const ledger::Unit* unit = programme().unit(rule.unit);
        ASSERT(unit != nullptr);
        auto basis = basis_of(plan, lines);
        Quantity allowed;
        if (!plan.amount.is_zero())
            allowed = claim_limits(draft_, member_, rule, plan.amount, order, basis ? &*basis : nullptr);
        if (draft_.refused() || (allowed.is_zero() && !rule.is_carried())) return;
        if (basis) basis->forfeited = plan.amount - allowed;
        if (order && unit->pending.kind == ledger::PendingPolicy::Kind::until_released && !allowed.is_zero())
            return grant_by_line(draft_, member_, *unit, allowed, rule.id, rule.cost_centre, *order,
                                 basis ? &*basis : nullptr);
        draft_.grant(member_, *unit, allowed, rule.id, rule.cost_centre, order, basis ? &*basis : nullptr);
    }

    // Nothing where a refund needs to know no more than what was paid.
    static std::optional<catalog::GrantBasis> basis_of(const Planned& plan,
                                                       const std::vector<catalog::Line>& lines) {
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

  public:
    /// What was paid of every line, for multipliers of plain amounts.
    void know_lines(const std::vector<catalog::Line>& lines) {
        for (std::uint32_t i = 0; i < lines.size(); ++i) every_line_.push_back({i, lines[i].amount});
    }

  private:
    Draft& draft_;
    MemberId member_;
    const earning::Listeners& listeners_;
    std::vector<Planned> planned_;
    std::vector<earning::Counted> every_line_;
};

std::vector<earning::LineFacts> lines_of(const RecordOrder& body, const RecordPricedOrder* priced) {
    std::vector<earning::LineFacts> lines;
    lines.reserve(body.lines.size());
    for (std::size_t i = 0; i < body.lines.size(); ++i) {
        const catalog::Line& line = body.lines[i];
        earning::LineFacts& facts = lines.emplace_back();
        facts.sku = line.sku;
        facts.category = line.category;
        facts.quantity = line.quantity;
        facts.paid = line.amount;
        facts.list = line.amount;
        if (priced == nullptr) continue;
        facts.brand = priced->prices[i].brand;
        facts.list = priced->prices[i].list;
        facts.parts = priced->prices[i].parts;
    }
    return lines;
}

}  // namespace

void earn_order(Draft& draft, MemberId id, const RecordOrder& body, const RecordPricedOrder* priced) {
    const earning::Listeners* listeners = draft.programme().on(earning::paid_event);
    if (listeners == nullptr || listeners->rules.empty()) return;
    const MemberWords declared(draft, id);
    earning::Facts facts = facts_of(draft, id, earning::paid_event);
    add_order(facts, body, priced);
    facts.declared = &declared;
    std::vector<earning::LineFacts> lines;
    Earning earning(draft, id, *listeners);
    if (listeners->counts_lines) {
        lines = lines_of(body, priced);
        earning.know_lines(body.lines);
    }
    earning::Row row(*listeners, facts, lines);
    earning.run(row, body.order, body.lines);
}

void earn_event(Draft& draft, MemberId id, std::string_view type, const RecordEvent* body) {
    const earning::Listeners* listeners = draft.programme().on(type);
    if (listeners == nullptr || listeners->rules.empty()) return;
    const MemberWords declared(draft, id, body);
    earning::Facts facts = facts_of(draft, id, type);
    facts.declared = &declared;
    earning::Row row(*listeners, facts);
    Earning(draft, id, *listeners).run(row, std::nullopt, {});
}

void take_back_carried(Draft& draft, MemberId id, const std::vector<ReverseCarried::Base>& bases) {
    for (const ReverseCarried::Base& back : bases) {
        const auto carry = basis::carry_of(draft.member(id).carries, back.rule);
        const basis::Converted converted = basis::convert(back.conversion, carry, -back.base);
        if (converted.moved.by != 0) draft.emit(entity_of(id), converted.moved);
        const Quantity taken = -converted.amount - back.forgiven;
        if (taken > Quantity{}) draft.reverse_grant(id, back.unit, back.lot, back.rule, taken);
    }
}

void take_over_carries(Draft& draft, MemberId id, const std::vector<basis::Carry>& carries) {
    for (const basis::Carry& absorbed : carries) {
        const earning::Rule* rule = draft.programme().rule(absorbed.rule);
        if (rule == nullptr || !rule->is_carried()) {  // nobody adds to it any more; a refund still may
            draft.emit(entity_of(id), basis::CarryMoved{absorbed.rule, absorbed.rest});
            continue;
        }
        const auto carry = basis::carry_of(draft.member(id).carries, absorbed.rule);
        const basis::Converted converted = basis::convert(rule->conversion, carry, absorbed.rest);
        if (converted.moved.by != 0) draft.emit(entity_of(id), converted.moved);
        if (converted.amount.is_zero()) continue;
        const ledger::Unit* unit = draft.programme().unit(rule->unit);
        ASSERT(unit != nullptr);
        const Quantity allowed = claim_limits(draft, id, *rule, converted.amount, std::nullopt);
        if (!allowed.is_zero()) draft.grant(id, *unit, allowed, rule->id, rule->cost_centre, std::nullopt);
    }
}

}  // namespace banyan::engine
