// SPDX-License-Identifier: Apache-2.0
#include "app/jobs_command.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "app/terminal.h"
#include "text/json.h"
#include "text/json_writer.h"

namespace banyan::app {

namespace {

constexpr auto between_looks = std::chrono::milliseconds(200);

const Value nothing;

const Value& value_in(const Value& object, std::string_view key) {
    const Value* found = object.is(Value::Kind::map) ? object.map().find(key) : nullptr;
    return found != nullptr ? *found : nothing;
}

std::string progress_of(const Value& job) {
    // A back-test knows how many bytes there are, not how many records.
    const bool by_bytes = text_in(job, "records").empty();
    std::string text = text_in(job, by_bytes ? "bytes_read" : "walked") + " of " +
                       text_in(job, by_bytes ? "bytes" : "records") + (by_bytes ? " bytes" : " records");
    if (const std::string rate = text_in(job, "per_second"); rate != "0")
        text += ", " + rate + (by_bytes ? " records a second" : " a second");
    if (const std::string left = text_in(job, "remaining_seconds"); !left.empty())
        text += ", about " + left + " s left";
    return text;
}

std::string line_of(const Value& job) {
    return fmt::format("{:<12} {:<10} {:<40} {}", text_in(job, "id"), text_in(job, "state"),
                       text_in(job, "name"), progress_of(job));
}

// "2,100 points of marketing by 12 grants: 340 become debt, ..."
void say_sum(const Value& sum) {
    std::string text = fmt::format("  {} {} by {} grants", text_in(sum, "amount"), text_in(sum, "unit"),
                                   text_in(sum, "grants"));
    if (const std::string centre = text_in(sum, "cost_centre"); !centre.empty())
        text += ", cost centre " + centre;
    const auto part = [&](std::string_view key, std::string_view words) {
        const std::string amount = text_in(sum, key);
        if (amount.find_first_not_of("0.") != std::string::npos)
            text += fmt::format("; {} {}", amount, words);
    };
    part("as_debt", "were spent and become debt");
    part("from_expired", "had expired");
    part("uncollected", "are beyond the debt limit and stay");
    part("elsewhere", "are met by who these members were merged into");
    say(text);
}

void say_tally(const char* heading, const Value& tally) {
    if (!tally.is(Value::Kind::map)) return;
    std::string text = fmt::format("{}: {} compensations", heading, text_in(tally, "compensations"));
    if (const std::string members = text_in(tally, "members"); !members.empty())
        text += " for " + members + " members";
    if (const std::string refunded = text_in(tally, "refunded");
        refunded.find_first_not_of("0.") != std::string::npos)
        text += ", orders of " + refunded;
    if (const std::string kept = text_in(tally, "kept"); !kept.empty() && kept != "0")
        text += "; " + kept + " events cannot be undone and stay";
    say(text);
    for (const Value& sum : list_in(tally, "units")) say_sum(sum);
}

void say_job(const Value& job) {
    say(line_of(job));
    say_tally("preview", value_in(job, "preview"));
    say_tally("done", value_in(job, "done"));
    if (const std::string why = text_in(job, "because"); !why.empty()) say(why);
    if (value_in(job, "report").is(Value::Kind::map)) say(text::to_json(value_in(job, "report")));
}

int told(const JobsOptions& options, const Value& job) {
    if (options.json)
        say(text::to_json(job));
    else
        say_job(job);
    return 0;
}

Result<Value> look(const JobsOptions& options, const std::string& id) {
    return ask(options.call, "GET", "/v1/jobs/" + id, "");
}

// Until the job rests; a line of progress on a terminal.
Result<Value> wait_for(const JobsOptions& options, const std::string& id) {
    while (true) {
        Value job = TRY(look(options, id));
        const std::string state = text_in(job, "state");
        if (state != "previewing" && state != "running") return job;
        std::this_thread::sleep_for(between_looks);
    }
}

Result<Value> move(const JobsOptions& options, const std::string& id, const char* verb) {
    return ask(options.call, "POST", "/v1/jobs/" + id + "/" + verb, "{}");
}

Result<std::string> body_of(const JobsOptions& options) {
    std::string body;
    text::JsonWriter json(body);
    json.begin_object().string("kind", "reverse").key("what").begin_object();
    for (const std::string& word : options.what) {
        const std::size_t colon = word.find(':');
        const std::string kind = word.substr(0, colon);
        const std::string name = colon != std::string::npos ? word.substr(colon + 1) : "";
        const char* key = kind == "import" ? "source" : kind == "grant" ? "reason" : "rule";
        if (name.empty() || (kind != "import" && kind != "grant" && kind != "rule"))
            return Error::invalid("say import:SOURCE, grant:REASON or rule:CODE", word);
        json.string(key, name);
    }
    if (options.version != 0) json.integer("version", options.version);
    if (!options.from.empty()) json.string("from", options.from);
    if (!options.until.empty()) json.string("until", options.until);
    json.end_object().boolean("preview", true).end_object();
    return body;
}

Result<int> reverse(const JobsOptions& options) {
    const std::string body = TRY(body_of(options));
    const Value opened = TRY(ask(options.call, "POST", "/v1/jobs", body));
    const std::string id = text_in(opened, "id");
    Value job = TRY(wait_for(options, id));
    if (options.yes && text_in(job, "state") == "previewed") {
        TRY(move(options, id, "resume"));
        job = TRY(wait_for(options, id));
    }
    told(options, job);
    if (!options.json && text_in(job, "state") == "previewed")
        say("nothing was changed; to carry it out: banyan jobs resume " + id);
    return 0;
}

int ended(const Result<int>& done) {
    if (done.ok()) return *done;
    say_error(done.error().text());
    return 1;
}

Result<int> list(const JobsOptions& options) {
    const Value all = TRY(ask(options.call, "GET", "/v1/jobs", ""));
    if (options.json) {
        say(text::to_json(all));
        return 0;
    }
    for (const Value& job : list_in(all, "jobs")) say(line_of(job));
    if (list_in(all, "jobs").empty()) say("there are no jobs");
    return 0;
}

Result<int> show(const JobsOptions& options) {
    return told(options, options.wait ? TRY(wait_for(options, options.id)) : TRY(look(options, options.id)));
}

Result<int> moved(const JobsOptions& options, const char* verb) {
    Value job = TRY(move(options, options.id, verb));
    if (options.wait) job = TRY(wait_for(options, options.id));
    return told(options, job);
}

}  // namespace

int list_jobs(const JobsOptions& options) { return ended(list(options)); }
int show_job(const JobsOptions& options) { return ended(show(options)); }
int cancel_job(const JobsOptions& options) { return ended(moved(options, "cancel")); }
int resume_job(const JobsOptions& options) { return ended(moved(options, "resume")); }
int reverse_by_job(const JobsOptions& options) { return ended(reverse(options)); }

}  // namespace banyan::app
