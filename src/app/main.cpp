// SPDX-License-Identifier: Apache-2.0
// The `banyan` command line: reads what was asked, wires, runs. CLI11 is named here only.

#include <CLI/CLI.hpp>

#include "app/backtest_command.h"
#include "app/bench_command.h"
#include "app/cel_command.h"
#include "app/close_command.h"
#include "app/import_command.h"
#include "app/jobs_command.h"
#include "app/key_command.h"
#include "app/programme_command.h"
#include "app/serve.h"
#include "app/upkeep.h"
#include "app/version.h"

namespace {

using namespace banyan::app;

void add_serve(CLI::App& app, int& result) {
    auto options = std::make_shared<ServeOptions>();
    CLI::App* serve_command = app.add_subcommand(
        "serve", "Open a data directory (created when empty) and answer the API until SIGINT or SIGTERM.");
    serve_command->add_option("--data", options->data, "The brand's data directory")->required();
    serve_command->add_option("--programme", options->programme,
                              "Programme document for a new brand; without it the starter programme");
    serve_command->add_option("--currency", options->currency,
                              "Currency of a new brand, instead of the document's");
    serve_command->add_option("--zone", options->zone, "Time zone of a new brand, instead of the document's");
    serve_command->add_option("--listen", options->listen, "HOST:PORT; port 0 takes a free one")
        ->capture_default_str();
    serve_command
        ->add_option("--partitions", options->partitions, "Partitions of a new brand; fixed for ever")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    serve_command->add_option("--threads", options->threads, "Engine threads, each with a log of its own")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    std::map<std::string, bool> clocks{{"wall", false}, {"test", true}};
    serve_command
        ->add_option("--clock", options->test_clock,
                     "wall, or test: time stands still until POST /v1/clock moves it")
        ->transform(CLI::CheckedTransformer(clocks));
    serve_command
        ->add_option("--log-level", options->log_level, "debug, info (every request), warning, error, off")
        ->capture_default_str();
    serve_command->add_option("--log-file", options->log_file,
                              "Structured log, JSON lines; standard error without it");
    serve_command->add_option("--memory", options->memory_mib, "MiB of members kept in memory")
        ->capture_default_str();
    serve_command->add_option("--sync-delay", options->sync_delay_us,
                              "Microseconds added to each sync, to measure what a slower disk would do");
    serve_command
        ->add_option("--checkpoint-every", options->checkpoint_every, "Commands between checkpoint rounds")
        ->capture_default_str();
    serve_command->callback([options, &result] { result = serve(*options); });
}

void add_import(CLI::App& app, int& result) {
    auto options = std::make_shared<ImportOptions>();
    CLI::App* command = app.add_subcommand(
        "import",
        "Send files through a server's API: sorted by time, resumable, idempotent by file and row.");
    command->add_option("files", options->files, "CSV or NDJSON files")->required();
    command->add_option("--server", options->server, "The server's address")->capture_default_str();
    command->add_option("--key", options->key, "An API key with events:write (and admin for --history)")
        ->envname("BANYAN_KEY")
        ->required();
    command->add_option("--mapping", options->mapping,
                        "How rows become events; without it the lines are events");
    command->add_flag(
        "--history", options->history,
        "Import under history's own clock; afterwards settle everything that fell due until now");
    command->add_option("--notes", options->notes, "File for refused rows and reasons (FILE.notes.ndjson)");
    command->add_option("--report", options->report, "File for the report as JSON");
    command->add_option("--state", options->state, "File that says where to resume (FILE.import-state)");
    command->add_option("--batch", options->batch, "Events in one request")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    command->callback([options, &result] { result = import_files(*options); });
}

void add_key(CLI::App& app, int& result) {
    auto options = std::make_shared<KeyOptions>();
    CLI::App* command = app.add_subcommand("key", "Create, list or revoke API keys of a data directory.");
    command->require_subcommand(1);
    CLI::App* create =
        command->add_subcommand("create", "Make a key and print it; it is shown once and kept nowhere.");
    CLI::App* list = command->add_subcommand("list", "List the keys: id, scopes, label.");
    CLI::App* revoke = command->add_subcommand("revoke", "Revoke a key; a running server notices.");
    for (CLI::App* sub : {create, list, revoke})
        sub->add_option("--data", options->data, "The brand's data directory")->required();
    create->add_option("--scopes", options->scopes, "all, or a list such as events:write,members:read")
        ->required();
    create->add_option("--label", options->label, "What the key is for");
    revoke->add_option("id", options->id, "The key's id")->required();
    create->callback([options, &result] { result = create_key(*options); });
    list->callback([options, &result] { result = list_keys(*options); });
    revoke->callback([options, &result] { result = revoke_key(*options); });
}

void add_upkeep(CLI::App& app, int& result) {
    auto options = std::make_shared<UpkeepOptions>();
    const auto add = [&](const char* name, const char* help, int (*run)(const UpkeepOptions&)) {
        CLI::App* command = app.add_subcommand(name, help);
        command->add_option("--data", options->data, "The brand's data directory")->required();
        command->callback([options, run, &result] { result = run(*options); });
        return command;
    };
    add("audit",
        "Check every invariant over journal and state; print the state hash. Exit 2 when one is broken.",
        audit_data);
    add("replay",
        "Drop the checkpoint and rebuild all state from the journal; print the rate and the state hash.",
        replay_data);
    CLI::App* backup =
        add("backup", "Copy a data directory, also while it is served; the copy is audited.", backup_data);
    backup->add_option("--to", options->target, "A new directory")->required();
    backup->add_flag("--with-keys", options->with_keys,
                     "Take the keys along: whoever has them can open the vault");
    CLI::App* restore =
        add("restore", "Bring a backup back into a new directory and audit it.", restore_data);
    restore->add_option("--from", options->target, "The backup")->required();
    restore->add_option("--keys", options->keys, "The brand's keys, when the backup holds none");
    restore->add_option("--erasures", options->erasures,
                        "The last data directory (or its copy of `erasures`): who was erased since the "
                        "backup is erased again");
    restore->add_flag("--nobody-erased", options->nobody_was_erased,
                      "Nobody was erased since the backup was made");
    add("doctor", "Look at what usually goes wrong: directory, disk, keys, time zones.", doctor);
}

void add_programme(CLI::App& app, int& result) {
    auto options = std::make_shared<ProgrammeOptions>();
    CLI::App* command = app.add_subcommand("programme", "Check, compare and publish programme documents.");
    command->require_subcommand(1);
    CLI::App* check = command->add_subcommand(
        "check",
        "Name every error and doubt of a document at file:line:column. Exit 1 when there is an error.");
    check->add_option("file", options->file, "The document")->required();
    check->callback([options, &result] { result = check_programme(*options); });
    CLI::App* diff =
        command->add_subcommand("diff", "Say in sentences what the second document changes in the first.");
    diff->add_option("old", options->file, "The document as it is")->required();
    diff->add_option("new", options->other, "The document as it would be")->required();
    diff->add_option("--lang", options->language, "en or zh")
        ->check(CLI::IsMember({"en", "zh"}))
        ->capture_default_str();
    diff->callback([options, &result] { result = diff_programmes(*options); });
    const auto at_server = [&](const char* name, const char* help, int (*run)(const ProgrammeOptions&)) {
        CLI::App* sub = command->add_subcommand(name, help);
        sub->add_option("--server", options->server, "The server's address")
            ->envname("BANYAN_SERVER")
            ->capture_default_str();
        sub->add_option(
               "--key", options->key,
               "An API key with programme:write (versions: programme:read; dry-run, why: members:read)")
            ->envname("BANYAN_KEY")
            ->required();
        sub->callback([options, run, &result] { result = run(*options); });
        return sub;
    };
    CLI::App* publish = at_server(
        "publish", "Check a document and make it the next version of a served brand.", publish_programme);
    publish->add_option("file", options->file, "The document")->required();
    CLI::App* rollback = at_server(
        "rollback", "Publish the document of an earlier version again, by its address.", roll_back_programme);
    rollback->add_option("address", options->address, "sha256:...")->required();
    for (CLI::App* sub : {publish, rollback})
        sub->add_option("--at", options->at,
                        "From when on, RFC 3339; else as soon as every partition has it");
    at_server("versions", "List the versions of a served brand.", list_versions);
    CLI::App* tried =
        at_server("dry-run",
                  "Say what a served brand would make of one event, rule by rule; nothing is done.", dry_run);
    tried->add_option("event", options->event, "A JSON file: the event as POST /v1/events takes it")
        ->required();
    tried->add_option("--with", options->file, "A draft, instead of the programme in force");
    tried->add_flag("--json", options->json, "The server's answer as one line of JSON");
    CLI::App* asked = at_server(
        "why", "Say what every rule made of an event that happened, and why it granted or not.", why);
    asked->add_option("id", options->event, "The event's id")->required();
    asked->add_option("--source", options->source, "Who sent it")->required();
    asked->add_flag("--json", options->json, "The server's answer as one line of JSON");
    auto tested = std::make_shared<BacktestOptions>();
    CLI::App* test = command->add_subcommand("backtest",
                                             "Decide a brand's whole history again, in memory: as it was, or "
                                             "under a draft. The directory may be served.");
    test->add_option("--data", tested->data, "The brand's data directory")->required();
    test->add_option("--with", tested->draft, "A draft, instead of the programmes as they were");
    test->add_flag("--json", tested->json, "The report as one line of JSON");
    test->callback([tested, &result] { result = backtest(*tested); });
}

void add_jobs(CLI::App& app, int& result) {
    auto options = std::make_shared<JobsOptions>();
    CLI::App* command = app.add_subcommand(
        "jobs",
        "What takes its time at a served brand: list, show, cancel, resume; reverse what went wrong.");
    command->require_subcommand(1);
    const auto verb = [&](const char* name, const char* help, int (*run)(const JobsOptions&)) {
        CLI::App* sub = command->add_subcommand(name, help);
        sub->add_option("--server", options->call.server, "The server's address")
            ->envname("BANYAN_SERVER")
            ->capture_default_str();
        sub->add_option("--key", options->call.key, "An API key with ledger:write (list, show: ledger:read)")
            ->envname("BANYAN_KEY")
            ->required();
        sub->add_flag("--json", options->json, "The server's answer as one line of JSON");
        sub->callback([options, run, &result] { result = run(*options); });
        return sub;
    };
    verb("list", "Every job, newest first, and the measures that are being filled.", list_jobs);
    CLI::App* named[] = {
        verb("show", "One job: how far it is, its preview and what it did.", show_job),
        verb("cancel", "Stop a job after the step it is at.", cancel_job),
        verb("resume", "Carry out what was previewed, or go on after a cancel.", resume_job)};
    for (CLI::App* sub : named) {
        sub->add_option("id", options->id, "Such as 7")->required();
        sub->add_flag("--wait", options->wait, "Come back when it rests");
    }
    CLI::App* reverse = verb(
        "reverse",
        "Take back a whole import, a bulk grant or what a rule granted. Shows what that would come to, and "
        "does it with --yes.",
        reverse_by_job);
    reverse
        ->add_option("what", options->what,
                     "import:SOURCE, grant:REASON, rule:CODE; all that is said must fit")
        ->required();
    reverse->add_option("--from", options->from, "Only what was recorded at or after this, RFC 3339");
    reverse->add_option("--until", options->until, "Only what was recorded before this");
    reverse->add_option("--in-version", options->version, "Only what this version of the programme decided");
    reverse->add_flag("--yes", options->yes, "Carry it out after the preview, and wait for the end");
}

void add_close(CLI::App& app, int& result) {
    auto options = std::make_shared<CloseOptions>();
    CLI::App* command = app.add_subcommand(
        "close",
        "Close a month: opening, movements and closing of each unit and cost centre, as CSV that stays as "
        "it is. The directory may be served.");
    command->add_option("month", options->month, "Such as 2026-10")->required();
    command->add_option("--data", options->data, "The brand's data directory")->required();
    command->callback([options, &result] { result = close_month(*options); });
}

void add_bench(CLI::App& app, int& result) {
    auto options = std::make_shared<BenchOptions>();
    CLI::App* command =
        app.add_subcommand("bench", "Measure durable accrual on this machine's disk, without HTTP.");
    command->add_option("--data", options->data, "A new directory; it is left behind to be looked at")
        ->required();
    command->add_option("--events", options->events, "Orders to accrue")->capture_default_str();
    command->add_option("--members", options->members, "Members they are spread over")
        ->check(CLI::Range(1, 100'000'000))
        ->capture_default_str();
    command->add_option("--in-flight", options->in_flight, "Orders under way at once")
        ->check(CLI::Range(1, 8192))
        ->capture_default_str();
    command->add_option("--sync-delay", options->sync_delay_us, "Microseconds added to each sync");
    command->add_option("--threads", options->threads, "Engine threads")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    command->callback([options, &result] { result = bench(*options); });
}

void add_cel(CLI::App& app, int& result) {
    auto options = std::make_shared<CelOptions>();
    CLI::App* command = app.add_subcommand(
        "cel", "Try an expression of the rules' language, or run case files of the CEL specification.");
    command->add_option("expression", options->expression,
                        "What to evaluate, for example 'order.paid / 100'");
    command->add_option("--with", options->with, "A JSON object whose keys are the variables, or @FILE");
    command->add_flag("--explain", options->explain, "Show the value of every part, and what decided");
    command->add_flag("--functions", options->functions, "Print the reference of macros and functions");
    command->add_option("--cases", options->cases,
                        "Case files; each case passed, failed or skipped, by name");
    command->callback([options, &result] { result = run_cel(*options); });
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Banyan: the engine of the member economy. Points, tiers and orders as facts that explain "
        "themselves."};
    app.require_subcommand(1);
    int result = 0;
    add_serve(app, result);
    add_import(app, result);
    add_key(app, result);
    add_upkeep(app, result);
    add_programme(app, result);
    add_jobs(app, result);
    add_close(app, result);
    add_bench(app, result);
    add_cel(app, result);
    app.add_subcommand("version", "Print version, formats and feature level.")->callback([&result] {
        result = print_version();
    });
    CLI11_PARSE(app, argc, argv);
    return result;
}
