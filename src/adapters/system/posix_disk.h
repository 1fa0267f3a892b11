// SPDX-License-Identifier: Apache-2.0
#pragma once

// The data directory on a real file system. Every path is relative to the root it was opened with; what it makes is
// readable by its owner only (directories 0700, files 0600), because keys and sealed personal data lie beside the
// journal. A File is appended to by one thread; any thread may read it meanwhile.

#include <memory>
#include <string>

#include "base/result.h"
#include "runtime/ports/disk.h"

namespace banyan::system {

class PosixDisk final : public runtime::Disk {
  public:
    /// The directory need not exist yet: make_directory("") makes it.
    explicit PosixDisk(std::string root);

    Result<std::unique_ptr<runtime::File>> open(const std::string& path, Mode mode) override;
    Result<std::vector<std::string>> list(const std::string& directory) override;
    Result<void> make_directory(const std::string& directory) override;
    Result<void> replace(const std::string& path, std::string_view bytes) override;
    Result<void> remove(const std::string& path) override;
    Result<void> sync_directory(const std::string& directory) override;
    Result<Space> space() override;

    [[nodiscard]] const std::string& root() const { return root_; }
    /// The path as the operating system knows it, for libraries that open files themselves.
    [[nodiscard]] std::string absolute(const std::string& path) const;

  private:
    std::string root_;
};

}  // namespace banyan::system
