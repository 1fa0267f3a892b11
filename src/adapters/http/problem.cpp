// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/problem.h"

#include "text/json_writer.h"

namespace banyan::http {

namespace {

// Chinese first says the case in the table's words; what is special about this one follows as it was said.
std::string detail_of(const Problem& problem, const ProblemKind& kind, Language language) {
    if (language == Language::en)
        return problem.detail.empty() ? std::string(kind.detail_en) : problem.detail;
    std::string detail(kind.detail_zh);
    if (!problem.detail.empty()) detail += " (" + problem.detail + ")";
    return detail;
}

ProblemCode code_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid: return ProblemCode::invalid_request;
        case ErrorCode::unsupported: return ProblemCode::invalid_request;
        case ErrorCode::not_found: return ProblemCode::member_unknown;
        case ErrorCode::conflict: return ProblemCode::conflict;
        case ErrorCode::refused: return ProblemCode::conflict;
        case ErrorCode::unavailable: return ProblemCode::not_ready;
        case ErrorCode::full: return ProblemCode::too_many_requests;
        case ErrorCode::corrupt:
        case ErrorCode::io: return ProblemCode::internal;
    }
    ASSERT(false);
    return ProblemCode::internal;
}

}  // namespace

Problem problem_of(ProblemCode code, std::string detail) {
    Problem problem;
    problem.code = code;
    problem.detail = std::move(detail);
    return problem;
}

Problem problem_of(const Error& error) {
    Problem problem;
    problem.code = code_of(error.code);
    // What failed inside may name paths of this machine: that is for the log, not for the client.
    if (problem.code == ProblemCode::internal) return problem;
    problem.detail = error.message;
    if (!error.where.empty() && error.where.front() == '/') problem.pointer = error.where;
    if (problem.code == ProblemCode::too_many_requests || problem.code == ProblemCode::not_ready)
        problem.retry_after = 1;
    return problem;
}

void write(text::JsonWriter& json, const Problem& problem, Language language) {
    const ProblemKind& kind = kind_of(problem.code);
    json.begin_object();
    json.string("type", "urn:banyan:problem:" + std::string(kind.name));
    json.string("title", language == Language::zh ? kind.title_zh : kind.title_en);
    json.integer("status", kind.status);
    json.string("detail", detail_of(problem, kind, language));
    if (!problem.pointer.empty()) json.string("pointer", problem.pointer);
    if (!problem.place.empty()) json.string("place", problem.place);
    if (!problem.instance.empty()) json.string("instance", problem.instance);
    json.end_object();
}

Reply reply_of(const Problem& problem, Language language) {
    Reply reply;
    reply.status = kind_of(problem.code).status;
    reply.content_type = content::problem;
    text::JsonWriter json(reply.body);
    write(json, problem, language);
    reply.headers = language == Language::zh ? "Content-Language: zh-CN\r\n" : "Content-Language: en\r\n";
    if (problem.retry_after > 0)
        reply.headers += "Retry-After: " + std::to_string(problem.retry_after) + "\r\n";
    if (reply.status == 401) reply.headers += "WWW-Authenticate: Bearer realm=\"banyan\"\r\n";
    return reply;
}

}  // namespace banyan::http
