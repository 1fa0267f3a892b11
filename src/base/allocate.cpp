// SPDX-License-Identifier: Apache-2.0
#include "base/allocate.h"

#include <algorithm>
#include <numeric>

#include "base/number.h"

namespace banyan {

std::optional<std::vector<std::int64_t>> allocate(std::int64_t total, std::span<const std::int64_t> weights) {
    Wide sum = 0;
    for (const std::int64_t weight : weights) {
        if (weight < 0) return std::nullopt;
        sum += weight;
    }
    if (sum == 0) return std::nullopt;

    std::vector<std::int64_t> shares;
    std::vector<Wide> remainders;
    Wide left = total;
    for (const std::int64_t weight : weights) {
        const Wide product = static_cast<Wide>(total) * weight;
        const Wide share = divided(product, sum, Rounding::down);
        shares.push_back(static_cast<std::int64_t>(share));  // between total and 0, so it fits
        remainders.push_back(product - share * sum);
        left -= share;
    }
    ASSERT(left >= 0);
    ASSERT(left < static_cast<Wide>(weights.size()));

    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&remainders](std::size_t a, std::size_t b) {
        return remainders[a] != remainders[b] ? remainders[a] > remainders[b] : a < b;
    });
    for (std::size_t i = 0; i < static_cast<std::size_t>(left); ++i) ++shares[order[i]];
    return shares;
}

}  // namespace banyan
