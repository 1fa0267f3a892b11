// SPDX-License-Identifier: Apache-2.0
#pragma once

// The functions of the language in one table: name, how it is called, which types it takes, what it answers and a
// sentence for people. The parser knows none of them; check() reads the signatures, compile() keeps the row, evaluate()
// calls it, and docs/reference/cel.md is written from the same rows (`banyan cel --functions`). Groups of functions
// live in files of their own and are joined in functions.cpp.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "domain/rules/context.h"
#include "domain/rules/term.h"
#include "domain/rules/type.h"

namespace banyan::rules {

enum class Style : std::uint8_t { global, method };

/// What a call needs of the world outside the expression; a call that needs anything is never computed in advance.
enum class Needs : std::uint8_t { nothing, calendar, regex };

/// What becomes of an argument that is a fault: the call is one too, or the function looks at it itself.
enum class Faulty : std::uint8_t { passes_on, is_argument };

using Apply = Term (*)(std::span<const Term>, Context&);

struct Function {
    std::string_view name;  // "size", "math.greatest"
    Style style = Style::global;
    /// Overloads by '|': "string -> int | list(T) -> int"; the target of a method is the first. "number ..." takes any
    /// count of numbers and answers with their common type.
    std::string_view signatures;
    Apply apply = nullptr;
    std::string_view meaning;
    Needs needs = Needs::nothing;
    Faulty faulty = Faulty::passes_on;
};

struct FunctionGroup {
    std::string_view title;
    std::span<const Function> functions;
};

struct Overload {
    std::vector<Type> parameters;
    Type result;
};

std::span<const FunctionGroup> function_groups();

/// The row that takes so many arguments (a method's target counts), or nullptr.
const Function* find_function(std::string_view name, Style style, std::size_t arguments);
/// Any row of that name.
const Function* find_function(std::string_view name);
bool is_variadic(const Function& function);
/// Signatures as above to types; requires that they are right.
std::vector<Overload> read_overloads(std::string_view signatures);
/// Requires a row of the table that is not variadic.
std::span<const Overload> overloads_of(const Function& function);

// The groups.
std::span<const Function> conversion_functions();
std::span<const Function> text_functions();
std::span<const Function> math_functions();
std::span<const Function> list_functions();
std::span<const Function> set_functions();
std::span<const Function> optional_functions();
std::span<const Function> time_functions();
std::span<const Function> pattern_functions();
std::span<const Function> network_functions();
std::span<const Function> encoding_functions();

/// What sortBy() orders by: `keys` has as many elements as `list`.
Term sorted_by(const Term& list, const Term& keys, Context& context);
/// The text of a Term as string() and format() show it.
Term convert_to_string(std::span<const Term> arguments, Context& context);

}  // namespace banyan::rules
