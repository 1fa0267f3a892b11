// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/finding.h"

#include <algorithm>

#include "domain/rules/schema.h"

namespace banyan::programme {

void Findings::add(Finding finding) {
    has_errors_ = has_errors_ || finding.weight == Weight::error;
    if (findings_.size() < findings_max) return findings_.push_back(std::move(finding));
    // Full of warnings: an error is what the author must see.
    if (finding.weight == Weight::warning) return;
    const auto warning = std::find_if(findings_.begin(), findings_.end(),
                                      [](const Finding& f) { return f.weight == Weight::warning; });
    if (warning == findings_.end()) return;
    findings_.erase(warning);
    findings_.push_back(std::move(finding));
}

Error Findings::first_error() const {
    const auto found = std::find_if(findings_.begin(), findings_.end(),
                                    [](const Finding& f) { return f.weight == Weight::error; });
    ASSERT(found != findings_.end());
    std::string message = found->message;
    if (found->inside)
        message += " (" + std::to_string(found->inside->line) + ":" + std::to_string(found->inside->column) +
                   " of the expression)";
    return Error::invalid(std::move(message), found->pointer.empty() ? "/" : found->pointer);
}

std::string nearest(std::string_view given, std::span<const std::string> words) {
    // A third of the letters may be wrong: "pionts" is "points", "visits" is nothing.
    std::size_t best = std::max<std::size_t>(2, given.size() / 3) + 1;
    std::string found;
    for (const std::string& word : words) {
        const std::size_t distance = rules::edit_distance(given, word);
        if (distance < best && distance < word.size()) {
            best = distance;
            found = word;
        }
    }
    return found;
}

std::string did_you_mean(std::string_view given, std::span<const std::string> words) {
    const std::string near = nearest(given, words);
    return near.empty() ? "" : " (did you mean \"" + near + "\"?)";
}

std::string joined(std::span<const std::string> words) {
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
    return all;
}

}  // namespace banyan::programme
