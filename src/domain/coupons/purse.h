// SPDX-License-Identifier: Apache-2.0
#pragma once

// The coupons that one member holds, and the last of those that ended, so that who asks for one of them is told what
// became of it. What was redeemed lies with what used it (a checkout) and may come back from there.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "domain/coupons/batch.h"

namespace banyan::coupons {

/// A coupon's name for life: to whom it was issued, and which of theirs, from 1.
struct CouponId {
    MemberId member;
    std::uint32_t number = 0;
    constexpr auto operator<=>(const CouponId&) const = default;
};
/// "m1k.3"; and back.
std::string to_text(CouponId id);
std::optional<CouponId> parse_coupon_id(std::string_view text);

enum class State : std::uint8_t {
    issued = 1,
    locked = 2,    // by an open checkout
    redeemed = 3,  // 核销
    returned = 4,  // came back from what had redeemed it; otherwise as issued
    expired = 5,
    revoked = 6,
};
const char* name_of(State state);

struct Coupon {
    CouponId id;
    BatchId batch;
    State state = State::issued;
    Instant from;
    Instant until;
    KeyedId by;   // of a locked one: the checkout that locks it
    RuleId rule;  // that issued it; 0 = none
    Lsn issued;   // the record that did
    bool operator==(const Coupon&) const = default;

    [[nodiscard]] bool is_free() const { return state == State::issued || state == State::returned; }
};
struct Ended {
    CouponId id;
    BatchId batch;
    State state = State::expired;
    Instant at;
    bool operator==(const Ended&) const = default;
};

struct Purse {
    std::uint32_t last = 0;       // number of the last one that was issued to this member
    std::vector<Coupon> coupons;  // ascending id
    std::vector<Ended> ended;     // oldest first, at most ended_max
    bool operator==(const Purse&) const = default;

    [[nodiscard]] const Coupon* find(CouponId id) const;
    [[nodiscard]] bool empty() const { return last == 0 && coupons.empty() && ended.empty(); }
};
inline constexpr std::size_t held_max = 1000;  // that one member may hold at a time
inline constexpr std::size_t ended_max = 32;   // that are remembered

// --- facts ---------------------------------------------------------------------------------------------------

struct Issued {
    CouponId id;
    BatchId batch;
    Instant from;
    Instant until;
    RuleId rule;
};
struct Locked {
    CouponId id;
    KeyedId by;
};
struct Freed {
    CouponId id;
};
struct Redeemed {
    CouponId id;
    Instant at;
};
struct Returned {
    Coupon coupon;  // as it was redeemed, with the dates it now has
};
struct Expired {
    CouponId id;
    Instant at;
};
struct Revoked {
    CouponId id;
    Instant at;
};
/// A merge, or its undoing: they leave with one member and arrive with another.
struct MovedOut {
    std::vector<CouponId> ids;
};
struct MovedIn {
    std::vector<Coupon> coupons;
};
using PurseFact =
    std::variant<Issued, Locked, Freed, Redeemed, Returned, Expired, Revoked, MovedOut, MovedIn>;

void apply(Purse& purse, const PurseFact& fact, Lsn lsn);

// --- decisions -----------------------------------------------------------------------------------------------

/// Why a coupon cannot make a move.
enum class Wrong : unsigned char { unknown, not_yet, expired, locked, redeemed, revoked };
const char* name_of(Wrong wrong);

/// Nothing, or why it cannot be locked or redeemed now. What `by` has locked itself it may redeem, however late.
std::optional<Wrong> hinders_use(const Purse& purse, CouponId id, KeyedId by, Instant now);
/// Nothing, or why it cannot be revoked.
std::optional<Wrong> hinders_revoking(const Purse& purse, CouponId id);

/// The coupon that expires next, and when; a locked one does not.
const Coupon* next_to_expire(const Purse& purse);

/// The first broken invariant as a sentence, or empty.
std::string check(const Purse& purse);

}  // namespace banyan::coupons
