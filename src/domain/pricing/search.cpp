// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/assert.h"
#include "base/number.h"
#include "domain/pricing/choice.h"

namespace banyan::pricing {

namespace {

bool is_within(const NotWith& one, const NotWith& all) {
    return (!one.prices || all.prices) && (!one.promotions || all.promotions) && (!one.points || all.points);
}

/// The search on one ground.
struct Search {
    Table& table;
    const Ground& ground;
    NotWith not_with;
    std::optional<std::int64_t> points;
    std::vector<std::size_t> open;           // candidates that may be of use here
    std::vector<std::int64_t> at_best_from;  // what those from a place on could take off at best
    std::int64_t points_at_best = 0;
    std::int64_t freight_at_least = 0;
    std::size_t nodes_left = 0;
    Found& found;
    std::int64_t unexplored = INT64_MAX;  // the least that a branch not looked into could leave
    std::vector<Running> standing;        // by depth
    std::vector<std::size_t> taken;
    std::vector<std::int64_t> in_group;
};

std::vector<std::uint32_t> ranks_of(const Table& table, const std::vector<std::size_t>& candidates) {
    std::vector<std::uint32_t> ranks;
    for (const std::size_t i : candidates) ranks.push_back(table.purse.candidates[i].rank);
    std::sort(ranks.begin(), ranks.end());
    return ranks;
}

/// The order of choices, as quote.h promises it.
bool is_better(const Table& table, const Chosen& a, const Chosen& b) {
    if (a.pay != b.pay) return a.pay < b.pay;
    if (a.points != b.points) return a.points < b.points;
    if (a.candidates.size() != b.candidates.size()) return a.candidates.size() < b.candidates.size();
    return ranks_of(table, a.candidates) < ranks_of(table, b.candidates);
}

/// Legal: a choice on this ground is one whose coupons exclude exactly what this ground is without.
void look_at(Search& search, const Running& running) {
    if (united(search.table, search.taken) != search.not_with) return;
    Replay replay;
    replay.running = running;
    replay.applied.resize(search.taken.size());
    replay = finish(search.table, search.ground, search.taken, search.not_with, search.points,
                    std::move(replay), {});
    for (std::size_t n = 0; n < search.taken.size(); ++n) {
        const Candidate& candidate = search.table.purse.candidates[search.taken[n]];
        if (!candidate.offer.goods && replay.applied[n].amount == 0) return;  // better without it
    }
    Chosen chosen{search.taken, search.not_with, replay.points, replay.pay};
    if (is_better(search.table, chosen, search.found.best)) search.found.best = std::move(chosen);
}

/// The least that could be left to pay from here.
std::int64_t bound(const Search& search, std::int64_t goods, std::size_t depth) {
    const std::int64_t left = std::max(goods - search.at_best_from[depth], std::int64_t{0});
    std::int64_t by_points = std::min(search.points_at_best, left);
    if (search.table.points) {
        const auto share =
            scaled(left, search.table.prepared.offers.points->share.parts, Share::whole, Rounding::up);
        by_points = std::min(by_points, share.value_or(left));
    }
    return left - by_points + search.freight_at_least;
}

bool may_join(const Search& search, const Candidate& candidate) {
    if (search.in_group[candidate.group] >= candidate.group_limit) return false;
    for (const std::size_t i : search.taken) {
        const Candidate& other = search.table.purse.candidates[i];
        if ((candidate.alone || other.alone) && candidate.group != other.group) return false;
    }
    return true;
}

std::int64_t goods_of(const Search& search, const Running& running) {
    std::int64_t amount = 0;
    for (const Segment& segment : running.segments) {
        if (search.table.prepared.lines[segment.line].line->kind == Kind::goods) amount += segment.amount;
    }
    return amount;
}

void descend(Search& search, std::size_t depth) {
    const Running& here = search.standing[depth];
    const std::int64_t least = bound(search, goods_of(search, here), depth);
    if (least > search.found.best.pay) return;
    if (search.nodes_left == 0) {
        search.unexplored = std::min(search.unexplored, least);
        return;
    }
    --search.nodes_left;
    if (depth == search.open.size()) return look_at(search, here);
    const std::size_t place = search.open[depth];
    const Candidate& candidate = search.table.purse.candidates[place];
    if (may_join(search, candidate)) {
        search.standing[depth + 1] = here;
        Running& next = search.standing[depth + 1];
        bool is_of_use = candidate.offer.freight;
        if (candidate.offer.goods && !missing(candidate.offer, next).any()) {
            const Applied applied = apply(search.table.prepared, candidate.offer, Kind::goods, next, nullptr);
            is_of_use = is_of_use || applied.amount > 0;
            if (!budget_holds(candidate.offer.left, applied.amount)) is_of_use = false;
        }
        if (is_of_use) {
            search.taken.push_back(place);
            ++search.in_group[candidate.group];
            descend(search, depth + 1);
            --search.in_group[candidate.group];
            search.taken.pop_back();
        }
    }
    search.standing[depth + 1] = search.standing[depth];
    descend(search, depth + 1);
}

/// Of one batch only as many as its group lets in, those that end first; and none that cannot hold on this ground.
void leave_dominated(Search& search) {
    const std::vector<Candidate>& all = search.table.purse.candidates;
    std::int64_t of_batch = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        // Candidates of a batch stand together, by rank.
        of_batch = i > 0 && all[i].offer.terms == all[i - 1].offer.terms ? of_batch + 1 : 1;
        if (of_batch > all[i].group_limit || !is_within(all[i].not_with, search.not_with)) continue;
        if (all[i].offer.goods && missing(all[i].offer, search.ground.running).any()) continue;
        search.open.push_back(i);
    }
}

/// From each place on: the sum of what each group could take off at best.
void add_up(Search& search) {
    const Table& table = search.table;
    std::vector<std::vector<std::int64_t>> best_of_group(table.purse.groups);
    search.at_best_from.assign(search.open.size() + 1, 0);
    for (std::size_t n = search.open.size(); n-- > 0;) {
        const Candidate& candidate = table.purse.candidates[search.open[n]];
        std::vector<std::int64_t>& best = best_of_group[candidate.group];
        best.push_back(at_best(table.prepared, candidate.offer, search.ground.running));
        std::sort(best.begin(), best.end(), std::greater<>());
        if (static_cast<std::int64_t>(best.size()) > candidate.group_limit) best.pop_back();
        std::int64_t sum = 0;
        for (const auto& group : best_of_group) {
            for (const std::int64_t amount : group) sum += amount;
        }
        search.at_best_from[n] = sum;
    }
}

std::int64_t freight_at_least(const Search& search) {
    std::int64_t freight = 0;
    for (const Segment& segment : search.ground.running.segments) {
        if (search.table.prepared.lines[segment.line].line->kind == Kind::freight) freight += segment.amount;
    }
    const bool may_be_cut = !search.ground.on_freight.empty() ||
                            std::any_of(search.open.begin(), search.open.end(), [&](std::size_t i) {
                                return search.table.purse.candidates[i].offer.freight;
                            });
    return may_be_cut ? 0 : freight;
}

std::int64_t points_at_best(const Search& search) {
    if (!search.table.points || search.not_with.points) return 0;
    const PointsOffset& offset = *search.table.prepared.offers.points;
    std::int64_t most = search.table.prepared.request.buyer.points;
    if (search.points) most = std::min(most, *search.points);
    if (offset.at_most > 0) most = std::min(most, offset.at_most);
    return worth(offset, most);
}

/// A first choice to be measured by: none, and then always the one coupon more that leaves least.
void begin_greedily(Search& search) {
    std::vector<std::size_t> held;
    for (bool gained = true; gained;) {
        gained = false;
        Chosen before = search.found.best;
        for (const std::size_t place : search.open) {
            const Candidate& candidate = search.table.purse.candidates[place];
            search.taken = held;
            if (std::find(held.begin(), held.end(), place) != held.end() || !may_join(search, candidate))
                continue;
            search.taken.insert(std::upper_bound(search.taken.begin(), search.taken.end(), place), place);
            if (united(search.table, search.taken) != search.not_with) continue;
            const Replay tried = replay(search.table, search.taken, search.not_with, search.points, {});
            const bool all_of_use = std::all_of(tried.applied.begin(), tried.applied.end(),
                                                [](const Applied& one) { return one.amount > 0; });
            Chosen chosen{search.taken, search.not_with, tried.points, tried.pay};
            if (!all_of_use || !is_better(search.table, chosen, search.found.best)) continue;
            search.found.best = std::move(chosen);
            gained = true;
        }
        if (gained) held = search.found.best.candidates;
        std::fill(search.in_group.begin(), search.in_group.end(), 0);
        for (const std::size_t place : held) ++search.in_group[search.table.purse.candidates[place].group];
    }
    search.taken.clear();
    std::fill(search.in_group.begin(), search.in_group.end(), 0);
}

void search_ground(Table& table, const NotWith& not_with, std::optional<std::int64_t> points,
                   const Effort& effort, Found& found) {
    const Ground& ground = table.grounds.at(not_with);
    Search search{table, ground, not_with, points, {}, {}, 0, 0, 0, found, INT64_MAX, {}, {}, {}};
    leave_dominated(search);
    search.in_group.assign(table.purse.groups, 0);
    add_up(search);
    search.points_at_best = points_at_best(search);
    search.freight_at_least = freight_at_least(search);
    const bool exact = search.open.size() <= effort.exact_up_to;
    search.nodes_left = exact ? SIZE_MAX : effort.nodes;
    if (!exact) begin_greedily(search);
    search.standing.resize(search.open.size() + 1);
    search.standing[0] = ground.running;
    descend(search, 0);
    found.unexplored = std::min(found.unexplored, search.unexplored);
}

}  // namespace

Found best_choice(Table& table, std::optional<std::int64_t> points, const Effort& effort) {
    Found found;
    const Replay none = replay(table, {}, {}, points, {});
    found.best = {{}, {}, none.points, none.pay};
    std::vector<std::size_t> all(table.purse.candidates.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    const NotWith most = united(table, all);
    for (unsigned bits = 0; bits < 8; ++bits) {
        const NotWith not_with{(bits & 1U) != 0, (bits & 2U) != 0, (bits & 4U) != 0};
        if (is_within(not_with, most) && !all.empty()) search_ground(table, not_with, points, effort, found);
    }
    return found;
}

}  // namespace banyan::pricing
