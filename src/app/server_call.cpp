// SPDX-License-Identifier: Apache-2.0
#include "app/server_call.h"

#include "adapters/http/client.h"
#include "text/json.h"
#include "text/json_writer.h"

namespace banyan::app {

Result<Value> ask(const ServerCall& call, const char* method, const std::string& path, std::string body) {
    auto client = TRY(http::Client::make(call.server, call.key));
    const auto received = TRY(client.send(method, path, "application/json", std::move(body)));
    const Value said = TRY(text::parse_json(received.body));
    if (received.status == 200) return said;
    std::string detail = text_in(said, "detail");
    if (const std::string pointer = text_in(said, "pointer"); !pointer.empty())
        detail += " (at " + pointer + ")";
    return Error{ErrorCode::refused, std::move(detail), text_in(said, "title")};
}

std::string text_in(const Value& object, std::string_view key) {
    const Value* found = object.is(Value::Kind::map) ? object.map().find(key) : nullptr;
    if (found == nullptr || found->is(Value::Kind::null)) return {};
    return found->is(Value::Kind::string) ? found->string() : text::to_json(*found);
}

const List& list_in(const Value& object, std::string_view key) {
    static const List none;
    const Value* found = object.is(Value::Kind::map) ? object.map().find(key) : nullptr;
    return found != nullptr && found->is(Value::Kind::list) ? found->list() : none;
}

}  // namespace banyan::app
