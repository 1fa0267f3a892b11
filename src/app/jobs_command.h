// SPDX-License-Identifier: Apache-2.0
#pragma once

// Jobs of a served brand: what takes its time is listed, watched, cancelled, resumed; and an import, a bulk grant or what
// a rule granted is taken back, after a preview.

#include <string>
#include <vector>

#include "app/server_call.h"

namespace banyan::app {

struct JobsOptions {
    ServerCall call{"http://127.0.0.1:8080", {}};
    std::string id;
    std::vector<std::string> what;  // "import:SOURCE", "grant:REASON", "rule:CODE"
    std::string from;
    std::string until;
    std::uint32_t version = 0;
    bool yes = false;
    bool wait = false;
    bool json = false;
};

int list_jobs(const JobsOptions& options);
int show_job(const JobsOptions& options);
int cancel_job(const JobsOptions& options);
int resume_job(const JobsOptions& options);
int reverse_by_job(const JobsOptions& options);

}  // namespace banyan::app
