// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "base/assert.h"
#include "domain/pricing/terms.h"

namespace banyan::pricing {

namespace {

/// What an effect works on.
struct Work {
    const Prepared& prepared;
    const OpenOffer& offer;
    const OpenEffect& effect;
    Running& running;
    Down down;
    Record record;
};

std::vector<std::size_t> within(const Running& running, const Reach& reach) {
    std::vector<std::size_t> which;
    which.reserve(running.segments.size());
    for (std::size_t i = 0; i < running.segments.size(); ++i) {
        if (reach.has(running.segments[i])) which.push_back(i);
    }
    return which;
}

std::int64_t sum_of(const Running& running, const std::vector<std::size_t>& which) {
    std::int64_t sum = 0;
    for (const std::size_t i : which) sum += running.segments[i].amount;
    return sum;
}

Applied total(const OffTotal& does, Work& work) {
    const std::int64_t amount = amount_of(work.running, work.offer.own, work.offer.measured);
    const std::int64_t pieces = pieces_of(work.running, work.offer.own);
    const OffTotal::Step* reached = nullptr;
    Applied applied;
    for (const OffTotal::Step& step : does.steps) {
        if (step.amount <= amount && step.pieces <= pieces)
            reached = &step;
        else if (!applied.missing.any())
            applied.missing = {std::max(step.amount - amount, std::int64_t{0}),
                               std::max(step.pieces - pieces, std::int64_t{0})};
    }
    if (reached == nullptr) return applied;
    const std::vector<std::size_t> which = within(work.running, work.effect.on);
    const std::int64_t off = cut_of(reached->cut, sum_of(work.running, which));
    return {take_shared(work.running, which, off, work.down, work.record)};
}

Applied every(const OffEvery& does, Work& work) {
    const std::int64_t has = does.amount > 0 ? amount_of(work.running, work.offer.own, work.offer.measured)
                                             : pieces_of(work.running, work.offer.own);
    const std::int64_t full = does.amount > 0 ? does.amount : does.pieces;
    const std::int64_t times = has / full;
    if (times == 0) {
        return {0, does.amount > 0 ? Missing{full - has, 0} : Missing{0, full - has}};
    }
    const std::optional<std::int64_t> product = multiplied(times, does.off);
    std::int64_t off = product.value_or(std::numeric_limits<std::int64_t>::max());
    if (does.cap > 0) off = std::min(off, does.cap);
    const std::vector<std::size_t> which = within(work.running, work.effect.on);
    off = std::min(off, sum_of(work.running, which));
    return {take_shared(work.running, which, off, work.down, work.record)};
}

/// Dear pieces first; of equal ones the first line, the first segment.
void from_dear_to_cheap(const Running& running, std::vector<std::size_t>& which) {
    std::stable_sort(which.begin(), which.end(), [&running](std::size_t a, std::size_t b) {
        const Segment& x = running.segments[a];
        const Segment& y = running.segments[b];
        const Wide left = Wide{x.amount} * y.pieces;
        const Wide right = Wide{y.amount} * x.pieces;
        return left != right ? left > right : x.line < y.line;
    });
}

/// Each of a segment's pieces by itself: those that cost one unit more, then the others.
std::int64_t off_each(const Segment& segment, const Cut& cut) {
    const std::int64_t base = segment.amount / segment.pieces;
    const std::int64_t dear = segment.amount % segment.pieces;
    return dear * (dear > 0 ? cut_of(cut, base + 1) : 0) + (segment.pieces - dear) * cut_of(cut, base);
}

Applied by_piece(const OffPieces& does, Work& work) {
    std::vector<std::size_t> which = within(work.running, work.effect.on);
    if (does.at_most > 0) from_dear_to_cheap(work.running, which);
    std::int64_t left = does.at_most > 0 ? does.at_most : std::numeric_limits<std::int64_t>::max();
    Applied applied;
    for (std::size_t segment : which) {
        if (left == 0) break;
        if (work.running.segments[segment].pieces > left)
            segment = split(work.running, segment, left, Which::dearest);
        Segment& touched = work.running.segments[segment];
        left -= touched.pieces;
        applied.amount += take(touched, off_each(touched, does.cut), work.down, work.record);
    }
    return applied;
}

Applied by_line(const OffPieces& does, Work& work) {
    Applied applied;
    for (const std::size_t segment : within(work.running, work.effect.on)) {
        Segment& touched = work.running.segments[segment];
        const std::int64_t pieces =
            does.at_most > 0 ? std::min(does.at_most, touched.pieces) : touched.pieces;
        const std::int64_t base = dearest(touched.amount, touched.pieces, pieces);
        applied.amount += take(touched, cut_of(does.cut, base), work.down, work.record);
    }
    return applied;
}

/// Pieces that no other promotion took, from dear to cheap.
std::vector<std::size_t> untaken(const Running& running, const Reach& reach) {
    std::vector<std::size_t> which = within(running, reach);
    std::erase_if(which, [&running](std::size_t i) { return running.segments[i].taken; });
    from_dear_to_cheap(running, which);
    return which;
}

std::int64_t pieces_in(const Running& running, const std::vector<std::size_t>& which) {
    std::int64_t pieces = 0;
    for (const std::size_t i : which) pieces += running.segments[i].pieces;
    return pieces;
}

/// The first `count` pieces of the list, or the last, as segments of their own.
std::vector<std::size_t> pick(Running& running, const std::vector<std::size_t>& which, std::int64_t count,
                              Which side) {
    std::vector<std::size_t> picked;
    for (std::size_t n = 0; n < which.size() && count > 0; ++n) {
        const std::size_t at = side == Which::dearest ? which[n] : which[which.size() - 1 - n];
        const bool whole = running.segments[at].pieces <= count;
        const std::size_t place = whole ? at : split(running, at, count, side);
        count -= running.segments[place].pieces;
        picked.push_back(place);
    }
    return picked;
}

/// Of the pieces in `which`, dear to cheap, every n-th is cut; the pieces of whole groups are taken.
std::int64_t cut_nth(const OffNth& does, const std::vector<std::size_t>& which, Work& work) {
    const std::int64_t whole = pieces_in(work.running, which) / does.n * does.n;
    const std::vector<std::size_t> group = pick(work.running, which, whole, Which::dearest);
    std::int64_t position = 0;
    std::int64_t amount = 0;
    for (std::size_t place : group) {
        const std::int64_t pieces = work.running.segments[place].pieces;
        const std::int64_t cut = (position + pieces) / does.n - position / does.n;
        position += pieces;
        work.running.segments[place].taken = true;
        if (cut == 0) continue;
        if (cut < pieces) place = split(work.running, place, cut, Which::cheapest);
        Segment& touched = work.running.segments[place];
        amount += take(touched, off_each(touched, does.cut), work.down, work.record);
    }
    return amount;
}

Applied nth(const OffNth& does, Work& work) {
    std::vector<std::size_t> left = untaken(work.running, work.effect.on);
    Applied applied;
    std::int64_t most = 0;
    while (!left.empty()) {
        std::vector<std::size_t> group;
        if (does.among == OffNth::Among::all) {
            group.swap(left);
        } else {
            const auto sku = [&](std::size_t i) {
                return work.prepared.lines[work.running.segments[i].line].line->sku;
            };
            const std::string first = sku(left.front());
            std::copy_if(left.begin(), left.end(), std::back_inserter(group),
                         [&](std::size_t i) { return sku(i) == first; });
            std::erase_if(left, [&](std::size_t i) { return sku(i) == first; });
        }
        most = std::max(most, pieces_in(work.running, group));
        applied.amount += cut_nth(does, group, work);
    }
    if (most < does.n) applied.missing.pieces = does.n - most;
    return applied;
}

Applied bundle(const Bundle& does, Work& work) {
    const std::vector<std::size_t> which = untaken(work.running, work.effect.on);
    const std::int64_t has = pieces_in(work.running, which);
    if (has < does.pieces) return {0, {0, does.pieces - has}};
    std::int64_t sets = has / does.pieces;
    if (does.sets > 0) sets = std::min(sets, does.sets);
    // Sets from dear to cheap gain less and less; how many gain is looked for from the first.
    std::vector<std::size_t> chosen;
    std::int64_t off = 0;
    std::int64_t gaining = 0;
    std::size_t at = 0;
    std::int64_t used = 0;  // of the segment at `at`
    for (; gaining < sets; ++gaining) {
        std::int64_t value = 0;
        std::int64_t wanted = does.pieces;
        std::size_t next = at;
        std::int64_t next_used = used;
        while (wanted > 0) {
            const Segment& segment = work.running.segments[which[next]];
            const std::int64_t here = std::min(wanted, segment.pieces - next_used);
            value += dearest(segment.amount, segment.pieces, next_used + here) -
                     dearest(segment.amount, segment.pieces, next_used);
            wanted -= here;
            next_used += here;
            if (next_used == segment.pieces) ++next, next_used = 0;
        }
        if (value <= does.price) break;
        off += value - does.price;
        at = next;
        used = next_used;
    }
    if (gaining == 0) return {};
    chosen = pick(work.running, which, gaining * does.pieces, Which::dearest);
    for (const std::size_t place : chosen) work.running.segments[place].taken = true;
    return {take_shared(work.running, chosen, off, work.down, work.record)};
}

/// The pieces of the list that are not in `picked`.
std::vector<std::size_t> without(std::vector<std::size_t> list, const std::vector<std::size_t>& picked) {
    std::erase_if(list, [&picked](std::size_t i) {
        return std::find(picked.begin(), picked.end(), i) != picked.end();
    });
    return list;
}

/// Takes what so many sets buy, and tells what they give; nothing when there are not so many.
std::vector<std::size_t> pick_sets(const BuyGet& does, std::int64_t sets, const OpenEffect& effect,
                                   Running& running) {
    const auto buy = [&](const std::vector<std::size_t>& from) {
        for (const std::size_t place : pick(running, from, sets * does.buy, Which::dearest))
            running.segments[place].taken = true;
    };
    if (does.gives == BuyGet::Gives::dearest) {
        buy(untaken(running, effect.on));
        const std::vector<std::size_t> left = untaken(running, effect.from);
        if (pieces_in(running, left) < sets * does.get) return {};
        return pick(running, left, sets * does.get, Which::dearest);
    }
    std::vector<std::size_t> given =
        pick(running, untaken(running, effect.from), sets * does.get, Which::cheapest);
    const std::vector<std::size_t> rest = without(untaken(running, effect.on), given);
    if (pieces_in(running, rest) < sets * does.buy) return {};
    buy(rest);
    return given;
}

Applied buy_get(const BuyGet& does, Work& work) {
    const std::int64_t buyable = pieces_in(work.running, untaken(work.running, work.effect.on));
    const std::int64_t gettable = pieces_in(work.running, untaken(work.running, work.effect.from));
    std::int64_t sets = std::min(buyable / does.buy, gettable / does.get);
    if (does.sets > 0) sets = std::min(sets, does.sets);
    if (work.effect.on.lines == work.effect.from.lines)
        sets = std::min(sets, buyable / (does.buy + does.get));
    for (; sets > 0; --sets) {
        Running tried = work.running;
        const auto given = pick_sets(does, sets, work.effect, tried);
        if (given.empty()) continue;
        work.running = std::move(tried);
        Applied applied;
        for (const std::size_t place : given) {
            Segment& touched = work.running.segments[place];
            touched.taken = true;
            applied.amount += take(touched, off_each(touched, does.cut), work.down, work.record);
        }
        return applied;
    }
    const bool one_pool = work.effect.on.lines == work.effect.from.lines;
    const std::int64_t wanted =
        one_pool ? does.buy + does.get - buyable : std::max(does.buy - buyable, does.get - gettable);
    return {0, {0, std::max(wanted, std::int64_t{1})}};
}

Applied add_on(const AddOn& does, Work& work) {
    Applied applied;
    std::int64_t left = does.at_most;
    for (std::size_t segment : within(work.running, work.effect.on)) {
        if (left == 0) break;
        const std::string& sku = work.prepared.lines[work.running.segments[segment].line].line->sku;
        const auto choice = std::find_if(does.choices.begin(), does.choices.end(),
                                         [&sku](const AddOn::Choice& one) { return one.sku == sku; });
        if (choice == does.choices.end()) continue;
        if (work.running.segments[segment].pieces > left)
            segment = split(work.running, segment, left, Which::dearest);
        Segment& touched = work.running.segments[segment];
        left -= touched.pieces;
        applied.amount +=
            take(touched, off_each(touched, {Cut::How::fixed, choice->price}), work.down, work.record);
    }
    return applied;
}

Applied apply(Work& work) {
    const auto& does = work.effect.effect->does;
    if (const auto* one = std::get_if<OffTotal>(&does)) return total(*one, work);
    if (const auto* one = std::get_if<OffEvery>(&does)) return every(*one, work);
    if (const auto* one = std::get_if<OffPieces>(&does))
        return one->per == OffPieces::Per::piece ? by_piece(*one, work) : by_line(*one, work);
    if (const auto* one = std::get_if<OffNth>(&does)) return nth(*one, work);
    if (const auto* one = std::get_if<Bundle>(&does)) return bundle(*one, work);
    if (const auto* one = std::get_if<BuyGet>(&does)) return buy_get(*one, work);
    if (const auto* one = std::get_if<AddOn>(&does)) return add_on(*one, work);
    return {};  // a gift takes nothing off
}

/// What each line costs, and the least that it may.
struct LineSum {
    std::int64_t amount = 0;
    std::int64_t least = 0;
};
std::vector<LineSum> by_lines(const Prepared& prepared, const Running& running) {
    std::vector<LineSum> sums(prepared.lines.size());
    for (const Segment& segment : running.segments) {
        sums[segment.line].amount += segment.amount;
        sums[segment.line].least += segment.cost_each * segment.pieces;
    }
    return sums;
}

bool goes_below(const Prepared& prepared, const Running& before, const Running& after) {
    const std::vector<LineSum> was = by_lines(prepared, before);
    const std::vector<LineSum> is = by_lines(prepared, after);
    for (std::size_t i = 0; i < is.size(); ++i) {
        if (is[i].amount < was[i].amount && is[i].amount < is[i].least) return true;
    }
    return false;
}

Down down_of(BelowCost guard) { return guard == BelowCost::cut ? Down::to_cost : Down::to_deposit; }

Applied apply_all(const Prepared& prepared, const OpenOffer& offer, Kind kind, Running& running,
                  std::vector<LineCut>* cuts) {
    const Down down = down_of(prepared.offers.arbitration.below_cost);
    Applied applied;
    for (const OpenEffect& effect : offer.effects) {
        if (effect.freight != (kind == Kind::freight)) continue;
        Work work{prepared, offer, effect, running, down, {offer.instrument, offer.index, cuts}};
        const Applied one = apply(work);
        applied.amount += one.amount;
        if (!applied.missing.any()) applied.missing = one.missing;
    }
    return applied;
}

/// What cheap pieces would be given for may be taken by others before, so dear ones count.
std::int64_t at_best(Work& work) {
    const BuyGet* buy = std::get_if<BuyGet>(&work.effect.effect->does);
    if (buy == nullptr) return apply(work).amount;
    std::int64_t sets = pieces_of(work.running, work.effect.from) / buy->get;
    if (buy->sets > 0) sets = std::min(sets, buy->sets);
    if (sets == 0) return 0;
    const OpenEffect given{work.effect.effect, work.effect.from, {}, false};
    Work dearest{work.prepared, work.offer, given, work.running, work.down, {}};
    return by_piece({buy->cut, sets * buy->get}, dearest).amount;
}

}  // namespace

Applied apply(const Prepared& prepared, const OpenOffer& offer, Kind kind, Running& running,
              std::vector<LineCut>* cuts) {
    if (prepared.offers.arbitration.below_cost != BelowCost::refuse)
        return apply_all(prepared, offer, kind, running, cuts);
    Running tried = running;
    Applied applied = apply_all(prepared, offer, kind, tried, nullptr);
    if (goes_below(prepared, running, tried)) return {0, applied.missing, true};
    return apply_all(prepared, offer, kind, running, cuts);
}

std::int64_t at_best(const Prepared& prepared, const OpenOffer& offer, const Running& running) {
    Running tried = running;
    std::int64_t amount = 0;
    for (const OpenEffect& effect : offer.effects) {
        if (effect.freight) continue;
        if (const auto* total = std::get_if<OffTotal>(&effect.effect->does)) {
            const std::int64_t sum = sum_of(running, within(running, effect.on));
            std::int64_t most = 0;
            for (const OffTotal::Step& step : total->steps) most = std::max(most, cut_of(step.cut, sum));
            amount += most;
            continue;
        }
        Work work{prepared, offer, effect, tried, Down::to_zero, {}};
        amount += at_best(work);
    }
    return amount;
}

}  // namespace banyan::pricing
