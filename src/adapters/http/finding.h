// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a programme document is told, here and on the command line alike.

#include "domain/programme/finding.h"
#include "text/remarks.h"

namespace banyan::http {

inline text::Remark remark_of(const programme::Finding& finding) {
    text::Remark remark;
    remark.pointer = finding.pointer;
    remark.on = finding.part == programme::Part::key ? text::Remark::On::key : text::Remark::On::value;
    if (finding.inside) remark.inside = text::Place{finding.inside->line, finding.inside->column};
    remark.message = finding.message;
    return remark;
}

}  // namespace banyan::http
