// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

namespace banyan {

const char* name_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid: return "invalid";
        case ErrorCode::unsupported: return "unsupported";
        case ErrorCode::not_found: return "not_found";
        case ErrorCode::conflict: return "conflict";
        case ErrorCode::refused: return "refused";
        case ErrorCode::unavailable: return "unavailable";
        case ErrorCode::corrupt: return "corrupt";
        case ErrorCode::io: return "io";
        case ErrorCode::full: return "full";
    }
    ASSERT(false);
    return "";
}

}  // namespace banyan
