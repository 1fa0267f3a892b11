// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an expression may talk about: variables by dotted path ("order.paid"), each with a type and a slot number. The
// slots are dense from 0 in the order of declaration; an Activation holds one Term for each. Expressions that share a
// Schema share the activation, so the event's facts are laid out once and every rule reads them.
//
// In a container ("com.example") a name is looked for inside it first, then further out; ".name" only outside.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/rules/functions.h"
#include "domain/rules/type.h"

namespace banyan::rules {

using Slot = std::uint32_t;

class Schema {
  public:
    struct Variable {
        std::string path;
        Type type;
    };
    /// A function that may be written and is checked, but which nobody here can call.
    struct Declared {
        std::string name;
        Style style = Style::global;
        std::vector<Overload> overloads;
    };

    /// Refused when the path is not names joined by dots, or is declared already.
    Result<Slot> declare(std::string_view path, Type type);
    void declare_function(Declared function) { functions_.push_back(std::move(function)); }
    void set_container(std::string_view container) { container_ = container; }

    [[nodiscard]] std::optional<Slot> find(std::string_view path) const;
    [[nodiscard]] const Variable& variable(Slot slot) const { return variables_[slot]; }
    [[nodiscard]] std::size_t size() const { return variables_.size(); }
    [[nodiscard]] const Declared* find_function(std::string_view name, Style style) const;
    [[nodiscard]] const std::string& container() const { return container_; }

    /// The declared path most like `path`, or nothing when none is near.
    [[nodiscard]] std::optional<std::string_view> nearest(std::string_view path) const;

  private:
    std::vector<Variable> variables_;
    std::vector<Declared> functions_;
    std::string container_;
};

/// How many letters must be changed, added or dropped to make one of the other; for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace banyan::rules
