// SPDX-License-Identifier: Apache-2.0
#pragma once

// The query part of a URL, strictly: what no one asked for is refused, because a misspelt parameter that is silently
// ignored answers another question than the one asked.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/result.h"

namespace banyan::http {

/// "%41" as "A"; "+" stays. Nothing when an escape is broken.
std::optional<std::string> decode_percent(std::string_view text);

class Query {
  public:
    static Result<Query> parse(std::string_view text);

    Result<std::optional<Instant>> instant(std::string_view name);
    /// How many to answer with: from 1 to `max`.
    Result<std::uint32_t> limit(std::uint32_t max, std::uint32_t otherwise);
    /// Where the page before ended; 0 = from the beginning.
    Result<std::uint64_t> cursor(std::string_view name);
    std::optional<std::string> text(std::string_view name);
    /// Refuses what nobody asked for.
    Result<void> finish() const;

  private:
    struct Parameter {
        std::string name;
        std::string value;
        bool taken = false;
    };
    std::vector<Parameter> parameters_;
};

}  // namespace banyan::http
