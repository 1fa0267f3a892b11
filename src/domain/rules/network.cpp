// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/network.h"

#include <array>
#include <charconv>
#include <vector>

namespace banyan::rules {

namespace {

std::optional<unsigned> number(std::string_view text, int base, unsigned max) {
    unsigned value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (failure != std::errc() || end != text.data() + text.size() || value > max) return std::nullopt;
    return value;
}

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0;;) {
        const std::size_t end = text.find(separator, at);
        parts.push_back(text.substr(at, end == std::string_view::npos ? end : end - at));
        if (end == std::string_view::npos) return parts;
        at = end + 1;
    }
}

std::optional<std::string> parse_four(std::string_view text) {
    std::string octets;
    for (const std::string_view part : parts_of(text, '.')) {
        const bool zero_before = part.size() > 1 && part.front() == '0';
        const auto octet = number(part, 10, 255);
        if (!octet || zero_before || part.size() > 3) return std::nullopt;
        octets += static_cast<char>(*octet);
    }
    return octets.size() == 4 ? std::optional(octets) : std::nullopt;
}

// The groups on one side of "::"; the last may be an IPv4 address.
std::optional<std::string> parse_groups(std::string_view text, bool at_end) {
    std::string octets;
    if (text.empty()) return octets;
    const auto parts = parts_of(text, ':');
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (at_end && i + 1 == parts.size() && parts[i].find('.') != std::string_view::npos) {
            const auto four = parse_four(parts[i]);
            if (!four) return std::nullopt;
            octets += *four;
            continue;
        }
        const auto group = number(parts[i], 16, 0xFFFF);
        if (!group || parts[i].size() > 4) return std::nullopt;
        octets += static_cast<char>(*group >> 8U);
        octets += static_cast<char>(*group & 0xFFU);
    }
    return octets;
}

bool is_mapped(std::string_view octets) {
    return octets.substr(0, 10).find_first_not_of('\0') == std::string_view::npos &&
           octets.substr(10, 2) == "\xFF\xFF";
}

std::optional<std::string> parse_sixteen(std::string_view text) {
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) {
        auto octets = parse_groups(text, true);
        if (!octets || octets->size() != 16) return std::nullopt;
        return octets;
    }
    const auto before = parse_groups(text.substr(0, gap), false);
    const auto after = parse_groups(text.substr(gap + 2), true);
    if (!before || !after || before->size() + after->size() > 14) return std::nullopt;
    return *before + std::string(16 - before->size() - after->size(), '\0') + *after;
}

unsigned prefix_of(std::string_view network) { return static_cast<unsigned char>(network.back()); }
std::string_view octets_of(std::string_view network) { return network.substr(0, network.size() - 1); }

// The bits of the nth octet that belong to the prefix.
unsigned char mask_of(unsigned prefix, std::size_t n) {
    const auto begin = static_cast<unsigned>(n * 8);
    if (prefix <= begin) return 0;
    if (prefix >= begin + 8) return 0xFF;
    return static_cast<unsigned char>(0xFF00U >> (prefix - begin));
}

void put_group(std::string& text, unsigned group) {
    std::array<char, 8> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), group, 16);
    text.append(buffer.data(), written.ptr);
}

std::string text_of_four(std::string_view octets) {
    std::string text;
    for (const char octet : octets)
        text += (text.empty() ? "" : ".") + std::to_string(static_cast<unsigned char>(octet));
    return text;
}

}  // namespace

std::optional<std::string> parse_address(std::string_view text) {
    if (text.find(':') == std::string_view::npos) return parse_four(text);
    auto octets = parse_sixteen(text);
    const bool dotted = text.find('.') != std::string_view::npos;
    if (octets && dotted && is_mapped(*octets)) return std::nullopt;
    return octets;
}

std::optional<std::string> parse_network(std::string_view text) {
    const std::size_t slash = text.rfind('/');
    if (slash == std::string_view::npos) return std::nullopt;
    auto octets = parse_address(text.substr(0, slash));
    const std::string_view length = text.substr(slash + 1);
    if (!octets || (length.size() > 1 && length.front() == '0')) return std::nullopt;
    const auto prefix = number(length, 10, static_cast<unsigned>(octets->size() * 8));
    if (!prefix) return std::nullopt;
    return *octets + static_cast<char>(*prefix);
}

std::string address_text(std::string_view octets) {
    if (octets.size() == 4) return text_of_four(octets);
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i)
        groups[i] =
            static_cast<unsigned char>(octets[2 * i]) * 256U + static_cast<unsigned char>(octets[2 * i + 1]);
    std::size_t gap = 8;
    std::size_t gap_size = 1;  // one zero group alone is written out
    for (std::size_t i = 0; i < 8; ++i) {
        std::size_t size = 0;
        while (i + size < 8 && groups[i + size] == 0) ++size;
        if (size <= gap_size) continue;
        gap = i;
        gap_size = size;
    }
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == gap) {
            text += "::";
            i += gap_size - 1;
            continue;
        }
        if (!text.empty() && text.back() != ':') text += ':';
        put_group(text, groups[i]);
    }
    return text;
}

std::string network_text(std::string_view network) {
    return address_text(octets_of(network)) + "/" + std::to_string(prefix_of(network));
}

bool contains_address(std::string_view network, std::string_view octets) {
    if (octets_of(network).size() != octets.size()) return false;
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const auto differs = static_cast<unsigned char>(static_cast<unsigned char>(network[i]) ^
                                                        static_cast<unsigned char>(octets[i]));
        if ((differs & mask_of(prefix_of(network), i)) != 0) return false;
    }
    return true;
}

bool contains_network(std::string_view network, std::string_view other) {
    return prefix_of(network) <= prefix_of(other) && contains_address(network, octets_of(other));
}

std::string masked_network(std::string_view network) {
    std::string masked(network);
    for (std::size_t i = 0; i + 1 < masked.size(); ++i)
        masked[i] = static_cast<char>(static_cast<unsigned char>(masked[i]) & mask_of(prefix_of(network), i));
    return masked;
}

}  // namespace banyan::rules
