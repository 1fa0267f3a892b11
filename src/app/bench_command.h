// SPDX-License-Identifier: Apache-2.0
#pragma once

// `banyan bench`: durable accrual on this machine's disk, without HTTP: what the engine and the journal do together.

#include <cstdint>
#include <string>

namespace banyan::app {

struct BenchOptions {
    std::string data;  // a new directory
    std::uint64_t events = 200'000;
    std::uint64_t members = 20'000;
    std::uint64_t in_flight = 512;
    std::int64_t sync_delay_us = 0;
    std::uint32_t threads = 1;
};

int bench(const BenchOptions& options);

}  // namespace banyan::app
