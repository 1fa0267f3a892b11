// SPDX-License-Identifier: Apache-2.0
#pragma once

// Numbers as the text exposition format of Prometheus, version 0.0.4. A key is a metric's name, with its labels where
// it has some: `banyan_http_requests_total{route="GET /v1/members",status="2xx"}`. The type follows from the name, as
// Prometheus recommends: `_total` counts, `_bucket` with an `le` label and its `_sum` and `_count` are a histogram,
// everything else is a gauge.

#include <map>
#include <string>

namespace banyan::telemetry {

std::string exposition(const std::map<std::string, double>& numbers);

}  // namespace banyan::telemetry
