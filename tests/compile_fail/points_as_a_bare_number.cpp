// SPDX-License-Identifier: Apache-2.0
// expect: cannot convert
#include "base/number.h"

std::int64_t bare(banyan::Quantity points) {
#ifdef MUST_NOT_COMPILE
    return points;
#else
    return points.value();
#endif
}
