// SPDX-License-Identifier: Apache-2.0
#pragma once

// Timestamps and durations as text, in CEL's range and to the nanosecond: RFC 3339 ("2024-06-18T20:00:00+08:00") and
// "1h30m", "-1.5s", "250ms". (base/instant.h reads RFC 3339 too, but only what a member programme can mean.)

#include <optional>
#include <string>
#include <string_view>

#include "domain/rules/term.h"

namespace banyan::rules {

std::optional<Timestamp> parse_timestamp(std::string_view text);
std::string to_text(Timestamp time);

std::optional<Nanoseconds> parse_duration(std::string_view text);
/// Seconds with as many decimals as needed: "1000000s", "0.25s".
std::string to_text(Nanoseconds duration);

/// "UTC", "Z" or "+08:00", "-05:30", "02:00" as minutes east of UTC; nothing for anything else.
std::optional<int> parse_fixed_offset(std::string_view zone);

}  // namespace banyan::rules
