// SPDX-License-Identifier: Apache-2.0
// expect: no match for 'operator\+'
#include "base/money.h"

banyan::Quantity total(banyan::Quantity points, banyan::Money money) {
#ifdef MUST_NOT_COMPILE
    return points + money;
#else
    static_cast<void>(money);
    return points;
#endif
}
