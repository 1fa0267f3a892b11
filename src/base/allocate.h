// SPDX-License-Identifier: Apache-2.0
#pragma once

// Splitting an amount by weights without losing or inventing a unit. The rule is named largest remainder: each share
// is rounded toward minus infinity, and the units left over go one each to the largest fractional parts, ties to the
// first. Other programmes use other rules; nothing here guesses which.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace banyan {

/// One share for each weight; together they are exactly `total`. Nothing when a weight is negative or all are zero.
std::optional<std::vector<std::int64_t>> allocate(std::int64_t total, std::span<const std::int64_t> weights);

}  // namespace banyan
