// SPDX-License-Identifier: Apache-2.0
#include "app/programme_file.h"

#include "adapters/http/finding.h"
#include "adapters/regex/re2_regex.h"
#include "adapters/system/tz_calendar.h"
#include "app/files.h"

namespace banyan::app {

Result<ProgrammeFile> read_programme(const std::string& path) {
    return checked_programme(TRY(read_file(path)), path);
}

Result<ProgrammeFile> checked_programme(std::string text, const std::string& name) {
    ProgrammeFile file;
    file.text = std::move(text);
    file.document = TRY(text::parse_yaml_document(file.text, name));
    const system::TzCalendar calendar;
    static const regex::Re2Regex patterns;  // outlives the programme
    file.checked = programme::check(file.document.value, {1}, calendar, &patterns);
    return file;
}

std::vector<std::string> lines_of(const ProgrammeFile& file) {
    std::vector<text::Remark> remarks;
    for (const programme::Finding& finding : file.checked.findings.all()) {
        remarks.push_back(http::remark_of(finding));
        const bool is_error = finding.weight == programme::Weight::error;
        remarks.back().message.insert(0, is_error ? "error: " : "warning: ");
    }
    return text::lines_of(file.document, remarks);
}

}  // namespace banyan::app
