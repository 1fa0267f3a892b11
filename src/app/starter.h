// SPDX-License-Identifier: Apache-2.0
#pragma once

// The starter programme, part of the binary: what a brand gets when it names no other (presets/starter.yaml).

#include <string_view>

namespace banyan::app {

std::string_view starter_document();

}  // namespace banyan::app
