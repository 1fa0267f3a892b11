// SPDX-License-Identifier: Apache-2.0
#include "adapters/rocksdb/status.h"

namespace banyan::rocks {

Error error_of(std::string_view doing, const rocksdb::Status& status, const std::string& path) {
    ASSERT(!status.ok());
    Error error;
    error.where = path;
    error.message = "cannot " + std::string(doing) + " the store: " + status.ToString();
    if (status.IsNoSpace() || status.subcode() == rocksdb::Status::SubCode::kNoSpace) {
        error.code = ErrorCode::full;
    } else if (status.IsCorruption()) {
        error.code = ErrorCode::corrupt;
    } else if (status.IsNotSupported()) {
        error.code = ErrorCode::unsupported;
    } else if (status.IsBusy() || status.IsTryAgain() || status.IsTimedOut()) {
        error.code = ErrorCode::unavailable;
    } else {
        error.code = ErrorCode::io;
    }
    return error;
}

}  // namespace banyan::rocks
