// SPDX-License-Identifier: Apache-2.0
#include "text/remarks.h"

#include <algorithm>
#include <utility>

namespace banyan::text {

namespace {

Place place_of(const YamlDocument& document, const Remark& remark) {
    if (remark.on == Remark::On::key) return document.places.key_at(remark.pointer);
    const Value* value = find_at(document.value, remark.pointer);
    if (!remark.inside || value == nullptr || !value->is(Value::Kind::string))
        return document.places.at(remark.pointer);
    return document.places.inside(remark.pointer, value->string(), *remark.inside);
}

}  // namespace

std::vector<std::string> lines_of(const YamlDocument& document, const std::vector<Remark>& remarks) {
    std::vector<std::pair<Place, const Remark*>> placed;
    placed.reserve(remarks.size());
    for (const Remark& remark : remarks) placed.emplace_back(place_of(document, remark), &remark);
    std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) {
        return std::pair(a.first.line, a.first.column) < std::pair(b.first.line, b.first.column);
    });
    std::vector<std::string> lines;
    lines.reserve(placed.size());
    for (const auto& [place, remark] : placed)
        lines.push_back(to_text(place, document.places.file()) + ": " + remark->message);
    return lines;
}

}  // namespace banyan::text
