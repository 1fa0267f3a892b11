// SPDX-License-Identifier: Apache-2.0
#include "app/cel_command.h"

#include <filesystem>

#include "adapters/regex/re2_regex.h"
#include "adapters/system/tz_calendar.h"
#include "app/cel/cases.h"
#include "app/cel/desk.h"
#include "app/files.h"
#include "app/terminal.h"

namespace banyan::app {

namespace {

struct Counts {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t skipped = 0;
};

std::string summary(const Counts& counts) {
    return std::to_string(counts.passed) + " passed, " + std::to_string(counts.failed) + " failed, " +
           std::to_string(counts.skipped) + " skipped";
}

void count(const CaseOutcome& outcome, const std::string& file, Counts& counts) {
    const std::string name = file + "/" + outcome.name;
    switch (outcome.verdict) {
        case CaseOutcome::Verdict::passed:
            ++counts.passed;
            say("passed  " + name);
            break;
        case CaseOutcome::Verdict::failed:
            ++counts.failed;
            say("failed  " + name + ": " + outcome.reason);
            break;
        case CaseOutcome::Verdict::skipped:
            ++counts.skipped;
            say("skipped " + name + ": " + outcome.reason);
            break;
    }
}

int run_case_files(const std::vector<std::string>& files, const Ports& ports) {
    Counts counts;
    for (const std::string& path : files) {
        const std::string file = std::filesystem::path(path).stem().string();
        const auto content = read_file(path);
        const auto outcomes = content.ok() ? run_cases(*content, ports) : content.error();
        if (!outcomes.ok()) {
            say_error(path + ": " + outcomes.error().text());
            return 1;
        }
        Counts here;
        for (const CaseOutcome& outcome : *outcomes) count(outcome, file, here);
        say("        " + file + ": " + summary(here));
        counts.passed += here.passed;
        counts.failed += here.failed;
        counts.skipped += here.skipped;
    }
    say(summary(counts));
    return counts.failed > 0 ? 1 : 0;
}

Result<std::string> tried(const CelOptions& options, const Ports& ports) {
    std::string row = options.with;
    if (row.starts_with('@')) row = TRY(read_file(row.substr(1)));
    return try_expression(options.expression, row, options.explain ? Detail::explain : Detail::answer, ports);
}

}  // namespace

int run_cel(const CelOptions& options) {
    const system::TzCalendar calendar;
    const regex::Re2Regex patterns;
    const Ports ports{&calendar, &patterns};
    if (!options.cases.empty()) return run_case_files(options.cases, ports);
    if (options.functions) {
        say(function_reference());
        return 0;
    }
    if (options.expression.empty()) {
        say_error("write an expression, or name case files behind --cases");
        return 1;
    }
    const auto text = tried(options, ports);
    if (!text.ok()) {
        say_error(text.error().text());
        return 1;
    }
    say(text->substr(0, text->size() - 1));
    return 0;
}

}  // namespace banyan::app
