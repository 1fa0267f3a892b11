// SPDX-License-Identifier: Apache-2.0
#pragma once

// Texts that repeat, kept once and named by a small number: an export of a million rows has a few thousand products.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace banyan::app {

class StringPool {
  public:
    /// The number of the text; numbers count from 0 in the order of first sight.
    std::uint32_t number_of(std::string_view text) {
        const auto found = numbers_.find(text);
        if (found != numbers_.end()) return found->second;
        const auto number = static_cast<std::uint32_t>(texts_.size());
        // A deque never moves what it holds, so the map may look at it.
        numbers_.emplace(texts_.emplace_back(text), number);
        return number;
    }
    [[nodiscard]] const std::string& text_of(std::uint32_t number) const { return texts_[number]; }
    [[nodiscard]] std::size_t size() const { return texts_.size(); }

  private:
    std::deque<std::string> texts_;
    std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

}  // namespace banyan::app
