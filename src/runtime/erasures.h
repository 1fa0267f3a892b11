// SPDX-License-Identifier: Apache-2.0
#pragma once

// The list of erasures (protocol: backup): the handles of everybody who was erased, in a directory that no backup takes
// along; one file a batch, one handle a line. Whoever restores an older backup gives it back, and they are erased again
// before anything is served. A handle says nothing about a person; only a directory that still knows it does.

#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "runtime/ports/disk.h"

namespace banyan::runtime {

inline constexpr const char* erasures_directory = "erasures";

/// Durable when it returns; noting the same batch again changes nothing.
Result<void> note_erasures(Disk& disk, const std::vector<Handle>& handles);

/// Everything listed below the disk's root; `corrupt` names file and line of what is no handle.
Result<std::vector<Handle>> read_erasures(Disk& disk);

}  // namespace banyan::runtime
