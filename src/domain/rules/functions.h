// SPDX-License-Identifier: Apache-2.0
#pragma once

// The functions of the language in one table: name, how it is called, what it answers. The parser knows none of them;
// compile() finds the row, evaluate() calls it. Groups of functions live in files of their own and are joined here.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "domain/rules/context.h"
#include "domain/rules/term.h"

namespace banyan::rules {

enum class Style : std::uint8_t { global, method };

struct Function {
    std::string_view name;
    Style style = Style::global;
    std::uint8_t arguments_min = 1;  // the target of a method is the first
    std::uint8_t arguments_max = 1;
    Kind kind = Kind::dyn;        // of the result
    bool needs_calendar = false;  // such a call is never folded
    Term (*apply)(std::span<const Term>, Context&) = nullptr;
};

/// All functions; an index into it stands in the instructions.
std::span<const Function> functions();
std::optional<std::uint16_t> find_function(std::string_view name, Style style, std::size_t arguments);

// The groups.
Term convert_to_int(std::span<const Term> arguments, Context& context);
Term convert_to_uint(std::span<const Term> arguments, Context& context);
Term convert_to_double(std::span<const Term> arguments, Context& context);
Term convert_to_bool(std::span<const Term> arguments, Context& context);
Term convert_to_string(std::span<const Term> arguments, Context& context);
Term convert_to_bytes(std::span<const Term> arguments, Context& context);
Term convert_to_timestamp(std::span<const Term> arguments, Context& context);
Term convert_to_duration(std::span<const Term> arguments, Context& context);

enum class TimePart : std::uint8_t {
    full_year,
    month,
    date,
    day_of_month,
    day_of_week,
    day_of_year,
    hours,
    minutes,
    seconds,
    milliseconds
};
/// arguments: a timestamp and perhaps a zone, or (hours to milliseconds) a duration.
Term time_part(TimePart part, std::span<const Term> arguments, Context& context);

}  // namespace banyan::rules
