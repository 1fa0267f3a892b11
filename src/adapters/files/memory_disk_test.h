// SPDX-License-Identifier: Apache-2.0
#pragma once

// A disk in memory for tests, which can lose power: what was not synced is then lost, torn or reordered, sector by
// sector, as a seed decides. It can also fail or fill up at a chosen operation.

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "runtime/ports/disk.h"

namespace banyan::files {

class MemoryDisk final : public runtime::Disk {
  public:
    /// From the n-th writing operation on (0 = the next one), everything that writes fails with this code.
    void fail_from(std::uint64_t operation, ErrorCode code = ErrorCode::io) {
        fail_from_ = operations_ + operation;
        fail_code_ = code;
    }
    void heal() { fail_from_ = ~std::uint64_t{0}; }
    [[nodiscard]] std::uint64_t operations() const { return operations_; }

    /// The power fails. Files that are still open keep writing into nothing.
    void crash(std::uint64_t seed) {
        heal();
        std::map<std::string, std::shared_ptr<Node>> left;
        std::set<std::string> lost;
        for (const std::string& directory : fresh_directories_) {
            if (next(seed) % 2 != 0) continue;
            lost.insert(directory + "/");
            directories_.erase(directory);
        }
        fresh_directories_.clear();
        for (const auto& [path, node] : files_) {
            if (!node->name_is_durable && next(seed) % 2 == 0) continue;
            const bool is_inside_lost = std::any_of(lost.begin(), lost.end(), [&](const std::string& prefix) {
                return path.starts_with(prefix);
            });
            if (is_inside_lost) continue;
            auto after = std::make_shared<Node>();
            after->name_is_durable = true;
            after->content = torn(*node, seed);
            after->synced = after->content.size();
            left[path] = std::move(after);
        }
        files_ = std::move(left);
    }

    /// Everything stored, file after file in path order, as one run of bytes.
    [[nodiscard]] std::uint64_t stored_bytes() const {
        std::uint64_t total = 0;
        for (const auto& [path, node] : files_) total += node->content.size();
        return total;
    }
    void flip(std::uint64_t at) {
        auto [content, offset] = find(at);
        (*content)[offset] = static_cast<char>((*content)[offset] ^ 0x40);
    }
    /// Cuts the file that holds this byte there. Requires: it is the last file.
    void truncate(std::uint64_t at) {
        while (at < stored_bytes()) {
            Node& last = *files_.rbegin()->second;
            const std::uint64_t before = stored_bytes() - last.content.size();
            if (before >= at && before != 0) {
                files_.erase(std::prev(files_.end()));
                continue;
            }
            last.content.resize(at - before);
            last.synced = last.content.size();
        }
    }
    std::map<std::string, std::string> contents() const {
        std::map<std::string, std::string> all;
        for (const auto& [path, node] : files_) all[path] = node->content;
        return all;
    }
    std::string& content(const std::string& path) { return files_.at(path)->content; }

    Result<std::unique_ptr<runtime::File>> open(const std::string& path, Mode mode) override {
        const std::lock_guard<std::recursive_mutex> guard(mutex_);
        const auto found = files_.find(path);
        if (mode == Mode::read) {
            if (found == files_.end()) return Error{ErrorCode::not_found, "cannot open: no such file", path};
            return std::unique_ptr<runtime::File>(std::make_unique<Open>(*this, found->second, path));
        }
        TRY(write_operation(path));
        if (found != files_.end()) return Error::io("cannot create: the file exists", path);
        auto node = std::make_shared<Node>();
        files_[path] = node;
        return std::unique_ptr<runtime::File>(std::make_unique<Open>(*this, std::move(node), path));
    }
    Result<std::vector<std::string>> list(const std::string& directory) override {
        const std::lock_guard<std::recursive_mutex> guard(mutex_);
        std::vector<std::string> names;
        const std::string prefix = directory.empty() ? "" : directory + "/";
        for (const auto& [path, node] : files_) {
            if (!path.starts_with(prefix)) continue;
            std::string name = path.substr(prefix.size());
            name.resize(std::min(name.size(), name.find('/')));
            if (names.empty() || names.back() != name) names.push_back(std::move(name));
        }
        return names;
    }
    Result<void> make_directory(const std::string& directory) override {
        TRY(write_operation(directory));
        for (std::size_t end = 1; end <= directory.size(); ++end) {
            if (end != directory.size() && directory[end] != '/') continue;
            const std::string part = directory.substr(0, end);
            if (directories_.insert(part).second) fresh_directories_.insert(part);
        }
        return {};
    }
    Result<void> replace(const std::string& path, std::string_view bytes) override {
        TRY(write_operation(path));
        auto node = std::make_shared<Node>();
        node->content = bytes;
        node->synced = bytes.size();
        node->name_is_durable = true;
        files_[path] = std::move(node);
        return {};
    }
    Result<void> remove(const std::string& path) override {
        TRY(write_operation(path));
        if (files_.erase(path) == 0) return Error{ErrorCode::not_found, "cannot remove: no such file", path};
        return {};
    }
    Result<void> sync_directory(const std::string& directory) override {
        const std::lock_guard<std::recursive_mutex> guard(mutex_);
        TRY(write_operation(directory));
        const std::string prefix = directory.empty() ? "" : directory + "/";
        for (auto& [path, node] : files_) {
            if (path.starts_with(prefix) && path.find('/', prefix.size()) == std::string::npos) {
                node->name_is_durable = true;
            }
        }
        std::erase_if(fresh_directories_, [&](const std::string& path) {
            return path.starts_with(prefix) && path.find('/', prefix.size()) == std::string::npos;
        });
        return {};
    }
    Result<Space> space() override { return Space{.free = 1U << 30U, .total = 1U << 30U}; }

  private:
    struct Node {
        std::string content;
        std::size_t synced = 0;
        bool name_is_durable = false;
    };

    class Open final : public runtime::File {
      public:
        Open(MemoryDisk& disk, std::shared_ptr<Node> node, std::string path)
            : disk_(disk), node_(std::move(node)), path_(std::move(path)) {}
        Result<void> append(std::string_view bytes) override {
            const std::lock_guard<std::recursive_mutex> guard(disk_.mutex_);
            const auto may = disk_.write_operation(path_);
            // A write that fails may still have written a part.
            node_->content += may ? bytes : bytes.substr(0, bytes.size() / 2);
            return may;
        }
        Result<std::string> read(std::uint64_t offset, std::size_t size) override {
            const std::lock_guard<std::recursive_mutex> guard(disk_.mutex_);
            if (offset >= node_->content.size()) return std::string{};
            return node_->content.substr(offset, size);
        }
        Result<void> sync() override {
            const std::lock_guard<std::recursive_mutex> guard(disk_.mutex_);
            TRY(disk_.write_operation(path_));
            node_->synced = node_->content.size();
            return {};
        }
        [[nodiscard]] std::uint64_t size() const override {
            const std::lock_guard<std::recursive_mutex> guard(disk_.mutex_);
            return node_->content.size();
        }

      private:
        MemoryDisk& disk_;
        std::shared_ptr<Node> node_;
        std::string path_;
    };

    Result<void> write_operation(const std::string& path) {
        if (operations_++ >= fail_from_) return Error{fail_code_, "cannot write: the test says so", path};
        return {};
    }

    static std::uint64_t next(std::uint64_t& state) {  // splitmix64
        state += 0x9E3779B97F4A7C15U;
        std::uint64_t z = state;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

    static std::string torn(const Node& node, std::uint64_t& seed) {
        constexpr std::size_t sector = 64;  // smaller than a real one, so that small tests tear frames apart
        std::string content = node.content;
        const std::size_t unsynced = content.size() - node.synced;
        if (unsynced == 0) return content;
        for (std::size_t at = node.synced; at < content.size(); at += sector - at % sector) {
            const std::size_t end = std::min(content.size(), at + sector - at % sector);
            const std::uint64_t fate = next(seed) % 4;
            if (fate == 0)
                std::fill(content.begin() + static_cast<std::ptrdiff_t>(at),
                          content.begin() + static_cast<std::ptrdiff_t>(end), '\0');
            if (fate == 1) content[at] = static_cast<char>(content[at] ^ 0x11);
        }
        if (next(seed) % 2 == 0) content.resize(node.synced + next(seed) % (unsynced + 1));
        return content;
    }

    std::pair<std::string*, std::size_t> find(std::uint64_t at) {
        for (auto& [path, node] : files_) {
            if (at < node->content.size()) return {&node->content, static_cast<std::size_t>(at)};
            at -= node->content.size();
        }
        ASSERT(false);  // beyond everything stored
        return {nullptr, 0};
    }

    std::recursive_mutex mutex_;  // what a journal calls from several threads
    std::map<std::string, std::shared_ptr<Node>> files_;
    std::set<std::string> directories_;
    std::set<std::string> fresh_directories_;  // made, but not yet durable in their parents
    std::uint64_t operations_ = 0;
    std::uint64_t fail_from_ = ~std::uint64_t{0};
    ErrorCode fail_code_ = ErrorCode::io;
};

}  // namespace banyan::files
