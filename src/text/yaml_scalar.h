// SPDX-License-Identifier: Apache-2.0
#pragma once

// The core schema of YAML 1.2: what a plain scalar means.

#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace banyan::text {

/// Null, boolean, integer, floating or string. The error (an integer beyond 64 bits) has no place.
Result<Value> yaml_plain_scalar(std::string_view text);

}  // namespace banyan::text
