// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the names of an expression refer to: a declared variable, a variable of a macro around it, a type, a function.
// A name is looked for in the macros around it first, from the inside out, then among the declared variables, in the
// container and then further out; of `a.b.c` the longest declared part wins and the rest are fields. What is found
// nowhere is marked; check() refuses it, and without checking it is a fault when it is evaluated.

#include <cstdint>
#include <string>
#include <vector>

#include "domain/rules/expression.h"
#include "domain/rules/functions.h"
#include "domain/rules/schema.h"

namespace banyan::rules {

struct Reference {
    enum class To : std::uint8_t {
        nothing,   // the node is no name, or one whose parts are looked at by themselves
        slot,      // index: the variable's
        local,     // index: the node that binds it; part: the nth of its variables, or of a block's parts
        type,      // index: a Kind
        function,  // function
        declared,  // a function that has no body here: declared
        unknown
    };
    To to = To::nothing;
    std::uint32_t index = 0;
    std::uint32_t part = 0;
    const Function* function = nullptr;
    const Schema::Declared* declared = nullptr;
    bool qualified = false;  // a method by its form; its target is the beginning of the function's name
};

/// One for each node.
std::vector<Reference> resolve(const Expression& expression, const Schema& schema);

/// "a.b.c" when the node is nothing but names and dots; "" for anything else.
std::string path_of(const Expression& expression, NodeId id);

}  // namespace banyan::rules
