// SPDX-License-Identifier: Apache-2.0
#pragma once

// `banyan cel`: an expression tried at a desk, or case files of the CEL specification run.

#include <string>
#include <vector>

namespace banyan::app {

struct CelOptions {
    std::string expression;
    std::string with;  // JSON, or @FILE
    bool explain = false;
    bool functions = false;
    std::vector<std::string> cases;
};

int run_cel(const CelOptions& options);

}  // namespace banyan::app
