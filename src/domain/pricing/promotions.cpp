// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/assert.h"
#include "domain/pricing/stages.h"

namespace banyan::pricing {

namespace {

struct Desk {
    const Prepared& prepared;
    Ground& ground;
    std::size_t first_outcome = 0;  // of promotions
    std::vector<OpenOffer> open;    // those that stand, in their order
};

const Promotion& promotion_of(const Desk& desk, const OpenOffer& offer) {
    return desk.prepared.offers.promotions[offer.index];
}

Outcome& outcome_at(Desk& desk, const OpenOffer& offer) {
    return desk.ground.outcomes[desk.first_outcome + offer.index];
}

bool asks_later(const OpenOffer& offer) {
    return offer.measured == Measured::promoted || offer.measured == Measured::couponed ||
           offer.measured == Measured::paid;
}

void find_open(Desk& desk, const std::string* excluded_by) {
    const std::vector<Promotion>& promotions = desk.prepared.offers.promotions;
    for (std::uint32_t i = 0; i < promotions.size(); ++i) {
        Outcome& outcome = desk.ground.outcomes.emplace_back(Outcome{Instrument::promotion, i});
        outcome.why = stands(desk.prepared, promotions[i].terms);
        if (outcome.why != Why::applied) continue;
        if (excluded_by != nullptr) {
            outcome.why = Why::excluded_by;
            outcome.by = *excluded_by;
            continue;
        }
        OpenOffer open = pricing::open(desk.prepared, promotions[i], i);
        if (!touches(desk.ground.running, open.own))
            outcome.why = Why::no_goods;
        else if (!budget_holds(open.left, 0))
            outcome.why = Why::budget;
        else
            desk.open.push_back(std::move(open));
    }
    std::sort(desk.open.begin(), desk.open.end(), [](const OpenOffer& a, const OpenOffer& b) {
        return a.terms->priority != b.terms->priority ? a.terms->priority > b.terms->priority
                                                      : a.terms->code < b.terms->code;
    });
}

/// Where an exclusive promotion would do something, it alone is left; the first of them.
void leave_exclusive(Desk& desk) {
    const auto alone = std::find_if(desk.open.begin(), desk.open.end(), [&desk](const OpenOffer& offer) {
        return promotion_of(desk, offer).exclusive && !missing(offer, desk.ground.running).any();
    });
    if (alone == desk.open.end()) return;
    const std::string& code = alone->terms->code;
    for (const OpenOffer& offer : desk.open) {
        if (offer.index == alone->index) continue;
        outcome_at(desk, offer).why = Why::exclusive;
        outcome_at(desk, offer).by = code;
    }
    OpenOffer only = std::move(*alone);
    desk.open.clear();
    desk.open.push_back(std::move(only));
}

void lose(Outcome& outcome, const Missing& missing) {
    outcome.why = Why::below_threshold;
    outcome.missing = missing.amount;
    outcome.missing_pieces = missing.pieces;
}

bool was_chosen(const Desk& desk, const Gift& gift) {
    const std::vector<std::string>& chosen = desk.prepared.request.choice.gifts;
    return std::any_of(gift.choices.begin(), gift.choices.end(), [&chosen](const Gift::Choice& one) {
        return std::find(chosen.begin(), chosen.end(), one.sku) != chosen.end();
    });
}

/// The gifts that were chosen and are there; where nothing was chosen, the first that are there.
std::vector<GivenGift> gifts_of(const Desk& desk, const OpenOffer& offer, const Gift& gift) {
    const std::vector<std::string>& chosen = desk.prepared.request.choice.gifts;
    const bool picks = was_chosen(desk, gift);
    std::vector<GivenGift> given;
    for (const Gift::Choice& one : gift.choices) {
        if (static_cast<std::int64_t>(given.size()) == gift.choose) break;
        if (one.stock <= 0) continue;
        if (picks && std::find(chosen.begin(), chosen.end(), one.sku) == chosen.end()) continue;
        given.push_back({offer.index, one.sku, one.value});
    }
    return given;
}

/// Of a promotion with gifts: whether one was given. Nothing: it has none.
std::optional<bool> give_all(Desk& desk, const OpenOffer& offer) {
    std::optional<bool> given;
    for (const OpenEffect& effect : offer.effects) {
        const Gift* gift = std::get_if<Gift>(&effect.effect->does);
        if (gift == nullptr) continue;
        const std::vector<GivenGift> gifts = gifts_of(desk, offer, *gift);
        desk.ground.gifts.insert(desk.ground.gifts.end(), gifts.begin(), gifts.end());
        given = !gifts.empty() || given.value_or(false);
    }
    return given;
}

/// What the promotion takes off now; nothing when it does not hold.
std::optional<Applied> tried(const Desk& desk, const OpenOffer& offer) {
    if (missing(offer, desk.ground.running).any()) return std::nullopt;
    Running running = desk.ground.running;
    return apply(desk.prepared, offer, Kind::goods, running, nullptr);
}

void take_turn(Desk& desk, const OpenOffer& offer) {
    Outcome& outcome = outcome_at(desk, offer);
    if (offer.freight && !offer.goods && asks_later(offer)) {
        desk.ground.on_freight.push_back({offer, false, desk.first_outcome + offer.index});
        return;
    }
    if (const Missing wanting = missing(offer, desk.ground.running); wanting.any())
        return lose(outcome, wanting);
    if (offer.freight) desk.ground.on_freight.push_back({offer, true, desk.first_outcome + offer.index});
    if (!offer.goods) return;
    if (offer.left != nullptr && offer.left->amount) {
        const auto trial = tried(desk, offer);
        if (trial && !budget_holds(offer.left, trial->amount)) {
            outcome.why = Why::budget;
            return;
        }
    }
    const Applied applied = apply(desk.prepared, offer, Kind::goods, desk.ground.running, &desk.ground.cuts);
    const std::optional<bool> given = give_all(desk, offer);
    if (given && applied.amount == 0)
        outcome.why = *given ? Why::applied : Why::out_of_stock;
    else
        outcome = outcome_of(offer, applied);
}

/// What the gifts that would be given are worth, for whoever compares promotions.
std::int64_t gifts_worth(const Desk& desk, const OpenOffer& offer) {
    std::int64_t worth = 0;
    for (const OpenEffect& effect : offer.effects) {
        const Gift* gift = std::get_if<Gift>(&effect.effect->does);
        if (gift == nullptr) continue;
        for (const GivenGift& one : gifts_of(desk, offer, *gift)) worth += one.value;
    }
    return worth;
}

/// The promotions of a group where the best wins, or the first that does something, are held against each other.
void meet(Desk& desk, GroupRule rule, const std::string& group, std::size_t from) {
    std::vector<const OpenOffer*> members;
    for (std::size_t i = from; i < desk.open.size(); ++i) {
        if (promotion_of(desk, desk.open[i]).group == group) members.push_back(&desk.open[i]);
    }
    const OpenOffer* winner = nullptr;
    std::int64_t most = 0;
    for (const OpenOffer* offer : members) {
        const auto trial = tried(desk, *offer);
        if (!trial || !budget_holds(offer->left, trial->amount)) continue;
        const std::int64_t gain = trial->amount + gifts_worth(desk, *offer);
        if (gain > most && (winner == nullptr || rule == GroupRule::best)) {
            winner = offer;
            most = gain;
        }
    }
    for (const OpenOffer* offer : members) {
        if (winner == nullptr) {
            take_turn(desk, *offer);
        } else if (const Missing wanting = missing(*offer, desk.ground.running); wanting.any()) {
            lose(outcome_at(desk, *offer), wanting);
        } else if (offer != winner) {
            outcome_at(desk, *offer).why = Why::beaten;
            outcome_at(desk, *offer).by = winner->terms->code;
        }
    }
    if (winner != nullptr) take_turn(desk, *winner);
}

GroupRule rule_of(const Desk& desk, const std::string& group) {
    for (const Group& known : desk.prepared.offers.arbitration.groups) {
        if (known.code == group) return known.rule;
    }
    return GroupRule::stack;
}

}  // namespace

Outcome outcome_of(const OpenOffer& offer, const Applied& applied) {
    Outcome outcome{offer.instrument, offer.index};
    outcome.amount = applied.amount;
    if (applied.amount > 0) return outcome;
    if (applied.below_cost) {
        outcome.why = Why::below_cost;
    } else if (applied.missing.any()) {
        lose(outcome, applied.missing);
    } else {
        outcome.why = Why::no_effect;
    }
    return outcome;
}

void promote(const Prepared& prepared, const std::string* excluded_by, Ground& ground) {
    Desk desk{prepared, ground, ground.outcomes.size(), {}};
    find_open(desk, excluded_by);
    leave_exclusive(desk);
    std::vector<std::string> met;
    for (std::size_t i = 0; i < desk.open.size(); ++i) {
        const std::string& group = promotion_of(desk, desk.open[i]).group;
        const GroupRule rule = group.empty() ? GroupRule::stack : rule_of(desk, group);
        if (rule == GroupRule::stack) {
            take_turn(desk, desk.open[i]);
        } else if (std::find(met.begin(), met.end(), group) == met.end()) {
            met.push_back(group);
            meet(desk, rule, group, i);
        }
    }
    for (Segment& segment : ground.running.segments) segment.promoted = segment.amount;
}

namespace {

/// What one promotion takes off the freight.
Outcome take_freight(const Prepared& prepared, const OnFreight& one, Running& running,
                     std::vector<LineCut>* cuts) {
    Outcome outcome{Instrument::promotion, one.offer.index};
    if (!one.judged) {
        if (const Missing wanting = missing(one.offer, running); wanting.any()) {
            lose(outcome, wanting);
            return outcome;
        }
    }
    if (one.offer.left != nullptr && one.offer.left->amount) {
        Running trial = running;
        if (!budget_holds(one.offer.left, apply(prepared, one.offer, Kind::freight, trial, nullptr).amount)) {
            outcome.why = Why::budget;
            return outcome;
        }
    }
    return outcome_of(one.offer, apply(prepared, one.offer, Kind::freight, running, cuts));
}

}  // namespace

void promote_freight(const Prepared& prepared, const std::vector<OnFreight>& offers, Running& running,
                     std::vector<LineCut>* cuts, std::vector<Outcome>* outcomes) {
    for (const OnFreight& one : offers) {
        Outcome outcome = take_freight(prepared, one, running, cuts);
        if (outcomes == nullptr) continue;
        Outcome& told = (*outcomes)[one.outcome];
        if (one.offer.goods && told.why == Why::applied && told.amount > 0)
            told.amount += outcome.amount;
        else
            told = std::move(outcome);
    }
}

}  // namespace banyan::pricing
