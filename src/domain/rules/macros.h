// SPDX-License-Identifier: Apache-2.0
#pragma once

// The macros that walk a list or map, or look into an optional: what looks like a call, but names a variable and
// evaluates an expression once for each element. The parser turns such calls into nodes of their own by this table.

#include <cstdint>
#include <span>
#include <string_view>

namespace banyan::rules {

enum class Macro : std::uint8_t {
    none,
    all,
    exists,
    exists_one,
    map,
    filter,
    transform_list,
    transform_map,
    transform_map_entry,
    sort_by,
    optional_map,
    optional_flat_map,
};

struct MacroShape {
    std::string_view name;
    Macro macro = Macro::none;
    std::uint8_t variables = 1;  // named by the first arguments
    std::uint8_t bodies = 1;     // the other arguments; of two, the first is a condition
    std::string_view usage;
    std::string_view meaning;
};

std::span<const MacroShape> macros();

/// The shape of a method of this name with so many arguments, or nullptr when it is no macro.
const MacroShape* find_macro(std::string_view name, std::size_t arguments);
/// Some macro of that name, with another number of arguments; for messages.
const MacroShape* find_macro(std::string_view name);

/// True when it answers with a bool about the whole.
constexpr bool is_quantifier(Macro macro) {
    return macro == Macro::all || macro == Macro::exists || macro == Macro::exists_one;
}

}  // namespace banyan::rules
