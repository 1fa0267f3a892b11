// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an expression may talk about: variables by dotted path ("order.paid"), each with a kind and a slot number. The
// slots are dense from 0 in the order of declaration; an Activation holds one Term for each. Expressions that share a
// Schema share the activation, so the event's facts are laid out once and every rule reads them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/rules/term.h"

namespace banyan::rules {

using Slot = std::uint32_t;

class Schema {
  public:
    struct Variable {
        std::string path;
        Kind kind = Kind::dyn;
    };

    /// Refused when the path is not names joined by dots, or is declared already.
    Result<Slot> declare(std::string_view path, Kind kind);

    [[nodiscard]] std::optional<Slot> find(std::string_view path) const;
    [[nodiscard]] const Variable& variable(Slot slot) const { return variables_[slot]; }
    [[nodiscard]] std::size_t size() const { return variables_.size(); }

    /// The declared path most like `path`, or nothing when none is near.
    [[nodiscard]] std::optional<std::string_view> nearest(std::string_view path) const;

  private:
    std::vector<Variable> variables_;
};

/// How many letters must be changed, added or dropped to make one of the other; for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace banyan::rules
