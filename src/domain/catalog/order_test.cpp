// SPDX-License-Identifier: Apache-2.0
#include "domain/catalog/order.h"

#include <gtest/gtest.h>

#include <random>

namespace banyan::catalog {
namespace {

KeptLine line(std::int64_t quantity, std::int64_t amount) { return {"l", quantity, amount, 0, 0}; }

std::int64_t refund(KeptLine& kept, std::int64_t quantity) {
    const std::int64_t amount = refund_amount(kept, quantity);
    kept.refunded_quantity += quantity;
    kept.refunded_amount += amount;
    return amount;
}

TEST(Refund, ThreePiecesForTenYuanComeBackOneByOne) {
    KeptLine kept = line(3, 1000);
    EXPECT_EQ(refund(kept, 1), 333);
    EXPECT_EQ(refund(kept, 1), 334);  // 667 in all, rounded from the start
    EXPECT_EQ(refund(kept, 1), 333);
}

TEST(Refund, AHalfIsRoundedUp) {
    KeptLine kept = line(2, 1);
    EXPECT_EQ(refund(kept, 1), 1);
    EXPECT_EQ(refund(kept, 1), 0);
}

TEST(Refund, AnythingFreeComesBackForNothing) {
    KeptLine kept = line(5, 0);
    EXPECT_EQ(refund(kept, 5), 0);
}

TEST(RefundDeathTest, MoreThanIsLeftIsOurMistake) {
    KeptLine kept = line(3, 1000);
    EXPECT_DEATH((void)refund_amount(kept, 4), "");
    EXPECT_DEATH((void)refund_amount(kept, 0), "");
}

// L8: whatever the sequence of partial refunds, each part is within one minor unit of its share and the parts of a
// fully returned line sum to exactly what was paid.
TEST(Refund, AnySequenceSumsExactly) {
    std::mt19937_64 random(20260105);
    for (int round = 0; round < 3000; ++round) {
        const auto quantity = static_cast<std::int64_t>(1 + random() % 40);
        const auto amount = static_cast<std::int64_t>(random() % (round % 3 == 0 ? 50U : 100'000'000'000U));
        KeptLine kept = line(quantity, amount);
        std::int64_t total = 0;
        while (kept.refunded_quantity < quantity) {
            const auto left = static_cast<std::uint64_t>(quantity - kept.refunded_quantity);
            const std::int64_t part = refund(kept, static_cast<std::int64_t>(1 + random() % left));
            ASSERT_GE(part, 0);
            total += part;
            // 2 * |total * Q - amount * r| <= Q: the running total is the nearest there is.
            const Wide off = Wide{total} * quantity - Wide{amount} * kept.refunded_quantity;
            ASSERT_LE(2 * (off < 0 ? -off : off), quantity);
        }
        ASSERT_EQ(total, amount);
    }
}

TEST(TakenBack, NeverLessThanTheShareAndExactAtTheEnd) {
    const auto back = [](std::int64_t granted, std::int64_t refunded, std::int64_t paid) {
        return taken_back(Quantity(granted), refunded, paid).value();
    };
    EXPECT_EQ(back(120, 0, 12000), 0);
    EXPECT_EQ(back(120, 6000, 12000), 60);
    EXPECT_EQ(back(120, 1, 12000), 1);  // a fen of the order costs a whole point, never less than the share
    EXPECT_EQ(back(120, 11999, 12000), 120);
    EXPECT_EQ(back(120, 12000, 12000), 120);
    EXPECT_EQ(back(1, 1, 3), 1);
    EXPECT_EQ(back(1'000'000'000'000'000, 999'999'999'999'999, 1'000'000'000'000'000), 999'999'999'999'999);
    EXPECT_EQ(back(120, 0, 0), 0);  // nothing was paid, nothing can come back
}

TEST(TakenBack, GrowsWithTheRefundAndNeverBeyondTheGrant) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 2000; ++round) {
        const Quantity granted(static_cast<std::int64_t>(random() % 100'000));
        const auto paid = static_cast<std::int64_t>(1 + random() % 1'000'000);
        Quantity last;
        std::int64_t refunded = 0;
        while (refunded < paid) {
            const auto left = static_cast<std::uint64_t>(paid - refunded);
            refunded += static_cast<std::int64_t>(1 + random() % left);
            const Quantity now = taken_back(granted, refunded, paid);
            ASSERT_GE(now, last);
            last = now;
        }
        ASSERT_EQ(last, granted);
    }
}

TEST(Order, SumsItsLines) {
    Order order;
    order.lines = {{"a", 1, 700, 1, 700}, {"b", 3, 1000, 1, 333}, {"c", 1, 0, 0, 0}};
    EXPECT_EQ(order.paid(), 1700);
    EXPECT_EQ(order.refunded(), 1033);
}

}  // namespace
}  // namespace banyan::catalog
