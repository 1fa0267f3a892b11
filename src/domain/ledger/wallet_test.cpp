// SPDX-License-Identifier: Apache-2.0
#include "domain/ledger/wallet.h"

#include "domain/ledger/account.h"
#include "domain/ledger/zones_test.h"

#include <gtest/gtest.h>

namespace banyan::ledger {
namespace {

using banyan::testing::at;

constexpr UnitId points{1};
constexpr LotNumber lot(std::uint32_t number) { return {number}; }
constexpr Quantity of(std::int64_t amount) { return Quantity(amount); }

const Instant january = at("2026-01-01T00:00:00Z");
const Instant june = at("2026-06-01T00:00:00Z");
const Instant december = at("2026-12-01T00:00:00Z");

// One member's points beside the accounts they are posted against; after every fact the books must close.
class Books {
  public:
    Books() {
        wallet.unit = points;
        accounts.unit = points;
    }

    void post(const WalletFact& fact) {
        AccountsMoved moved{points, {}};
        add_counter_posting(moved, fact);
        ASSERT_EQ(moved.sum() + delta(fact), Quantity{});  // L1
        apply(wallet, fact, Lsn{++lsn}, ProgrammeVersion{1});
        apply(accounts, moved);
        ASSERT_EQ(wallet.posted + accounts.sum(), Quantity{});  // L2
        ASSERT_EQ(check(wallet), "");
    }
    void grant(std::int64_t amount, Instant expires = instant_max, Instant available = january) {
        const Quantity repaid = smaller(of(amount), wallet.debt);
        post(Granted{points, {wallet.last_lot.value + 1}, of(amount), repaid, available, expires, {1}, 0});
    }
    void spend(std::int64_t amount, Instant now = january) {
        const auto portions = choose(wallet, of(amount), now);
        ASSERT_TRUE(portions.has_value());
        for (const Portion& portion : *portions) post(Spent{points, portion.lot, portion.amount, false});
    }
    // Reverses as the engine does: by the plan.
    Reversal reverse(LotNumber number, std::int64_t amount, std::int64_t debt_limit, Instant now = january) {
        const Reversal plan = plan_reversal(wallet, number, of(amount), now, of(debt_limit));
        if (!(plan.from_lot + plan.from_expired).is_zero())
            post(Revoked{points, number, plan.from_lot, plan.from_expired});
        for (const Portion& portion : plan.from_others) post(Drawn{points, portion.lot, portion.amount});
        if (!plan.as_debt.is_zero()) post(Owed{points, plan.as_debt});
        return plan;
    }
    /// "1:60 2:40": what is left of each lot.
    [[nodiscard]] std::string lots() const {
        std::string text;
        for (const Lot& l : wallet.lots)
            text += (text.empty() ? "" : " ") + std::to_string(l.number.value) + ":" +
                    std::to_string(l.remaining.value());
        return text;
    }
    [[nodiscard]] std::int64_t account(Account name) const { return accounts.of(name).value(); }

    Wallet wallet;
    Accounts accounts;
    std::uint64_t lsn = 0;
};

std::string text(const std::optional<std::vector<Portion>>& portions) {
    if (!portions) return "not enough";
    std::string text;
    for (const Portion& portion : *portions)
        text += (text.empty() ? "" : " ") + std::to_string(portion.lot.value) + ":" +
                std::to_string(portion.amount.value());
    return text;
}

std::string text(const Reversal& plan) {
    return "lot " + std::to_string(plan.from_lot.value()) + ", expired " +
           std::to_string(plan.from_expired.value()) + ", others " + text(std::optional(plan.from_others)) +
           ", debt " + std::to_string(plan.as_debt.value()) + ", uncollected " +
           std::to_string(plan.uncollected.value());
}

TEST(Wallet, AGrantIsALotThatRemembersWhereItCameFrom) {
    Books books;
    books.post(Granted{points, lot(1), of(120), {}, january, december, {3}, 7});
    ASSERT_EQ(books.wallet.lots.size(), 1U);
    const Lot& granted = books.wallet.lots[0];
    EXPECT_EQ(granted.origin, (Origin{Lsn{1}, {3}, {1}, 7}));
    EXPECT_EQ(granted.granted, of(120));
    EXPECT_EQ(granted.remaining, of(120));
    EXPECT_EQ(granted.consumed(), of(0));
    EXPECT_EQ(books.wallet.posted, of(120));
    EXPECT_EQ(books.account(Account::issuance), -120);
    EXPECT_EQ(books.wallet.find(lot(2)), nullptr);
}

TEST(Wallet, SpendsTheEarliestExpiryFirstThenTheOlderLot) {
    Books books;
    books.grant(10, december);
    books.grant(10, june);
    books.grant(10, june);
    books.grant(10);  // never
    EXPECT_EQ(text(choose(books.wallet, of(15), january)), "2:10 3:5");
    EXPECT_EQ(text(choose(books.wallet, of(40), january)), "2:10 3:10 1:10 4:10");
    EXPECT_EQ(text(choose(books.wallet, of(41), january)), "not enough");
    EXPECT_EQ(text(choose(books.wallet, of(20), june)), "1:10 4:10");  // a lot is gone from its expiry on
    books.spend(15);
    EXPECT_EQ(books.lots(), "1:10 3:5 4:10");  // what is spent up is forgotten
    EXPECT_EQ(books.account(Account::redemption), 15);
}

TEST(Wallet, WhatIsPendingOrOverCannotBeSpentButCounts) {
    Books books;
    books.grant(100, december, june);
    EXPECT_EQ(books.wallet.posted, of(100));
    EXPECT_EQ(books.wallet.pending(january), of(100));
    EXPECT_EQ(books.wallet.available(january), of(0));
    EXPECT_EQ(text(choose(books.wallet, of(1), january)), "not enough");
    EXPECT_EQ(books.wallet.available(june), of(100));
    EXPECT_EQ(books.wallet.available(december), of(0));
    books.post(Released{points, lot(1), january});
    EXPECT_EQ(books.wallet.available(january), of(100));
    books.post(Released{points, lot(1), june});  // a release never takes back
    EXPECT_EQ(books.wallet.available(january), of(100));
}

TEST(Wallet, HoldsAreNotAvailableAndEndByCaptureOrRelease) {
    Books books;
    books.grant(100, december);
    books.post(Held{points, lot(1), of(70)});
    EXPECT_EQ(books.wallet.posted, of(100));
    EXPECT_EQ(books.wallet.available(january), of(30));
    EXPECT_EQ(text(choose(books.wallet, of(31), january)), "not enough");
    books.post(Spent{points, lot(1), of(50), true});  // captured
    books.post(Freed{points, lot(1), of(20)});        // released
    EXPECT_EQ(books.wallet.held(), of(0));
    EXPECT_EQ(books.wallet.posted, of(50));
    EXPECT_EQ(books.lots(), "1:50");
}

TEST(Wallet, WhatIsHeldExpiresOnlyAfterTheHold) {
    Books books;
    books.grant(100, june);
    books.post(Held{points, lot(1), of(70)});
    books.post(Expired{points, lot(1), of(30), june});  // only what nobody holds
    EXPECT_EQ(books.wallet.posted, of(70));
    EXPECT_EQ(books.account(Account::breakage), 30);
    books.post(Freed{points, lot(1), of(70)});
    books.post(Expired{points, lot(1), of(70), june});
    EXPECT_EQ(books.wallet.posted, of(0));
    EXPECT_EQ(books.account(Account::breakage), 100);
    // The lot stays, closed: a later reversal must know that the member never used it.
    ASSERT_EQ(books.lots(), "1:0");
    EXPECT_EQ(books.wallet.lots[0].expired, of(100));
    EXPECT_EQ(books.wallet.lots[0].consumed(), of(0));
}

TEST(Wallet, AReversalTakesTheLotThenWhatExpiredThenOthersThenDebtThenNamesTheRest) {
    struct Row {
        const char* story;
        std::int64_t spent, expired, other, debt_limit;
        const char* plan;
    };
    // A grant of 100 (lot 1), of which some was spent and some expired, beside another lot (2); all 100 go back.
    const Row rows[] = {
        {"untouched", 0, 0, 0, 0, "lot 100, expired 0, others , debt 0, uncollected 0"},
        {"untouched, another lot is left alone", 0, 0, 50, 0,
         "lot 100, expired 0, others , debt 0, uncollected 0"},
        {"partly spent, the other lot pays", 60, 0, 80, 0,
         "lot 40, expired 0, others 2:60, debt 0, uncollected 0"},
        {"partly expired costs the member nothing", 0, 30, 80, 0,
         "lot 70, expired 30, others , debt 0, uncollected 0"},
        {"spent, expired and left", 50, 30, 80, 0, "lot 20, expired 30, others 2:50, debt 0, uncollected 0"},
        {"debt within its limit", 100, 0, 20, 500, "lot 0, expired 0, others 2:20, debt 80, uncollected 0"},
        {"debt at its limit", 100, 0, 20, 30, "lot 0, expired 0, others 2:20, debt 30, uncollected 50"},
        {"no debt allowed", 100, 0, 20, 0, "lot 0, expired 0, others 2:20, debt 0, uncollected 80"},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.story);
        Books books;
        books.grant(100, december);
        if (row.spent != 0) books.post(Spent{points, lot(1), of(row.spent), false});
        if (row.expired != 0) books.post(Expired{points, lot(1), of(row.expired), december});
        if (row.other != 0) books.grant(row.other);
        const Quantity before = books.wallet.posted;
        const Reversal plan = books.reverse(lot(1), 100, row.debt_limit);
        EXPECT_EQ(text(plan), row.plan);
        EXPECT_EQ(before - books.wallet.posted, of(100) - plan.from_expired - plan.uncollected);
        EXPECT_GE(books.wallet.posted, of(-row.debt_limit));  // L4
        EXPECT_EQ(books.wallet.find(lot(1)), nullptr);
    }
}

TEST(Wallet, AReversalCannotTakeWhatIsHeld) {
    Books books;
    books.grant(100);
    books.post(Held{points, lot(1), of(90)});
    EXPECT_EQ(text(books.reverse(lot(1), 100, 1000)), "lot 10, expired 0, others , debt 90, uncollected 0");
    EXPECT_EQ(books.wallet.held(), of(90));
    EXPECT_EQ(books.wallet.posted, of(0));
    EXPECT_EQ(books.wallet.available(january), of(0));
    books.post(Spent{points, lot(1), of(90), true});
    EXPECT_EQ(books.wallet.posted, of(-90));
}

TEST(Wallet, ADebtIsRepaidBeforeAnythingCanBeSpent) {
    Books books;
    books.grant(100);
    books.spend(100);
    books.reverse(lot(1), 100, 1000);
    EXPECT_EQ(books.wallet.debt, of(100));
    EXPECT_EQ(books.wallet.posted, of(-100));
    EXPECT_EQ(books.wallet.available(january), of(0));
    books.grant(70);  // all of it repays: no lot is left to spend
    EXPECT_EQ(books.wallet.debt, of(30));
    EXPECT_EQ(books.lots(), "");
    EXPECT_EQ(books.wallet.last_lot, lot(2));
    books.grant(70);
    EXPECT_EQ(books.wallet.debt, of(0));
    EXPECT_EQ(books.lots(), "3:40");
    EXPECT_EQ(books.wallet.posted, of(40));
    // A debt has a limit of its own, whatever it came from.
    books.spend(40);
    EXPECT_EQ(text(plan_reversal(books.wallet, lot(3), of(70), january, of(50))),
              "lot 0, expired 0, others , debt 50, uncollected 20");
}

TEST(Wallet, ADebtLessensWhatIsAvailable) {
    Books books;
    books.grant(100, december, june);  // pending, so a reversal of another grant cannot take it
    books.grant(50);
    books.spend(50);
    books.reverse(lot(2), 50, 1000);
    EXPECT_EQ(books.wallet.debt, of(50));
    EXPECT_EQ(books.wallet.available(june), of(50));
    EXPECT_EQ(text(choose(books.wallet, of(51), june)), "not enough");
    EXPECT_EQ(text(choose(books.wallet, of(50), june)), "1:50");
}

TEST(Wallet, ARestoredSpendReturnsWithItsOldExpiryAndOrigin) {
    Books books;
    books.grant(100, june);
    const auto portions = choose(books.wallet, of(60), january);
    ASSERT_TRUE(portions);
    books.post(Spent{points, lot(1), of(60), false});
    books.post(Restored{points, lot(2), of(60), {}, (*portions)[0].expires, (*portions)[0].origin});
    ASSERT_EQ(books.lots(), "1:40 2:60");
    EXPECT_EQ(books.wallet.lots[1].expires, june);
    EXPECT_EQ(books.wallet.lots[1].origin.lsn, Lsn{1});
    EXPECT_EQ(books.account(Account::redemption), 0);
}

TEST(Wallet, CheckNamesEachBrokenInvariant) {
    Books books;
    books.grant(100, december);
    books.post(Held{points, lot(1), of(10)});
    books.post(Expired{points, lot(1), of(20), december});
    ASSERT_EQ(check(books.wallet), "");
    struct Row {
        const char* expected;
        void (*breaks)(Wallet&);
    };
    const Row rows[] = {
        {"L5: a lot has a negative part", [](Wallet& w) { w.lots[0].remaining = of(-1); }},
        {"L5: a lot has a negative part", [](Wallet& w) { w.lots[0].held = of(-1); }},
        {"L5: a lot has a negative part", [](Wallet& w) { w.lots[0].expired = of(-1); }},
        {"L5: a lot has a negative part", [](Wallet& w) { w.lots[0].revoked = of(-1); }},
        {"L5: a lot has a negative part", [](Wallet& w) { w.lots[0].granted = of(99); }},  // consumed -1
        {"L4: more is held than the lot has left", [](Wallet& w) { w.lots[0].held = of(81); }},
        {"L5: a lot is newer than the last one granted", [](Wallet& w) { w.last_lot = lot(0); }},
        {"L4: the debt is negative", [](Wallet& w) { w.debt = of(-1); }},
        {"L3: the open lots less the debt are not the posted balance", [](Wallet& w) { w.posted = of(79); }},
        {"L3: the open lots less the debt are not the posted balance", [](Wallet& w) { w.debt = of(1); }},
        {"L3: the open lots less the debt are not the posted balance", [](Wallet& w) { w.lots.clear(); }},
    };
    for (const Row& row : rows) {
        Wallet broken = books.wallet;
        row.breaks(broken);
        EXPECT_EQ(check(broken), row.expected);
    }
}

using WalletDeathTest = ::testing::Test;

TEST(WalletDeathTest, FactsThatWereNotDecidedOnThisStateStopTheProcess) {
    Books books;
    books.grant(100, december);
    books.post(Held{points, lot(1), of(40)});
    const WalletFact impossible[] = {
        Granted{points, lot(1), of(5), {}, january, december, {}, 0},     // a number that is taken
        Granted{points, lot(3), of(5), {}, january, december, {}, 0},     // a number is left out
        Granted{points, lot(2), of(0), {}, january, december, {}, 0},     // nothing granted
        Granted{points, lot(2), of(5), of(1), january, december, {}, 0},  // repays a debt that is not there
        Spent{points, lot(1), of(61), false},                             // more than is free
        Spent{points, lot(1), of(41), true},                              // more than is held
        Spent{points, lot(2), of(1), false},                              // no such lot
        Spent{points, lot(1), of(0), false},                              // nothing
        Held{points, lot(1), of(61)},                                     //
        Freed{points, lot(1), of(41)},                                    //
        Expired{points, lot(1), of(61), december},                        //
        Revoked{points, lot(1), of(61), {}},                              //
        Revoked{points, lot(1), {}, of(1)},                               // had not expired
        Drawn{points, lot(1), of(61)},                                    //
        Owed{points, of(0)},                                              //
    };
    for (const WalletFact& fact : impossible) {
        EXPECT_DEATH(
            {
                Wallet copy = books.wallet;
                apply(copy, fact, Lsn{9}, ProgrammeVersion{1});
            },
            "");
    }
}

TEST(Accounts, EveryFactHasItsCounterPosting) {
    struct Row {
        WalletFact fact;
        const char* moved;  // issuance, redemption, breakage, budget, partner, in transit
    };
    const Row rows[] = {
        {Granted{points, lot(1), of(9), {}, january, december, {}, 0}, "-9 0 0 0 0 0"},
        {Released{points, lot(1), january}, "0 0 0 0 0 0"},
        {Expired{points, lot(1), of(9), june}, "0 0 9 0 0 0"},
        {Spent{points, lot(1), of(9), false}, "0 9 0 0 0 0"},
        {Spent{points, lot(1), of(9), true}, "0 9 0 0 0 0"},
        {Restored{points, lot(1), of(9), {}, june, {}}, "0 -9 0 0 0 0"},
        {Held{points, lot(1), of(9)}, "0 0 0 0 0 0"},
        {Freed{points, lot(1), of(9)}, "0 0 0 0 0 0"},
        {Revoked{points, lot(1), of(5), of(4)}, "9 0 -4 0 0 0"},
        {Drawn{points, lot(1), of(9)}, "9 0 0 0 0 0"},
        {Owed{points, of(9)}, "9 0 0 0 0 0"},
    };
    for (const Row& row : rows) {
        AccountsMoved moved{points, {}};
        add_counter_posting(moved, row.fact);
        std::string text;
        for (const Quantity amount : moved.amount)
            text += (text.empty() ? "" : " ") + std::to_string(amount.value());
        EXPECT_EQ(text, row.moved) << "fact kind " << row.fact.index();
        EXPECT_EQ(moved.sum() + delta(row.fact), Quantity{}) << "fact kind " << row.fact.index();
        EXPECT_EQ(unit_of(row.fact), points);
        EXPECT_EQ(moved.is_zero(), std::string(row.moved) == "0 0 0 0 0 0");
    }
}

}  // namespace
}  // namespace banyan::ledger
