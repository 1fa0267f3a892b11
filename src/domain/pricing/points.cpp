// SPDX-License-Identifier: Apache-2.0
#include "domain/pricing/points.h"

#include <algorithm>

#include "base/assert.h"
#include "base/number.h"

namespace banyan::pricing {

namespace {

/// a * b / c, rounded; int64 at its end where it would leave it.
std::int64_t ratio(std::int64_t a, std::int64_t b, std::int64_t c, Rounding rounding) {
    return scaled(a, b, c, rounding).value_or(INT64_MAX);
}

}  // namespace

std::int64_t worth(const PointsOffset& offset, std::int64_t points) {
    return ratio(points, offset.money, offset.points, Rounding::down);
}

std::int64_t points_for(const PointsOffset& offset, std::int64_t amount) {
    if (amount <= 0) return 0;
    // The most that are worth no more: points * money / offset.points < amount + 1.
    const Wide below = (Wide{amount} + 1) * offset.points - 1;
    const auto most = static_cast<std::int64_t>(std::min(below / offset.money, Wide{INT64_MAX})) /
                      offset.step * offset.step;
    // The fewest steps that are worth the same.
    const std::int64_t needed = ratio(worth(offset, most), offset.points, offset.money, Rounding::up);
    return (needed + offset.step - 1) / offset.step * offset.step;
}

PointsRoom points_room(const PointsOffset& offset, std::int64_t balance, const Reach& reach,
                       const Running& running) {
    std::int64_t amount = 0;
    std::int64_t room = 0;
    for (const Segment& segment : running.segments) {
        if (!reach.has(segment)) continue;
        amount += segment.amount;
        room += std::max(segment.amount - least(segment, Down::to_deposit), std::int64_t{0});
    }
    if (amount < offset.from_amount) return {0, 0, offset.from_amount - amount};
    room = std::min(room, ratio(amount, offset.share.parts, Share::whole, Rounding::down));
    std::int64_t may = balance;
    if (offset.at_most > 0) may = std::min(may, offset.at_most);
    may = may / offset.step * offset.step;
    const std::int64_t most = points_for(offset, std::min(room, worth(offset, may)));
    if (most > 0 && most >= offset.at_least) return {most};
    return {0, std::max(std::max(offset.at_least, offset.step) - balance, std::int64_t{0})};
}

std::int64_t allowed(const PointsOffset& offset, const PointsRoom& room, std::int64_t wanted) {
    const std::int64_t points = std::min(wanted, room.most) / offset.step * offset.step;
    return points >= offset.at_least ? points : 0;
}

void use_points(const PointsOffset& offset, std::int64_t points, const Reach& reach, Running& running,
                std::vector<LineCut>* cuts) {
    if (points == 0) return;
    std::vector<std::size_t> which;
    which.reserve(running.segments.size());
    for (std::size_t i = 0; i < running.segments.size(); ++i) {
        if (reach.has(running.segments[i])) which.push_back(i);
    }
    const std::int64_t taken =
        take_shared(running, which, worth(offset, points), Down::to_deposit, {Instrument::points, 0, cuts});
    ASSERT(taken == worth(offset, points));
}

}  // namespace banyan::pricing
