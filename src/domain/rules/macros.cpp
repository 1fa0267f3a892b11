// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/macros.h"

#include <array>

namespace banyan::rules {

namespace {

constexpr std::array shapes = {
    MacroShape{"all", Macro::all, 1, 1, "xs.all(x, condition)",
               "every element, or every key, meets the condition"},
    MacroShape{"all", Macro::all, 2, 1, "xs.all(i, x, condition)",
               "the same over index and element, or key and value"},
    MacroShape{"exists", Macro::exists, 1, 1, "xs.exists(x, condition)", "some element meets the condition"},
    MacroShape{"exists", Macro::exists, 2, 1, "xs.exists(i, x, condition)", "some pair meets the condition"},
    MacroShape{"exists_one", Macro::exists_one, 1, 1, "xs.exists_one(x, condition)",
               "exactly one element meets the condition; an error in any is an error"},
    MacroShape{"exists_one", Macro::exists_one, 2, 1, "xs.exists_one(i, x, condition)",
               "exactly one pair does"},
    MacroShape{"existsOne", Macro::exists_one, 1, 1, "xs.existsOne(x, condition)",
               "exists_one by its newer name"},
    MacroShape{"existsOne", Macro::exists_one, 2, 1, "xs.existsOne(i, x, condition)", "the same over pairs"},
    MacroShape{"map", Macro::map, 1, 1, "xs.map(x, value)", "the list of what each element comes to"},
    MacroShape{"map", Macro::map, 1, 2, "xs.map(x, condition, value)", "of those that meet the condition"},
    MacroShape{"filter", Macro::filter, 1, 1, "xs.filter(x, condition)",
               "the elements, or keys, that meet the condition"},
    MacroShape{"transformList", Macro::transform_list, 2, 1, "xs.transformList(i, x, value)",
               "the list of what each pair comes to"},
    MacroShape{"transformList", Macro::transform_list, 2, 2, "xs.transformList(i, x, condition, value)",
               "of those that meet the condition"},
    MacroShape{"transformMap", Macro::transform_map, 2, 1, "xs.transformMap(k, v, value)",
               "a map of the same keys with other values"},
    MacroShape{"transformMap", Macro::transform_map, 2, 2, "xs.transformMap(k, v, condition, value)",
               "of those that meet the condition"},
    MacroShape{"transformMapEntry", Macro::transform_map_entry, 2, 1,
               "xs.transformMapEntry(k, v, {key: value})",
               "the entries that each pair comes to, in one map; no key twice"},
    MacroShape{"transformMapEntry", Macro::transform_map_entry, 2, 2,
               "xs.transformMapEntry(k, v, condition, {key: value})", "of those that meet the condition"},
    MacroShape{"sortBy", Macro::sort_by, 1, 1, "xs.sortBy(x, key)",
               "the elements in the order of their keys"},
    MacroShape{"optMap", Macro::optional_map, 1, 1, "o.optMap(x, value)",
               "an optional of the value, when there is an x"},
    MacroShape{"optFlatMap", Macro::optional_flat_map, 1, 1, "o.optFlatMap(x, optional)",
               "the optional, when there is an x"},
};

}  // namespace

std::span<const MacroShape> macros() { return shapes; }

const MacroShape* find_macro(std::string_view name, std::size_t arguments) {
    for (const MacroShape& shape : shapes) {
        if (shape.name == name && std::size_t{shape.variables} + shape.bodies == arguments) return &shape;
    }
    return nullptr;
}

const MacroShape* find_macro(std::string_view name) {
    for (const MacroShape& shape : shapes) {
        if (shape.name == name) return &shape;
    }
    return nullptr;
}

}  // namespace banyan::rules
