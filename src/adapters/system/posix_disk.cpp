// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/posix_disk.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "adapters/system/descriptor.h"

namespace banyan::system {

namespace {

constexpr mode_t file_mode = 0600;
constexpr mode_t directory_mode = 0700;

Result<void> write_fully(int descriptor, std::string_view bytes, std::uint64_t offset,
                         const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0) {
            if (errno == EINTR) continue;
            return system_error("write", path);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    return {};
}

class PosixFile final : public runtime::File {
  public:
    PosixFile(Descriptor descriptor, std::string path, std::uint64_t size)
        : descriptor_(std::move(descriptor)), path_(std::move(path)), size_(size) {}

    Result<void> append(std::string_view bytes) override {
        const std::uint64_t end = size_.load(std::memory_order_relaxed);
        TRY(write_fully(descriptor_.number(), bytes, end, path_));
        size_.store(end + bytes.size(), std::memory_order_release);
        return {};
    }

    Result<std::string> read(std::uint64_t offset, std::size_t size) override {
        std::string bytes(size, '\0');
        std::size_t filled = 0;
        while (filled < size) {
            const ssize_t got = ::pread(descriptor_.number(), bytes.data() + filled, size - filled,
                                        static_cast<off_t>(offset + filled));
            if (got < 0) {
                if (errno == EINTR) continue;
                return system_error("read", path_);
            }
            if (got == 0) break;
            filled += static_cast<std::size_t>(got);
        }
        bytes.resize(filled);
        return bytes;
    }

    Result<void> sync() override {
        if (::fdatasync(descriptor_.number()) != 0) return system_error("sync", path_);
        return {};
    }

    [[nodiscard]] std::uint64_t size() const override { return size_.load(std::memory_order_acquire); }

  private:
    Descriptor descriptor_;
    std::string path_;
    std::atomic<std::uint64_t> size_;
};

std::string parent_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string{} : path.substr(0, slash);
}

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

}  // namespace

PosixDisk::PosixDisk(std::string root) : root_(std::move(root)) {
    while (root_.size() > 1 && root_.back() == '/') root_.pop_back();
    ASSERT(!root_.empty());
}

std::string PosixDisk::absolute(const std::string& path) const {
    // Paths come from our own code only; one that climbs out of the root is our mistake.
    ASSERT(path.empty() || path.front() != '/');
    ASSERT(path.find("..") == std::string::npos);
    return path.empty() ? root_ : root_ + "/" + path;
}

Result<std::unique_ptr<runtime::File>> PosixDisk::open(const std::string& path, Mode mode) {
    const std::string full = absolute(path);
    const int flags = mode == Mode::create ? O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC : O_RDONLY | O_CLOEXEC;
    Descriptor descriptor(::open(full.c_str(), flags, file_mode));
    if (!descriptor.is_open()) return system_error(mode == Mode::create ? "create" : "open", full);
    struct stat status{};
    if (::fstat(descriptor.number(), &status) != 0) return system_error("inspect", full);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    return std::unique_ptr<runtime::File>(std::make_unique<PosixFile>(std::move(descriptor), full, size));
}

Result<std::vector<std::string>> PosixDisk::list(const std::string& directory) {
    const std::string full = absolute(directory);
    const std::unique_ptr<DIR, CloseDirectory> stream(::opendir(full.c_str()));
    std::vector<std::string> names;
    if (!stream) {
        if (errno == ENOENT) return names;
        return system_error("list", full);
    }
    while (true) {
        errno = 0;
        const dirent* entry = ::readdir(stream.get());
        if (entry == nullptr) {
            if (errno != 0) return system_error("list", full);
            break;
        }
        std::string name = static_cast<const char*>(entry->d_name);
        if (name != "." && name != "..") names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

Result<void> PosixDisk::make_directory(const std::string& directory) {
    const std::string full = absolute(directory);
    for (std::size_t end = 1; end <= full.size(); ++end) {
        if (end != full.size() && full[end] != '/') continue;
        const std::string part = full.substr(0, end);
        if (::mkdir(part.c_str(), directory_mode) != 0) {
            if (errno == EEXIST) continue;
            return system_error("make the directory", part);
        }
        // A directory whose own name is lost in a power cut takes everything in it along.
        const std::string parent = parent_of(part);
        const bool is_absolute = part.front() == '/';
        TRY(sync_directory_at(!parent.empty() ? parent : is_absolute ? "/" : "."));
    }
    struct stat status{};
    if (::stat(full.c_str(), &status) != 0) return system_error("inspect", full);
    if (!S_ISDIR(status.st_mode)) return Error::io("is a file where a directory is needed", full);
    return {};
}

Result<void> PosixDisk::replace(const std::string& path, std::string_view bytes) {
    const std::string full = absolute(path);
    const std::string beside = full + ".new";
    {
        const Descriptor descriptor(
            ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, file_mode));
        if (!descriptor.is_open()) return system_error("create", beside);
        TRY(write_fully(descriptor.number(), bytes, 0, beside));
        if (::fsync(descriptor.number()) != 0) return system_error("sync", beside);
    }
    if (::rename(beside.c_str(), full.c_str()) != 0) return system_error("replace", full);
    return sync_directory_at(parent_of(full));
}

Result<void> PosixDisk::remove(const std::string& path) {
    const std::string full = absolute(path);
    if (::unlink(full.c_str()) != 0) return system_error("remove", full);
    return {};
}

Result<void> PosixDisk::sync_directory(const std::string& directory) {
    return sync_directory_at(absolute(directory));
}

Result<runtime::Disk::Space> PosixDisk::space() {
    struct statvfs status{};
    if (::statvfs(root_.c_str(), &status) != 0) return system_error("measure the free space", root_);
    const auto block = static_cast<std::uint64_t>(status.f_frsize);
    // What an ordinary user may still take; the blocks kept for root are not ours.
    return Space{.free = block * status.f_bavail, .total = block * status.f_blocks};
}

}  // namespace banyan::system
