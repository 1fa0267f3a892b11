// SPDX-License-Identifier: Apache-2.0
#pragma once

// 'paid %.2f of %d'.format([...]): a format and its arguments become text. The same words in every locale.

#include <span>

#include "domain/rules/context.h"
#include "domain/rules/term.h"

namespace banyan::rules {

/// arguments: the format, a list.
Term format(std::span<const Term> arguments, Context& context);

}  // namespace banyan::rules
