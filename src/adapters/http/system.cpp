// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/assets.h"
#include "adapters/http/handler.h"

namespace banyan::http {

namespace {

constexpr std::string_view plain_text = "text/plain; charset=utf-8";

std::string_view type_of(std::string_view name) {
    const auto ends = [name](std::string_view suffix) { return name.ends_with(suffix); };
    if (ends(".html")) return "text/html; charset=utf-8";
    if (ends(".js")) return "text/javascript; charset=utf-8";
    if (ends(".css")) return "text/css; charset=utf-8";
    if (ends(".svg")) return "image/svg+xml";
    if (ends(".png")) return "image/png";
    if (ends(".yaml")) return "application/yaml";
    return "application/octet-stream";
}

Reply asset_reply(const Asset& asset) {
    Reply reply;
    reply.body = asset.content;
    reply.content_type = type_of(asset.name);
    // Only our own files may run, nothing may frame the page, and it may talk to nobody but this server.
    reply.headers =
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "
        "data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
        "Referrer-Policy: no-referrer\r\n";
    return reply;
}

Reply unknown(const Call& call) {
    Problem problem;
    problem.code = ProblemCode::route_unknown;
    return Asker(call).refuse(std::move(problem));
}

Reply no_parameters_here(const Call& call) {
    return Asker(call).refuse(problem_of_query(Error::invalid("this path takes no parameters")));
}

Reply done_reply(const Result<void>& result, const Asker& asker) {
    if (result.ok()) return json_reply("{}");
    Problem problem = problem_of(result.error());
    if (result.error().code == ErrorCode::refused) problem.code = ProblemCode::test_clock_only;
    return asker.refuse(std::move(problem));
}

void set_history(const Api& api, const Call& call, Respond respond, bool begin) {
    const auto body = read_json_body(call, Empty::allowed);
    if (!body.ok()) return respond(Asker(call).refuse(problem_of_json(body.error())));
    const Place root{};
    const auto object = Object::of(**body, root);
    const Result<void> empty = object.ok() ? object->finish() : Result<void>(object.error());
    if (!empty.ok()) return respond(Asker(call).refuse(problem_of(empty.error())));
    auto done = [asker = Asker(call), respond = std::move(respond)](const Result<void>& result) {
        respond(result.ok() ? json_reply("{}") : asker.refuse(problem_of(result.error())));
    };
    api.service->set_history(begin, std::move(done));
}

}  // namespace

const Asset* find_asset(std::string_view name) {
    for (const Asset& asset : all_assets()) {
        if (asset.name == name) return &asset;
    }
    return nullptr;
}

void get_programme(const Api& api, const Call& call, Respond respond) {
    if (!call.query.empty()) return respond(no_parameters_here(call));
    respond(json_reply(render(*api.service->programme())));
}

void get_tiers(const Api& api, const Call& call, Respond respond) {
    if (!call.query.empty()) return respond(no_parameters_here(call));
    respond(json_reply(render_tiers(*api.service->programme())));
}

void get_clock(const Api& api, const Call& call, Respond respond) {
    if (!call.query.empty()) return respond(no_parameters_here(call));
    std::string out;
    text::JsonWriter(out).begin_object().instant("now", api.service->now()).end_object();
    respond(json_reply(std::move(out)));
}

void set_clock(const Api& api, const Call& call, Respond respond) {
    const auto body = read_json_body(call, Empty::refused);
    if (!body.ok()) return respond(Asker(call).refuse(problem_of_json(body.error())));
    const auto read = [&body]() -> Result<Instant> {
        const Place root{};
        Object object = TRY(Object::of(**body, root));
        const std::string_view text = TRY(object.text("now", 40));
        TRY(object.finish());
        const auto now = parse_rfc3339(text);
        if (!now) return object.error("now", "a time as RFC 3339 is due here");
        return *now;
    };
    const auto now = read();
    if (!now.ok()) return respond(Asker(call).refuse(problem_of(now.error())));
    auto done = [asker = Asker(call), respond = std::move(respond)](const Result<void>& result) {
        respond(done_reply(result, asker));
    };
    api.service->set_clock(*now, std::move(done));
}

void begin_history(const Api& api, const Call& call, Respond respond) {
    set_history(api, call, std::move(respond), true);
}

void end_history(const Api& api, const Call& call, Respond respond) {
    set_history(api, call, std::move(respond), false);
}

void get_health(const Api&, const Call&, Respond respond) {
    Reply reply;
    reply.content_type = plain_text;
    reply.body = "ok\n";
    respond(std::move(reply));
}

void get_readiness(const Api& api, const Call& call, Respond respond) {
    const std::string reason = api.service->not_ready_because();
    if (!reason.empty()) {
        Problem problem;
        problem.code = ProblemCode::not_ready;
        problem.detail = reason;
        problem.retry_after = 1;
        return respond(Asker(call).refuse(std::move(problem)));
    }
    Reply reply;
    reply.content_type = plain_text;
    reply.body = "ready\n";
    respond(std::move(reply));
}

void get_metrics(const Api& api, const Call&, Respond respond) {
    Reply reply;
    reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
    reply.body = api.metrics();
    respond(std::move(reply));
}

void get_openapi_yaml(const Api&, const Call& call, Respond respond) {
    const Asset* asset = find_asset("openapi.yaml");
    respond(asset != nullptr ? asset_reply(*asset) : unknown(call));
}

void get_openapi_json(const Api& api, const Call&, Respond respond) { respond(json_reply(api.openapi_json)); }

void get_page(const Api&, const Call& call, Respond respond) {
    std::string_view name = "index.html";
    if (!call.parameters[0].empty()) name = call.parameters[0];
    const Asset* asset = name == "openapi.yaml" ? nullptr : find_asset(name);
    respond(asset != nullptr ? asset_reply(*asset) : unknown(call));
}

}  // namespace banyan::http
