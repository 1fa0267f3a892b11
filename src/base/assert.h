// SPDX-License-Identifier: Apache-2.0
#pragma once

// ASSERT is for "we are wrong": an invariant of our own code does not hold. It is on in every build, production
// included, because the core prefers to stop before it acknowledges something false. A refused request is a value
// (see the domain's refusals), a failing world is a Result; neither is ever an ASSERT.
//
// The hook runs once before the process aborts. The runtime uses it to note the fingerprint of the command that
// was being decided, so that the same command is refused as `quarantined` after the restart.

namespace banyan {

using AssertHook = void (*)(const char* expression, const char* file, int line);

/// Installs the hook that runs before the abort; returns the previous one. The hook must not allocate or throw.
AssertHook set_assert_hook(AssertHook hook);

[[noreturn]] void assert_failed(const char* expression, const char* file, int line);

}  // namespace banyan

#define ASSERT(expression) \
    (__builtin_expect(static_cast<bool>(expression), 1) \
         ? static_cast<void>(0) \
         : ::banyan::assert_failed(#expression, __FILE__, __LINE__))
