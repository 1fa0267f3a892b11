// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a published document says of itself: a first line, a comment to YAML, that names its version and the log time from
// which it is in force. The record needs no field for them, the author's text stays as it was written, and the first
// version of a brand, which has no such line, is in force since ever.

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"

namespace banyan::runtime {

std::string published_text(ProgrammeVersion version, Instant since, std::string_view document);
/// From when on; nothing when the document has no such line.
std::optional<Instant> published_since(std::string_view document);
/// The author's text.
std::string_view without_heading(std::string_view document);

}  // namespace banyan::runtime
