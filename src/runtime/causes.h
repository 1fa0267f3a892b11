// SPDX-License-Identifier: Apache-2.0
#pragma once

// Why a rule comes to something else under a draft, told from the documents: what they say of the rule, of the limits
// that hold for it, and what it reads. A rule that is the same in all of them differs only because something else does.

#include <map>
#include <string>

#include "domain/programme/programme.h"

namespace banyan::runtime {

enum class Cause : std::uint8_t {
    none,          // it does not, or it is no rule of anybody's: adjustments
    rule_new,      // no published document has it
    rule_gone,     // the draft has it no more
    rule_changed,  // the draft says something else of it
    limit,         // it is the same, and what holds for it, a limit or its unit's cap, is not
    tier,          // it is the same, and reads where the member stands
    knock_on,      // it is the same: what other rules gave or took moved what it reads or may give
};
/// "rule_new", ...
const char* name_of(Cause cause);

/// `published`: every document that was in force.
Cause cause_of(const std::string& rule, const std::map<ProgrammeVersion, Value>& published,
               const Value& draft, const programme::Programme& compiled_draft);

}  // namespace banyan::runtime
