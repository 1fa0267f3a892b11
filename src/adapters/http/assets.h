// SPDX-License-Identifier: Apache-2.0
#pragma once

// Files that were put into the program when it was built: the page (web/page) and the contract (api/openapi.yaml).
// cmake/embed.py writes the table.

#include <span>
#include <string_view>

namespace banyan::http {

struct Asset {
    std::string_view name;  // "index.html", "openapi.yaml"
    std::string_view content;
};

std::span<const Asset> all_assets();
/// nullptr when there is none of that name.
const Asset* find_asset(std::string_view name);

}  // namespace banyan::http
