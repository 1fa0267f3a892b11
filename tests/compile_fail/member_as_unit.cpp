// SPDX-License-Identifier: Apache-2.0
// expect: could not convert
#include "base/id.h"

static bool is_first(banyan::UnitId unit) { return unit == banyan::UnitId{1}; }

bool check(banyan::MemberId member) {
#ifdef MUST_NOT_COMPILE
    return is_first(member);
#else
    return is_first(banyan::UnitId{static_cast<std::uint16_t>(member.value)});
#endif
}
