// SPDX-License-Identifier: Apache-2.0
#pragma once

// The values and types of a case file (cel.expr.Value and cel.expr.Type as protobuf JSON) as this engine's own. int64
// are strings there, bytes are base64, a double may be "NaN".

#include <deque>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/rules/type.h"

namespace banyan::app {

class CaseValues {
  public:
    /// The Term of {"int64Value": "1"} and its kin; it lives as long as this does. `unsupported` for messages and enums.
    Result<rules::Term> term(const Value& value);

  private:
    Result<rules::Term> list(const Value& value);
    Result<rules::Term> map(const Value& value);
    std::string_view kept(std::string text) { return texts_.emplace_back(std::move(text)); }

    std::deque<std::string> texts_;
    std::deque<std::vector<rules::Term>> lists_;
    std::deque<std::vector<rules::Entry>> maps_;
};

/// The Type of {"primitive": "INT64"} and its kin; `unsupported` for messages and wrappers.
Result<rules::Type> case_type(const Value& type);

/// Equal in kind too, all the way down; NaN is the NaN that was expected.
bool same(const rules::Term& a, const rules::Term& b);

}  // namespace banyan::app
