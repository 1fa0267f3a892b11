// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/schema.h"

#include <algorithm>

namespace banyan::rules {

namespace {

bool is_path(std::string_view path) {
    bool at_start = true;
    for (const char c : path) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        const bool digit = c >= '0' && c <= '9';
        if (c == '.' ? at_start : !(letter || (digit && !at_start))) return false;
        at_start = c == '.';
    }
    return !at_start;
}

}  // namespace

Result<Slot> Schema::declare(std::string_view path, Type type) {
    if (!is_path(path))
        return Error::invalid("'" + std::string(path) + "' is no variable; write names joined by dots");
    if (find(path)) return Error::invalid("the variable '" + std::string(path) + "' is declared twice");
    variables_.push_back({std::string(path), std::move(type)});
    return static_cast<Slot>(variables_.size() - 1);
}

std::optional<Slot> Schema::find(std::string_view path) const {
    for (Slot slot = 0; slot < variables_.size(); ++slot) {
        if (variables_[slot].path == path) return slot;
    }
    return std::nullopt;
}

const Schema::Declared* Schema::find_function(std::string_view name, Style style) const {
    for (const Declared& function : functions_) {
        if (function.name == name && function.style == style) return &function;
    }
    return nullptr;
}

std::optional<std::string_view> Schema::nearest(std::string_view path) const {
    std::optional<std::string_view> best;
    std::size_t best_distance = std::max<std::size_t>(2, path.size() / 3) + 1;
    for (const Variable& variable : variables_) {
        const std::size_t distance = edit_distance(path, variable.path);
        if (distance >= best_distance) continue;
        best_distance = distance;
        best = variable.path;
    }
    return best;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // A misspelling is short; a source full of garbage must not cost its square.
    constexpr std::size_t compared_max = 64;
    a = a.substr(0, compared_max);
    b = b.substr(0, compared_max);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace banyan::rules
