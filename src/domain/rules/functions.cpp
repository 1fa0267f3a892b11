// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/functions.h"

#include <algorithm>
#include <array>
#include <string>

namespace banyan::rules {

namespace {

constexpr std::string_view variadic = "number ... -> number";

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// The table is ours, so text that is no type is our own mistake.
Type type_of(std::string_view text) {
    const auto type = parse_type(trimmed(text));
    ASSERT(type.ok());
    return *type;
}

// "string, int -> string"; commas inside parentheses belong to a type.
Overload overload_of(std::string_view text) {
    const std::size_t arrow = text.find("->");
    ASSERT(arrow != std::string_view::npos);
    Overload overload{{}, type_of(text.substr(arrow + 2))};
    std::string_view rest = trimmed(text.substr(0, arrow));
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= rest.size() && !rest.empty(); ++i) {
        if (i < rest.size() && rest[i] == '(') ++depth;
        if (i < rest.size() && rest[i] == ')') --depth;
        if (i < rest.size() && (rest[i] != ',' || depth > 0)) continue;
        overload.parameters.push_back(type_of(rest.substr(begin, i - begin)));
        begin = i + 1;
    }
    return overload;
}

struct Row {
    const Function* function;
    std::vector<Overload> overloads;

    [[nodiscard]] bool takes(std::size_t arguments) const {
        if (function->signatures == variadic) return arguments > 0;
        return std::any_of(overloads.begin(), overloads.end(),
                           [&](const Overload& overload) { return overload.parameters.size() == arguments; });
    }
};

std::vector<Row> read_rows() {
    std::vector<Row> rows;
    for (const FunctionGroup& group : function_groups()) {
        for (const Function& function : group.functions) {
            rows.push_back({&function, is_variadic(function) ? std::vector<Overload>()
                                                             : read_overloads(function.signatures)});
        }
    }
    return rows;
}

const std::vector<Row>& rows() {
    static const std::vector<Row> read = read_rows();
    return read;
}

}  // namespace

std::vector<Overload> read_overloads(std::string_view signatures) {
    std::vector<Overload> overloads;
    while (!signatures.empty()) {
        const std::size_t bar = std::min(signatures.find('|'), signatures.size());
        overloads.push_back(overload_of(signatures.substr(0, bar)));
        signatures.remove_prefix(std::min(bar + 1, signatures.size()));
    }
    return overloads;
}

std::span<const FunctionGroup> function_groups() {
    static const std::array groups = {
        FunctionGroup{"Types and conversions", conversion_functions()},
        FunctionGroup{"Text", text_functions()},
        FunctionGroup{"Patterns", pattern_functions()},
        FunctionGroup{"Time", time_functions()},
        FunctionGroup{"Numbers", math_functions()},
        FunctionGroup{"Lists", list_functions()},
        FunctionGroup{"Sets", set_functions()},
        FunctionGroup{"Optional values", optional_functions()},
        FunctionGroup{"Networks", network_functions()},
        FunctionGroup{"Encodings", encoding_functions()},
    };
    return groups;
}

const Function* find_function(std::string_view name, Style style, std::size_t arguments) {
    for (const Row& row : rows()) {
        if (row.function->name == name && row.function->style == style && row.takes(arguments))
            return row.function;
    }
    return nullptr;
}

const Function* find_function(std::string_view name) {
    for (const Row& row : rows()) {
        if (row.function->name == name) return row.function;
    }
    return nullptr;
}

bool is_variadic(const Function& function) { return function.signatures == variadic; }

std::span<const Overload> overloads_of(const Function& function) {
    for (const Row& row : rows()) {
        if (row.function == &function) return row.overloads;
    }
    ASSERT(false);
    return {};
}

}  // namespace banyan::rules
