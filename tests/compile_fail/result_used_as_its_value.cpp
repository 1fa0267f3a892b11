// SPDX-License-Identifier: Apache-2.0
// expect: cannot convert 'const banyan::Result<int>' to 'int'
#include "base/result.h"

int use(const banyan::Result<int>& result) {
#ifdef MUST_NOT_COMPILE
    return result;
#else
    return result.ok() ? result.value() : 0;
#endif
}
