// SPDX-License-Identifier: Apache-2.0
#include "text/place.h"

#include "base/assert.h"

namespace banyan::text {

Place place_at(std::string_view bytes, std::size_t offset) {
    ASSERT(offset <= bytes.size());
    Place place;
    for (const char c : bytes.substr(0, offset)) {
        if (c == '\n') {
            ++place.line;
            place.column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0U) !=
                   0x80U) {  // A continuation byte is no new character.
            ++place.column;
        }
    }
    return place;
}

std::string to_text(Place place, std::string_view file) {
    std::string out(file);
    if (!file.empty()) out += ':';
    return out + std::to_string(place.line) + ':' + std::to_string(place.column);
}

}  // namespace banyan::text
