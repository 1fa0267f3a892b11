// SPDX-License-Identifier: Apache-2.0
#include "engine/decision.h"

#include <algorithm>
#include <iterator>

namespace banyan::engine {

namespace {

template <typename Item>
void put_before(std::vector<Item>& items, const std::vector<Item>& earlier) {
    items.insert(items.begin(), earlier.begin(), earlier.end());
}

}  // namespace

Answer combined(const Answer& first, Answer last) {
    last.joined = last.joined || first.joined;
    put_before(last.earned, first.earned);
    put_before(last.taken_back, first.taken_back);
    put_before(last.tiers, first.tiers);
    std::vector<Limited> limited;
    std::copy_if(first.limited.begin(), first.limited.end(), std::back_inserter(limited),
                 [](const Limited& one) { return !one.waits; });
    put_before(last.limited, limited);
    put_before(last.rejudged, first.rejudged);
    if (!last.stage) last.stage = first.stage;
    if (last.refunded == 0) last.refunded = first.refunded;
    for (const Balance& balance : first.balances) {
        const bool is_newer = std::any_of(last.balances.begin(), last.balances.end(),
                                          [&](const Balance& other) { return other.unit == balance.unit; });
        if (!is_newer && last.member == first.member) last.balances.push_back(balance);
    }
    return last;
}

}  // namespace banyan::engine
