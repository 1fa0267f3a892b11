// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the handlers share: taking a call apart, and turning what the service says into an answer.

#include <memory>
#include <string>
#include <utility>

#include "adapters/http/api.h"
#include "adapters/http/fields.h"
#include "adapters/http/query.h"
#include "adapters/http/render.h"
#include "base/result.h"
#include "text/json_view.h"

namespace banyan::http {

/// The body as JSON, until the next is read; an empty body is an empty object where `Empty::allowed`.
enum class Empty : unsigned char { refused, allowed };
Result<const text::JsonView*> read_json_body(const Call& call, Empty empty);
/// The problem of a body that read_json_body refused, with the place.
Problem problem_of_json(const Error& error);

/// The query when it parses and every parameter was asked for. `ask` takes the parameters and may refuse.
template <typename Ask>
Result<void> read_query(const Call& call, Ask&& ask) {
    Query query = TRY(Query::parse(call.query));
    TRY(ask(query));
    return query.finish();
}
Problem problem_of_query(const Error& error);

/// The member of the path; a text that is no member id is a member that does not exist.
Result<MemberId> member_of(const Call& call);

/// Answers with what `render` makes of the value, or with the problem of the error.
template <typename T, typename Render>
std::function<void(Result<T>)> answer(const Call& call, Respond respond, Render render) {
    return [asker = Asker(call), respond = std::move(respond), render = std::move(render)](Result<T> result) {
        respond(result.ok() ? render(*result) : asker.refuse(problem_of(result.error())));
    };
}

Reply json_reply(std::string body);

}  // namespace banyan::http
