// SPDX-License-Identifier: Apache-2.0
#pragma once

// Network addresses and ranges as text and as bytes: four of IPv4, sixteen of IPv6, in network order; a range carries
// the length of its prefix behind them. Text is read strictly: no leading zeros, no zones, and no IPv4 written inside
// an IPv6 address that stands for it, because two spellings of one client are how block lists are walked around.

#include <optional>
#include <string>
#include <string_view>

namespace banyan::rules {

std::optional<std::string> parse_address(std::string_view text);
std::optional<std::string> parse_network(std::string_view text);

/// As RFC 5952 writes them: lower case, the longest run of zeros as "::".
std::string address_text(std::string_view octets);
std::string network_text(std::string_view network);

bool contains_address(std::string_view network, std::string_view octets);
bool contains_network(std::string_view network, std::string_view other);
/// The network with every bit behind its prefix cleared.
std::string masked_network(std::string_view network);

}  // namespace banyan::rules
