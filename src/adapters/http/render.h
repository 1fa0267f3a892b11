// SPDX-License-Identifier: Apache-2.0
#pragma once

// Answers as JSON. Ids of the programme become their codes, amounts decimal strings scaled by their unit, instants
// RFC 3339; "never" is null. Keys and forms are those of api/openapi.yaml, and the tests hold the two together.

#include <optional>
#include <string>

#include "adapters/http/message.h"
#include "adapters/http/problem.h"
#include "domain/programme/programme.h"
#include "runtime/service.h"
#include "text/json_writer.h"

namespace banyan::http {

/// "3:17": partition and LSN, the read-your-writes token.
std::string lsn_text(PartitionId partition, Lsn lsn);
std::string lsn_header(PartitionId partition, Lsn lsn);

/// The code of a unit; "unit-7" for one that an older programme declared and this one does not.
std::string unit_code(const programme::Programme& programme, UnitId id);
std::string quantity_text(const programme::Programme& programme, UnitId unit, Quantity amount);
std::string money_text(const programme::Programme& programme, std::int64_t minor);
/// RFC 3339, or null for an instant that never comes.
void write_instant(text::JsonWriter& json, std::string_view key, Instant instant);

/// The answer to a mutation or event that was applied, replayed or is pending.
std::string render(const runtime::Outcome& outcome, std::string_view id,
                   const programme::Programme& programme);
/// The problem of an outcome that was none of these.
Problem problem_of(const runtime::Outcome& outcome);

std::string render(const runtime::MemberView& view, const programme::Programme& programme);
std::string render_balances(const runtime::MemberView& view, const programme::Programme& programme);
std::string render_expiring(const runtime::MemberView& view, Instant until,
                            const programme::Programme& programme);
std::string render_tier(const runtime::MemberView& view, const programme::Programme& programme);
std::string render(const runtime::MemberList& list);
std::string render(const runtime::Timeline& timeline, const programme::Programme& programme);
void write(text::JsonWriter& json, const runtime::StatementLine& line, const programme::Programme& programme);
std::string render(const runtime::Totals& totals, const programme::Programme& programme);
std::string render(const programme::Programme& programme);
std::string render_tiers(const programme::Programme& programme);

}  // namespace banyan::http
