// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/functions.h"

#include <array>

#include "domain/rules/utf8.h"

namespace banyan::rules {

namespace {

using Arguments = std::span<const Term>;

Term size(Arguments arguments, Context& context) {
    const Term& a = arguments[0];
    switch (a.kind()) {
        case Kind::string:
            if (!context.charge(a.string().size() / 64)) return context.fault(Fault::cost_exceeded);
            return Term(static_cast<std::int64_t>(utf8_length(a.string())));
        case Kind::bytes: return Term(static_cast<std::int64_t>(a.bytes().size()));
        case Kind::list:
        case Kind::map: return Term(static_cast<std::int64_t>(a.count()));
        default: return context.fault(Fault::no_such_overload);
    }
}

bool are_strings(Arguments arguments) {
    return arguments[0].is(Kind::string) && arguments[1].is(Kind::string);
}

Term starts_with(Arguments arguments, Context& context) {
    if (!are_strings(arguments)) return context.fault(Fault::no_such_overload);
    return Term(arguments[0].string().starts_with(arguments[1].string()));
}

Term ends_with(Arguments arguments, Context& context) {
    if (!are_strings(arguments)) return context.fault(Fault::no_such_overload);
    return Term(arguments[0].string().ends_with(arguments[1].string()));
}

Term contains(Arguments arguments, Context& context) {
    if (!are_strings(arguments)) return context.fault(Fault::no_such_overload);
    const std::string_view text = arguments[0].string();
    const std::string_view part = arguments[1].string();
    // A search may compare the part at every place of the text.
    if (!context.charge((text.size() / 16 + 1) * (part.size() / 16 + 1)))
        return context.fault(Fault::cost_exceeded);
    return Term(text.find(part) != std::string_view::npos);
}

Term type(Arguments arguments, Context&) { return Term::type_of(arguments[0].kind()); }

Term dyn(Arguments arguments, Context&) { return arguments[0]; }

template <TimePart part>
Term part_of(Arguments arguments, Context& context) {
    return time_part(part, arguments, context);
}

template <TimePart part>
constexpr Function accessor(std::string_view name) {
    return {name, Style::method, 1, 2, Kind::integer, true, part_of<part>};
}

constexpr std::array table = {
    Function{"size", Style::global, 1, 1, Kind::integer, false, size},
    Function{"size", Style::method, 1, 1, Kind::integer, false, size},
    Function{"startsWith", Style::method, 2, 2, Kind::boolean, false, starts_with},
    Function{"endsWith", Style::method, 2, 2, Kind::boolean, false, ends_with},
    Function{"contains", Style::method, 2, 2, Kind::boolean, false, contains},
    Function{"type", Style::global, 1, 1, Kind::type, false, type},
    Function{"dyn", Style::global, 1, 1, Kind::dyn, false, dyn},
    Function{"int", Style::global, 1, 1, Kind::integer, false, convert_to_int},
    Function{"uint", Style::global, 1, 1, Kind::unsigned_integer, false, convert_to_uint},
    Function{"double", Style::global, 1, 1, Kind::floating, false, convert_to_double},
    Function{"bool", Style::global, 1, 1, Kind::boolean, false, convert_to_bool},
    Function{"string", Style::global, 1, 1, Kind::string, false, convert_to_string},
    Function{"bytes", Style::global, 1, 1, Kind::bytes, false, convert_to_bytes},
    Function{"timestamp", Style::global, 1, 1, Kind::timestamp, false, convert_to_timestamp},
    Function{"duration", Style::global, 1, 1, Kind::duration, false, convert_to_duration},
    accessor<TimePart::full_year>("getFullYear"),
    accessor<TimePart::month>("getMonth"),
    accessor<TimePart::date>("getDate"),
    accessor<TimePart::day_of_month>("getDayOfMonth"),
    accessor<TimePart::day_of_week>("getDayOfWeek"),
    accessor<TimePart::day_of_year>("getDayOfYear"),
    accessor<TimePart::hours>("getHours"),
    accessor<TimePart::minutes>("getMinutes"),
    accessor<TimePart::seconds>("getSeconds"),
    accessor<TimePart::milliseconds>("getMilliseconds"),
};

}  // namespace

std::span<const Function> functions() { return table; }

std::optional<std::uint16_t> find_function(std::string_view name, Style style, std::size_t arguments) {
    for (std::uint16_t i = 0; i < table.size(); ++i) {
        const Function& function = table[i];
        if (function.name == name && function.style == style && arguments >= function.arguments_min &&
            arguments <= function.arguments_max)
            return i;
    }
    return std::nullopt;
}

}  // namespace banyan::rules
