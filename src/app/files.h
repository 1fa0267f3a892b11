// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small files that a person names on the command line.

#include <string>

#include "base/result.h"

namespace banyan::app {

Result<std::string> read_file(const std::string& path);
/// Written beside, synced, renamed: the old content or the new, never half.
Result<void> write_file(const std::string& path, const std::string& content);

}  // namespace banyan::app
