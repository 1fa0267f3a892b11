// SPDX-License-Identifier: Apache-2.0
#include "cases.h"
#include "text/json.h"

namespace banyan::cases {

void run_json(const std::string& path, std::string_view content, Tally& tally) {
    const std::string name = path.substr(path.rfind('/') + 1);
    const std::string prefix = name.substr(0, 2);
    if (prefix != "y_" && prefix != "n_" && prefix != "i_")
        return tally.skip(name, "its name does not say whether it is right (y_, n_, i_)");

    const auto value = text::parse_json(content, {}, text::DuplicateKeys::last_wins);
    if (value.ok()) {
        if (prefix == "n_") return tally.fail(name, "was read and should be refused");
        return tally.pass();
    }
    if (prefix == "y_") return tally.fail(name, "refused: " + value.error().text());
    if (value.error().where.empty())
        return tally.fail(name, "refused without a place: " + value.error().text());
    tally.pass();
}

}  // namespace banyan::cases
