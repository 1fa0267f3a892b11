// SPDX-License-Identifier: Apache-2.0
// expect: could not convert|no match for 'operator\+'
#include "base/number.h"

banyan::Quantity one_more(banyan::Quantity points) {
#ifdef MUST_NOT_COMPILE
    return points + 1;
#else
    return points + banyan::Quantity(1);
#endif
}
