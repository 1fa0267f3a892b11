// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the server counts about its answers: per route and status class, with a histogram of durations. In the forms
// that /metrics shows: name with labels -> number.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::http {

class Traffic {
  public:
    explicit Traffic(std::size_t routes) : routes_(routes + 1) {}

    /// `route` is an index, or the number of routes for what matched none.
    void add(std::size_t route, std::uint16_t status, std::int64_t duration_us, std::uint64_t bytes_in,
             std::uint64_t bytes_out);
    /// `names[i]` is "POST /v1/events" of route i.
    void write(const std::vector<std::string>& names, std::map<std::string, double>& numbers) const;

  private:
    static constexpr std::array<std::int64_t, 12> bounds_us = {
        100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 100'000, 250'000, 1'000'000, 5'000'000};
    struct PerRoute {
        std::array<std::uint64_t, 6> statuses{};  // by the hundred; [0] is unused
        std::array<std::uint64_t, bounds_us.size() + 1> durations{};
        std::int64_t duration_us = 0;
        std::uint64_t bytes_in = 0;
        std::uint64_t bytes_out = 0;
    };
    std::vector<PerRoute> routes_;
};

}  // namespace banyan::http
