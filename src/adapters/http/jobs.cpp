// SPDX-License-Identifier: Apache-2.0
// What takes its time: jobs listed, opened, cancelled, resumed. Back-tests stand among them; they are read beside the
// brand and known to this process only.

#include <cmath>

#include "adapters/http/handler.h"

namespace banyan::http {

namespace {

using runtime::BackTestView;
using runtime::JobView;

const char* word_of(engine::JobState state) {
    switch (state) {
        case engine::JobState::previewing: return "previewing";
        case engine::JobState::previewed: return "previewed";
        case engine::JobState::running: return "running";
        case engine::JobState::cancelled: return "cancelled";
        case engine::JobState::done: return "done";
    }
    ASSERT(false);
    return "";
}

void write(text::JsonWriter& json, const engine::JobSum& sum, const programme::Programme& programme) {
    const auto amount = [&](std::string_view key, Quantity quantity) {
        json.string(key, quantity_text(programme, sum.unit, quantity));
    };
    json.begin_object().string("unit", unit_code(programme, sum.unit));
    if (sum.cost_centre > 0 && sum.cost_centre <= programme.cost_centres.size())
        json.string("cost_centre", programme.cost_centres[sum.cost_centre - 1U]);
    else
        json.key("cost_centre").null();
    json.key("grants").unsigned_integer(sum.grants);
    amount("amount", sum.amount);
    amount("from_expired", sum.from_expired);
    amount("as_debt", sum.as_debt);
    amount("uncollected", sum.uncollected);
    amount("elsewhere", sum.elsewhere);
    json.end_object();
}

enum class Of : unsigned char { preview, done };
void write(text::JsonWriter& json, const engine::JobTally& tally, Of of,
           const programme::Programme& programme) {
    json.begin_object().key("compensations").unsigned_integer(tally.steps);
    if (of == Of::preview) {
        json.key("members").unsigned_integer(tally.members);
        json.key("kept").unsigned_integer(tally.kept);
    }
    json.string("refunded", money_text(programme, tally.refunded)).key("units").begin_array();
    for (const engine::JobSum& sum : tally.sums) write(json, sum, programme);
    json.end_array().end_object();
}

void write(text::JsonWriter& json, const JobView& job, const programme::Programme& programme) {
    const bool is_reversal = job.kind == JobView::Kind::reversal;
    json.begin_object().string("id", job.id).string("kind", is_reversal ? "reverse" : "backfill");
    json.string("name", job.name).string("state", word_of(job.state));
    if (is_reversal)
        json.instant("opened_at", job.opened_at);
    else
        json.key("opened_at").null();
    json.key("records").unsigned_integer(job.records).key("walked").unsigned_integer(job.walked);
    json.integer("per_second", std::llround(job.per_second));
    if (job.remaining && job.walked < job.records)
        json.integer("remaining_seconds", 1 + job.remaining->microseconds / 1'000'000);
    else
        json.key("remaining_seconds").null();
    json.key("preview");
    if (is_reversal && job.has_preview)
        write(json, job.preview, Of::preview, programme);
    else
        json.null();
    json.key("done");
    if (is_reversal)
        write(json, job.done, Of::done, programme);
    else
        json.null();
    json.end_object();
}

const char* word_of(BackTestView::State state) {
    switch (state) {
        case BackTestView::State::running: return "running";
        case BackTestView::State::done: return "done";
        case BackTestView::State::cancelled: return "cancelled";
        case BackTestView::State::failed: return "failed";
    }
    ASSERT(false);
    return "";
}

enum class Report : unsigned char { left_out, told };
void write(text::JsonWriter& json, const BackTestView& test, Report report) {
    json.begin_object().string("id", test.id).string("kind", "back_test").string("name", test.name);
    json.string("state", word_of(test.state)).instant("opened_at", test.opened_at);
    json.key("records").null().key("walked").unsigned_integer(test.records);
    json.key("bytes").unsigned_integer(test.bytes).key("bytes_read").unsigned_integer(test.bytes_read);
    json.integer("per_second", std::llround(test.per_second)).key("remaining_seconds");
    if (test.remaining && test.state == BackTestView::State::running)
        json.integer(1 + test.remaining->microseconds / 1'000'000);
    else
        json.null();
    json.key("preview").null().key("done").null().key("because");
    if (test.because.empty())
        json.null();
    else
        json.string(test.because);
    if (report == Report::told) {
        json.key("report");
        if (test.report.empty())
            json.null();
        else
            json.raw(test.report);
    }
    json.end_object();
}

Reply reply_of(const BackTestView& test) {
    std::string out;
    text::JsonWriter json(out);
    write(json, test, Report::told);
    return json_reply(std::move(out));
}

Reply refusal(const Call& call, const Error& error) {
    Problem problem = problem_of(error);
    if (error.code == ErrorCode::not_found) problem.code = ProblemCode::route_unknown;
    return Asker(call).refuse(std::move(problem));
}

bool is_back_test(const std::string& id) { return id.starts_with("back-test-"); }

Reply reply_of(const Call& call, const Result<BackTestView>& test) {
    return test.ok() ? reply_of(*test) : refusal(call, test.error());
}

std::vector<BackTestView> back_tests_of(const Api& api) {
    return api.back_tests != nullptr ? api.back_tests->list() : std::vector<BackTestView>();
}

Error no_such_job() { return {ErrorCode::not_found, "there is no such job; GET /v1/jobs lists them", ""}; }

Reply reply_of(const JobView& job, const programme::Programme& programme) {
    std::string out;
    text::JsonWriter json(out);
    write(json, job, programme);
    return json_reply(std::move(out));
}

// Answers with the one job, or says that there is none of its id.
std::function<void(Result<JobView>)> answer_job(const Api& api, const Call& call, Respond respond) {
    return [asker = Asker(call), respond = std::move(respond),
            programme = api.service->programme()](const Result<JobView>& job) {
        if (job.ok()) return respond(reply_of(*job, *programme));
        Problem problem = problem_of(job.error());
        if (job.error().code == ErrorCode::not_found) problem.code = ProblemCode::route_unknown;
        respond(asker.refuse(std::move(problem)));
    };
}

Result<std::optional<Instant>> time_in(Object& object, std::string_view key) {
    const auto text = TRY(object.optional_text(key, 40));
    if (!text) return std::optional<Instant>{};
    const auto at = parse_rfc3339(*text);
    if (!at) return object.error(key, "a time as RFC 3339 is due here");
    return at;
}

Result<runtime::ReversalAsked> read_reversal(const text::JsonView& body) {
    runtime::ReversalAsked asked;
    const Place root{};
    Object object = TRY(Object::of(body, root));
    const std::string_view kind = TRY(object.word("kind", 20));
    if (kind != "reverse")
        return object.error("kind",
                            "\"reverse\" or \"back_test\" is due here: no other job is opened by hand");
    const Place place{&root, "what"};
    Object what = TRY(object.object("what", place));
    asked.source = TRY(what.optional_text("source", 64)).value_or("");
    asked.reason = TRY(what.optional_text("reason", 64)).value_or("");
    asked.rule = TRY(what.optional_text("rule", 64)).value_or("");
    if (what.has("version")) asked.version = {static_cast<std::uint32_t>(TRY(what.count("version")))};
    asked.from = TRY(time_in(what, "from"));
    asked.until = TRY(time_in(what, "until"));
    TRY(what.finish());
    if (const text::JsonView* preview = object.take("preview")) {
        if (!preview->is(Value::Kind::boolean)) return object.error("preview", "true or false is due here");
        asked.preview_first = preview->boolean();
    }
    TRY(object.finish());
    return asked;
}

// {"kind": "back_test", "draft": "..."}; a body of another kind is none.
Result<std::optional<std::string>> read_back_test(const text::JsonView& body) {
    const Place root{};
    Object object = TRY(Object::of(body, root));
    TRY(object.word("kind", 20));
    std::optional<std::string> draft;
    if (object.has("draft")) {
        const text::JsonView* found = object.take("draft");
        if (!found->is(Value::Kind::string) || found->string().empty())
            return object.error("draft", "the document's text is due here");
        draft = std::string(found->string());
    }
    TRY(object.finish());
    return draft;
}

bool asks_for_back_test(const text::JsonView& body) {
    if (!body.is(Value::Kind::map)) return false;
    const text::JsonView* kind = body.find("kind");
    return kind != nullptr && kind->is(Value::Kind::string) && kind->string() == "back_test";
}

Reply open_back_test(const Api& api, const Call& call, const text::JsonView& body) {
    const auto draft = read_back_test(body);
    if (!draft.ok()) return Asker(call).refuse(problem_of(draft.error()));
    if (api.back_tests == nullptr)
        return refusal(call, Error::invalid("this server back-tests nothing", "/kind"));
    return reply_of(call, api.back_tests->open(*draft));
}

Reply move_back_test(const Api& api, const Call& call, engine::JobState to) {
    if (api.back_tests == nullptr) return refusal(call, no_such_job());
    if (to == engine::JobState::cancelled) return reply_of(call, api.back_tests->cancel(call.parameters[0]));
    for (const BackTestView& test : api.back_tests->list()) {
        if (test.id == call.parameters[0])
            return refusal(call, {ErrorCode::conflict, "a back-test is not resumed; open another", "/id"});
    }
    return refusal(call, no_such_job());
}

void move_job(const Api& api, const Call& call, Respond respond, engine::JobState to) {
    const auto body = read_json_body(call, Empty::allowed);
    if (!body.ok()) return respond(Asker(call).refuse(problem_of_json(body.error())));
    const Place root{};
    const auto object = Object::of(**body, root);
    const Result<void> empty = object.ok() ? object->finish() : Result<void>(object.error());
    if (!empty.ok()) return respond(Asker(call).refuse(problem_of(empty.error())));
    if (is_back_test(call.parameters[0])) return respond(move_back_test(api, call, to));
    api.service->move_job(call.parameters[0], to, answer_job(api, call, std::move(respond)));
}

}  // namespace

void list_jobs(const Api& api, const Call& call, Respond respond) {
    if (const auto query = read_query(call, [](Query&) { return Result<void>(); }); !query.ok())
        return respond(Asker(call).refuse(problem_of_query(query.error())));
    api.service->jobs(answer<std::vector<JobView>>(
        call, std::move(respond),
        [programme = api.service->programme(), tests = back_tests_of(api)](const std::vector<JobView>& jobs) {
            std::string out;
            text::JsonWriter json(out);
            json.begin_object().key("jobs").begin_array();
            for (const BackTestView& test : tests) write(json, test, Report::left_out);
            for (const JobView& job : jobs) write(json, job, *programme);
            json.end_array().end_object();
            return json_reply(std::move(out));
        }));
}

void get_job(const Api& api, const Call& call, Respond respond) {
    if (const auto query = read_query(call, [](Query&) { return Result<void>(); }); !query.ok())
        return respond(Asker(call).refuse(problem_of_query(query.error())));
    for (const BackTestView& test : back_tests_of(api)) {
        if (test.id == call.parameters[0]) return respond(reply_of(test));
    }
    api.service->jobs([id = call.parameters[0], done = answer_job(api, call, std::move(respond))](
                          const Result<std::vector<JobView>>& all) {
        if (!all.ok()) return done(all.error());
        for (const JobView& job : *all) {
            if (job.id == id) return done(job);
        }
        done(no_such_job());
    });
}

void open_job(const Api& api, const Call& call, Respond respond) {
    const auto body = read_json_body(call, Empty::refused);
    if (!body.ok()) return respond(Asker(call).refuse(problem_of_json(body.error())));
    if (asks_for_back_test(**body)) return respond(open_back_test(api, call, **body));
    auto asked = read_reversal(**body);
    if (!asked.ok()) return respond(Asker(call).refuse(problem_of(asked.error())));
    api.service->reverse(std::move(*asked), answer_job(api, call, std::move(respond)));
}

void cancel_job(const Api& api, const Call& call, Respond respond) {
    move_job(api, call, std::move(respond), engine::JobState::cancelled);
}

void resume_job(const Api& api, const Call& call, Respond respond) {
    move_job(api, call, std::move(respond), engine::JobState::running);
}

}  // namespace banyan::http
