// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/handler.h"

#include "text/json.h"

namespace banyan::http {

Result<const text::JsonView*> read_json_body(const Call& call, Empty empty) {
    // One reader a thread: it keeps its buffers, and single events come by the ten thousand.
    thread_local text::JsonReader reader;
    return reader.view(call.body.empty() && empty == Empty::allowed ? "{}" : call.body);
}

Problem problem_of_json(const Error& error) {
    Problem problem;
    problem.code = ProblemCode::malformed_json;
    problem.detail = error.message;
    problem.place = error.where;
    return problem;
}

Problem problem_of_query(const Error& error) {
    Problem problem;
    problem.code = ProblemCode::invalid_query;
    problem.detail = error.message;
    return problem;
}

Result<MemberId> member_of(const Call& call) {
    const auto member = parse_member_id(call.parameters[0]);
    if (!member) return Error{ErrorCode::not_found, "there is no such member", ""};
    return *member;
}

Reply json_reply(std::string body) {
    Reply reply;
    reply.body = std::move(body);
    return reply;
}

}  // namespace banyan::http
