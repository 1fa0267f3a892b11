// SPDX-License-Identifier: Apache-2.0
// expect: no match for 'operator\+'
#include "base/instant.h"

banyan::Instant later(banyan::Instant start, banyan::Instant end) {
#ifdef MUST_NOT_COMPILE
    return start + end;
#else
    return start + (end - start);
#endif
}
