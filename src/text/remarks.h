// SPDX-License-Identifier: Apache-2.0
#pragma once

// What somebody says of a document that was read: of a value, of its key or of a character inside a text. Told as a
// compiler tells it, file:line:column first, in the order of the file.

#include <optional>
#include <string>
#include <vector>

#include "text/yaml.h"

namespace banyan::text {

struct Remark {
    enum class On : unsigned char { value, key };
    std::string pointer;
    On on = On::value;
    std::optional<Place> inside;  // of the text that stands at the pointer
    std::string message;
};

/// "p.yaml:3:7: message" for each; what is said of one place keeps its order.
std::vector<std::string> lines_of(const YamlDocument& document, const std::vector<Remark>& remarks);

}  // namespace banyan::text
