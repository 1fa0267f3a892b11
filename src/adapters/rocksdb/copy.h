// SPDX-License-Identifier: Apache-2.0
#pragma once

// Copies a store that another process is writing: opens it read-only as it is at this moment, writes every row into a
// new store. For online backups.

#include <cstdint>
#include <string>

#include "base/result.h"

namespace banyan::rocks {

/// Rows copied. `target` must not exist or be empty.
Result<std::uint64_t> copy_live(const std::string& source, const std::string& target);

}  // namespace banyan::rocks
