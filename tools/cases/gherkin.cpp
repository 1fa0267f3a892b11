// SPDX-License-Identifier: Apache-2.0
#include "gherkin.h"

#include <algorithm>

namespace banyan::cases {

namespace {

std::string_view trimmed(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Step step_of(std::string_view text, bool is_outcome) {
    Step step{std::string(text), {}, {}, {}, is_outcome};
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') {
            const std::size_t end = std::min(text.find('"', i + 1), text.size());
            step.quoted.emplace_back(text.substr(i + 1, end - i - 1));
            step.form += "\"\"";
            i = end;
        } else if (is_digit(text[i]) && (i == 0 || text[i - 1] == ' ')) {
            std::size_t end = i;
            while (end < text.size() && is_digit(text[end])) ++end;
            step.numbers.emplace_back(text.substr(i, end - i));
            step.form += 'N';
            i = end - 1;
        } else {
            step.form += text[i];
        }
    }
    return step;
}

bool takes(std::string_view& line, std::string_view word) {
    if (!line.starts_with(word)) return false;
    line = trimmed(line.substr(word.size()));
    return true;
}

}  // namespace

std::vector<Scenario> parse_feature(std::string_view content) {
    std::vector<Scenario> scenarios;
    std::vector<Step> background;
    bool in_scenario = false;
    bool is_outcome = false;
    for (std::size_t begin = 0; begin < content.size();) {
        const std::size_t end = std::min(content.find('\n', begin), content.size());
        std::string_view line = trimmed(content.substr(begin, end - begin));
        begin = end + 1;
        if (takes(line, "Background:")) continue;
        const bool outline = line.starts_with("Scenario Outline:");
        if (outline || line.starts_with("Scenario:")) {
            scenarios.push_back({std::string(trimmed(line.substr(line.find(':') + 1))), background, outline});
            in_scenario = true;
            is_outcome = false;
            continue;
        }
        const bool given = takes(line, "Given ") || takes(line, "When ");
        const bool then = !given && takes(line, "Then ");
        if (given || then) is_outcome = then;
        if (!given && !then && !takes(line, "And ") && !takes(line, "But ")) continue;
        (in_scenario ? scenarios.back().steps : background).push_back(step_of(line, is_outcome));
    }
    return scenarios;
}

}  // namespace banyan::cases
