// SPDX-License-Identifier: Apache-2.0
// expect: no match for 'operator=='
#include "base/id.h"

bool same(const banyan::Handle& handle, const banyan::KeyedId& key) {
#ifdef MUST_NOT_COMPILE
    return handle == key;
#else
    return handle.high == key.high;
#endif
}
