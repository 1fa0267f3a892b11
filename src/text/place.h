// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where in a text something is: what Error::where says to a person. Lines and columns count from 1; a column is a
// character, not a byte, because that is what an editor shows.

#include <cstddef>
#include <string>
#include <string_view>

namespace banyan::text {

struct Place {
    std::size_t line = 1;
    std::size_t column = 1;
    bool operator==(const Place&) const = default;
};

/// The place of the byte at `offset`. Requires offset <= bytes.size().
Place place_at(std::string_view bytes, std::size_t offset);

/// "12:7"; with a file name "orders.yaml:12:7".
std::string to_text(Place place, std::string_view file = {});

}  // namespace banyan::text
