// SPDX-License-Identifier: Apache-2.0
#pragma once

// Feature files as lists of steps. A step is told apart by its form: what it quotes and its numbers are taken out, so that
// `the store has a product "Mug" priced at "$5.00"` has the form `the store has a product "" priced at ""`.

#include <string>
#include <string_view>
#include <vector>

namespace banyan::cases {

struct Step {
    std::string text;
    std::string form;
    std::vector<std::string> quoted;
    std::vector<std::string> numbers;
    bool is_outcome = false;  // of a Then
};

struct Scenario {
    std::string name;
    std::vector<Step> steps;  // those of the background first
    bool is_outline = false;
};

std::vector<Scenario> parse_feature(std::string_view content);

}  // namespace banyan::cases
