// SPDX-License-Identifier: Apache-2.0
#pragma once

// What goes wrong, told the way of RFC 9457: application/problem+json in English or Chinese. One table holds every
// code there is with its status and its words (problem_table.cpp); the type is "urn:banyan:problem:" and the code.
// No problem ever repeats what a client sent: only where it stood.

#include <span>
#include <string>
#include <string_view>

#include "adapters/http/message.h"
#include "base/result.h"
#include "engine/decision.h"

namespace banyan::text {
class JsonWriter;
}

namespace banyan::http {

enum class ProblemCode : unsigned char {
    // the request as such
    malformed_json,
    invalid_request,
    invalid_query,
    bad_http,
    key_missing,
    key_invalid,
    scope_missing,
    route_unknown,
    method_not_allowed,
    idempotency_key_missing,
    body_too_large,
    line_too_long,
    headers_too_large,
    content_type_unsupported,
    too_many_requests,
    too_many_connections,
    test_clock_only,
    conflict,
    not_ready,
    internal,
    // what the domain refuses; the names are those of engine::Refusal
    quarantined,
    id_reused,
    id_uncheckable,
    member_unknown,
    member_erased,
    identity_taken,
    identities_differ,
    merge_with_itself,
    merge_under_way,
    occurred_in_future,
    order_exists,
    order_unknown,
    order_of_another_member,
    line_unknown,
    line_repeated,
    quantity_exceeds,
    nothing_left,
    amount_not_positive,
    amount_too_large,
    unit_unknown,
    balance_insufficient,
    cap_exceeded,
    hold_exists,
    hold_unknown,
    hold_too_long,
    spend_unknown,
    reversal_exceeds,
    limit_reached,
    order_full,
    unit_not_spendable,
    refund_exceeds,
    capture_exceeds,
    transfer_to_itself,
    unit_not_transferable,
    merge_unknown,
    hold_open,
};

struct ProblemKind {
    ProblemCode code;
    std::uint16_t status;
    std::string_view name;  // "balance_insufficient"
    std::string_view title_en;
    std::string_view title_zh;
    std::string_view detail_en;
    std::string_view detail_zh;
};
const ProblemKind& kind_of(ProblemCode code);
std::span<const ProblemKind> all_problem_kinds();

/// The entry of a refusal. Requires refusal != none.
ProblemCode code_of(engine::Refusal refusal);

struct Problem {
    ProblemCode code = ProblemCode::internal;
    std::string detail;        // one English sentence about this very case; empty = the table's
    std::string pointer;       // JSON pointer into the request
    std::string place;         // "line:column" of malformed text
    std::string instance;      // the id of the request it is about, as the client gave it; never personal
    unsigned retry_after = 0;  // seconds; 0 = not said
};

/// The problem of that code, with what is special about the case.
Problem problem_of(ProblemCode code, std::string detail = {});
/// The problem of an error that one of our own readers or the service gave.
Problem problem_of(const Error& error);

/// The object alone, for a line of a stream; and as a whole answer.
void write(text::JsonWriter& json, const Problem& problem, Language language);
Reply reply_of(const Problem& problem, Language language);

}  // namespace banyan::http
