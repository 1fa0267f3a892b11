// SPDX-License-Identifier: Apache-2.0
#pragma once

// The kinds of case files. Each function runs the cases of one file.

#include <string>
#include <string_view>

#include "tally.h"

namespace banyan::cases {

/// General Decimal Arithmetic cases (*.decTest) against base/decimal. Taken are the cases money can meet: finite
/// operands of at most 18 digits and exponents within +-18, add, subtract, multiply, compare, quantize, tointegral.
/// The sign of a zero is not compared: Decimal has one zero.
void run_decimal(const std::string& path, std::string_view content, Tally& tally);

/// One JSON text whose name begins with y_ (must be read), n_ (must be refused with a place) or i_ (either). Here an
/// object may name a key twice, as RFC 8259 lets it; our own bodies may not.
void run_json(const std::string& path, std::string_view content, Tally& tally);

/// A JSON file of groups of allocation and rounding cases. Groups of another rule than ours are skipped by name.
void run_allocation(const std::string& path, std::string_view content, Tally& tally);

/// A YAML file of baskets calculated by hand, in the form of tests/baskets, against domain/pricing.
void run_baskets(const std::string& path, std::string_view content, Tally& tally);

/// A JSON file of Medusa's computeActions cases, as data, against domain/pricing.
void run_medusa(const std::string& path, std::string_view content, Tally& tally);

/// A feature file of Sylius, as data, against domain/pricing.
void run_sylius(const std::string& path, std::string_view content, Tally& tally);

}  // namespace banyan::cases
