// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/assert.h"
#include "domain/pricing/stages.h"

namespace banyan::pricing {

namespace {

/// A price that stands.
struct Standing {
    const Price* price = nullptr;
    std::uint32_t index = 0;
    Reach reach;
    std::int64_t left = INT64_MAX;  // pieces
};

/// A price as it is for one line.
struct Candidate {
    std::size_t standing = 0;
    const Cut* cut = nullptr;
    std::int64_t unit = 0;
};

struct Desk {
    const Prepared& prepared;
    Running& running;
    std::vector<LineCut>& cuts;
    std::vector<Outcome>& outcomes;
    std::vector<QuotedLine>& lines;
    std::vector<Standing> standing;
    std::vector<Candidate> candidates;  // of the line at hand
    std::vector<Candidate> sequence;    // that apply to the next pieces
};

/// Says why an offer lost, unless something was said; that it applied is always said.
void say(Desk& desk, std::uint32_t index, Why why, std::string by = {}) {
    Outcome& outcome = desk.outcomes[index];
    if (outcome.why != Why::no_goods) return;
    outcome.why = why;
    outcome.by = std::move(by);
}

bool comes_first(const Terms& a, const Terms& b) {
    return a.priority != b.priority ? a.priority > b.priority : a.code < b.code;
}

std::int64_t unit_after(const Cut& cut, std::int64_t unit) {
    if (cut.how != Cut::How::pay) return unit - cut_of(cut, unit);
    const auto paid =
        scaled(unit, cut.value, Share::whole, Rounding::half_up);  // a price is rounded, not a discount
    ASSERT(paid.has_value());
    return cut.cap > 0 ? std::max(*paid, unit - cut.cap) : *paid;
}

/// The price of a piece after the cut and the guard; nothing when the guard refuses it.
std::optional<std::int64_t> guarded(const Desk& desk, const Line& line, const Cut& cut, std::int64_t unit) {
    const std::int64_t after = unit_after(cut, unit);
    const std::int64_t cost = std::min(line.cost.value_or(0), unit);
    switch (desk.prepared.offers.arbitration.below_cost) {
        case BelowCost::allow: return after;
        case BelowCost::cut: return std::max(after, cost);
        case BelowCost::refuse: break;
    }
    return after < cost ? std::nullopt : std::optional(after);
}

std::int64_t pieces_of_sku(const Desk& desk, const Line& line) {
    std::int64_t pieces = 0;
    for (const OpenLine& other : desk.prepared.lines) {
        if (other.line->kind == line.kind && other.line->sku == line.sku) pieces += other.line->quantity;
    }
    return pieces;
}

const Cut* step_of(const Price& price, std::int64_t pieces) {
    const Cut* reached = nullptr;
    for (const PriceStep& step : price.steps) {
        if (step.pieces <= pieces) reached = &step.cut;
    }
    return reached;
}

void gather(Desk& desk, const Line& line, std::size_t at) {
    desk.candidates.clear();
    std::int64_t pieces = -1;
    for (std::size_t i = 0; i < desk.standing.size(); ++i) {
        const Standing& one = desk.standing[i];
        if (!one.reach.lines.test(at)) continue;
        if (pieces < 0) pieces = pieces_of_sku(desk, line);
        const Cut* cut = step_of(*one.price, pieces);
        if (cut == nullptr) {
            say(desk, one.index, Why::below_threshold);
            desk.outcomes[one.index].missing_pieces = one.price->steps.front().pieces - pieces;
            continue;
        }
        const auto unit = guarded(desk, line, *cut, line.price);
        if (!unit)
            say(desk, one.index, Why::below_cost);
        else if (*unit >= line.price)
            say(desk, one.index, Why::no_effect);
        else
            desk.candidates.push_back({i, cut, *unit});
    }
}

/// Which of those that have pieces left apply, in their order.
void arbitrate(Desk& desk) {
    std::vector<Candidate>& open = desk.sequence;
    open.clear();
    for (const Candidate& one : desk.candidates) {
        if (desk.standing[one.standing].left > 0) open.push_back(one);
    }
    const auto terms = [&desk](const Candidate& one) -> const Terms& {
        return desk.standing[one.standing].price->terms;
    };
    const auto is_exclusive = [&desk](const Candidate& one) {
        return desk.standing[one.standing].price->exclusive;
    };
    std::sort(open.begin(), open.end(),
              [&](const Candidate& a, const Candidate& b) { return comes_first(terms(a), terms(b)); });
    if (const auto alone = std::find_if(open.begin(), open.end(), is_exclusive); alone != open.end()) {
        const Candidate one = *alone;
        open.assign(1, one);
        return;
    }
    const PriceRule rule = desk.prepared.offers.arbitration.prices;
    if (open.empty() || rule == PriceRule::stack) return;
    const auto lower = [](const Candidate& a, const Candidate& b) { return a.unit < b.unit; };
    auto end = open.end();
    if (rule == PriceRule::paid_first) {
        const auto paid = std::stable_partition(open.begin(), open.end(), [&desk](const Candidate& one) {
            return desk.standing[one.standing].price->is_paid();
        });
        if (paid != open.begin()) end = paid;
    }
    if (rule == PriceRule::priority)
        end = std::find_if(open.begin(), open.end(), [&](const Candidate& one) {
            return terms(one).priority != terms(open.front()).priority;
        });
    const Candidate lowest = *std::min_element(open.begin(), end, lower);
    open.assign(1, lowest);
}

/// Says what became of those that did not apply to this line.
void tell_losers(Desk& desk, const std::vector<Candidate>& applied) {
    if (applied.empty()) return;
    const Price& winner = *desk.standing[applied.front().standing].price;
    for (const Candidate& one : desk.candidates) {
        const bool won = std::any_of(applied.begin(), applied.end(), [&one](const Candidate& other) {
            return other.standing == one.standing;
        });
        if (!won)
            say(desk, desk.standing[one.standing].index, winner.exclusive ? Why::exclusive : Why::beaten,
                winner.terms.code);
    }
}

void cut_pieces(Desk& desk, const Line& line, Segment& segment) {
    std::int64_t unit = line.price;
    for (const Candidate& one : desk.sequence) {
        const Standing& standing = desk.standing[one.standing];
        const auto after = guarded(desk, line, *one.cut, unit);
        if (!after || *after >= unit) continue;
        const std::int64_t taken = take(segment, (unit - *after) * segment.pieces, Down::to_deposit,
                                        {Instrument::price, standing.index, &desk.cuts});
        unit = *after;
        segment.lowered = true;
        Outcome& outcome = desk.outcomes[standing.index];
        outcome.why = Why::applied;
        outcome.by.clear();
        outcome.missing_pieces = 0;
        outcome.amount += taken;
    }
}

/// Whether a limit refuses what is beyond it: one of this line's prices is used up and says so.
bool refuses(const Desk& desk) {
    return std::any_of(desk.candidates.begin(), desk.candidates.end(), [&desk](const Candidate& one) {
        const Standing& standing = desk.standing[one.standing];
        return standing.left <= 0 && standing.price->at_most->beyond == AtMost::Beyond::refuse;
    });
}

Segment fresh(const Line& line, std::uint32_t at, std::int64_t pieces) {
    Segment segment{at, pieces};
    segment.amount = segment.list = pieces * line.price;
    segment.cost_each = line.cost.value_or(0);
    segment.deposit_each = line.presale ? line.presale->deposit : 0;
    return segment;
}

/// What somebody else took off comes first, over all pieces alike.
void take_foreign(Desk& desk, const Line& line, std::size_t first) {
    if (line.foreign.amount == 0) return;
    std::vector<std::size_t> which;
    for (std::size_t i = first; i < desk.running.segments.size(); ++i) which.push_back(i);
    take_shared(desk.running, which, line.foreign.amount, Down::to_zero,
                {Instrument::foreign, 0, &desk.cuts});
    for (const std::size_t i : which) desk.running.segments[i].lowered = true;
}

void take_deposit(Desk& desk, const Line& line, std::size_t first) {
    if (!line.presale || line.presale->worth <= line.presale->deposit) return;
    for (std::size_t i = first; i < desk.running.segments.size(); ++i) {
        Segment& segment = desk.running.segments[i];
        take(segment, (line.presale->worth - line.presale->deposit) * segment.pieces, Down::to_deposit,
             {Instrument::deposit, 0, &desk.cuts});
    }
}

void price_line(Desk& desk, std::uint32_t at) {
    const Line& line = *desk.prepared.lines[at].line;
    QuotedLine& quoted = desk.lines[at];
    gather(desk, line, at);
    const std::size_t first = desk.running.segments.size();
    std::vector<std::vector<Candidate>> sequences;
    for (std::int64_t left = line.quantity; left > 0;) {
        if (refuses(desk)) {
            quoted.refused = left;
            break;
        }
        arbitrate(desk);
        std::int64_t pieces = left;
        for (const Candidate& one : desk.sequence)
            pieces = std::min(pieces, desk.standing[one.standing].left);
        desk.running.segments.push_back(fresh(line, at, pieces));
        sequences.push_back(desk.sequence);
        left -= pieces;
        for (const Candidate& one : desk.sequence) {
            if (desk.standing[one.standing].left != INT64_MAX) desk.standing[one.standing].left -= pieces;
        }
    }
    quoted.pieces = line.quantity - quoted.refused;
    quoted.list = quoted.pieces * line.price;
    take_foreign(desk, line, first);
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        desk.sequence = std::move(sequences[i]);
        cut_pieces(desk, line, desk.running.segments[first + i]);
        tell_losers(desk, desk.sequence);
    }
    for (const Candidate& one : desk.candidates) {
        if (desk.standing[one.standing].left <= 0) say(desk, desk.standing[one.standing].index, Why::limit);
    }
    take_deposit(desk, line, first);
    for (std::size_t i = first; i < desk.running.segments.size(); ++i) {
        Segment& segment = desk.running.segments[i];
        segment.priced = segment.promoted = segment.amount;
    }
}

void find_standing(Desk& desk, const std::string* excluded_by) {
    const std::vector<Price>& prices = desk.prepared.offers.prices;
    for (std::uint32_t i = 0; i < prices.size(); ++i) {
        Outcome& outcome = desk.outcomes.emplace_back(Outcome{Instrument::price, i, Why::no_goods});
        if (const Why why = stands(desk.prepared, prices[i].terms); why != Why::applied) {
            outcome.why = why;
            continue;
        }
        if (excluded_by != nullptr) {
            outcome.why = Why::excluded_by;
            outcome.by = *excluded_by;
            continue;
        }
        const Left* left = left_of(desk.prepared, prices[i].terms.code);
        if (!budget_holds(left, 0)) {
            outcome.why = Why::budget;
            continue;
        }
        Standing& standing = desk.standing.emplace_back();
        standing.price = &prices[i];
        standing.index = i;
        standing.reach = reach_of(desk.prepared, prices[i].on, Stage::prices);
        if (prices[i].at_most)
            standing.left = left != nullptr && left->pieces ? std::max(*left->pieces, std::int64_t{0})
                                                            : prices[i].at_most->pieces;
    }
}

}  // namespace

void price(const Prepared& prepared, const std::string* excluded_by, Running& running,
           std::vector<LineCut>& cuts, std::vector<Outcome>& outcomes, std::vector<QuotedLine>& lines) {
    Desk desk{prepared, running, cuts, outcomes, lines, {}, {}, {}};
    find_standing(desk, excluded_by);
    lines.resize(prepared.lines.size());
    running.segments.reserve(prepared.lines.size() + 4);
    for (std::uint32_t at = 0; at < prepared.lines.size(); ++at) price_line(desk, at);
}

}  // namespace banyan::pricing
