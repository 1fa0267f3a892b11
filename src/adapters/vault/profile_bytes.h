// SPDX-License-Identifier: Apache-2.0
#pragma once

// A profile as bytes, before it is sealed: format, then {field, length, text} for each field there is.

#include <string>
#include <string_view>

#include "base/result.h"
#include "runtime/request.h"

namespace banyan::vault {

std::string pack(const runtime::Profile& profile);
/// `unsupported` when a newer version packed it, `corrupt` when the bytes are no profile.
Result<runtime::Profile> unpack(std::string_view bytes);

}  // namespace banyan::vault
