// SPDX-License-Identifier: Apache-2.0
#include "domain/coupons/purse.h"

#include <algorithm>
#include <charconv>

#include "base/assert.h"

namespace banyan::coupons {

namespace {

std::vector<Coupon>::iterator place_of(Purse& purse, CouponId id) {
    return std::lower_bound(purse.coupons.begin(), purse.coupons.end(), id,
                            [](const Coupon& coupon, CouponId wanted) { return coupon.id < wanted; });
}

Coupon& held(Purse& purse, CouponId id) {
    const auto place = place_of(purse, id);
    ASSERT(place != purse.coupons.end());
    ASSERT(place->id == id);
    return *place;
}

void put(Purse& purse, Coupon coupon) {
    const auto place = place_of(purse, coupon.id);
    ASSERT(place == purse.coupons.end() || place->id != coupon.id);
    purse.coupons.insert(place, coupon);
}

void end(Purse& purse, CouponId id, State state, Instant at) {
    const auto place = place_of(purse, id);
    ASSERT(place != purse.coupons.end());
    ASSERT(place->id == id);
    if (purse.ended.size() == ended_max) purse.ended.erase(purse.ended.begin());
    purse.ended.push_back({id, place->batch, state, at});
    purse.coupons.erase(place);
}

struct Applier {
    Purse& purse;
    Lsn lsn;

    void operator()(const Issued& fact) const {
        ASSERT(fact.id.number == purse.last + 1);
        purse.last = fact.id.number;
        put(purse, {fact.id, fact.batch, State::issued, fact.from, fact.until, {}, fact.rule, lsn});
    }
    void operator()(const Locked& fact) const {
        Coupon& coupon = held(purse, fact.id);
        ASSERT(coupon.is_free());
        coupon.state = State::locked;
        coupon.by = fact.by;
    }
    void operator()(const Freed& fact) const {
        Coupon& coupon = held(purse, fact.id);
        ASSERT(coupon.state == State::locked);
        coupon.state = State::issued;
        coupon.by = {};
    }
    void operator()(const Redeemed& fact) const { end(purse, fact.id, State::redeemed, fact.at); }
    void operator()(const Returned& fact) const {
        std::erase_if(purse.ended, [&](const Ended& ended) { return ended.id == fact.coupon.id; });
        Coupon coupon = fact.coupon;
        coupon.state = State::returned;
        coupon.by = {};
        put(purse, coupon);
    }
    void operator()(const Expired& fact) const {
        ASSERT(held(purse, fact.id).is_free());
        end(purse, fact.id, State::expired, fact.at);
    }
    void operator()(const Revoked& fact) const {
        ASSERT(held(purse, fact.id).is_free());
        end(purse, fact.id, State::revoked, fact.at);
    }
    void operator()(const MovedOut& fact) const {
        for (const CouponId id : fact.ids) {
            ASSERT(held(purse, id).is_free());
            purse.coupons.erase(place_of(purse, id));
        }
    }
    void operator()(const MovedIn& fact) const {
        for (const Coupon& coupon : fact.coupons) put(purse, coupon);
    }
};

// What became of one that is not held any more.
Wrong ended_as(const Purse& purse, CouponId id) {
    for (const Ended& ended : purse.ended) {
        if (ended.id != id) continue;
        if (ended.state == State::redeemed) return Wrong::redeemed;
        return ended.state == State::revoked ? Wrong::revoked : Wrong::expired;
    }
    return Wrong::unknown;
}

}  // namespace

std::string to_text(CouponId id) { return banyan::to_text(id.member) + "." + std::to_string(id.number); }

std::optional<CouponId> parse_coupon_id(std::string_view text) {
    const auto dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto member = parse_member_id(text.substr(0, dot));
    const std::string_view digits = text.substr(dot + 1);
    CouponId id;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), id.number);
    if (!member || read.ec != std::errc() || read.ptr != digits.data() + digits.size() || id.number == 0 ||
        digits.front() == '0')
        return std::nullopt;
    id.member = *member;
    return id;
}

const char* name_of(State state) {
    switch (state) {
        case State::issued: return "issued";
        case State::locked: return "locked";
        case State::redeemed: return "redeemed";
        case State::returned: return "returned";
        case State::expired: return "expired";
        case State::revoked: return "revoked";
    }
    ASSERT(false);
    return "";
}

const char* name_of(Wrong wrong) {
    switch (wrong) {
        case Wrong::unknown: return "unknown";
        case Wrong::not_yet: return "not_yet";
        case Wrong::expired: return "expired";
        case Wrong::locked: return "locked";
        case Wrong::redeemed: return "redeemed";
        case Wrong::revoked: return "revoked";
    }
    ASSERT(false);
    return "";
}

const Coupon* Purse::find(CouponId id) const {
    const auto place =
        std::lower_bound(coupons.begin(), coupons.end(), id,
                         [](const Coupon& coupon, CouponId wanted) { return coupon.id < wanted; });
    return place != coupons.end() && place->id == id ? &*place : nullptr;
}

void apply(Purse& purse, const PurseFact& fact, Lsn lsn) { std::visit(Applier{purse, lsn}, fact); }

std::optional<Wrong> hinders_use(const Purse& purse, CouponId id, KeyedId by, Instant now) {
    const Coupon* coupon = purse.find(id);
    if (coupon == nullptr) return ended_as(purse, id);
    if (coupon->state == State::locked) return coupon->by == by ? std::nullopt : std::optional(Wrong::locked);
    if (now < coupon->from) return Wrong::not_yet;
    if (now >= coupon->until) return Wrong::expired;
    return std::nullopt;
}

std::optional<Wrong> hinders_revoking(const Purse& purse, CouponId id) {
    const Coupon* coupon = purse.find(id);
    if (coupon == nullptr) return ended_as(purse, id);
    if (coupon->state == State::locked) return Wrong::locked;
    return std::nullopt;
}

const Coupon* next_to_expire(const Purse& purse) {
    const Coupon* next = nullptr;
    for (const Coupon& coupon : purse.coupons) {
        if (coupon.is_free() && (next == nullptr || coupon.until < next->until)) next = &coupon;
    }
    return next;
}

std::string check(const Purse& purse) {
    for (std::size_t i = 0; i < purse.coupons.size(); ++i) {
        const Coupon& coupon = purse.coupons[i];
        if (i > 0 && !(purse.coupons[i - 1].id < coupon.id)) return "C1: a coupon is held twice";
        if (!coupon.is_free() && coupon.state != State::locked)
            return "C1: a coupon that has ended is still held";
        if ((coupon.state == State::locked) == coupon.by.is_zero())
            return "C4: a lock without what locks it, or the other way round";
    }
    return {};
}

}  // namespace banyan::coupons
