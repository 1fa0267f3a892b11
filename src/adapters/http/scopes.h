// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a key may do. A scope is asked for by a route and given by a key; there is no scope that contains another, so
// that a key says in full what it opens.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace banyan::http {

enum class Scope : unsigned char {
    events_write,     // orders and other events, one or many
    members_read,     // members without personal data, balances, timelines
    members_write,    // register, bind, merge, erase, change a profile
    profile_read,     // open personal data
    ledger_read,      // totals of the ledger
    ledger_write,     // adjust, redeem, hold: whatever moves value by hand
    programme_read,   // rules, units, tiers
    programme_write,  // publish, roll back
    admin,            // the clock, history
};
inline constexpr std::array all_scopes = {Scope::events_write,   Scope::members_read,    Scope::members_write,
                                          Scope::profile_read,   Scope::ledger_read,     Scope::ledger_write,
                                          Scope::programme_read, Scope::programme_write, Scope::admin};

/// "events:write" and so on.
std::string_view name_of(Scope scope);

class Scopes {
  public:
    constexpr Scopes() = default;
    static constexpr Scopes all() {
        Scopes scopes;
        for (const Scope scope : all_scopes) scopes.add(scope);
        return scopes;
    }
    constexpr void add(Scope scope) {
        bits_ = static_cast<std::uint16_t>(bits_ | (1U << static_cast<unsigned>(scope)));
    }
    [[nodiscard]] constexpr bool has(Scope scope) const {
        return (bits_ & (1U << static_cast<unsigned>(scope))) != 0;
    }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    constexpr bool operator==(const Scopes&) const = default;

  private:
    std::uint16_t bits_ = 0;
};

/// "events:write,members:read", or "all". At least one.
Result<Scopes> parse_scopes(std::string_view text);

}  // namespace banyan::http
