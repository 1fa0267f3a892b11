// SPDX-License-Identifier: Apache-2.0
#pragma once

// One data directory belongs to one process. The lock is the kernel's (flock), so it falls with the process however
// that ends; the file `lock` itself stays and only tells who holds it.

#include <string>

#include "adapters/system/descriptor.h"
#include "base/result.h"

namespace banyan::system {

/// Holds the directory as long as it lives.
class DirectoryLock {
  public:
    explicit DirectoryLock(Descriptor held) : held_(std::move(held)) {}

  private:
    Descriptor held_;
};

/// Requires: the directory exists. `conflict` names the process that has it.
Result<DirectoryLock> lock_directory(const std::string& path);

}  // namespace banyan::system
