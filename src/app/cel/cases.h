// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs the cases of a file as google/cel-spec writes its conformance tests (SimpleTestFile as protobuf JSON): declares
// what the case declares, checks unless the case says not to, evaluates, and compares value, type or the fact of an
// error. What needs protobuf messages is skipped and says so.

#include <string>
#include <vector>

#include "base/ports/calendar.h"
#include "base/ports/regex.h"
#include "base/result.h"
#include "base/value.h"

namespace banyan::app {

struct CaseOutcome {
    enum class Verdict : unsigned char { passed, failed, skipped };
    std::string name;  // section/test
    Verdict verdict = Verdict::passed;
    std::string reason;  // why it failed or was skipped
};

struct Ports {
    const Calendar* calendar = nullptr;
    const Regex* regex = nullptr;
};

/// An Error when the document is no case file.
Result<std::vector<CaseOutcome>> run_cases(const Value& document, const Ports& ports);
/// The same from the file's bytes.
Result<std::vector<CaseOutcome>> run_cases(std::string_view json, const Ports& ports);

}  // namespace banyan::app
