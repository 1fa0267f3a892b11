// SPDX-License-Identifier: Apache-2.0
#pragma once

// The file that is imported: read once from front to back, and later by offset where its lines are the events.

#include <cstddef>
#include <fstream>
#include <string>
#include <string_view>

#include "base/result.h"
#include "text/byte_source.h"

namespace banyan::app {

class InputFile final : public text::ByteSource {
  public:
    static Result<InputFile> open(const std::string& path);

    Result<std::size_t> read(std::span<char> buffer) override;
    /// Appends `size` bytes from `offset`. Does not move where read() goes on.
    Result<void> append_at(std::size_t offset, std::size_t size, std::string& out);

    /// The last part of the path: what ids of rows and messages name.
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// How far read() has come.
    [[nodiscard]] std::size_t position() const { return position_; }

  private:
    InputFile(std::ifstream stream, std::string path, std::size_t size);

    std::ifstream stream_;
    std::string path_;
    std::string name_;
    std::size_t size_ = 0;
    std::size_t position_ = 0;
};

}  // namespace banyan::app
