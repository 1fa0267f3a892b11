// SPDX-License-Identifier: Apache-2.0
#pragma once

// One expression of a document: compiled, or a finding at its line and column.

#include <optional>
#include <string>

#include "base/ports/regex.h"
#include "domain/programme/reader.h"
#include "domain/rules/program.h"
#include "domain/rules/schema.h"

namespace banyan::programme {

/// "3:14" as an expression's errors carry it.
std::optional<rules::Position> position_in(const std::string& where);

/// The expression under `part`; nothing when it does not compile, which the findings then say.
std::optional<rules::Program> compiled_at(Reader& reader, std::string_view part, const std::string& text,
                                          const rules::Schema& schema, const Regex* regex);

}  // namespace banyan::programme
