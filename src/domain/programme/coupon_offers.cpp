// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/coupon_offers.h"

namespace banyan::programme {

namespace {

using coupons::Discount;
using pricing::Cut;
using pricing::Effect;

static_assert(Discount::share_whole == pricing::Share::whole);

// One piece of the sku, whatever else the batch is for.
Effect one_piece(const std::string& sku, const Cut& cut) {
    pricing::Scope scope;
    scope.skus = {sku};
    return {scope, pricing::OffPieces{cut, 1}};
}

Effect effect_of(const Discount& discount) {
    const Cut fixed{Cut::How::fixed, discount.value, 0};
    switch (discount.kind) {
        case coupons::Kind::amount:
            return {{}, pricing::OffTotal{{{0, 0, {Cut::How::off, discount.value, 0}}}}};
        case coupons::Kind::percentage:
            return {{}, pricing::OffTotal{{{0, 0, {Cut::How::pay, discount.value, discount.cap}}}}};
        case coupons::Kind::fixed_price: return {{}, pricing::OffPieces{fixed}};
        case coupons::Kind::free_item: return one_piece(discount.sku, {Cut::How::pay, 0, 0});
        case coupons::Kind::exchange: return one_piece(discount.sku, fixed);
        case coupons::Kind::free_delivery: break;
    }
    pricing::Scope freight;
    freight.kind = pricing::Kind::freight;
    return {freight, pricing::OffPieces{{Cut::How::pay, 0, discount.cap}}};
}

}  // namespace

pricing::Coupon offer_of(const coupons::Batch& batch) {
    pricing::Coupon coupon;
    coupon.terms.code = batch.code;
    coupon.on.skus = batch.scope.skus;
    coupon.on.categories = batch.scope.categories;
    coupon.group = batch.group;
    if (batch.threshold != coupons::Threshold{})
        coupon.conditions.push_back({std::nullopt, batch.threshold.amount, batch.threshold.pieces});
    coupon.effects = {effect_of(batch.discount)};
    return coupon;
}

}  // namespace banyan::programme
