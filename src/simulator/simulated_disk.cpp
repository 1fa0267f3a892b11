// SPDX-License-Identifier: Apache-2.0
#include "simulator/simulated_disk.h"

#include <algorithm>

namespace banyan::simulator {

namespace {

constexpr std::size_t sector = 512;

std::string parent_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

Error disk_full(const std::string& path) { return {ErrorCode::full, "no space left on device", path}; }

using Content = SimulatedDisk::Content;

// What the power leaves of bytes that nobody synced.
void tear(Content& content, Random& random) {
    content.is_cheated = false;
    if (content.durable == content.bytes.size()) return;
    const std::size_t loose = content.bytes.size() - content.durable;
    switch (random.below(4)) {
        case 0: content.bytes.resize(content.durable); break;
        case 1: content.bytes.resize(content.durable + random.below(loose + 1)); break;
        case 2: break;  // luck: everything arrived
        default:        // sectors arrived in any order
            for (std::size_t at = content.durable; at < content.bytes.size();) {
                const std::size_t end = std::min(content.bytes.size(), (at / sector + 1) * sector);
                if (random.percent(40)) {
                    for (; at < end; ++at)
                        content.bytes[at] = random.once_in(8) ? static_cast<char>(random.next()) : '\0';
                }
                at = end;
            }
    }
    content.durable = content.bytes.size();
}

class SimulatedFile final : public runtime::File {
  public:
    SimulatedFile(std::string path, std::shared_ptr<Content> content, Faults& faults)
        : path_(std::move(path)), content_(std::move(content)), faults_(faults) {}

    Result<void> append(std::string_view bytes) override {
        const bool dies = faults_.dies_now();
        if (dies || faults_.is_full()) {
            content_->bytes += bytes.substr(0, faults_.random().below(bytes.size() + 1));
            if (dies) faults_.die();
            return disk_full(path_);
        }
        if (auto failed = faults_.failure()) {
            content_->bytes += bytes.substr(0, faults_.random().below(bytes.size() + 1));
            return *failed;
        }
        content_->bytes += bytes;
        return {};
    }
    Result<std::string> read(std::uint64_t offset, std::size_t size) override {
        if (offset >= content_->bytes.size()) return std::string();
        return content_->bytes.substr(static_cast<std::size_t>(offset), size);
    }
    Result<void> sync() override {
        if (faults_.dies_now()) {
            // The bytes may all have arrived although nobody was told.
            if (faults_.random().percent(50) && !content_->is_cheated)
                content_->durable = content_->bytes.size();
            faults_.die();
        }
        if (auto failed = faults_.failure()) {
            content_->is_cheated = true;
            return *failed;
        }
        if (faults_.sync_fails()) {
            content_->is_cheated = true;
            return Error::io("fdatasync failed: input/output error", path_);
        }
        if (!content_->is_cheated) content_->durable = content_->bytes.size();
        return {};
    }
    [[nodiscard]] std::uint64_t size() const override { return content_->bytes.size(); }

  private:
    std::string path_;
    std::shared_ptr<Content> content_;
    Faults& faults_;
};

}  // namespace

Result<std::unique_ptr<runtime::File>> SimulatedDisk::open(const std::string& path, Mode mode) {
    if (mode == Mode::read) {
        const auto found = entries_.find(path);
        if (found == entries_.end() || found->second.is_directory)
            return Error{ErrorCode::not_found, "no such file", path};
        return std::unique_ptr<runtime::File>(
            std::make_unique<SimulatedFile>(path, found->second.content, faults_));
    }
    if (faults_.dies_now()) faults_.die();
    if (auto failed = faults_.failure()) return *failed;
    if (entries_.contains(path)) return Error{ErrorCode::conflict, "the file exists already", path};
    const std::string parent = parent_of(path);
    if (!parent.empty() && !entries_.contains(parent))
        return Error{ErrorCode::not_found, "no such directory", parent};
    if (faults_.is_full()) return disk_full(path);
    auto content = std::make_shared<Content>();
    entries_[path] = {false, false, content};
    return std::unique_ptr<runtime::File>(std::make_unique<SimulatedFile>(path, content, faults_));
}

Result<std::vector<std::string>> SimulatedDisk::list(const std::string& directory) {
    std::vector<std::string> names;
    for (const auto& [path, entry] : entries_) {
        if (parent_of(path) == directory) names.push_back(name_of(path));
    }
    return names;
}

Result<void> SimulatedDisk::make_directory(const std::string& directory) {
    if (directory.empty() || entries_.contains(directory)) return {};
    TRY(make_directory(parent_of(directory)));
    if (faults_.dies_now()) faults_.die();
    if (auto failed = faults_.failure()) return *failed;
    if (faults_.is_full()) return disk_full(directory);
    entries_[directory] = {true, false, nullptr};
    return {};
}

Result<void> SimulatedDisk::replace(const std::string& path, std::string_view bytes) {
    const bool dies = faults_.dies_now();
    if (dies && faults_.random().percent(50)) faults_.die();
    if (faults_.is_full()) return disk_full(path);
    if (auto failed = faults_.failure()) return *failed;
    entries_[path] = {false, true,
                      std::make_shared<Content>(Content{std::string(bytes), bytes.size(), false})};
    if (dies) faults_.die();
    return {};
}

Result<void> SimulatedDisk::remove(const std::string& path) {
    if (faults_.dies_now()) faults_.die();
    if (auto failed = faults_.failure()) return *failed;
    const auto found = entries_.find(path);
    if (found == entries_.end()) return Error{ErrorCode::not_found, "no such file", path};
    if (found->second.is_named) removed_[path] = found->second;
    entries_.erase(found);
    return {};
}

Result<void> SimulatedDisk::sync_directory(const std::string& directory) {
    if (faults_.dies_now()) faults_.die();
    if (auto failed = faults_.failure()) return *failed;
    if (faults_.sync_fails()) return Error::io("fsync failed: input/output error", directory);
    for (auto& [path, entry] : entries_) {
        if (parent_of(path) == directory) entry.is_named = true;
    }
    std::erase_if(removed_, [&](const auto& entry) { return parent_of(entry.first) == directory; });
    return {};
}

Result<runtime::Disk::Space> SimulatedDisk::space() {
    constexpr std::uint64_t total = 1ULL << 30U;
    if (faults_.is_low() || faults_.is_full()) return Space{total / 100, total};
    return Space{total / 2, total};
}

void SimulatedDisk::cut_power() {
    Random& random = faults_.random();
    for (auto& [path, entry] : removed_) {
        if (random.percent(50) && !entries_.contains(path)) entries_[path] = entry;
    }
    removed_.clear();
    std::vector<std::string> lost;
    for (auto& [path, entry] : entries_) {
        if (!entry.is_named && random.percent(50)) lost.push_back(path);
        entry.is_named = true;
        if (entry.content) tear(*entry.content, random);
    }
    for (const std::string& path : lost) {
        std::erase_if(entries_, [&](const auto& entry) {
            return entry.first == path || entry.first.starts_with(path + "/");
        });
    }
}

std::uint64_t SimulatedDisk::stored_bytes() const {
    std::uint64_t total = 0;
    for (const auto& [path, entry] : entries_) total += entry.content ? entry.content->bytes.size() : 0;
    return total;
}

void SimulatedDisk::flip(std::uint64_t at) {
    for (auto& [path, entry] : entries_) {
        if (!entry.content) continue;
        if (at < entry.content->bytes.size()) {
            char& byte = entry.content->bytes[static_cast<std::size_t>(at)];
            byte = static_cast<char>(byte ^ 0x40);
            return;
        }
        at -= entry.content->bytes.size();
    }
}

void SimulatedDisk::truncate(std::uint64_t size) {
    for (auto& [path, entry] : entries_) {
        if (!entry.content) continue;
        const auto keep =
            static_cast<std::size_t>(std::min<std::uint64_t>(size, entry.content->bytes.size()));
        entry.content->bytes.resize(keep);
        entry.content->durable = std::min(entry.content->durable, keep);
        size -= keep;
    }
}

}  // namespace banyan::simulator
