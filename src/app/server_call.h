// SPDX-License-Identifier: Apache-2.0
#pragma once

// One question to a running server: what it says, or its refusal in its own words.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace banyan::app {

struct ServerCall {
    std::string server;  // "http://127.0.0.1:8080"
    std::string key;
};

/// The body of a 200; any other answer is the error `refused` with the problem's title and detail.
Result<Value> ask(const ServerCall& call, const char* method, const std::string& path, std::string body);

/// The field's text; of another kind its JSON; empty when it is absent or null.
std::string text_in(const Value& object, std::string_view key);
/// The field's list; empty when there is none.
const List& list_in(const Value& object, std::string_view key);

}  // namespace banyan::app
