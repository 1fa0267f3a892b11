// SPDX-License-Identifier: Apache-2.0
#include "engine/late.h"

#include <algorithm>

#include "engine/counts.h"
#include "engine/life.h"
#include "engine/words.h"

namespace banyan::engine {

using members::Judged;
using members::JudgedOrder;
using members::Member;

namespace {

const catalog::Order& order_of(Draft& draft, KeyedId order) {
    return draft.workspace.read<catalog::Order>(entity_of_order(order));
}

// What the order counted is gone from the copy of the member. What came back of it by its own day counts no more either;
// what came back on a later day lies after whatever is looked at.
void take_out(const programme::Programme& programme, const catalog::Order& order, Member& member) {
    if (order.counts_for_spend) member.spend -= order.paid() - order.refunded();
    --member.orders;
    for (const catalog::Counted& counted : order.counted) {
        const metrics::Measure* known = programme.metrics.find(counted.measure);
        if (known == nullptr) continue;
        metrics::Measure measure = *known;
        const bool on_its_day = measure.refund == metrics::RefundDay::of_order;
        const std::int64_t amount = counted.amount - (on_its_day ? counted.taken_back : 0);
        if (amount == 0) continue;
        measure.refund = metrics::RefundDay::of_order;
        const auto facts = metrics::taken_back(member.log, measure, {counted.at, amount, counted.key},
                                               counted.at, *programme.zone);
        if (!facts) continue;
        for (const metrics::LogFact& fact : *facts) metrics::apply(member.log, fact);
    }
}

void put_on(Member& member, LadderId ladder, TierId tier) {
    for (tiers::Standing& standing : member.standings) {
        if (standing.ladder == ladder) standing.tier = tier;
    }
}

// The member before one kept order after the other, ascending. Where it stood is what it stood on then, or a tier that it
// would have reached by what is known now: before the order, or by an earlier one and not lost since.
class Timeline {
  public:
    /// `without`: an order that is to be as if it had never been.
    Timeline(Draft& draft, MemberId id, const catalog::Order* without = nullptr)
        : draft_(draft),
          member_(draft.member(id)),
          incomplete_(incomplete_measures(draft.workspace, draft.programme())),
          ladders_(draft.programme().ladders.size()) {
        if (without != nullptr) take_out(draft.programme(), *without, member_);
    }

    /// Before the orders from `place` on, at an instant no earlier than any asked for.
    Past before(std::size_t place, Instant at) {
        for (; next_ < place; ++next_) {
            const Instant then = orders()[next_].at;
            stand(view(next_, then));
            const Past after = view(next_ + 1, then);
            for (std::size_t i = 0; i < ladders_.size(); ++i)
                ladders_[i].reached = std::max(ladders_[i].reached, deserved(after, ladder(i)));
        }
        return stand(view(place, at));
    }

  private:
    struct OnLadder {
        TierId stood;    // before the last order
        TierId reached;  // since it last fell
    };
    [[nodiscard]] const std::vector<JudgedOrder>& orders() const { return member_.judged.orders; }
    [[nodiscard]] const tiers::Ladder& ladder(std::size_t i) const { return draft_.programme().ladders[i]; }

    [[nodiscard]] Past view(std::size_t from, Instant at) const {
        Past past{member_, at, incomplete_};
        for (std::size_t i = from; i < orders().size(); ++i)
            take_out(draft_.programme(), order_of(draft_, orders()[i].order), past.member);
        return past;
    }
    [[nodiscard]] TierId deserved(const Past& past, const tiers::Ladder& ladder) const {
        if (ladder.upgrade != tiers::Upgrade::at_once || !ladder.has_past()) return {};
        const auto& programme = draft_.programme();
        return deserved_by(programme, ladder, past.member, past.incomplete, past.at).value_or(TierId{});
    }
    [[nodiscard]] TierId stood(const tiers::Ladder& ladder, TierId now, Instant at) const {
        for (const members::Stood& stood : member_.judged.stood) {
            if (stood.ladder == ladder.id && stood.until >= at) return stood.tier;
        }
        return now;
    }
    Past stand(Past past) {
        for (std::size_t i = 0; i < ladders_.size(); ++i) {
            const tiers::Standing* standing = past.member.standing(ladder(i).id);
            if (standing == nullptr) continue;
            OnLadder& known = ladders_[i];
            const TierId then = stood(ladder(i), standing->tier, past.at);
            if (then < known.stood) known.reached = {};
            known.stood = then;
            known.reached = std::max({known.reached, then, deserved(past, ladder(i))});
            put_on(past.member, ladder(i).id, known.reached);
        }
        return past;
    }

    Draft& draft_;
    Member member_;
    std::vector<metrics::MeasureId> incomplete_;
    std::vector<OnLadder> ladders_;
    std::size_t next_ = 0;
};

RecordPricedOrder told_by(KeyedId order, const catalog::Said& said) {
    RecordPricedOrder told{{order, said.channel, said.store, said.lines}, said.payment, {}};
    for (const catalog::Said::Price& price : said.prices)
        told.prices.push_back({price.brand, price.list, price.parts});
    return told;
}

catalog::Said said_by(const RecordOrder& body, const RecordPricedOrder* priced) {
    catalog::Said said{body.channel, body.store, {}, body.lines, {}};
    if (priced == nullptr) return said;
    said.payment = priced->payment;
    for (const RecordPricedOrder::Price& price : priced->prices)
        said.prices.push_back({price.brand, price.list, price.parts});
    return said;
}

bool came_back_whole(const catalog::Order& order) {
    return std::all_of(order.lines.begin(), order.lines.end(),
                       [](const catalog::KeptLine& line) { return line.refunded_quantity == line.quantity; });
}

Quantity granted_by(const catalog::Order& order, RuleId rule) {
    Quantity sum;
    for (const catalog::Grant& grant : order.grants) {
        if (grant.rule == rule) sum += grant.amount;
    }
    return sum;
}

// One order that the late one came before.
class Again {
  public:
    Again(Draft& draft, MemberId id, KeyedId order, KeyedId because)
        : draft_(draft), id_(id), order_(order), because_(because), told_(told_by(order, said())) {}

    void judge(const Past& with, const Past& without) {
        const std::vector<Planned> now = planned(with);
        const std::vector<Planned> before = planned(without);
        for (const std::uint32_t place : listeners().rules) {
            const earning::Rule& rule = draft_.programme().rules[place];
            if (!is_within(draft_, rule)) continue;
            const Planned* plan = of(now, place);
            const Planned* other = of(before, place);
            const Quantity earns = plan != nullptr ? plan->amount : Quantity{};
            const Quantity earned = other != nullptr ? other->amount : Quantity{};
            const Quantity had = granted_by(order(), rule.id);
            // Never beyond what the rule gives, however the order came by what it has.
            if (earns > earned && earns > had)
                grant(*plan, smaller(earns - earned, earns - had));
            else if (earns < earned && earns < had)
                cut(rule.id, smaller(earned - earns, had - earns));
            tell(rule, had);
        }
    }

  private:
    [[nodiscard]] const catalog::Order& order() const { return order_of(draft_, order_); }
    [[nodiscard]] const catalog::Said& said() const { return order().said; }
    [[nodiscard]] const earning::Listeners& listeners() const {
        return *draft_.programme().on(earning::paid_event);
    }
    static const Planned* of(const std::vector<Planned>& plans, std::uint32_t place) {
        const auto found = std::find_if(plans.begin(), plans.end(),
                                        [place](const Planned& plan) { return plan.place == place; });
        return found != plans.end() ? &*found : nullptr;
    }

    [[nodiscard]] std::vector<Planned> planned(const Past& past) {
        const RecordPricedOrder* priced = told_.prices.empty() ? nullptr : &told_;
        earning::Facts facts = facts_then(draft_.programme(), past, told_.order, priced);
        const PastWords words(draft_.programme(), past);
        facts.declared = &words;
        std::vector<earning::LineFacts> lines;
        Planner planner(draft_, id_, nullptr);
        if (listeners().counts_lines) {
            lines = lines_of(told_.order, priced);
            planner.know_lines(told_.order.lines);
        }
        earning::Row row(listeners(), facts, lines);
        planner.ask(listeners().rules,
                    [&](const earning::Rule& rule) { return is_within(draft_, rule) ? &row : nullptr; });
        return planner.planned();
    }

    void grant(const Planned& plan, Quantity amount) {
        const ledger::Unit* unit = draft_.programme().unit(plan.rule->unit);
        ASSERT(unit != nullptr);
        const auto basis = basis_of(plan, told_.order.lines);
        const catalog::GrantBasis* kept = basis ? &*basis : nullptr;
        const bool by_line =
            unit->pending.kind == ledger::PendingPolicy::Kind::until_released && has_life(draft_, order_);
        if (by_line)
            grant_by_line(draft_, id_, *unit, amount, plan.rule->id, plan.rule->cost_centre, order_, kept);
        else
            draft_.grant(id_, *unit, amount, plan.rule->id, plan.rule->cost_centre, order_, kept);
        catch_up_refunds(draft_, id_, order_);
    }

    // The newest grants of the rule become smaller; of what came back of the order, their share was taken already.
    void cut(RuleId rule, Quantity amount) {
        const auto count = static_cast<std::uint32_t>(order().grants.size());
        for (std::uint32_t i = count; i-- > 0 && !amount.is_zero();) {
            const catalog::Grant grant = order().grants[i];
            const Quantity part = smaller(grant.amount, amount);
            if (grant.rule != rule || part.is_zero()) continue;
            amount -= part;
            if (grant.reversed == grant.amount) continue;  // nothing of it is left to be cut
            if (const auto reversed = cut_by_line(draft_, id_, order_, i, part)) {
                draft_.emit(entity_of_order(order_), GrantCut{i, part, *reversed});
                continue;
            }
            const Quantity left = grant.amount - part;
            const Quantity reversed = grant.reversed - taken_back_of(i, left);
            draft_.emit(entity_of_order(order_), GrantCut{i, part, reversed});
            draft_.reverse_grant(id_, grant.unit, grant.lot, rule, part - reversed);
        }
    }

    [[nodiscard]] Quantity taken_back_of(std::uint32_t grant, Quantity amount) const {
        for (const catalog::GrantBasis& basis : order().bases) {
            if (basis.grant == grant && !amount.is_zero()) return catalog::taken_back(amount, order(), basis);
        }
        return catalog::taken_back(amount, order().refunded(), order().paid());
    }

    void tell(const earning::Rule& rule, Quantity had) {
        const Quantity has = granted_by(order(), rule.id);
        if (had == has) return;
        draft_.emit(entity_of_order(order_), JudgedAgain{because_, rule.id, had, has});
        draft_.decision.answer.rejudged.push_back({order().occurred_at, rule.id, rule.unit, had, has});
    }

    Draft& draft_;
    MemberId id_;
    KeyedId order_;
    KeyedId because_;
    RecordPricedOrder told_;
};

// True when it is one to be judged again.
bool keep(Draft& draft, MemberId id, const RecordOrder& body, const RecordPricedOrder* priced) {
    const std::vector<JudgedOrder> orders = draft.member(id).judged.orders;
    const Instant at = draft.command.occurred_at;
    Instant forget = judged_since(draft);
    if (orders.size() >= Judged::orders_max)
        forget = std::max(forget, orders[orders.size() - Judged::orders_max].at + Duration{1});
    if (at < forget) return false;
    for (const JudgedOrder& old : orders) {
        if (old.at < forget) draft.emit(entity_of_order(old.order), SaidForgotten{});
    }
    draft.emit(entity_of_order(body.order), OrderSaid{said_by(body, priced)});
    draft.emit(entity_of(id), OrderJudged{body.order, at, forget});
    return true;
}

// Nothing that a rule may read has changed since.
bool is_today(const Draft& draft, const Judged& judged, Instant at) {
    const Zone& zone = *draft.programme().zone;
    return metrics::local_day(at, zone) == metrics::local_day(draft.context.now, zone) &&
           (judged.orders.empty() || judged.orders.back().at <= at) &&
           (judged.stood.empty() || judged.stood.back().until < at);
}

}  // namespace

rules::Term PastWords::read(earning::Family family, std::uint32_t which) const {
    switch (family) {
        case earning::Family::calendar: {
            const LocalTime local = programme_.zone->local(past_.at);
            return rules::Term(calendars::holds(programme_.calendars[which], local));
        }
        case earning::Family::tier:
        case earning::Family::metric:
            return StandingWords(programme_, past_.incomplete, past_.member, past_.at).read(family, which);
        default: return rules::Term::unset();
    }
}

Instant judged_since(const Draft& draft) { return draft.context.now - days(draft.programme().late_days); }

bool is_within(const Draft& draft, const earning::Rule& rule) {
    return rule.late_days > 0 && draft.command.occurred_at >= draft.context.now - days(rule.late_days);
}

std::optional<Past> past_of(Draft& draft, MemberId id) {
    const Instant at = draft.command.occurred_at;
    if (draft.programme().late_days == 0 || at >= draft.context.now || at < judged_since(draft))
        return std::nullopt;
    const Judged& judged = draft.member(id).judged;
    const auto later = std::find_if(judged.orders.begin(), judged.orders.end(),
                                    [at](const JudgedOrder& order) { return order.at > at; });
    // Of what came before the oldest that is kept nothing can be told.
    const bool is_known = later != judged.orders.begin() || judged.orders.size() < Judged::orders_max;
    if (!is_known || is_today(draft, judged, at)) return std::nullopt;
    return Timeline(draft, id).before(static_cast<std::size_t>(later - judged.orders.begin()), at);
}

earning::Facts facts_then(const programme::Programme& programme, const Past& past, const RecordOrder& body,
                          const RecordPricedOrder* priced) {
    earning::Facts facts = facts_of_event(*programme.zone, earning::paid_event, past.at);
    add_member(facts, past.member);
    add_order(facts, body, priced);
    return facts;
}

void judge_later(Draft& draft, MemberId id, const RecordOrder& body, const RecordPricedOrder* priced) {
    if (draft.programme().late_days == 0 || !keep(draft, id, body, priced)) return;
    const std::vector<JudgedOrder> orders = draft.member(id).judged.orders;
    std::size_t i = 0;
    while (!(orders[i].order == body.order)) ++i;
    if (i + 1 == orders.size()) return;
    Timeline with(draft, id);
    Timeline without(draft, id, &order_of(draft, body.order));
    for (++i; i < orders.size(); ++i) {
        const catalog::Order& order = order_of(draft, orders[i].order);
        if (order.said.empty() || came_back_whole(order)) continue;
        Again(draft, id, orders[i].order, body.order)
            .judge(with.before(i, orders[i].at), without.before(i, orders[i].at));
    }
}

void forget_judged(Draft& draft, MemberId id) {
    for (const JudgedOrder& order : std::vector(draft.member(id).judged.orders))
        draft.emit(entity_of_order(order.order), SaidForgotten{});
}

}  // namespace banyan::engine
