// SPDX-License-Identifier: Apache-2.0
#pragma once

// What became of an offer, as a sentence. One table has every reason there is, in English and Chinese.

#include <string>

#include "adapters/http/message.h"
#include "domain/pricing/quote.h"
#include "domain/programme/programme.h"

namespace banyan::http {

std::string sentence_of(const pricing::Outcome& outcome, const programme::Programme& programme,
                        Language language);

}  // namespace banyan::http
