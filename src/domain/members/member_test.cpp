// SPDX-License-Identifier: Apache-2.0
#include "domain/members/member.h"

#include "domain/ledger/zones_test.h"

#include <gtest/gtest.h>

namespace banyan::members {
namespace {

using banyan::testing::at;

ledger::Lot lot(std::uint32_t number, std::int64_t remaining, std::int64_t held, Instant expires) {
    ledger::Lot lot;
    lot.number = {number};
    lot.granted = lot.remaining = Quantity(remaining);
    lot.held = Quantity(held);
    lot.expires = expires;
    return lot;
}

TEST(Member, IsValidAndEmptyWithoutFacts) {
    const Member nobody;
    EXPECT_EQ(nobody.state, State::empty);
    EXPECT_EQ(check(nobody), "");
    EXPECT_EQ(next_due(nobody), instant_max);
    EXPECT_EQ(nobody.wallet({1}), nullptr);
    EXPECT_EQ(nobody.standing({1}), nullptr);
}

TEST(Member, KeepsItsWalletsByUnit) {
    Member member;
    for (const UnitId unit : {UnitId{3}, UnitId{1}, UnitId{2}, UnitId{3}}) member.wallet_or_new(unit);
    ASSERT_EQ(member.wallets.size(), 3U);
    for (std::uint16_t i = 0; i < 3; ++i)
        EXPECT_EQ(member.wallets[i].unit, UnitId{static_cast<std::uint16_t>(i + 1)});
    EXPECT_EQ(member.wallet({2}), &member.wallets[1]);
    EXPECT_EQ(member.wallet({4}), nullptr);
    member.standings.push_back({{2}, {3}, {}});
    ASSERT_NE(member.standing({2}), nullptr);
    EXPECT_EQ(member.standing({2})->tier, TierId{3});
}

TEST(Member, TheNextThingDueIsAnExpiryOrTheEndOfAHold) {
    Member member;
    ledger::Wallet& wallet = member.wallet_or_new({1});
    wallet.lots = {lot(1, 10, 0, at("2026-12-01T00:00:00Z")), lot(2, 10, 10, at("2026-03-01T00:00:00Z"))};
    // What is held does not expire; the end of its hold comes first.
    EXPECT_EQ(next_due(member), at("2026-12-01T00:00:00Z"));
    member.holds.push_back({{0, 1}, {1}, Quantity(10), at("2026-04-01T00:00:00Z"), {}});
    EXPECT_EQ(next_due(member), at("2026-04-01T00:00:00Z"));
    wallet.lots.push_back(lot(3, 1, 0, at("2026-02-01T00:00:00Z")));
    EXPECT_EQ(next_due(member), at("2026-02-01T00:00:00Z"));
    wallet.lots.back().remaining = {};  // a closed lot is due no more
    EXPECT_EQ(next_due(member), at("2026-04-01T00:00:00Z"));
}

TEST(Member, CheckNamesABrokenWalletAndHoldsThatNobodyHolds) {
    Member member;
    ledger::Wallet& wallet = member.wallet_or_new({1});
    wallet.last_lot = {1};
    wallet.lots = {lot(1, 10, 4, instant_max)};
    wallet.posted = Quantity(10);
    EXPECT_EQ(check(member), "L11: the open holds are not what the lots hold");
    member.holds.push_back({{0, 1}, {1}, Quantity(4), instant_max, {}});
    EXPECT_EQ(check(member), "");
    member.holds.push_back({{0, 2}, {2}, Quantity(4), instant_max, {}});  // of another unit
    EXPECT_EQ(check(member), "");
    wallet.posted = Quantity(11);
    EXPECT_EQ(check(member), "L3: the open lots less the debt are not the posted balance");
}

}  // namespace
}  // namespace banyan::members
