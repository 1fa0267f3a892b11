// SPDX-License-Identifier: Apache-2.0

// The laws of a base, over random orders and every one of the 64 compositions: the lines sum to the order, what comes
// back sums to what was there whatever the way back, and a carried rest neither makes nor loses a star.

#include <algorithm>
#include <random>

#include "domain/basis/composition.h"
#include "domain/basis/conversion.h"

#include <gtest/gtest.h>

namespace banyan::basis {
namespace {

using Random = std::mt19937_64;

std::int64_t upto(Random& random, std::int64_t n) {
    return static_cast<std::int64_t>(random() % (static_cast<std::uint64_t>(n) + 1));
}

/// 0 to 63: which parts are in.
Composition composed(unsigned number) {
    Composition composition;
    for (const Part part : all_parts) {
        if ((number >> static_cast<unsigned>(part) & 1U) != 0) composition[part] = Counts::in;
    }
    return composition;
}

/// Parts of the lines and of the whole order, none beyond what is left; small amounts make rests, large ones carries.
SaidOrder any_order(Random& random) {
    SaidOrder order;
    const std::int64_t most = upto(random, 3) == 0 ? 7 : 1'000'000;
    std::int64_t left_in_all = 0;
    std::int64_t freight = 0;
    for (std::int64_t count = 1 + upto(random, 5); count > 0; --count) {
        SaidLine line;
        line.id = "l" + std::to_string(count);
        line.quantity = 1 + upto(random, 6);
        line.list = upto(random, most);
        std::int64_t left = line.list;
        for (const Part part : all_parts) {
            if (upto(random, 3) != 0) continue;
            line.parts[part] = upto(random, part == Part::freight ? most : left);
            (part == Part::freight ? freight : left) +=
                part == Part::freight ? line.parts[part] : -line.parts[part];
        }
        left_in_all += left;
        order.lines.push_back(std::move(line));
    }
    for (const Part part : all_parts) {
        if (upto(random, 2) == 0) continue;
        order.parts[part] = upto(random, part == Part::freight ? most : left_in_all);
        if (part == Part::freight)
            freight += order.parts[part];
        else
            left_in_all -= order.parts[part];
    }
    order.charged = left_in_all + freight;
    return order;
}

/// The base of the whole order from what was said of it, without any sharing.
std::int64_t order_base(const SaidOrder& order, const Composition& composition) {
    std::int64_t base = 0;
    Parts sums = order.parts;
    for (const SaidLine& line : order.lines) {
        base += line.list;
        for (const Part part : all_parts) sums[part] += line.parts[part];
    }
    for (const Part part : all_parts) {
        if (part == Part::freight)
            base += composition[part] == Counts::in ? sums[part] : 0;
        else
            base -= composition[part] == Counts::in ? 0 : sums[part];
    }
    return base;
}

TEST(BaseLaws, TheLinesSumToTheOrderWhateverTheComposition) {
    Random random(1);
    for (int round = 0; round < 2000; ++round) {
        const SaidOrder order = any_order(random);
        const auto lines = price_lines(order);
        ASSERT_TRUE(lines.ok()) << lines.error().message;
        for (const PricedLine& line : *lines) {
            std::int64_t sum = line.paid;
            for (const Part part : all_parts) {
                ASSERT_GE(line.parts[part], 0);
                if (part != Part::freight) sum += line.parts[part];
            }
            ASSERT_GE(line.paid, 0);
            ASSERT_EQ(sum, line.list);
        }
        for (unsigned number = 0; number < 64; ++number) {
            const Composition composition = composed(number);
            std::int64_t sum = 0;
            for (const PricedLine& line : *lines) sum += base_of(line, composition);
            ASSERT_EQ(sum, order_base(order, composition)) << to_text(composition);
            ASSERT_EQ(base_of(*lines, composition), sum);
        }
    }
}

/// Which line a piece comes back of, for every piece of the order.
std::vector<std::size_t> pieces_of(const std::vector<PricedLine>& lines) {
    std::vector<std::size_t> pieces;
    for (std::size_t i = 0; i < lines.size(); ++i)
        pieces.insert(pieces.end(), static_cast<std::size_t>(lines[i].quantity), i);
    return pieces;
}

TEST(BaseLaws, WhateverTheWayBackExactlyTheBaseComesBack) {
    Random random(2);
    for (int round = 0; round < 1500; ++round) {
        const auto lines = price_lines(any_order(random));
        ASSERT_TRUE(lines.ok());
        const Composition composition = composed(static_cast<unsigned>(upto(random, 63)));
        const std::int64_t base = base_of(*lines, composition);
        const Conversion conversion{
            1 + upto(random, 300), Quantity(1 + upto(random, 4)), Remainder::dropped,
            upto(random, 1) == 0 ? OnPartialRefund::by_share : OnPartialRefund::recomputed};
        std::vector<std::size_t> way = pieces_of(*lines);
        const std::size_t half = way.size() / 2;
        std::shuffle(way.begin(), way.end(), random);
        // The second way returns the same first half, and the same rest, in another order.
        std::vector<std::size_t> other = way;
        std::shuffle(other.begin(), other.begin() + static_cast<std::ptrdiff_t>(half), random);
        std::shuffle(other.begin() + static_cast<std::ptrdiff_t>(half), other.end(), random);

        const auto walk = [&](const std::vector<std::size_t>& pieces, std::size_t count) {
            std::vector<std::int64_t> back(lines->size(), 0);
            std::int64_t returned = 0;
            Quantity taken;
            for (std::size_t i = 0; i < count; ++i) {
                const PricedLine& line = (*lines)[pieces[i]];
                std::int64_t& of_line = back[pieces[i]];
                const std::int64_t part =
                    returned_base(line, composition, of_line + 1) - returned_base(line, composition, of_line);
                EXPECT_GE(part, 0);
                ++of_line;
                returned += part;
                const Quantity now = taken_back(conversion, base, returned);
                EXPECT_GE(now, taken);
                taken = now;
            }
            return std::pair(returned, taken);
        };
        ASSERT_EQ(walk(way, half), walk(other, half));
        const auto everything = walk(way, way.size());
        ASSERT_EQ(everything.first, base);
        ASSERT_EQ(everything.second, granted(conversion, base));
        ASSERT_EQ(walk(other, other.size()), everything);
    }
}

TEST(BaseLaws, MoneyBackInAnyAmountsIsTheWholeBaseInTheEnd) {
    Random random(4);
    for (int round = 0; round < 1500; ++round) {
        const auto lines = price_lines(any_order(random));
        ASSERT_TRUE(lines.ok());
        const Composition composition = composed(static_cast<unsigned>(upto(random, 63)));
        for (const PricedLine& line : *lines) {
            if (line.paid == 0) continue;
            const std::int64_t base = base_of(line, composition);
            std::int64_t money = 0;
            std::int64_t returned = 0;
            while (money < line.paid) {
                money += 1 + upto(random, line.paid - money - 1);
                const std::int64_t now = returned_base_by_money(line, composition, money);
                ASSERT_GE(now, returned);
                // The nearest there is: 2 * |now * paid - base * money| <= paid.
                const Wide off = Wide{now} * line.paid - Wide{base} * money;
                ASSERT_LE(2 * (off < 0 ? -off : off), line.paid);
                returned = now;
            }
            ASSERT_EQ(returned, base);
        }
    }
}

TEST(BaseLaws, ACarriedRestMakesAndLosesNothing) {
    Random random(3);
    for (int round = 0; round < 1000; ++round) {
        const Conversion conversion{
            1 + upto(random, 9000), Quantity(1 + upto(random, 3)), Remainder::carried, {}};
        // Each order arrives; some come back in two parts, while others arrive.
        std::vector<std::vector<std::int64_t>> waiting;
        std::int64_t sum = 0;
        for (std::int64_t count = 1 + upto(random, 12); count > 0; --count) {
            const std::int64_t base = upto(random, 20'000);
            const std::int64_t part = upto(random, base);
            if (upto(random, 1) == 0) {
                waiting.push_back({part - base, -part, base});  // from the back
            } else {
                waiting.push_back({base});
                sum += base;
            }
        }
        std::vector<std::int64_t> moves;
        while (!waiting.empty()) {
            const auto next =
                static_cast<std::size_t>(upto(random, static_cast<std::int64_t>(waiting.size()) - 1));
            moves.push_back(waiting[next].back());
            waiting[next].pop_back();
            if (waiting[next].empty()) waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(next));
        }
        std::vector<Carry> carries;
        Quantity held;
        std::int64_t so_far = 0;
        for (const std::int64_t base : moves) {
            const Converted converted = convert(conversion, carry_of(carries, {1}), base);
            apply(carries, converted.moved);
            held += converted.amount;
            so_far += base;
            // At every step the member holds what one order of all that is kept would have earned.
            ASSERT_EQ(held, granted(conversion, so_far));
            ASSERT_EQ(carry_of(carries, {1}).rest, so_far % conversion.per);
        }
        ASSERT_EQ(so_far, sum);
        ASSERT_EQ(held, granted(conversion, sum));
    }
}

TEST(Composition, IsReadAsItIsWritten) {
    for (unsigned number = 0; number < 64; ++number) {
        const Composition composition = composed(number);
        const auto read = parse_composition(to_text(composition));
        ASSERT_TRUE(read.ok()) << read.error().text();
        EXPECT_EQ(*read, composition);
    }
    EXPECT_EQ(to_text(*parse_composition("paid+freight +  points")), "paid + points + freight");
}

TEST(Composition, WhatIsNoPartOfAPriceIsNamedWithItsPlace) {
    const auto refusal = [](std::string_view text) { return parse_composition(text).error().text(); };
    EXPECT_EQ(refusal(""), "1:1: a base begins with `paid`, for example: paid + points + freight");
    EXPECT_EQ(refusal("points"), "1:1: a base begins with `paid`, for example: paid + points + freight");
    EXPECT_EQ(refusal("paid + cupon"),
              "1:8: \"cupon\" is no part of a price; there are discount, coupon, subsidy, points, gift_card, "
              "freight");
    EXPECT_EQ(refusal("paid + points + points"), "1:17: \"points\" is counted already");
    EXPECT_EQ(
        refusal("paid + "),
        "1:7: \"\" is no part of a price; there are discount, coupon, subsidy, points, gift_card, freight");
}

TEST(Composition, ThreePiecesForTenYuanComeBackOneByOne) {
    const PricedLine line{"a", 3, 1000, {}, 1000};
    EXPECT_EQ(returned_base(line, {}, 0), 0);
    EXPECT_EQ(returned_base(line, {}, 1), 333);
    EXPECT_EQ(returned_base(line, {}, 2), 667);  // rounded from the start, as the money is
    EXPECT_EQ(returned_base(line, {}, 3), 1000);
}

TEST(Composition, TenYuanBackOfAHundredTakeATenthOfTheBase) {
    // 120.00 of list, of which points paid 20.00.
    PricedLine line{"a", 1, 12000, {}, 10000};
    line.parts[Part::points] = 2000;
    const Composition with_points = *parse_composition("paid + points");
    EXPECT_EQ(returned_base_by_money(line, with_points, 1000), 1200);
    EXPECT_EQ(returned_base_by_money(line, {}, 1000), 1000);
    EXPECT_EQ(returned_base_by_money(line, with_points, 10000), 12000);
    EXPECT_DEATH((void)returned_base_by_money(line, {}, 10001), "");
}

TEST(Composition, CountsWhatItNames) {
    // 100.00 of list: 10.00 off, a coupon of 5.00, 20.00 by gift card, 65.00 paid; and 8.00 of freight.
    SaidOrder order{{{"a", 1, 10000, {}, {}}}, {}, 7300};
    order.parts[Part::discount] = 1000;
    order.parts[Part::coupon] = 500;
    order.parts[Part::gift_card] = 2000;
    order.parts[Part::freight] = 800;
    const auto lines = price_lines(order);
    ASSERT_TRUE(lines.ok()) << lines.error().message;
    const auto base = [&](std::string_view text) { return base_of(*lines, *parse_composition(text)); };
    EXPECT_EQ(base("paid"), 6500);
    EXPECT_EQ(base("paid + gift_card"), 8500);
    EXPECT_EQ(base("paid + freight"), 7300);
    EXPECT_EQ(base("paid + coupon + gift_card"), 9000);  // after the shop's discount
    EXPECT_EQ(base("paid + discount + coupon + gift_card"), 10000);
}

}  // namespace
}  // namespace banyan::basis
