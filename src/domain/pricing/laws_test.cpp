// SPDX-License-Identifier: Apache-2.0
// Laws of a quote, over shops at random: sums are exact, the best is the best, order does not matter, returns add up.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "base/allocate.h"
#include "domain/pricing/quote.h"
#include "domain/pricing/refund.h"
#include "domain/pricing/running.h"
#include "domain/pricing/shop_test.h"

namespace banyan::pricing {
namespace {

using testing::Dice;
using testing::Shop;

Quote quoted(const Shop& shop, const Effort& effort = {}) {
    auto quote = pricing::quote(shop.offers, shop.request, effort);
    EXPECT_TRUE(quote.ok()) << quote.error().text();
    return *std::move(quote);
}

TEST(Laws, the_generated_shops_are_shops) {
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        const auto checked = check(testing::shop(seed).offers);
        ASSERT_TRUE(checked.ok()) << seed << ": " << checked.error().text();
    }
}

TEST(Laws, each_line_is_what_is_paid_and_what_was_cut) {
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        const Shop shop = testing::shop(seed);
        const Quote quote = quoted(shop);
        std::vector<std::int64_t> left;
        std::int64_t pay = 0;
        std::int64_t points = 0;
        for (std::size_t i = 0; i < quote.lines.size(); ++i) {
            const Line& line = shop.request.lines[i];
            ASSERT_EQ(quote.lines[i].pieces + quote.lines[i].refused, line.quantity) << seed;
            left.push_back(line.price * quote.lines[i].pieces);
            pay += quote.lines[i].paid;
            points += quote.lines[i].points;
            const std::int64_t deposit = line.presale ? line.presale->deposit * quote.lines[i].pieces : 0;
            ASSERT_GE(quote.lines[i].paid, line.foreign.amount > 0 ? 0 : deposit) << seed;
        }
        for (const LineCut& cut : quote.cuts) {
            ASSERT_GT(cut.amount, 0) << seed;
            left[cut.line] -= cut.amount;
        }
        for (std::size_t i = 0; i < left.size(); ++i) ASSERT_EQ(left[i], quote.lines[i].paid) << seed;
        ASSERT_EQ(pay, quote.pay()) << seed;
        ASSERT_EQ(points, quote.chosen.points) << seed;
    }
}

TEST(Laws, nothing_but_points_and_others_goes_below_cost_where_it_is_guarded) {
    int guarded = 0;
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        const Shop shop = testing::shop(seed);
        if (shop.offers.arbitration.below_cost == BelowCost::allow) continue;
        const Quote quote = quoted(shop);
        for (std::size_t i = 0; i < quote.lines.size(); ++i) {
            const Line& line = shop.request.lines[i];
            std::int64_t ours = 0;
            std::int64_t points = 0;
            for (const LineCut& cut : quote.cuts) {
                if (cut.line != i || cut.instrument == Instrument::foreign ||
                    cut.instrument == Instrument::deposit)
                    continue;
                (cut.instrument == Instrument::points ? points : ours) += cut.amount;
            }
            if (!line.cost || ours == 0 || line.foreign.amount > 0 || line.presale) continue;
            ++guarded;
            ASSERT_GE(quote.lines[i].paid + points, *line.cost * quote.lines[i].pieces)
                << seed << " line " << i;
        }
    }
    EXPECT_GT(guarded, 100);
}

/// How choices are told apart: what is left to pay, points, coupons, those that end first.
using Standing = std::tuple<std::int64_t, std::int64_t, std::size_t, std::vector<std::size_t>>;

std::vector<std::size_t> ranks(const Shop& shop, const Combination& combination) {
    const auto& coupons = shop.request.buyer.coupons;
    std::vector<std::size_t> order(coupons.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&coupons](std::size_t a, std::size_t b) {
        const auto key = [&coupons](std::size_t i) {
            return std::tuple(coupons[i].window.until.value_or(instant_max), coupons[i].batch, coupons[i].id);
        };
        return key(a) < key(b);
    });
    std::vector<std::size_t> found;
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        if (std::find(combination.coupons.begin(), combination.coupons.end(), order[rank]) !=
            combination.coupons.end())
            found.push_back(rank);
    }
    return found;
}

Standing standing(const Shop& shop, const Combination& combination) {
    return {combination.pay, combination.points, combination.coupons.size(), ranks(shop, combination)};
}

/// Every set of coupons with every number of points, asked for one by one.
Standing by_force(const Shop& shop) {
    Shop tried = shop;
    std::optional<Standing> best;
    for (std::size_t set = 0; set < (std::size_t{1} << shop.request.buyer.coupons.size()); ++set) {
        tried.request.choice.coupons.emplace();
        for (std::size_t i = 0; i < shop.request.buyer.coupons.size(); ++i) {
            if ((set >> i & 1U) != 0)
                tried.request.choice.coupons->push_back(shop.request.buyer.coupons[i].id);
        }
        const std::int64_t most = shop.offers.points ? shop.request.buyer.points : 0;
        for (std::int64_t points = 0; points <= most; points += 500) {
            tried.request.choice.points = points;
            const Standing found = standing(shop, quoted(tried, {0, 0}).chosen);
            if (!best || found < *best) best = found;
        }
    }
    return *best;
}

TEST(Laws, the_best_is_the_best_of_all) {
    int with_coupons = 0;
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        const Shop shop = testing::shop(seed);
        const Quote quote = quoted(shop);
        ASSERT_TRUE(quote.proven) << seed;
        ASSERT_EQ(standing(shop, quote.best), by_force(shop)) << "seed " << seed;
        ASSERT_EQ(quote.best, quote.chosen) << seed;
        with_coupons += quote.best.coupons.size() > 1 ? 1 : 0;
    }
    EXPECT_GT(with_coupons, 100);  // else there was nothing to choose
}

TEST(Laws, a_bounded_search_says_how_far_it_may_be_off) {
    int unproven = 0;
    int missed = 0;
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        const Shop shop = testing::shop(seed);
        const Quote exact = quoted(shop);
        const Quote bounded = quoted(shop, {0, 3});
        ASSERT_GE(bounded.best.pay, exact.best.pay) << seed;
        ASSERT_LE(bounded.best.pay - bounded.gap, exact.best.pay) << seed;
        if (bounded.proven) {
            ASSERT_EQ(bounded.best.pay, exact.best.pay) << seed;
            ASSERT_EQ(bounded.gap, 0) << seed;
        }
        unproven += bounded.proven ? 0 : 1;
        missed += bounded.best.pay > exact.best.pay ? 1 : 0;
    }
    EXPECT_GT(unproven, 100);
    EXPECT_GT(missed, 0);  // else the bound was never needed
}

/// A quote by names, so that two orders of the same can be held against each other.
struct Named {
    std::map<std::string, std::tuple<std::int64_t, std::int64_t, std::int64_t>> lines;
    std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> cuts;
    std::map<std::string, std::tuple<Why, std::int64_t, std::int64_t, std::int64_t, std::string>> outcomes;
    std::set<std::string> coupons;
    std::int64_t pay = 0;
    std::int64_t points = 0;
    bool operator==(const Named&) const = default;
};

std::string name_in(const Shop& shop, Instrument instrument, std::uint32_t index) {
    switch (instrument) {
        case Instrument::price: return shop.offers.prices[index].terms.code;
        case Instrument::promotion: return shop.offers.promotions[index].terms.code;
        case Instrument::coupon: return shop.request.buyer.coupons[index].id;
        default: return std::string(name_of(instrument));
    }
}

Named named(const Shop& shop, const Quote& quote) {
    Named named;
    for (std::size_t i = 0; i < quote.lines.size(); ++i) {
        const QuotedLine& line = quote.lines[i];
        named.lines[shop.request.lines[i].id] = {line.pieces, line.paid, line.points};
    }
    for (const LineCut& cut : quote.cuts)
        named.cuts[{std::string(name_of(cut.instrument)), name_in(shop, cut.instrument, cut.index),
                    shop.request.lines[cut.line].id}] += cut.amount;
    for (const Outcome& outcome : quote.outcomes)
        named.outcomes[name_in(shop, outcome.instrument, outcome.index)] = {
            outcome.why, outcome.amount, outcome.missing, outcome.missing_pieces, outcome.by};
    for (const std::uint32_t i : quote.chosen.coupons) named.coupons.insert(shop.request.buyer.coupons[i].id);
    named.pay = quote.pay();
    named.points = quote.chosen.points;
    return named;
}

TEST(Laws, the_order_of_the_input_does_not_matter) {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        const Shop shop = testing::shop(seed);
        Shop shuffled = shop;
        Dice dice(seed * 31);
        dice.shuffle(shuffled.offers.prices);
        dice.shuffle(shuffled.offers.promotions);
        dice.shuffle(shuffled.offers.coupons);
        dice.shuffle(shuffled.request.lines);
        dice.shuffle(shuffled.request.buyer.coupons);
        ASSERT_EQ(named(shop, quoted(shop)), named(shuffled, quoted(shuffled))) << "seed " << seed;
    }
}

/// All pieces come back in any order of steps.
void return_all(std::uint64_t seed, const RefundPolicy& policy) {
    const Shop shop = testing::shop(seed);
    const Quote quote = quoted(shop);
    Dice dice(seed * 7 + 1);
    std::vector<std::size_t> pieces;
    for (std::size_t i = 0; i < quote.lines.size(); ++i)
        pieces.insert(pieces.end(), static_cast<std::size_t>(quote.lines[i].pieces), i);
    dice.shuffle(pieces);
    std::vector<std::int64_t> back(quote.lines.size(), 0);
    Refund before;
    for (const std::size_t i : pieces) {
        ++back[i];
        const auto now = refunded({shop.offers, shop.request, quote}, back, before, policy, Instant{});
        ASSERT_TRUE(now.ok()) << seed << ": " << now.error().text();
        ASSERT_GE(now->cash, before.cash) << seed;
        ASSERT_GE(now->points, before.points) << seed;
        ASSERT_LE(now->cash, quote.pay()) << seed;
        ASSERT_LE(now->points, quote.chosen.points) << seed;
        before = *now;
    }
    ASSERT_EQ(before.cash, quote.pay()) << seed;
    ASSERT_EQ(before.points, quote.chosen.points) << seed;
    ASSERT_EQ(before.short_by, 0) << seed;
    ASSERT_EQ(before.coupons.size(), quote.chosen.coupons.size()) << seed;
}

TEST(Laws, all_that_comes_back_is_all_that_was_paid) {
    for (std::uint64_t seed = 1; seed <= 600; ++seed) {
        for (const Partial partial : {Partial::by_share, Partial::recomputed}) {
            for (const Tender tender : {Tender::pro_rata, Tender::points_first, Tender::cash_first}) {
                RefundPolicy policy;
                policy.partial = partial;
                policy.tender = tender;
                return_all(seed, policy);
                if (HasFatalFailure()) return;
            }
        }
    }
}

TEST(Laws, shares_are_those_of_the_house) {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        Dice dice(seed);
        Running running;
        std::vector<std::int64_t> weights;
        std::vector<std::size_t> which;
        for (std::uint32_t i = 0; i < dice.from(1, 6); ++i) {
            Segment segment{i, 1};
            segment.amount = dice.one_in(10) ? dice.from(1, 900'000'000'000'000 / 6) : dice.from(0, 5000);
            weights.push_back(segment.amount);
            which.push_back(i);
            running.segments.push_back(segment);
        }
        const std::int64_t sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
        const std::int64_t total = dice.from(0, sum);
        ASSERT_EQ(take_shared(running, which, total, Down::to_zero, {}), total) << seed;
        const auto shares = allocate(total, weights);
        for (std::size_t i = 0; i < weights.size() && shares; ++i)
            ASSERT_EQ(weights[i] - running.segments[i].amount, (*shares)[i]) << seed;
    }
}

}  // namespace
}  // namespace banyan::pricing
