// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/directory_lock.h"

#include <array>
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace banyan::system {

namespace {

std::string holder(int descriptor) {
    std::array<char, 32> bytes{};
    const ssize_t size = ::pread(descriptor, bytes.data(), bytes.size(), 0);
    std::string digits;
    for (ssize_t i = 0; i < size; ++i) {
        const char c = bytes[static_cast<std::size_t>(i)];
        if (c < '0' || c > '9') break;
        digits += c;
    }
    return digits;
}

}  // namespace

Result<DirectoryLock> lock_directory(const std::string& path) {
    const std::string file = path + "/lock";
    Descriptor descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!descriptor.is_open()) return system_error("open the lock", file);
    while (::flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK) return system_error("lock", file);
        const std::string pid = holder(descriptor.number());
        return Error{ErrorCode::conflict,
                     "the data directory is in use by another process" +
                         (pid.empty() ? std::string{} : " (pid " + pid + ")") +
                         "; stop it first, or choose another directory",
                     path};
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor.number(), 0) != 0) return system_error("write the lock", file);
    if (::pwrite(descriptor.number(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
        return system_error("write the lock", file);
    }
    return DirectoryLock(std::move(descriptor));
}

}  // namespace banyan::system
