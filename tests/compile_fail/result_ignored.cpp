// SPDX-License-Identifier: Apache-2.0
// expect: ignoring returned value of type 'banyan::Result<void>'
#include "base/result.h"

static banyan::Result<void> write() { return {}; }

void use() {
#ifdef MUST_NOT_COMPILE
    write();
#else
    static_cast<void>(write());
#endif
}
