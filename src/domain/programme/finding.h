// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is wrong with a document, or worth a second look: where, and what to write instead. All of a document's
// findings are gathered in one reading, so that its author mends it once and not once for each mistake. The place is a
// JSON pointer, and inside an expression a line and column of its text; whoever read the file turns both into
// file:line:column.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/rules/expression.h"

namespace banyan::programme {

/// An error keeps the document from being a programme; a warning does not.
enum class Weight : unsigned char { error, warning };
/// Whether the value under the pointer is meant or the key itself.
enum class Part : unsigned char { value, key };

struct Finding {
    Weight weight = Weight::error;
    std::string pointer;
    Part part = Part::value;
    std::optional<rules::Position> inside;  // of the text that stands at the pointer
    std::string message;
};

/// Findings in the order in which they were made, at most `findings_max` of them.
class Findings {
  public:
    void add(Finding finding);
    [[nodiscard]] bool has_errors() const { return has_errors_; }
    [[nodiscard]] const std::vector<Finding>& all() const { return findings_; }
    /// As the error of a document that cannot be taken. Requires has_errors().
    [[nodiscard]] Error first_error() const;

  private:
    std::vector<Finding> findings_;
    bool has_errors_ = false;
};

inline constexpr std::size_t findings_max = 100;

/// The word most like `given`, or empty when none is near enough to be meant.
std::string nearest(std::string_view given, std::span<const std::string> words);
/// " (did you mean "points"?)" or empty.
std::string did_you_mean(std::string_view given, std::span<const std::string> words);
/// "zh, en"
std::string joined(std::span<const std::string> words);

}  // namespace banyan::programme
