// SPDX-License-Identifier: Apache-2.0
#pragma once

// `banyan close MONTH`: the month's movements as CSV for the general ledger, kept in the data directory under
// `closes/`. A month that was closed stays as it is: closing it again gives the same file, or an error. The directory
// may be served meanwhile.

#include <string>

namespace banyan::app {

struct CloseOptions {
    std::string data;
    std::string month;  // "2026-10"
};

/// Exit 0; 2 when the journal says otherwise than the file of a month that was closed before.
int close_month(const CloseOptions& options);

}  // namespace banyan::app
