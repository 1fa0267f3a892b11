// SPDX-License-Identifier: Apache-2.0
#pragma once

// A programme document in a request: taken out of the body, and what it is told.

#include <string>
#include <vector>

#include "adapters/http/handler.h"

namespace banyan::http {

/// Each with its place, "programme:12:7: ...", in the order of the document.
struct Told {
    std::vector<std::string> errors;
    std::vector<std::string> warnings;
    std::shared_ptr<const programme::Programme> programme;  // nothing where there are errors
};
Told told(const Api& api, const std::string& document);

/// Documents have lines, which other texts of a request may not.
Result<std::string> document_in(Object& object);

}  // namespace banyan::http
