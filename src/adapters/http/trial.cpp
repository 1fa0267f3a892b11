// SPDX-License-Identifier: Apache-2.0
// What an event would do, and why one did what it did: each rule's outcome with the words it read, the value of every
// part of its expressions, and the answer.

#include "adapters/http/document.h"
#include "adapters/http/event.h"

namespace banyan::http {

namespace {

void write(text::JsonWriter& json, std::string_view key, const std::vector<earning::PartSeen>& parts) {
    json.key(key).begin_array();
    for (const earning::PartSeen& part : parts) {
        json.begin_object().string("text", part.text).integer("depth", part.depth);
        if (part.reached)
            json.string("value", part.value);
        else
            json.key("value").null();
        json.end_object();
    }
    json.end_array();
}

void write(text::JsonWriter& json, std::string_view key, const std::vector<std::string>& lines) {
    json.key(key).begin_array();
    for (const std::string& line : lines) json.string(line);
    json.end_array();
}

void write(text::JsonWriter& json, const engine::RuleSeen& seen, const programme::Programme& programme) {
    const earning::Rule* rule = programme.rule(seen.rule);
    ASSERT(rule != nullptr);
    json.begin_object().string("rule", rule->code).boolean("held", seen.held);
    json.string("unit", unit_code(programme, rule->unit));
    json.string("amount", quantity_text(programme, rule->unit, seen.amount));
    json.string("when", rule->when_text).string("grants", earning::effect_text(*rule));
    write(json, "because", seen.explained.because);
    write(json, "reads", seen.reads);
    write(json, "when_parts", seen.explained.when);
    write(json, "grants_parts", seen.explained.amount);
    if (seen.fault.empty())
        json.key("fault").null();
    else
        json.string("fault", seen.fault);
    if (seen.note.empty())
        json.key("note").null();
    else
        json.string("note", seen.note);
    json.end_object();
}

void write(text::JsonWriter& json, const std::vector<engine::RuleSeen>& rules,
           const programme::Programme& programme) {
    json.key("rules").begin_array();
    for (const engine::RuleSeen& seen : rules) write(json, seen, programme);
    json.end_array();
}

void write_refused(text::JsonWriter& json, const runtime::Outcome& outcome) {
    if (outcome.status == runtime::Outcome::Status::refused)
        json.string("refused", engine::name_of(outcome.refusal));
    else
        json.key("refused").null();
}

void write_outcome(text::JsonWriter& json, const runtime::Outcome& outcome, std::string_view id,
                   const programme::Programme& programme) {
    json.key("outcome");
    if (outcome.status == runtime::Outcome::Status::refused)
        json.null();
    else
        json.raw(render(outcome, id, programme));
}

Reply reply_of(const runtime::DryRun& run) {
    const programme::Programme& programme = *run.programme;
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().instant("as_of", run.outcome.at).integer("version", programme.version.value);
    write_refused(json, run.outcome);
    write(json, run.rules, programme);
    write_outcome(json, run.outcome, "", programme);
    json.end_object();
    return json_reply(std::move(out));
}

Reply reply_of(const runtime::Why& why, std::string_view id, const programme::Programme& newest) {
    // Records before the first programme have no rules.
    const programme::Programme& programme = why.programme != nullptr ? *why.programme : newest;
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().string("event", why.event).instant("occurred_at", why.occurred_at);
    json.instant("as_of", why.recorded.at).integer("version", programme.version.value);
    if (why.differs.empty())
        json.key("differs").null();
    else
        json.string("differs", why.differs);
    write_refused(json, why.recorded);
    write(json, why.rules, programme);
    write_outcome(json, why.recorded, id, programme);
    json.end_object();
    return json_reply(std::move(out));
}

}  // namespace

void dry_run_event(const Api& api, const Call& call, Respond respond) {
    const auto body = read_json_body(call, Empty::refused);
    if (!body.ok()) return respond(Asker(call).refuse(problem_of_json(body.error())));
    std::optional<std::string> draft;
    const auto read = [&]() -> Result<runtime::Request> {
        const Place root{};
        Object object = TRY(Object::of(**body, root));
        const text::JsonView* event = object.take("event");
        if (event == nullptr) return object.missing("event");
        if (object.has("document")) draft = TRY(document_in(object));
        TRY(object.finish());
        // The event is one of the draft's own, where there is a draft.
        auto programme = api.service->programme();
        if (draft) {
            const Told said = told(api, *draft);
            if (!said.errors.empty()) return Error::invalid(said.errors.front(), "/document");
            programme = said.programme;
        }
        auto request = read_event(*event, *programme);
        if (request.ok()) return request;
        return Error{request.error().code, request.error().message, "/event" + request.error().where};
    };
    auto request = read();
    if (!request.ok()) return respond(Asker(call).refuse(problem_of(request.error())));
    api.service->dry_run(std::move(*request), std::move(draft),
                         answer<runtime::DryRun>(call, std::move(respond),
                                                 [](const runtime::DryRun& run) { return reply_of(run); }));
}

void explain_event(const Api& api, const Call& call, Respond respond) {
    if (const auto query = read_query(call, [](Query&) { return Result<void>(); }); !query.ok())
        return respond(Asker(call).refuse(problem_of_query(query.error())));
    const std::string id = call.parameters[1];
    api.service->why(call.parameters[0], id,
                     answer<runtime::Why>(call, std::move(respond),
                                          [id, newest = api.service->programme()](const runtime::Why& why) {
                                              return reply_of(why, id, *newest);
                                          }));
}

}  // namespace banyan::http
