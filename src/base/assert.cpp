// SPDX-License-Identifier: Apache-2.0
#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace banyan {

namespace {
AssertHook installed_hook = nullptr;
}  // namespace

AssertHook set_assert_hook(AssertHook hook) {
    AssertHook previous = installed_hook;
    installed_hook = hook;
    return previous;
}

void assert_failed(const char* expression, const char* file, int line) {
    AssertHook hook = installed_hook;
    installed_hook = nullptr;  // An assertion inside the hook must not loop.
    std::fprintf(stderr, "banyan: assertion failed: %s (%s:%d)\n", expression, file, line);
    if (hook != nullptr) hook(expression, file, line);
    std::abort();
}

}  // namespace banyan
