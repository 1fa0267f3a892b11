// SPDX-License-Identifier: Apache-2.0
#pragma once

// What clients post, turned into requests: events (POST /v1/events, one line of NDJSON) and the parts that the
// mutations of a member share with them. Everything is checked for form here, with a JSON pointer for what is wrong;
// whether it makes sense (is there such an order, is the balance enough) is the engine's business.

#include <string>

#include "adapters/http/fields.h"
#include "adapters/http/scopes.h"
#include "base/result.h"
#include "domain/programme/programme.h"
#include "runtime/request.h"
#include "text/json_view.h"

namespace banyan::http {

inline constexpr std::size_t id_bytes_max = 128;
inline constexpr std::size_t order_lines_max = 5000;

/// One event. Amounts become minor units of the order's currency and smallest parts of the programme's units.
Result<runtime::Request> read_event(const text::JsonView& view, const programme::Programme& programme);

/// What of the event may be said in an answer although the event is wrong: its id where it has a readable one.
std::string id_of_event(const text::JsonView& view);

/// The scope that an event needs besides events:write: whoever may report orders may not grant points by hand.
Scope scope_needed(const runtime::RequestBody& body);

// --- parts, for the mutations ---
Result<runtime::ExternalId> read_identity(const text::JsonView& view, const Place& place);
Result<std::vector<runtime::ExternalId>> read_identities(Object& object);
/// Of a patch (RFC 7396), null takes a field away; elsewhere there is nothing to take.
enum class Null : unsigned char { refused, removes };
Result<runtime::Profile> read_profile(Object& object, Null null);
Result<const ledger::Unit*> read_unit(Object& object, const programme::Programme& programme);
/// "12.5" (or the whole number 12) of the unit; zero is refused, and a negative amount unless `sign` allows it.
enum class Sign : unsigned char { positive, any };
Result<std::int64_t> read_amount(Object& object, const ledger::Unit& unit, Sign sign);
Result<runtime::Adjust> read_adjustment(Object& object, const programme::Programme& programme);
Result<Duration> read_duration(Object& object, std::string_view key);
/// "P30D", "PT15M", "P1DT12H": days, hours, minutes and seconds, as ISO 8601 writes them. Nothing when it is not.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace banyan::http
