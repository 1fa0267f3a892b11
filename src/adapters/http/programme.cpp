// SPDX-License-Identifier: Apache-2.0
// The programme as documents: checked, published, listed, gone back to.

#include "adapters/http/document.h"
#include "adapters/http/event.h"
#include "adapters/http/finding.h"
#include "text/yaml.h"

namespace banyan::http {

namespace {

using runtime::PublishedVersion;

constexpr std::string_view file_name = "programme";

}  // namespace

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

Result<std::string> document_in(Object& object) {
    const text::JsonView* found = object.take("document");
    if (found == nullptr) return object.missing("document");
    if (!found->is(Value::Kind::string) || found->string().empty())
        return object.error("document", "the document's text is due here");
    return std::string(found->string());
}

namespace {

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

}  // namespace

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
