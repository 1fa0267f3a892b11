// SPDX-License-Identifier: Apache-2.0
#pragma once

// The few things a vault asks of a disk, in memory: it replaces and reads one small file.

#include <map>
#include <memory>
#include <string>

#include "runtime/ports/disk.h"

namespace banyan::vault {

class KeyDisk final : public runtime::Disk {
  public:
    std::map<std::string, std::string> files;
    std::uint64_t fail_from = ~std::uint64_t{0};

    Result<std::unique_ptr<runtime::File>> open(const std::string& path, Mode) override {
        const auto found = files.find(path);
        if (found == files.end()) return Error{ErrorCode::not_found, "cannot open: no such file", path};
        return std::unique_ptr<runtime::File>(std::make_unique<Open>(found->second));
    }
    Result<std::vector<std::string>> list(const std::string&) override { return std::vector<std::string>{}; }
    Result<void> make_directory(const std::string&) override { return {}; }
    Result<void> replace(const std::string& path, std::string_view bytes) override {
        if (fail_from == 0) return Error::io("the test says so", path);
        --fail_from;
        files[path] = bytes;
        return {};
    }
    Result<void> remove(const std::string& path) override {
        files.erase(path);
        return {};
    }
    Result<void> sync_directory(const std::string&) override { return {}; }
    Result<Space> space() override { return Space{}; }

  private:
    class Open final : public runtime::File {
      public:
        explicit Open(std::string content) : content_(std::move(content)) {}
        Result<void> append(std::string_view) override { return Error::io("read only", ""); }
        Result<std::string> read(std::uint64_t offset, std::size_t size) override {
            return offset < content_.size() ? content_.substr(offset, size) : std::string{};
        }
        Result<void> sync() override { return {}; }
        [[nodiscard]] std::uint64_t size() const override { return content_.size(); }

      private:
        std::string content_;
    };
};

}  // namespace banyan::vault
