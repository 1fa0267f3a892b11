// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/message.h"

#include "base/assert.h"

namespace banyan::http {

namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// "0.8" as 800; what is not a weight counts as 1, because a broken header must not change the answer's meaning.
int weight(std::string_view text) {
    if (text.size() < 3 || text.substr(0, 2) != "q=") return 1000;
    text.remove_prefix(2);
    if (text[0] != '0') return 1000;
    int value = 0;
    for (std::size_t i = 2; i < 5; ++i) {
        const bool is_digit = i < text.size() && text[i] >= '0' && text[i] <= '9';
        value = value * 10 + (is_digit ? text[i] - '0' : 0);
    }
    return value;
}

}  // namespace

std::string_view name_of(Method method) {
    switch (method) {
        case Method::get: return "GET";
        case Method::post: return "POST";
        case Method::patch: return "PATCH";
        case Method::del: return "DELETE";
    }
    ASSERT(false);
    return {};
}

Language preferred_language(std::string_view accept_language) {
    int zh = 0;
    int en = 0;
    while (!accept_language.empty()) {
        const std::size_t comma = accept_language.find(',');
        const std::string_view item = trimmed(accept_language.substr(0, comma));
        accept_language =
            comma == std::string_view::npos ? std::string_view() : accept_language.substr(comma + 1);
        const std::size_t semicolon = item.find(';');
        const std::string_view tag = trimmed(item.substr(0, semicolon)).substr(0, 2);
        const int liking =
            semicolon == std::string_view::npos ? 1000 : weight(trimmed(item.substr(semicolon + 1)));
        // Of two that are liked alike, the one named first wins; hence the strict comparison below.
        if ((tag == "zh" || tag == "ZH") && liking > zh) zh = liking > en ? liking : liking - 1;
        if ((tag == "en" || tag == "EN") && liking > en) en = liking > zh ? liking : liking - 1;
    }
    return zh > en ? Language::zh : Language::en;
}

}  // namespace banyan::http
