// SPDX-License-Identifier: Apache-2.0
#pragma once

// Why an expression came to what it came to: the value of every part, which parts were never reached, and which of them
// decided. It is the ordinary evaluation with its registers looked at afterwards, so an explanation cannot differ from
// the answer it explains. Inside a macro the values are those of its last round: for exists() the element that was
// found, for all() the one that failed.

#include <span>
#include <string>
#include <vector>

#include "domain/rules/evaluate.h"
#include "domain/rules/program.h"

namespace banyan::rules {

struct Part {
    NodeId node = 0;
    std::uint32_t depth = 0;  // 0 is the whole
    bool reached = true;      // false: another part had decided already
    Term value;               // kind dyn when it was not reached
};

struct Explanation {
    Term result;
    std::vector<Part> parts;  // the whole first, each before its own parts

    [[nodiscard]] const Part* part(NodeId node) const;
};

/// Terms point into the activation, the program and the scratch, as with evaluate().
Explanation explain(const Program& program, const Activation& activation, Scratch& scratch,
                    const Calendar* calendar = nullptr);

/// The smallest parts that decided the result, in the order of the source: of a false && the sides that are false, of a
/// true one both; the condition and the chosen side of ?:; of an error the part that is one.
std::vector<NodeId> deciding_parts(const Program& program, const Explanation& explanation);

/// One sentence for a deciding part: "`order.paid >= 10000` is false: order.paid is 8000".
std::string sentence(const Program& program, const Explanation& explanation, NodeId node);

}  // namespace banyan::rules
