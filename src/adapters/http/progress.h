// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a member is going on each ladder, in numbers and in a sentence for a till or an app: "¥128.00 more to Gold".

#include "adapters/http/message.h"
#include "domain/programme/programme.h"
#include "runtime/service.h"
#include "text/json_writer.h"

namespace banyan::http {

/// The key `progress` with what can be said; ladders on which nothing can are left out.
void write_progress(text::JsonWriter& json, const runtime::MemberView& view,
                    const programme::Programme& programme, Language language);

}  // namespace banyan::http
