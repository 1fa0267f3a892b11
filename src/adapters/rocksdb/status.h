// SPDX-License-Identifier: Apache-2.0
#pragma once

// RocksDB's statuses as our errors. Their texts name files and reasons, never keys or values.

#include <string>
#include <string_view>

#include <rocksdb/status.h>

#include "base/result.h"

namespace banyan::rocks {

/// Requires: the status is not ok.
Error error_of(std::string_view doing, const rocksdb::Status& status, const std::string& path);

}  // namespace banyan::rocks
