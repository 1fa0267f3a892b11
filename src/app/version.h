// SPDX-License-Identifier: Apache-2.0
#pragma once

// `banyan version`: what this binary is and what it reads.

namespace banyan::app {

int print_version();

}  // namespace banyan::app
