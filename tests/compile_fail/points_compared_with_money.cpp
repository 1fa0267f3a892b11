// SPDX-License-Identifier: Apache-2.0
// expect: no match for 'operator<'
#include "base/money.h"

bool less(banyan::Quantity points, banyan::Money money) {
#ifdef MUST_NOT_COMPILE
    return points < money;
#else
    return points < banyan::Quantity(money.minor);
#endif
}
