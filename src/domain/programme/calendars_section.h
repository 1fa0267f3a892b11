// SPDX-License-Identifier: Apache-2.0
#pragma once

// The section of calendars: named days and hours that rules ask for as calendar.CODE.

#include "domain/programme/reader.h"
#include "domain/programme/wording.h"

namespace banyan::programme {

struct Programme;

void read_calendars(Reader& document, Programme& programme);

/// Calendars that no rule asks for, and conditions that ask for two of them at once which never meet.
void doubt_calendars(const Programme& programme, Findings& findings);

/// How a field of a calendar reads; nothing when it is no such field.
std::optional<std::string> say_of_calendar(std::string_view field, const Value& value, Language language);

}  // namespace banyan::programme
