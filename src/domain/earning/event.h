// SPDX-License-Identifier: Apache-2.0
#pragma once

// An interaction that a programme declares: a check-in, a review, a share. Its schema says which attributes it has and
// of what kind; an event that says anything else is refused before it is recorded, so a rule never meets an attribute
// that is not there.

#include <string>
#include <string_view>
#include <vector>

#include "domain/rules/term.h"

namespace banyan::earning {

struct Attribute {
    std::string name;
    rules::Kind kind = rules::Kind::integer;  // or boolean, string
};

struct EventType {
    std::string code;
    std::string name_zh;
    std::string name_en;
    std::vector<Attribute> attributes;  // in document order
};

/// What the product itself calls an event; a programme declares others.
inline constexpr std::string_view paid_event = "order.paid";
inline constexpr std::string_view registered_event = "member.registered";

}  // namespace banyan::earning
