// SPDX-License-Identifier: Apache-2.0
#pragma once

// `banyan serve`: opens a data directory and answers the API until it is told to stop.

#include <cstdint>
#include <string>

#include "app/data_directory.h"

namespace banyan::app {

struct ServeOptions {
    std::string data;
    std::string programme;  // a file; only for a new brand
    std::string currency;   // replaces the document's, only for a new brand
    std::string zone;
    std::string listen = "127.0.0.1:8080";
    std::uint16_t partitions = 16;
    std::uint32_t threads = 1;
    bool test_clock = false;
    std::string log_level = "warning";
    std::string log_file;  // empty = standard error
    std::uint64_t memory_mib = 2048;
    std::int64_t sync_delay_us = 0;
    std::uint64_t checkpoint_every = 2048;
};

int serve(const ServeOptions& options);

/// The document of a file with currency and zone replaced where given; the starter programme when no file is named.
Result<std::string> programme_text(const std::string& file, const std::string& currency,
                                   const std::string& zone);

}  // namespace banyan::app
