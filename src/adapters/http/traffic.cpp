// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/traffic.h"

#include <algorithm>

#include "base/assert.h"

namespace banyan::http {

namespace {

// 100 us as "0.0001": seconds without trailing zeros, as Prometheus writes its bounds.
std::string seconds_text(std::int64_t us) {
    std::string digits = std::to_string(us % 1'000'000);
    digits.insert(0, 6 - digits.size(), '0');
    while (!digits.empty() && digits.back() == '0') digits.pop_back();
    return std::to_string(us / 1'000'000) + (digits.empty() ? "" : "." + digits);
}

}  // namespace

void Traffic::add(std::size_t route, std::uint16_t status, std::int64_t duration_us, std::uint64_t bytes_in,
                  std::uint64_t bytes_out) {
    ASSERT(route < routes_.size());
    PerRoute& one = routes_[route];
    ++one.statuses[std::min<std::size_t>(status / 100U, 5)];
    const auto bound = std::lower_bound(bounds_us.begin(), bounds_us.end(), duration_us);
    ++one.durations[static_cast<std::size_t>(bound - bounds_us.begin())];
    one.duration_us += duration_us;
    one.bytes_in += bytes_in;
    one.bytes_out += bytes_out;
}

void Traffic::write(const std::vector<std::string>& names, std::map<std::string, double>& numbers) const {
    ASSERT(names.size() == routes_.size());
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        const PerRoute& one = routes_[i];
        const std::string label = "route=\"" + names[i] + "\"";
        std::uint64_t total = 0;
        for (std::size_t status = 1; status < one.statuses.size(); ++status) {
            if (one.statuses[status] == 0) continue;
            total += one.statuses[status];
            numbers["banyan_http_requests_total{" + label + ",status=\"" + std::to_string(status) + "xx\"}"] =
                static_cast<double>(one.statuses[status]);
        }
        if (total == 0) continue;  // a route that nobody asked for has nothing to show
        const std::string histogram = "banyan_http_request_duration_seconds";
        std::uint64_t below = 0;
        for (std::size_t bound = 0; bound < bounds_us.size(); ++bound) {
            below += one.durations[bound];
            numbers[histogram + "_bucket{" + label + ",le=\"" + seconds_text(bounds_us[bound]) + "\"}"] =
                static_cast<double>(below);
        }
        numbers[histogram + "_bucket{" + label + ",le=\"+Inf\"}"] = static_cast<double>(total);
        numbers[histogram + "_sum{" + label + "}"] = static_cast<double>(one.duration_us) / 1e6;
        numbers[histogram + "_count{" + label + "}"] = static_cast<double>(total);
        numbers["banyan_http_received_bytes_total{" + label + "}"] = static_cast<double>(one.bytes_in);
        numbers["banyan_http_sent_bytes_total{" + label + "}"] = static_cast<double>(one.bytes_out);
    }
}

}  // namespace banyan::http
