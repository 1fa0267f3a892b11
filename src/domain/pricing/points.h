// SPDX-License-Identifier: Apache-2.0
#pragma once

// 积分抵现: how many points may be used on what is left, and what they take off.

#include <cstdint>
#include <vector>

#include "domain/pricing/running.h"
#include "domain/pricing/terms.h"

namespace banyan::pricing {

/// What so many points are worth, rounded down.
std::int64_t worth(const PointsOffset& offset, std::int64_t points);
/// The most points, in whole steps, that are worth no more than the amount; none that would buy nothing.
std::int64_t points_for(const PointsOffset& offset, std::int64_t amount);

struct PointsRoom {
    std::int64_t most = 0;     // 0: none may be used
    std::int64_t missing = 0;  // points to the floor, where that is what is wanting
    std::int64_t missing_amount = 0;
};
PointsRoom points_room(const PointsOffset& offset, std::int64_t balance, const Reach& reach,
                       const Running& running);

/// What somebody's own number comes to: whole steps, at most what there is room for, none below the floor.
std::int64_t allowed(const PointsOffset& offset, const PointsRoom& room, std::int64_t wanted);

/// Takes what they are worth.
void use_points(const PointsOffset& offset, std::int64_t points, const Reach& reach, Running& running,
                std::vector<LineCut>* cuts);

}  // namespace banyan::pricing
