// SPDX-License-Identifier: Apache-2.0
#include "domain/pricing/quote.h"

#include <algorithm>

#include "base/allocate.h"
#include "base/assert.h"
#include "domain/pricing/choice.h"

namespace banyan::pricing {

namespace {

constexpr std::size_t nobody = SIZE_MAX;

/// What the member picked, as far as it goes together; those that do not are told.
std::vector<std::size_t> picked(const Table& table, const std::vector<std::string>& ids,
                                std::vector<Outcome>& outcomes) {
    std::vector<std::size_t> together;
    std::vector<std::int64_t> in_group(table.purse.groups, 0);
    for (std::size_t i = 0; i < table.purse.candidates.size(); ++i) {
        const Candidate& candidate = table.purse.candidates[i];
        const std::string& id = table.prepared.request.buyer.coupons[candidate.held].id;
        Outcome& outcome = outcomes[candidate.held];
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
            outcome.why = Why::not_chosen;
            continue;
        }
        std::size_t against = nobody;
        for (const std::size_t other : together) {
            const Candidate& before = table.purse.candidates[other];
            const bool same = before.group == candidate.group;
            const bool full = same && in_group[candidate.group] >= candidate.group_limit;
            if (full || (!same && (before.alone || candidate.alone))) against = before.held;
        }
        if (against != nobody) {
            outcome.why = Why::stacking;
            outcome.by = table.prepared.request.buyer.coupons[against].id;
            continue;
        }
        ++in_group[candidate.group];
        together.push_back(i);
    }
    return together;
}

Outcome told(const Candidate& candidate, const Applied& applied) {
    Outcome outcome = outcome_of(candidate.offer, applied);
    outcome.index = candidate.held;
    return outcome;
}

/// The pick without those that would take nothing off.
Chosen of_use(Table& table, std::vector<std::size_t> together, std::optional<std::int64_t> points,
              std::vector<Outcome>& outcomes) {
    for (;;) {
        const NotWith not_with = united(table, together);
        const Replay tried = replay(table, together, not_with, points, {});
        std::vector<std::size_t> kept;
        for (std::size_t n = 0; n < together.size(); ++n) {
            const Candidate& candidate = table.purse.candidates[together[n]];
            if (tried.applied[n].amount > 0)
                kept.push_back(together[n]);
            else
                outcomes[candidate.held] = told(candidate, tried.applied[n]);
        }
        if (kept.size() == together.size()) return {together, not_with, tried.points, tried.pay};
        together = std::move(kept);
    }
}

Combination combination_of(const Table& table, const Chosen& chosen) {
    Combination combination{{}, chosen.points, chosen.pay};
    for (const std::size_t i : chosen.candidates)
        combination.coupons.push_back(table.purse.candidates[i].held);
    std::sort(combination.coupons.begin(), combination.coupons.end());
    return combination;
}

/// Why a coupon that is not used is not, where nothing was said yet.
void tell_unused(Table& table, const Chosen& chosen, std::vector<Outcome>& outcomes) {
    const Ground& ground = table.grounds.at(chosen.not_with);
    for (std::size_t i = 0; i < table.purse.candidates.size(); ++i) {
        const Candidate& candidate = table.purse.candidates[i];
        Outcome& outcome = outcomes[candidate.held];
        const bool is_open = outcome.why == Why::not_worth || outcome.why == Why::not_chosen;
        const bool used =
            std::find(chosen.candidates.begin(), chosen.candidates.end(), i) != chosen.candidates.end();
        if (used || !is_open) continue;
        if (const Missing wanting = missing(candidate.offer, ground.running); wanting.any()) {
            outcome = told(candidate, {0, wanting});
            continue;
        }
        // A step of the coupon itself may be out of reach.
        Running trial = ground.running;
        const Applied alone = apply(table.prepared, candidate.offer, Kind::goods, trial, nullptr);
        if (candidate.offer.goods && (alone.missing.any() || alone.below_cost))
            outcome = told(candidate, alone);
    }
}

Outcome points_outcome(const Table& table, const Chosen& chosen, const Replay& last,
                       const std::optional<std::int64_t>& wanted) {
    Outcome outcome{Instrument::points, 0};
    if (!table.points) {
        outcome.why = Why::no_goods;
    } else if (chosen.not_with.points) {
        outcome.why = Why::excluded_by;
    } else if (last.points > 0) {
        outcome.amount = worth(*table.prepared.offers.points, last.points);
    } else if (wanted && *wanted == 0) {
        outcome.why = Why::not_chosen;
    } else if (last.room.missing > 0 || last.room.missing_amount > 0) {
        outcome.why = Why::below_threshold;
        outcome.missing = last.room.missing > 0 ? last.room.missing : last.room.missing_amount;
    } else {
        outcome.why = last.room.most > 0 ? Why::not_worth : Why::no_effect;
    }
    return outcome;
}

/// Who excludes what is not there: the first coupon used that does.
void name_excluders(const Table& table, const Chosen& chosen, std::vector<Outcome>& outcomes) {
    const auto first = [&](bool NotWith::* what) {
        for (const std::size_t i : chosen.candidates) {
            const Candidate& candidate = table.purse.candidates[i];
            if (candidate.not_with.*what) return table.prepared.request.buyer.coupons[candidate.held].id;
        }
        return std::string();
    };
    for (Outcome& outcome : outcomes) {
        if (outcome.why != Why::excluded_by) continue;
        outcome.by = first(outcome.instrument == Instrument::price       ? &NotWith::prices
                           : outcome.instrument == Instrument::promotion ? &NotWith::promotions
                                                                         : &NotWith::points);
    }
}

void share_points(std::int64_t points, const std::vector<LineCut>& cuts, std::vector<QuotedLine>& lines) {
    std::vector<std::int64_t> amounts(lines.size(), 0);
    for (const LineCut& cut : cuts) {
        if (cut.instrument == Instrument::points) amounts[cut.line] += cut.amount;
    }
    if (points == 0) return;
    const auto shares = allocate(points, amounts);
    ASSERT(shares.has_value());
    for (std::size_t i = 0; i < lines.size(); ++i) lines[i].points = (*shares)[i];
}

/// From the order of ids to the order of the request.
void put_in_place(const Prepared& prepared, std::vector<QuotedLine>& lines, std::vector<LineCut>& cuts) {
    std::vector<QuotedLine> placed(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) placed[prepared.lines[i].place] = lines[i];
    lines = std::move(placed);
    for (LineCut& cut : cuts) cut.line = prepared.lines[cut.line].place;
    std::stable_sort(cuts.begin(), cuts.end(),
                     [](const LineCut& a, const LineCut& b) { return a.line < b.line; });
}

void settle_lines(const Prepared& prepared, const Running& running, Quote& quote) {
    for (const Segment& segment : running.segments) quote.lines[segment.line].paid += segment.amount;
    for (std::size_t i = 0; i < quote.lines.size(); ++i) {
        const Line& line = *prepared.lines[i].line;
        if (line.presale) quote.deposit += line.presale->deposit * quote.lines[i].pieces;
    }
    share_points(quote.chosen.points, quote.cuts, quote.lines);
    std::vector<std::int64_t> left(quote.lines.size());
    for (std::size_t i = 0; i < left.size(); ++i) left[i] = quote.lines[i].list;
    for (const LineCut& cut : quote.cuts) left[cut.line] -= cut.amount;
    for (std::size_t i = 0; i < left.size(); ++i) ASSERT(left[i] == quote.lines[i].paid);
}

/// The choice once more, and this time everything is written down.
void write_down(Table& table, const Chosen& chosen, std::vector<Outcome> of_coupons, Quote& quote) {
    const Request& request = table.prepared.request;
    const Ground& ground = table.grounds.at(chosen.not_with);
    quote.cuts = ground.cuts;
    quote.outcomes = ground.outcomes;
    quote.lines = ground.lines;
    quote.gifts = ground.gifts;
    const Replay last =
        replay(table, chosen.candidates, chosen.not_with, chosen.points, {&quote.cuts, &quote.outcomes});
    ASSERT(last.pay == chosen.pay);
    ASSERT(last.points == chosen.points);
    tell_unused(table, chosen, of_coupons);
    for (std::size_t n = 0; n < chosen.candidates.size(); ++n) {
        const Candidate& candidate = table.purse.candidates[chosen.candidates[n]];
        of_coupons[candidate.held] = told(candidate, last.applied[n]);
    }
    quote.outcomes.insert(quote.outcomes.end(), of_coupons.begin(), of_coupons.end());
    if (table.prepared.offers.points)
        quote.outcomes.push_back(points_outcome(table, chosen, last, request.choice.points));
    name_excluders(table, chosen, quote.outcomes);
    settle_lines(table.prepared, last.running, quote);
    put_in_place(table.prepared, quote.lines, quote.cuts);
}

}  // namespace

Result<Quote> quote(const Offers& offers, const Request& request, const Effort& effort) {
    TRY(check(request));
    const Prepared prepared = prepare(offers, request);
    Table table{prepared, open_purse(prepared), Grounds(prepared), std::nullopt};
    if (offers.points) {
        const Reach reach = reach_of(prepared, offers.points->on, Stage::points);
        if (reach.lines.any()) table.points = reach;
    }
    Quote quote;
    const Found found = best_choice(table, std::nullopt, effort);
    quote.best = combination_of(table, found.best);
    quote.gap = found.gap();
    quote.proven = quote.gap == 0;
    std::vector<Outcome> of_coupons = table.purse.outcomes;
    Chosen chosen = found.best;
    if (request.choice.coupons)
        chosen = of_use(table, picked(table, *request.choice.coupons, of_coupons), request.choice.points,
                        of_coupons);
    else if (request.choice.points)
        chosen = best_choice(table, request.choice.points, effort).best;
    quote.chosen = combination_of(table, chosen);
    write_down(table, chosen, std::move(of_coupons), quote);
    return quote;
}

std::vector<basis::PricedLine> priced_lines(const Request& request, const Quote& quote) {
    using basis::Part;
    basis::SaidOrder order;
    std::vector<std::size_t> place(request.lines.size(), 0);
    for (std::size_t i = 0; i < request.lines.size(); ++i) {
        if (request.lines[i].kind == Kind::freight) {
            order.parts[Part::freight] += quote.lines[i].paid;
        } else if (quote.lines[i].pieces > 0) {
            place[i] = order.lines.size();
            order.lines.push_back(
                {request.lines[i].id, quote.lines[i].pieces, quote.lines[i].list, {}, quote.lines[i].paid});
        }
    }
    for (const LineCut& cut : quote.cuts) {
        if (request.lines[cut.line].kind == Kind::freight) continue;
        const Part part = cut.instrument == Instrument::points   ? Part::points
                          : cut.instrument == Instrument::coupon ? Part::coupon
                                                                 : Part::discount;
        order.lines[place[cut.line]].parts[part] += cut.amount;
    }
    if (order.lines.empty()) return {};
    auto lines = basis::price_lines(order);
    ASSERT(lines.ok());
    return *std::move(lines);
}

}  // namespace banyan::pricing
