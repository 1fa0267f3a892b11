// SPDX-License-Identifier: Apache-2.0
#include "app/import_command.h"

#include <chrono>
#include <fstream>
#include <map>
#include <thread>

#include "adapters/http/client.h"
#include "adapters/system/tz_calendar.h"
#include "app/files.h"
#include "app/import/plan.h"
#include "app/terminal.h"
#include "text/json.h"

namespace banyan::app {

namespace {

constexpr int attempts_max = 60;

class NotesFile final : public NoteSink {
  public:
    explicit NotesFile(const std::string& path) : stream_(path, std::ios::binary | std::ios::trunc) {}
    void rejected(const RejectedRow& row) override { write(to_json_line(row)); }
    void unmatched(const UnmatchedCancellation& cancellation) override { write(to_json_line(cancellation)); }
    void write(const std::string& line) {
        stream_ << line;
        if (line.empty() || line.back() != '\n') stream_ << '\n';
        ++lines_;
    }
    [[nodiscard]] std::uint64_t lines() const { return lines_; }

  private:
    std::ofstream stream_;
    std::uint64_t lines_ = 0;
};

struct Counts {
    std::uint64_t applied = 0;
    std::uint64_t replayed = 0;
    std::uint64_t failed = 0;
    std::uint64_t pending = 0;
};

// How far an earlier run came: "<name> <size> <events acknowledged>". Another file under the name starts over, which
// costs time and nothing else, since every event's id is known.
std::size_t resume_at(const std::string& path, const InputFile& input) {
    std::ifstream stream(path);
    std::string name;
    std::size_t size = 0;
    std::size_t done = 0;
    if (!(stream >> name >> size >> done) || name != input.name() || size != input.size()) return 0;
    return done;
}

Result<void> note_progress(const std::string& path, const InputFile& input, std::size_t done) {
    return write_file(path,
                      input.name() + " " + std::to_string(input.size()) + " " + std::to_string(done) + "\n");
}

Error problem_of(const http::Received& reply, const std::string& doing) {
    const auto body = text::parse_json(reply.body);
    std::string detail = reply.body.substr(0, 300);
    if (body.ok() && body->is(Value::Kind::map)) {
        if (const Value* found = body->map().find("detail"); found && found->is(Value::Kind::string))
            detail = found->string();
    }
    return Error{ErrorCode::refused,
                 doing + ": the server answers " + std::to_string(reply.status) + ", " + detail, ""};
}

// Sends, and asks again while the server is full, restarting or away: the ids make that safe.
Result<http::Received> send_until_answered(http::Client& client, const std::string& path,
                                           const std::string& type, const std::string& body) {
    for (int attempt = 1;; ++attempt) {
        auto reply = client.send("POST", path, type, body);
        const bool again = !reply.ok() || reply->status == 429 || reply->status == 503;
        if (!again || attempt == attempts_max) return reply;
        std::this_thread::sleep_for(std::chrono::milliseconds(reply.ok() ? 1000 : 500));
    }
}

// Counts the results of a batch; what was refused goes to the notes with its reason.
Result<void> take_results(const std::string& body, const std::string& sent, Counts& counts,
                          NotesFile& notes) {
    std::size_t at = 0;
    std::size_t sent_at = 0;
    while (at < body.size()) {
        const std::size_t end = std::min(body.find('\n', at), body.size());
        const std::size_t sent_end = std::min(sent.find('\n', sent_at), sent.size());
        const std::string_view line(body.data() + at, end - at);
        const std::string_view event(sent.data() + sent_at, sent_end - sent_at);
        at = end + 1;
        sent_at = sent_end + 1;
        if (line.empty()) continue;
        if (line.find("\"status\":\"applied\"") != std::string_view::npos)
            ++counts.applied;
        else if (line.find("\"status\":\"replayed\"") != std::string_view::npos)
            ++counts.replayed;
        else if (line.find("\"status\":\"pending\"") != std::string_view::npos)
            ++counts.pending;
        else {
            ++counts.failed;
            notes.write("{\"refused\":" + std::string(line) + ",\"event\":" + std::string(event) + "}");
        }
    }
    return {};
}

Result<void> import_file(const ImportOptions& options, const std::string& path, const text::Mapping& mapping,
                         http::Client& client, bool& complete) {
    InputFile input = TRY(InputFile::open(path));
    NotesFile notes(options.notes.empty() ? path + ".notes.ndjson" : options.notes);
    const std::string state = options.state.empty() ? path + ".import-state" : options.state;
    const system::TzCalendar calendar;
    std::unique_ptr<ImportPlan> plan;
    {
        Progress reading("reading " + input.name(), "bytes", input.size());
        std::size_t shown = 0;
        plan = std::make_unique<ImportPlan>(
            TRY(ImportPlan::make(input, mapping, calendar, notes, [&](std::size_t read, std::size_t) {
                reading.advance(read - shown);
                shown = read;
            })));
    }
    if (options.history) {
        const auto begun = TRY(send_until_answered(client, "/v1/history/begin", "application/json", "{}"));
        if (begun.status >= 300) return problem_of(begun, "history could not be begun");
    }
    std::size_t next = std::min(resume_at(state, input), plan->size());
    if (next > 0) say("resuming behind event " + grouped(next) + " of " + grouped(plan->size()));
    Counts counts;
    Progress sending("importing " + input.name(), "events", plan->size() - next);
    std::string batch;
    while (next < plan->size()) {
        batch.clear();
        const std::size_t end = std::min(next + options.batch, plan->size());
        for (std::size_t i = next; i < end; ++i) TRY(plan->append(i, batch));
        const auto reply = TRY(send_until_answered(client, "/v1/events", "application/x-ndjson", batch));
        if (reply.status != 200) return problem_of(reply, "events were not taken");
        TRY(take_results(reply.body, batch, counts, notes));
        sending.advance(end - next);
        next = end;
        TRY(note_progress(state, input, next));
    }
    sending.finish();
    if (options.history) {
        Progress settling("settling what fell due since", "", 0);
        const auto ended = TRY(send_until_answered(client, "/v1/history/end", "application/json", "{}"));
        if (ended.status >= 300) return problem_of(ended, "history could not be ended");
    }
    say(input.name() + ": " + grouped(counts.applied) + " applied, " + grouped(counts.replayed) +
        " known already, " + grouped(counts.pending) + " pending, " + grouped(counts.failed) + " refused; " +
        grouped(static_cast<std::uint64_t>(sending.rate())) + " events/s");
    say(plan->report().to_text());
    if (!options.report.empty()) TRY(write_file(options.report, plan->report().to_json() + "\n"));
    if (notes.lines() > 0)
        say("notes (" + grouped(notes.lines()) +
            "): " + (options.notes.empty() ? path + ".notes.ndjson" : options.notes));
    complete = complete && counts.failed == 0 && plan->report().reconciles();
    return {};
}

}  // namespace

int import_files(const ImportOptions& options) {
    const auto fail = [](const Error& error) {
        say_error(error.text());
        return 1;
    };
    std::string mapping_text = "mapping: 1\nformat: events\n";
    if (!options.mapping.empty()) {
        auto read = read_file(options.mapping);
        if (!read.ok()) return fail(read.error());
        mapping_text = std::move(read).value();
    }
    const auto mapping =
        text::parse_mapping(mapping_text, options.mapping.empty() ? "events" : options.mapping);
    if (!mapping.ok()) return fail(mapping.error());
    auto client = http::Client::make(options.server, options.key);
    if (!client.ok()) return fail(client.error());
    bool complete = true;
    for (const std::string& file : options.files) {
        if (const auto imported = import_file(options, file, *mapping, *client, complete); !imported.ok())
            return fail(imported.error());
    }
    return complete ? 0 : 3;
}

}  // namespace banyan::app
