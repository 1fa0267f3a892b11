// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/descriptor.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace banyan::system {

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

Error system_error(std::string_view doing, const std::string& path) {
    const int number = errno;
    Error error;
    switch (number) {
        case ENOSPC:
        case EDQUOT: error.code = ErrorCode::full; break;
        case ENOENT: error.code = ErrorCode::not_found; break;
        default: error.code = ErrorCode::io; break;
    }
    error.message = "cannot " + std::string(doing) + ": " + std::generic_category().message(number);
    error.where = path;
    return error;
}

Result<void> sync_directory_at(const std::string& absolute_path) {
    const Descriptor directory(::open(absolute_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.is_open()) return system_error("open the directory", absolute_path);
    if (::fsync(directory.number()) != 0) return system_error("sync the directory", absolute_path);
    return {};
}

}  // namespace banyan::system
