// SPDX-License-Identifier: Apache-2.0
#include "domain/catalog/order.h"

namespace banyan::catalog {

std::int64_t Order::paid() const {
    std::int64_t total = 0;
    for (const KeptLine& line : lines) total += line.amount;
    return total;
}

std::int64_t Order::refunded() const {
    std::int64_t total = 0;
    for (const KeptLine& line : lines) total += line.refunded_amount;
    return total;
}

std::int64_t refund_amount(const KeptLine& line, std::int64_t quantity) {
    ASSERT(quantity > 0);
    ASSERT(line.refunded_quantity + quantity <= line.quantity);
    const auto cumulative =
        scaled(line.amount, line.refunded_quantity + quantity, line.quantity, Rounding::half_up);
    ASSERT(cumulative.has_value());
    ASSERT(*cumulative >= line.refunded_amount);
    return *cumulative - line.refunded_amount;
}

Quantity taken_back(Quantity granted, std::int64_t refunded, std::int64_t paid) {
    ASSERT(refunded >= 0);
    ASSERT(refunded <= paid);
    if (paid == 0) return {};
    const auto share = scaled(granted.value(), refunded, paid, Rounding::up);
    ASSERT(share.has_value());
    return Quantity(*share);
}

}  // namespace banyan::catalog
