// SPDX-License-Identifier: Apache-2.0
#include "app/programme_command.h"

#include "adapters/system/openssl_digest.h"
#include "app/programme_file.h"
#include "app/server_call.h"
#include "app/terminal.h"
#include "domain/programme/canonical.h"
#include "domain/programme/diff.h"
#include "domain/programme/succession.h"
#include "text/json_writer.h"

namespace banyan::app {

namespace {

int fail(const Error& error) {
    say_error(error.text());
    return 1;
}

std::string counted(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string contents_of(const programme::Programme& programme) {
    return counted(programme.units.size(), "unit", "units") + ", " +
           counted(programme.ladders.size(), "ladder", "ladders") + ", " +
           counted(programme.rules.size(), "rule", "rules");
}

}  // namespace

int check_programme(const ProgrammeOptions& options) {
    const auto file = read_programme(options.file);
    if (!file.ok()) return fail(file.error());
    for (const std::string& line : lines_of(*file)) say(line);
    std::size_t errors = 0;
    std::size_t warnings = 0;
    for (const programme::Finding& finding : file->checked.findings.all())
        ++(finding.weight == programme::Weight::error ? errors : warnings);
    const std::string found =
        counted(errors, "error", "errors") + ", " + counted(warnings, "warning", "warnings");
    if (file->checked.programme == nullptr) {
        say(options.file + ": " + found);
        return 1;
    }
    say(options.file + ": " + (warnings == 0 ? "no error" : found) + "; " +
        contents_of(*file->checked.programme));
    say(programme::address_of(file->document.value, system::OpensslDigest()));
    return 0;
}

int diff_programmes(const ProgrammeOptions& options) {
    const auto before = read_programme(options.file);
    if (!before.ok()) return fail(before.error());
    const auto after = read_programme(options.other);
    if (!after.ok()) return fail(after.error());
    for (const ProgrammeFile* file : {&*before, &*after}) {
        if (file->checked.programme != nullptr) continue;
        for (const std::string& line : lines_of(*file)) say(line);
        return 1;
    }
    const auto language = options.language == "zh" ? programme::Language::zh : programme::Language::en;
    const auto sentences = programme::differences(before->document.value, after->document.value, language);
    for (const std::string& sentence : sentences) say(sentence);
    if (sentences.empty()) say(language == programme::Language::zh ? "没有差别" : "no difference");
    for (const std::string& broken :
         programme::broken_promises(*before->checked.programme, *after->checked.programme))
        say("cannot be published after it: " + broken);
    return 0;
}

namespace {

void say_version(const Value& version) {
    const std::string since = text_in(version, "since");
    say("version " + text_in(version, "version") + "  " + text_in(version, "address") + "  in force from " +
        (since.empty() ? "the beginning" : since) +
        (text_in(version, "in_force") == "true" ? "  (now)" : ""));
}

int publish(const ProgrammeOptions& options, const char* path, std::string_view key,
            const std::string& value) {
    std::string body;
    text::JsonWriter json(body);
    json.begin_object().string(key, value);
    if (!options.at.empty()) json.string("at", options.at);
    json.end_object();
    const auto version = ask({options.server, options.key}, "POST", path, std::move(body));
    if (!version.ok()) return fail(version.error());
    say_version(*version);
    return 0;
}

}  // namespace

int publish_programme(const ProgrammeOptions& options) {
    const auto file = read_programme(options.file);
    if (!file.ok()) return fail(file.error());
    for (const std::string& line : lines_of(*file)) say(line);
    if (file->checked.programme == nullptr) return 1;
    return publish(options, "/v1/programme/versions", "document", file->text);
}

int roll_back_programme(const ProgrammeOptions& options) {
    return publish(options, "/v1/programme/rollback", "address", options.address);
}

int list_versions(const ProgrammeOptions& options) {
    const auto said = ask({options.server, options.key}, "GET", "/v1/programme/versions", "");
    if (!said.ok()) return fail(said.error());
    const Value* versions = said->map().find("versions");
    if (versions == nullptr || !versions->is(Value::Kind::list))
        return fail(Error::invalid("the server's answer is no list of versions", options.server));
    for (const Value& version : versions->list()) say_version(version);
    return 0;
}

}  // namespace banyan::app
