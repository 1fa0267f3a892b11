// SPDX-License-Identifier: Apache-2.0
#include "domain/catalog/order.h"

#include <algorithm>

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

std::int64_t GrantBasis::base() const {
    std::int64_t total = 0;
    for (const GrantedLine& line : lines) total += line.base;
    return total;
}

std::int64_t refund_amount(const KeptLine& line, std::int64_t quantity, std::int64_t by_money) {
    ASSERT(quantity > 0);
    ASSERT(line.refunded_quantity + quantity <= line.quantity);
    ASSERT(by_money <= line.refunded_amount);
    const std::int64_t pieces = line.refunded_quantity + quantity;
    if (pieces == line.quantity) return line.amount - line.refunded_amount;
    const auto cumulative = scaled(line.amount - by_money, pieces, line.quantity, Rounding::half_up);
    ASSERT(cumulative.has_value());
    // Where money came back between two pieces, the share of what was left then may be behind what pieces brought before.
    return std::max(*cumulative, line.refunded_amount - by_money) - (line.refunded_amount - by_money);
}

std::int64_t returned_base(const Order& order, const GrantBasis& basis) {
    const auto share = [](std::int64_t base, std::int64_t part, std::int64_t whole) {
        const auto of = scaled(base, part, whole, Rounding::half_up);
        ASSERT(of.has_value());
        return *of;
    };
    std::int64_t returned = 0;
    for (const GrantedLine& granted : basis.lines) {
        ASSERT(granted.index < order.lines.size());
        const KeptLine& line = order.lines[granted.index];
        std::int64_t of_line = share(granted.base, line.refunded_quantity, line.quantity);
        const bool is_by_money = !order.by_money.empty() && order.by_money[granted.index] > 0;
        if (is_by_money) of_line = std::max(of_line, share(granted.base, line.refunded_amount, line.amount));
        returned += of_line;
    }
    return returned;
}

Quantity taken_back(Quantity granted, const Order& order, const GrantBasis& basis) {
    const std::int64_t base = basis.base();
    const std::int64_t returned = returned_base(order, basis);
    if (basis.conversion.on_partial_refund == basis::OnPartialRefund::by_share ||
        basis.conversion.remainder == basis::Remainder::carried)
        return taken_back(granted, returned, base);
    // The rest keeps what it would have earned by itself, as far as the cap let it be granted.
    return granted - smaller(granted, basis::granted(basis.conversion, base - returned));
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
