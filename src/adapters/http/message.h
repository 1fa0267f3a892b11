// SPDX-License-Identifier: Apache-2.0
#pragma once

// A request and its answer as the handlers see them: no sockets, no Beast. A Call is borrowed for as long as the
// handler runs and must not be kept; the answer is given later, once, from any thread, through Respond.

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "adapters/http/scopes.h"

namespace banyan::http {

enum class Method : unsigned char { get, post, patch, del };
std::string_view name_of(Method method);

enum class Language : unsigned char { en, zh };
/// The one of the two that an Accept-Language header likes best; English when it says nothing of either.
Language preferred_language(std::string_view accept_language);

struct Call {
    Method method = Method::get;
    std::string_view path;
    std::string_view query;
    std::string_view body;
    std::string_view content_type;
    std::string_view idempotency_key;
    Language language = Language::en;
    Scopes scopes;                          // what the key may do; empty on an open route
    std::array<std::string, 2> parameters;  // of the path, decoded, in order
};

namespace content {
inline constexpr std::string_view json = "application/json";
inline constexpr std::string_view problem = "application/problem+json";
inline constexpr std::string_view ndjson = "application/x-ndjson";
inline constexpr std::string_view csv = "text/csv";
}  // namespace content

struct Reply {
    std::uint16_t status = 200;
    std::string_view content_type = content::json;  // points to a constant
    std::string body;
    std::string headers;  // further header lines, each with its CRLF
};

using Respond = std::function<void(Reply)>;

}  // namespace banyan::http
