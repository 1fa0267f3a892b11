// SPDX-License-Identifier: Apache-2.0
#pragma once

// GBK (read as its superset GB18030, what Chinese spreadsheets and tills still write) to UTF-8.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace banyan::text {

class GbkDecoder {
  public:
    GbkDecoder();
    ~GbkDecoder();
    GbkDecoder(const GbkDecoder&) = delete;
    GbkDecoder& operator=(const GbkDecoder&) = delete;

    /// Appends `bytes` as UTF-8. The offset of the first byte that is not GBK, or nothing when all of it was.
    std::optional<std::size_t> append(std::string& out, std::string_view bytes);

  private:
    void* converter_;
};

}  // namespace banyan::text
