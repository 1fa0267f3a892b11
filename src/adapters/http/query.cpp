// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/query.h"

#include <charconv>

namespace banyan::http {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::optional<std::string> decode_percent(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_digit(text[i + 1]);
        const int low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

Result<Query> Query::parse(std::string_view text) {
    Query query;
    while (!text.empty()) {
        const std::size_t end = text.find('&');
        const std::string_view item = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        const std::size_t equals = item.find('=');
        if (equals == std::string_view::npos || equals == 0)
            return Error::invalid("a query parameter is not of the form name=value");
        auto name = decode_percent(item.substr(0, equals));
        auto value = decode_percent(item.substr(equals + 1));
        if (!name || !value) return Error::invalid("a query parameter has a broken percent escape");
        for (const Parameter& other : query.parameters_) {
            if (other.name == *name) return Error::invalid("a query parameter is given twice");
        }
        query.parameters_.push_back({std::move(*name), std::move(*value), false});
        if (query.parameters_.size() > 16) return Error::invalid("there are more than 16 query parameters");
    }
    return query;
}

std::optional<std::string> Query::text(std::string_view name) {
    for (Parameter& parameter : parameters_) {
        if (parameter.name != name) continue;
        parameter.taken = true;
        return parameter.value;
    }
    return std::nullopt;
}

Result<std::optional<Instant>> Query::instant(std::string_view name) {
    const auto value = text(name);
    if (!value) return std::optional<Instant>();
    const auto instant = parse_rfc3339(*value);
    if (!instant)
        return Error::invalid("the query parameter '" + std::string(name) +
                              "' is not RFC 3339 (write '+' as %2B), such as 2026-01-31T12:00:00Z");
    return instant;
}

namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || rest != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

Result<std::uint32_t> Query::limit(std::uint32_t max, std::uint32_t otherwise) {
    const auto value = text("limit");
    if (!value) return otherwise;
    const auto number = whole_number(*value);
    if (!number || *number == 0 || *number > max)
        return Error::invalid("the query parameter 'limit' is not a whole number from 1 to " +
                              std::to_string(max));
    return static_cast<std::uint32_t>(*number);
}

Result<std::uint64_t> Query::cursor(std::string_view name) {
    const auto value = text(name);
    if (!value) return std::uint64_t{0};
    const auto number = whole_number(*value);
    if (!number)
        return Error::invalid("the query parameter '" + std::string(name) +
                              "' is not what a page gave as its 'next'");
    return *number;
}

Result<void> Query::finish() const {
    for (const Parameter& parameter : parameters_) {
        if (!parameter.taken)
            return Error::invalid(
                "there is a query parameter that this path does not know; see /openapi.json");
    }
    return {};
}

}  // namespace banyan::http
