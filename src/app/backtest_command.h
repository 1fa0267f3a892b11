// SPDX-License-Identifier: Apache-2.0
#pragma once

// `banyan programme backtest`: a data directory's whole history, decided again in memory. The directory may be served
// meanwhile; nothing in it is written.

#include <string>

namespace banyan::app {

struct BacktestOptions {
    std::string data;
    std::string draft;  // empty: the programmes as they were
    bool json = false;
};

/// Exit 0; 2 when a decision did not come out as it was recorded.
int backtest(const BacktestOptions& options);

}  // namespace banyan::app
