// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/scopes.h"

namespace banyan::http {

std::string_view name_of(Scope scope) {
    switch (scope) {
        case Scope::events_write: return "events:write";
        case Scope::members_read: return "members:read";
        case Scope::members_write: return "members:write";
        case Scope::profile_read: return "profile:read";
        case Scope::ledger_read: return "ledger:read";
        case Scope::ledger_write: return "ledger:write";
        case Scope::programme_read: return "programme:read";
        case Scope::programme_write: return "programme:write";
        case Scope::admin: return "admin";
    }
    ASSERT(false);
    return {};
}

Result<Scopes> parse_scopes(std::string_view text) {
    if (text == "all") return Scopes::all();
    Scopes scopes;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string_view word = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
        bool known = false;
        for (const Scope scope : all_scopes) {
            if (name_of(scope) != word) continue;
            scopes.add(scope);
            known = true;
        }
        if (!known) {
            std::string words;
            for (const Scope scope : all_scopes) words.append(" ").append(name_of(scope));
            return Error::invalid("there is no scope '" + std::string(word) + "'; the scopes are:" + words);
        }
    }
    if (scopes.empty()) return Error::invalid("name at least one scope, or 'all'");
    return scopes;
}

}  // namespace banyan::http
