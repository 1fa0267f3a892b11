// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/loop.h"

#include "domain/rules/operators.h"

namespace banyan::rules {

bool Loop::open(const LoopPlan& plan, const Term& range, Context& context) {
    *this = Loop{};
    const bool is_map = range.is(Kind::map);
    if (!is_map && !range.is(Kind::list))
        return fail(range.is_missing() ? as_fault(range, context) : context.fault(Fault::no_such_overload));
    range_ = range;
    const std::size_t count = range.count();
    if (is_quantifier(plan.macro)) return true;
    if (!context.charge(count)) return fail(context.fault(Fault::cost_exceeded));
    if (plan.macro == Macro::transform_map) {
        entries_ = context.arena.array<Entry>(count);
    } else {
        terms_ = context.arena.array<Term>(count);
    }
    if (plan.macro == Macro::sort_by) keys_ = context.arena.array<Term>(count);
    return true;
}

bool Loop::next(const LoopPlan& plan, Term* registers, std::size_t steps, Context& context) {
    if (at_ == range_.count()) return false;
    if (!context.charge(steps)) return fail(context.fault(Fault::cost_exceeded));
    if (range_.is(Kind::map)) {
        const Entry entry = range_.entry(at_);
        key_ = entry.key;
        element_ = entry.value;
    } else {
        key_ = Term(static_cast<std::int64_t>(at_));
        element_ = range_.element(at_);
    }
    ++at_;
    registers[plan.first] = plan.variables == 2 ? key_ : single();
    registers[plan.second] = element_;
    return true;
}

// What a walk with one variable is over: the elements of a list, the keys of a map.
Term Loop::single() const { return range_.is(Kind::map) ? key_ : element_; }

Term Loop::as_fault(const Term& term, const Context& context) {
    if (term.is(Kind::fault)) return term;
    return context.fault(term.is(Kind::unset) ? Fault::no_value : Fault::no_such_overload);
}

bool Loop::fail(const Term& fault) {
    fault_ = fault;
    failed_ = true;
    return false;
}

Loop::Verdict Loop::test(const Term& condition, const Context& context) {
    if (condition.is_true()) return Verdict::yes;
    if (condition.is_false()) return Verdict::no;
    fail(as_fault(condition, context));
    return Verdict::failed;
}

bool Loop::fold(const LoopPlan& plan, const Term& body, const Context& context) {
    switch (plan.macro) {
        case Macro::all: return decide(body, false, context);
        case Macro::exists: return decide(body, true, context);
        case Macro::exists_one:
            if (!body.is(Kind::boolean)) return fail(as_fault(body, context));
            built_ += body.is_true() ? 1U : 0U;
            return true;
        case Macro::filter: return filter(body, context);
        default: break;
    }
    if (body.is_missing()) return fail(as_fault(body, context));
    if (plan.macro == Macro::transform_map) {
        entries_[built_++] = {key_, body};
        return true;
    }
    if (plan.macro == Macro::transform_map_entry && !body.is(Kind::map))
        return fail(context.fault(Fault::no_such_overload));
    if (plan.macro == Macro::sort_by) keys_[built_] = body;
    terms_[built_++] = plan.macro == Macro::sort_by ? element_ : body;
    return true;
}

// As with && and ||: what decides, decides; an error only counts when nothing does.
bool Loop::decide(const Term& body, bool decisive, const Context& context) {
    if (decisive ? body.is_true() : body.is_false()) {
        decided_ = true;
        return false;
    }
    if (!body.is(Kind::boolean) && fault_.is(Kind::null)) fault_ = as_fault(body, context);
    return true;
}

bool Loop::filter(const Term& body, const Context& context) {
    if (!body.is(Kind::boolean)) return fail(as_fault(body, context));
    if (body.is_true()) terms_[built_++] = single();
    return true;
}

Term Loop::close(const LoopPlan& plan, Context& context) {
    if (failed_) return fault_;
    const std::span<const Term> terms(terms_, built_);
    switch (plan.macro) {
        case Macro::all:
        case Macro::exists:
            if (decided_) return Term(plan.macro == Macro::exists);
            return fault_.is(Kind::null) ? Term(plan.macro == Macro::all) : fault_;
        case Macro::exists_one: return Term(built_ == 1);
        case Macro::transform_map: return Term::map_of({entries_, built_});
        case Macro::transform_map_entry: return merged(context);
        case Macro::sort_by: return sorted_by(Term::list_of(terms), Term::list_of({keys_, built_}), context);
        default: return Term::list_of(terms);
    }
}

Term Loop::merged(Context& context) const {
    std::vector<Term> items;
    for (std::size_t i = 0; i < built_; ++i) {
        if (!context.charge(terms_[i].count() + 1)) return context.fault(Fault::cost_exceeded);
        for (std::size_t j = 0; j < terms_[i].count(); ++j) {
            const Entry entry = terms_[i].entry(j);
            items.push_back(entry.key);
            items.push_back(entry.value);
        }
    }
    return build_map(items, context);
}

}  // namespace banyan::rules
