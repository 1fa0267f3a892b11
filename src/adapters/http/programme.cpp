// SPDX-License-Identifier: Apache-2.0
// The programme as documents: checked, published, listed, gone back to.

#include "adapters/http/event.h"
#include "adapters/http/finding.h"
#include "adapters/http/handler.h"
#include "text/yaml.h"

namespace banyan::http {

namespace {

using runtime::PublishedVersion;

constexpr std::string_view file_name = "programme";

// Each with its place, "programme:12:7: ...", in the order of the document.
struct Told {
    std::vector<std::string> errors;
    std::vector<std::string> warnings;
    std::shared_ptr<const programme::Programme> programme;  // nothing where there are errors
};

Told told(const Api& api, const std::string& document) {
    Told told;
    const auto read = text::parse_yaml_document(document, file_name);
    if (!read.ok()) {
        told.errors.push_back(read.error().text());
        return told;
    }
    const programme::Checked checked = api.service->check(read->value);
    std::vector<text::Remark> errors;
    std::vector<text::Remark> warnings;
    for (const programme::Finding& finding : checked.findings.all())
        (finding.weight == programme::Weight::error ? errors : warnings).push_back(remark_of(finding));
    told.errors = text::lines_of(*read, errors);
    told.warnings = text::lines_of(*read, warnings);
    told.programme = checked.programme;
    return told;
}

// Documents have lines, which other texts of a request may not.
Result<std::string> document_in(Object& object) {
    const text::JsonView* found = object.take("document");
    if (found == nullptr) return object.missing("document");
    if (!found->is(Value::Kind::string) || found->string().empty())
        return object.error("document", "the document's text is due here");
    return std::string(found->string());
}

Result<std::optional<Instant>> time_in(Object& object) {
    const auto text = TRY(object.optional_text("at", 40));
    if (!text) return std::optional<Instant>{};
    const auto at = parse_rfc3339(*text);
    if (!at) return object.error("at", "a time as RFC 3339 is due here");
    return at;
}

void write(text::JsonWriter& json, const PublishedVersion& version) {
    json.begin_object().integer("version", version.version.value).string("address", version.address);
    if (version.since == instant_min)
        json.key("since").null();
    else
        json.instant("since", version.since);
    json.boolean("in_force", version.is_in_force);
}

Reply reply_of(const PublishedVersion& version) {
    std::string out;
    text::JsonWriter json(out);
    write(json, version);
    json.string("document", version.document).end_object();
    return json_reply(std::move(out));
}

void publish(const Api& api, const Call& call, Respond respond, std::string document,
             std::optional<Instant> at) {
    const Told said = told(api, document);
    if (!said.errors.empty()) {
        Problem problem;
        problem.code = ProblemCode::invalid_request;
        problem.pointer = "/document";
        for (const std::string& error : said.errors)
            problem.detail += (problem.detail.empty() ? "" : "; ") + error;
        return respond(Asker(call).refuse(std::move(problem)));
    }
    api.service->publish(
        std::move(document), at,
        answer<PublishedVersion>(call, std::move(respond),
                                 [](const PublishedVersion& version) { return reply_of(version); }));
}

Reply no_such_version(const Call& call) {
    return Asker(call).refuse(problem_of(ProblemCode::route_unknown,
                                         "there is no such version; GET /v1/programme/versions lists them"));
}

Reply reply_of(const runtime::DryRun& run) {
    const programme::Programme& programme = *run.programme;
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().instant("as_of", run.outcome.at).integer("version", programme.version.value);
    const bool is_refused = run.outcome.status == runtime::Outcome::Status::refused;
    if (is_refused)
        json.string("refused", engine::name_of(run.outcome.refusal));
    else
        json.key("refused").null();
    json.key("rules").begin_array();
    for (const engine::RuleSeen& seen : run.rules) {
        const earning::Rule* rule = programme.rule(seen.rule);
        ASSERT(rule != nullptr);
        json.begin_object().string("rule", rule->code).boolean("held", seen.held);
        json.string("unit", unit_code(programme, rule->unit));
        json.string("amount", quantity_text(programme, rule->unit, seen.amount));
        json.string("when", rule->when_text)
            .string("grants", earning::effect_text(*rule))
            .key("reads")
            .begin_array();
        for (const std::string& word : seen.reads) json.string(word);
        json.end_array();
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
    json.end_array().key("outcome");
    if (is_refused)
        json.null();
    else
        json.raw(render(run.outcome, "", programme));
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

void list_versions(const Api& api, const Call& call, Respond respond) {
    if (const auto query = read_query(call, [](Query&) { return Result<void>(); }); !query.ok())
        return respond(Asker(call).refuse(problem_of_query(query.error())));
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().key("versions").begin_array();
    for (const PublishedVersion& version : api.service->versions()) {
        write(json, version);
        json.end_object();
    }
    json.end_array().end_object();
    respond(json_reply(std::move(out)));
}

void get_version(const Api& api, const Call& call, Respond respond) {
    if (const auto query = read_query(call, [](Query&) { return Result<void>(); }); !query.ok())
        return respond(Asker(call).refuse(problem_of_query(query.error())));
    for (const PublishedVersion& version : api.service->versions()) {
        if (std::to_string(version.version.value) == call.parameters[0] ||
            version.address == call.parameters[0])
            return respond(reply_of(version));
    }
    respond(no_such_version(call));
}

void check_programme(const Api& api, const Call& call, Respond respond) {
    const auto body = read_json_body(call, Empty::refused);
    if (!body.ok()) return respond(Asker(call).refuse(problem_of_json(body.error())));
    const auto read = [&body]() -> Result<std::string> {
        const Place root{};
        Object object = TRY(Object::of(**body, root));
        std::string document = TRY(document_in(object));
        TRY(object.finish());
        return document;
    };
    const auto document = read();
    if (!document.ok()) return respond(Asker(call).refuse(problem_of(document.error())));
    const Told said = told(api, *document);
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().boolean("valid", said.errors.empty()).key("errors").begin_array();
    for (const std::string& error : said.errors) json.string(error);
    json.end_array().key("warnings").begin_array();
    for (const std::string& warning : said.warnings) json.string(warning);
    json.end_array().end_object();
    respond(json_reply(std::move(out)));
}

void publish_programme(const Api& api, const Call& call, Respond respond) {
    const auto body = read_json_body(call, Empty::refused);
    if (!body.ok()) return respond(Asker(call).refuse(problem_of_json(body.error())));
    std::optional<Instant> at;
    const auto read = [&]() -> Result<std::string> {
        const Place root{};
        Object object = TRY(Object::of(**body, root));
        std::string document = TRY(document_in(object));
        at = TRY(time_in(object));
        TRY(object.finish());
        return document;
    };
    auto document = read();
    if (!document.ok()) return respond(Asker(call).refuse(problem_of(document.error())));
    publish(api, call, std::move(respond), std::move(*document), at);
}

void roll_back_programme(const Api& api, const Call& call, Respond respond) {
    const auto body = read_json_body(call, Empty::refused);
    if (!body.ok()) return respond(Asker(call).refuse(problem_of_json(body.error())));
    std::optional<Instant> at;
    const auto read = [&]() -> Result<std::string> {
        const Place root{};
        Object object = TRY(Object::of(**body, root));
        std::string address(TRY(object.text("address", 80)));
        at = TRY(time_in(object));
        TRY(object.finish());
        return address;
    };
    const auto address = read();
    if (!address.ok()) return respond(Asker(call).refuse(problem_of(address.error())));
    for (PublishedVersion& version : api.service->versions()) {
        if (version.address == *address)
            return publish(api, call, std::move(respond), std::move(version.document), at);
    }
    respond(no_such_version(call));
}

}  // namespace banyan::http
