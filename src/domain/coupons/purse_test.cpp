// SPDX-License-Identifier: Apache-2.0
// A coupon's way through a purse: each move that may be made, and each that is refused by name.

#include "domain/coupons/purse.h"

#include <gtest/gtest.h>

#include "domain/ledger/zones_test.h"

namespace banyan::coupons {
namespace {

using testing::at;

const MemberId owner{0x10000};
const KeyedId cart{1, 2};
const KeyedId other_cart{3, 4};
const Instant june = at("2026-06-01T00:00:00Z");
const Instant july = at("2026-07-01T00:00:00Z");

struct PurseOf {
    Purse purse;

    CouponId issue(Instant from = june, Instant until = july) {
        const CouponId id{owner, purse.last + 1};
        apply(purse, Issued{id, {7}, from, until, {}}, {5});
        EXPECT_EQ(check(purse), "");
        return id;
    }
    void moves(const PurseFact& fact) {
        apply(purse, fact, {6});
        EXPECT_EQ(check(purse), "");
    }
    std::optional<Wrong> use(CouponId id, Instant now = june) const {
        return hinders_use(purse, id, cart, now);
    }
};

TEST(Purse, ACouponGoesFromIssueThroughTheLockToItsUseAndBack) {
    PurseOf member;
    const CouponId id = member.issue();
    EXPECT_EQ(member.use(id), std::nullopt);
    EXPECT_EQ(member.purse.find(id)->issued, Lsn{5});
    member.moves(Locked{id, cart});
    EXPECT_EQ(member.use(id), std::nullopt);
    EXPECT_EQ(hinders_use(member.purse, id, other_cart, june), Wrong::locked);
    EXPECT_EQ(hinders_revoking(member.purse, id), Wrong::locked);
    const Coupon used = *member.purse.find(id);
    member.moves(Redeemed{id, june});
    EXPECT_EQ(member.use(id), Wrong::redeemed);
    EXPECT_EQ(hinders_revoking(member.purse, id), Wrong::redeemed);
    member.moves(Returned{used});
    EXPECT_EQ(member.use(id), std::nullopt);
    EXPECT_EQ(member.purse.find(id)->state, State::returned);
    EXPECT_TRUE(member.purse.ended.empty());
    member.moves(Revoked{id, june});
    EXPECT_EQ(member.use(id), Wrong::revoked);
}

TEST(Purse, OnlyItsDatesAndItsLockDecideWhetherItMayBeUsed) {
    PurseOf member;
    const CouponId id = member.issue();
    EXPECT_EQ(member.use(id, june - milliseconds(1)), Wrong::not_yet);
    EXPECT_EQ(member.use(id, july - milliseconds(1)), std::nullopt);
    EXPECT_EQ(member.use(id, july), Wrong::expired);
    member.moves(Locked{id, cart});
    EXPECT_EQ(member.use(id, july + days(1)), std::nullopt);  // it was locked in time
    member.moves(Freed{id});
    EXPECT_EQ(member.use(id, july + days(1)), Wrong::expired);
    member.moves(Expired{id, july});
    EXPECT_EQ(member.use(id), Wrong::expired);
    EXPECT_EQ(member.use({owner, 9}), Wrong::unknown);
}

TEST(Purse, TheEarliestThatNobodyLocksExpiresNext) {
    PurseOf member;
    EXPECT_EQ(next_to_expire(member.purse), nullptr);
    const CouponId late = member.issue(june, july + days(9));
    const CouponId soon = member.issue(june, july);
    EXPECT_EQ(next_to_expire(member.purse)->id, soon);
    member.moves(Locked{soon, cart});
    EXPECT_EQ(next_to_expire(member.purse)->id, late);
    member.moves(Freed{soon});
    EXPECT_EQ(next_to_expire(member.purse)->id, soon);
}

TEST(Purse, ThoseThatEndedAreForgottenOldestFirst) {
    PurseOf member;
    std::vector<CouponId> ids;
    for (std::size_t i = 0; i <= ended_max; ++i) {
        ids.push_back(member.issue());
        member.moves(Revoked{ids.back(), june});
    }
    EXPECT_EQ(member.use(ids.front()), Wrong::unknown);
    EXPECT_EQ(member.use(ids[1]), Wrong::revoked);
    EXPECT_EQ(member.purse.ended.size(), ended_max);
}

TEST(Purse, ACouponKeepsItsNameWithAnotherMember) {
    PurseOf member;
    PurseOf survivor;
    const CouponId id = member.issue();
    const Coupon coupon = *member.purse.find(id);
    const CouponId own{{0x20001}, 1};
    apply(survivor.purse, Issued{own, {7}, june, july, {}}, {9});
    member.moves(MovedOut{{id}});
    survivor.moves(MovedIn{{coupon}});
    EXPECT_EQ(member.use(id), Wrong::unknown);
    EXPECT_EQ(survivor.use(id), std::nullopt);
    EXPECT_EQ(survivor.purse.coupons.size(), 2U);
    EXPECT_EQ(survivor.purse.last, 1U);
}

TEST(Purse, AMoveThatTheStateDoesNotAllowStopsTheProcess) {
    PurseOf member;
    const CouponId id = member.issue();
    EXPECT_DEATH(apply(member.purse, Freed{id}, {6}), "");
    EXPECT_DEATH(apply(member.purse, Issued{{owner, 5}, {7}, june, july, {}}, {6}), "");
    EXPECT_DEATH(apply(member.purse, Redeemed{{owner, 9}, june}, {6}), "");
    member.moves(Locked{id, cart});
    EXPECT_DEATH(apply(member.purse, Locked{id, cart}, {6}), "");
    EXPECT_DEATH(apply(member.purse, Expired{id, july}, {6}), "");
    EXPECT_DEATH(apply(member.purse, Revoked{id, july}, {6}), "");
    EXPECT_DEATH(apply(member.purse, MovedOut{{id}}, {6}), "");
    const Coupon coupon = *member.purse.find(id);
    EXPECT_DEATH(apply(member.purse, Returned{coupon}, {6}), "");
}

TEST(Purse, ItsNameReadsAsItIsWritten) {
    const CouponId id{owner, 12};
    EXPECT_EQ(parse_coupon_id(to_text(id)), id);
    const std::string member = banyan::to_text(owner);
    for (const std::string& wrong :
         {std::string(), member, member + ".", member + ".0", member + ".01", member + ".x", member + ".1x",
          member + ".-1", std::string("x.1"), member + ".4294967296"})
        EXPECT_EQ(parse_coupon_id(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace banyan::coupons
