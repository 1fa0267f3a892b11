// SPDX-License-Identifier: Apache-2.0
#pragma once

// The address of a document: SHA-256 over one canonical text of what it says. Comments, layout, quotes and the order of
// keys change no address; the order of a list does, since rules are asked and tiers stand in that order. Whatever key
// a document has is in its address, so a field that this page has never heard of cannot be changed unseen.

#include <string>

#include "base/ports/digest.h"
#include "base/value.h"

namespace banyan::programme {

/// JSON without white space, the keys of every object sorted by their bytes, keys without a value left out: RFC 8785 for
/// documents of text, whole numbers, truth values, lists and objects, which is all that a programme is made of.
std::string canonical(const Value& document);

/// "sha256:" and 64 hexadecimal digits.
std::string address_of(const Value& document, const Digest& digest);

}  // namespace banyan::programme
