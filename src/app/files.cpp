// SPDX-License-Identifier: Apache-2.0
#include "app/files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "adapters/system/posix_disk.h"

namespace banyan::app {

Result<std::string> read_file(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return Error::io(std::string("cannot be opened: ") + std::strerror(errno), path);
    std::ostringstream content;
    content << stream.rdbuf();
    if (stream.bad()) return Error::io("cannot be read to its end", path);
    return content.str();
}

Result<void> write_file(const std::string& path, const std::string& content) {
    const std::filesystem::path full = std::filesystem::absolute(path);
    return system::PosixDisk(full.parent_path().string()).replace(full.filename().string(), content);
}

}  // namespace banyan::app
