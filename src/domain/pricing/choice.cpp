// SPDX-License-Identifier: Apache-2.0
#include "domain/pricing/choice.h"

#include <algorithm>

#include "base/assert.h"
#include "base/number.h"

namespace banyan::pricing {

namespace {

std::int64_t sum(const Running& running) {
    std::int64_t amount = 0;
    for (const Segment& segment : running.segments) amount += segment.amount;
    return amount;
}

/// A coupon on goods at its turn; what is missing to it.
Applied use(const Table& table, const Candidate& candidate, Kind kind, Running& running,
            std::vector<LineCut>* cuts) {
    if (const Missing wanting = missing(candidate.offer, running); wanting.any()) return {0, wanting};
    if (candidate.offer.left != nullptr && candidate.offer.left->amount) {
        Running trial = running;
        const Applied applied = apply(table.prepared, candidate.offer, kind, trial, nullptr);
        if (!budget_holds(candidate.offer.left, applied.amount)) return {};
    }
    return apply(table.prepared, candidate.offer, kind, running, cuts);
}

/// What is paid when so many points are used; the running is used up.
std::int64_t paid_with(Table& table, const Ground& ground, const std::vector<std::size_t>& candidates,
                       std::int64_t points, Running& running, std::vector<Applied>* applied,
                       const Sink& sink) {
    if (points > 0) use_points(*table.prepared.offers.points, points, *table.points, running, sink.cuts);
    promote_freight(table.prepared, ground.on_freight, running, sink.cuts, sink.outcomes);
    for (std::size_t n = 0; n < candidates.size(); ++n) {
        const Candidate& candidate = table.purse.candidates[candidates[n]];
        if (!candidate.offer.freight) continue;
        const Applied one = use(table, candidate, Kind::freight, running, sink.cuts);
        if (applied != nullptr) (*applied)[n].amount += one.amount;
        if (applied != nullptr && one.missing.any()) (*applied)[n].missing = one.missing;
    }
    return sum(running);
}

/// What is off the freight once enough is paid: promotions, and the vouchers chosen.
std::vector<const OpenOffer*> ask_what_is_paid(const Table& table, const Ground& ground,
                                               const std::vector<std::size_t>& candidates) {
    std::vector<const OpenOffer*> offers;
    for (const OnFreight& one : ground.on_freight) {
        if (!one.judged && one.offer.measured == Measured::paid) offers.push_back(&one.offer);
    }
    for (const std::size_t i : candidates) {
        const OpenOffer& offer = table.purse.candidates[i].offer;
        if (offer.freight && offer.measured == Measured::paid) offers.push_back(&offer);
    }
    return offers;
}

/// The most points that leave so much to pay.
std::int64_t points_that_leave(const Table& table, const Reach& reach, std::int64_t threshold,
                               std::int64_t most, const Running& running) {
    const PointsOffset& offset = *table.prepared.offers.points;
    const auto leave = [&](std::int64_t points) {
        Running tried = running;
        use_points(offset, points, *table.points, tried, nullptr);
        return amount_of(tried, reach, Measured::paid) >= threshold;
    };
    std::int64_t holds = 0;  // in steps
    for (std::int64_t past = most / offset.step + 1; past - holds > 1;) {
        const std::int64_t middle = holds + (past - holds) / 2;
        (leave(middle * offset.step) ? holds : past) = middle;
    }
    return holds * offset.step;
}

/// The numbers of points among which the best is: the most, none, and the most before a threshold is lost.
std::vector<std::int64_t> worth_considering(const Table& table, const std::vector<const OpenOffer*>& offers,
                                            std::int64_t most, const Running& running) {
    std::vector<std::int64_t> numbers = {0, most};
    const auto consider = [&](const Reach& reach, std::int64_t threshold) {
        if (threshold > 0) numbers.push_back(points_that_leave(table, reach, threshold, most, running));
    };
    for (const OpenOffer* offer : offers) {
        for (const auto& [condition, reach] : offer->conditions) consider(reach, condition->amount);
        for (const OpenEffect& effect : offer->effects) {
            const auto* total = std::get_if<OffTotal>(&effect.effect->does);
            if (total == nullptr) continue;
            for (const OffTotal::Step& step : total->steps) consider(offer->own, step.amount);
        }
    }
    return numbers;
}

std::int64_t best_points(Table& table, const Ground& ground, const std::vector<std::size_t>& candidates,
                         const PointsRoom& room, const Running& running) {
    const std::vector<const OpenOffer*> offers = ask_what_is_paid(table, ground, candidates);
    if (offers.empty()) return room.most;
    const PointsOffset& offset = *table.prepared.offers.points;
    std::int64_t best = 0;
    std::int64_t least_paid = INT64_MAX;
    for (const std::int64_t number : worth_considering(table, offers, room.most, running)) {
        const std::int64_t points = points_for(offset, worth(offset, allowed(offset, room, number)));
        if (points < offset.at_least && points > 0) continue;
        Running tried = running;
        const std::int64_t paid = paid_with(table, ground, candidates, points, tried, nullptr, {});
        if (paid < least_paid || (paid == least_paid && points < best)) {
            best = points;
            least_paid = paid;
        }
    }
    return best;
}

}  // namespace

Replay finish(Table& table, const Ground& ground, const std::vector<std::size_t>& candidates,
              const NotWith& not_with, std::optional<std::int64_t> points, Replay replay, const Sink& sink) {
    for (Segment& segment : replay.running.segments) segment.couponed = segment.amount;
    if (table.points && !not_with.points) {
        const PointsOffset& offset = *table.prepared.offers.points;
        replay.room = points_room(offset, table.prepared.request.buyer.points, *table.points, replay.running);
        replay.points = points ? allowed(offset, replay.room, *points)
                        : replay.room.most > 0
                            ? best_points(table, ground, candidates, replay.room, replay.running)
                            : 0;
    }
    replay.pay = paid_with(table, ground, candidates, replay.points, replay.running,
                           replay.applied.empty() ? nullptr : &replay.applied, sink);
    return replay;
}

Replay replay(Table& table, const std::vector<std::size_t>& candidates, const NotWith& not_with,
              std::optional<std::int64_t> points, const Sink& sink) {
    const Ground& ground = table.grounds.at(not_with);
    Replay replay;
    replay.running = ground.running;
    replay.applied.resize(candidates.size());
    for (std::size_t n = 0; n < candidates.size(); ++n) {
        const Candidate& candidate = table.purse.candidates[candidates[n]];
        if (candidate.offer.goods)
            replay.applied[n] = use(table, candidate, Kind::goods, replay.running, sink.cuts);
    }
    return finish(table, ground, candidates, not_with, points, std::move(replay), sink);
}

}  // namespace banyan::pricing
