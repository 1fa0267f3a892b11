// SPDX-License-Identifier: Apache-2.0
#pragma once

// `banyan import`: sends files through the API of a running server, in the order of time, resumable and idempotent.

#include <string>
#include <vector>

namespace banyan::app {

struct ImportOptions {
    std::string server = "http://127.0.0.1:8080";
    std::string key;
    std::string mapping;   // a file; none = the lines are events already
    std::string notes;     // rejected rows and unmatched cancellations go here; default FILE.notes.ndjson
    std::string report;    // the report as JSON
    std::string state;     // where to resume; default FILE.import-state
    bool history = false;  // under history's own clock
    std::size_t batch = 2000;
    std::vector<std::string> files;
};

int import_files(const ImportOptions& options);

}  // namespace banyan::app
