// SPDX-License-Identifier: Apache-2.0
#include "app/version.h"

#include "app/terminal.h"
#include "codec/record.h"
#include "codec/state.h"

namespace banyan::app {

int print_version() {
    say("banyan 0.1.0");
    say("record format 1, feature level " + std::to_string(codec::feature_level) + ", checkpoint layout " +
        std::to_string(codec::state_layout));
    return 0;
}

}  // namespace banyan::app
