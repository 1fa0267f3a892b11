// SPDX-License-Identifier: Apache-2.0
// Months, closed for the general ledger.

#include "adapters/http/handler.h"

namespace banyan::http {

namespace {

using runtime::CloseView;

const char* word_of(CloseView::State state) {
    switch (state) {
        case CloseView::State::closing: return "closing";
        case CloseView::State::closed: return "closed";
        case CloseView::State::failed: return "failed";
    }
    ASSERT(false);
    return "";
}

void write(text::JsonWriter& json, const CloseView& view) {
    json.begin_object().string("month", view.month).string("state", word_of(view.state));
    if (view.because.empty())
        json.key("because").null();
    else
        json.string("because", view.because);
    json.key("bytes").unsigned_integer(view.bytes).key("bytes_read").unsigned_integer(view.bytes_read);
    json.end_object();
}

Reply refusal(const Call& call, const Error& error) {
    Problem problem = problem_of(error);
    if (error.code == ErrorCode::not_found) problem.code = ProblemCode::route_unknown;
    return Asker(call).refuse(std::move(problem));
}

// True when this server closes no months; then it has said so.
bool is_without(const Api& api, const Call& call, const Respond& respond) {
    if (api.closes != nullptr) return false;
    respond(refusal(call, {ErrorCode::not_found, "this server closes no months", ""}));
    return true;
}

Result<void> no_parameters(Query&) { return {}; }

}  // namespace

void list_closes(const Api& api, const Call& call, Respond respond) {
    if (const auto query = read_query(call, no_parameters); !query.ok())
        return respond(Asker(call).refuse(problem_of_query(query.error())));
    if (is_without(api, call, respond)) return;
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().key("closes").begin_array();
    for (const CloseView& view : api.closes->list()) write(json, view);
    json.end_array().end_object();
    respond(json_reply(std::move(out)));
}

void get_close(const Api& api, const Call& call, Respond respond) {
    if (const auto query = read_query(call, no_parameters); !query.ok())
        return respond(Asker(call).refuse(problem_of_query(query.error())));
    if (is_without(api, call, respond)) return;
    auto csv = api.closes->csv(call.parameters[0]);
    if (!csv.ok()) return respond(refusal(call, csv.error()));
    Reply reply;
    reply.content_type = content::csv;
    reply.body = std::move(*csv);
    reply.headers = "Content-Disposition: attachment; filename=\"" + call.parameters[0] + ".csv\"\r\n";
    respond(std::move(reply));
}

void close_month(const Api& api, const Call& call, Respond respond) {
    const auto body = read_json_body(call, Empty::allowed);
    if (!body.ok()) return respond(Asker(call).refuse(problem_of_json(body.error())));
    const Place root{};
    const auto object = Object::of(**body, root);
    const Result<void> empty = object.ok() ? object->finish() : Result<void>(object.error());
    if (!empty.ok()) return respond(Asker(call).refuse(problem_of(empty.error())));
    if (is_without(api, call, respond)) return;
    const auto view = api.closes->close(call.parameters[0]);
    if (!view.ok()) return respond(refusal(call, view.error()));
    std::string out;
    text::JsonWriter json(out);
    write(json, *view);
    respond(json_reply(std::move(out)));
}

}  // namespace banyan::http
