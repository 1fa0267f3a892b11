// SPDX-License-Identifier: Apache-2.0
#include "app/programme_command.h"

#include <fmt/format.h>

#include "adapters/system/openssl_digest.h"
#include "app/programme_file.h"
#include "app/terminal.h"
#include "domain/programme/canonical.h"

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

}  // namespace banyan::app
