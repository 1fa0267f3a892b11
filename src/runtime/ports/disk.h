// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the runtime and the file journal need of a file system; the simulator stands in with one that loses what was
// not synced. Paths are relative to the data directory, with '/' between parts. Every error names its path.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace banyan::runtime {

class File {
  public:
    virtual ~File() = default;
    /// Adds to the end. Not durable before sync(). After an error the file must not be used any more.
    virtual Result<void> append(std::string_view bytes) = 0;
    /// Exactly `size` bytes at `offset`, or fewer at the end of the file.
    virtual Result<std::string> read(std::uint64_t offset, std::size_t size) = 0;
    /// Everything appended so far is on the medium when this returns (fdatasync).
    virtual Result<void> sync() = 0;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
};

class Disk {
  public:
    virtual ~Disk() = default;
    enum class Mode : unsigned char { read, create };  // create: the file must not exist yet; appendable
    virtual Result<std::unique_ptr<File>> open(const std::string& path, Mode mode) = 0;
    /// Names (not paths) in a directory, sorted; empty when it does not exist.
    virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;
    /// Makes the directory and its parents; existing is fine.
    virtual Result<void> make_directory(const std::string& directory) = 0;
    /// Replaces `path` by these bytes, durably: write beside, sync, rename, sync the directory.
    virtual Result<void> replace(const std::string& path, std::string_view bytes) = 0;
    virtual Result<void> remove(const std::string& path) = 0;
    /// Makes created and removed names in the directory durable.
    virtual Result<void> sync_directory(const std::string& directory) = 0;

    struct Space {
        std::uint64_t free = 0;
        std::uint64_t total = 0;
    };
    virtual Result<Space> space() = 0;
};

}  // namespace banyan::runtime
