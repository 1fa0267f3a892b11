// SPDX-License-Identifier: Apache-2.0
#pragma once

// A batch of coupons as what it does in a basket.

#include "domain/coupons/batch.h"
#include "domain/pricing/offer.h"

namespace banyan::programme {

/// When it holds is each coupon's own, so the offer has no window.
pricing::Coupon offer_of(const coupons::Batch& batch);

}  // namespace banyan::programme
