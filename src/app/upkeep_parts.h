// SPDX-License-Identifier: Apache-2.0
#pragma once

// What backup, restore and audit share.

#include <filesystem>

#include "base/result.h"
#include "runtime/audit.h"

namespace banyan::app::upkeep {

inline constexpr const char* manifest_name = "MANIFEST";

/// Says it; 1, the exit status.
int fail(const Error& error);
/// Opens the directory and audits it, with a progress bar.
Result<runtime::AuditReport> audited(const std::string& path);
void print(const runtime::AuditReport& report);
Result<void> copy_one(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace banyan::app::upkeep
