// SPDX-License-Identifier: Apache-2.0
#pragma once

// A file descriptor that closes itself, and errno as an Error. Internal to this adapter.

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace banyan::system {

class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor();

    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool is_open() const { return number_ >= 0; }

  private:
    int number_ = -1;
};

/// "cannot <doing>: <what the system says>" at `path`, from errno. No space left is `full`, no such file `not_found`.
Error system_error(std::string_view doing, const std::string& path);

/// fsync of a directory by its path as the system knows it: names made or removed in it are durable.
Result<void> sync_directory_at(const std::string& absolute_path);

}  // namespace banyan::system
