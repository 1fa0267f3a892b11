// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of the document's sections say a document was told.

#include <string>
#include <vector>

#include "domain/ledger/zones_test.h"
#include "domain/programme/programme.h"

namespace banyan::programme {

using Said = std::vector<std::string>;

inline Checked checked(const Value& document) {
    return check(document, {1}, banyan::testing::WrittenCalendar());
}
/// "error /limits/0/per: ...".
inline Said findings_of(const Value& document) {
    Said said;
    const Checked found = checked(document);
    for (const Finding& finding : found.findings.all())
        said.push_back((finding.weight == Weight::error ? "error " : "warning ") + finding.pointer + ": " +
                       finding.message);
    return said;
}

}  // namespace banyan::programme
