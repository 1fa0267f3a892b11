// SPDX-License-Identifier: Apache-2.0
#include "domain/limits/limit.h"

#include "base/assert.h"

namespace banyan::limits {

using Kind = metrics::Window::Kind;

Result<void> check(const Limit& limit) {
    const std::string where = "/limits/" + limit.name;
    if (limit.name.empty()) return Error::invalid("a limit needs a name", "/limits");
    if (limit.most < Quantity{}) return Error::invalid("the most is zero or more", where + "/most");
    const bool is_rolling = limit.window.kind == Kind::rolling;
    if (is_rolling && (limit.window.days < 1 || limit.window.days > 3660))
        return Error::invalid("a rolling window has between 1 and 3660 days", where + "/window");
    if (!is_rolling && limit.window.days != 0)
        return Error::invalid("only a rolling window has a number of days", where + "/window");
    if (limit.cooldown < Duration{})
        return Error::invalid("the cooldown is zero or more", where + "/cooldown");
    if (limit.scope == Scope::member) {
        if (limit.strictness == Strictness::from_start)
            return Error::invalid("a member's own limit is always exact: leave strictness out",
                                  where + "/strictness");
        return {};
    }
    if (is_rolling || limit.window.kind == Kind::anniversary)
        return Error::invalid(
            "a shared limit has calendar periods: use day, week, month, quarter, year or lifetime",
            where + "/window");
    if (limit.cooldown > Duration{})
        return Error::invalid("a cooldown is each member's: use scope member", where + "/cooldown");
    return {};
}

Period period_of(const Limit& limit, const metrics::AsOf& as_of) {
    if (limit.window.kind == Kind::rolling) return {limit.id, as_of.today};
    const metrics::Days days = metrics::days_of(limit.window, as_of);
    ASSERT(days.first <= days.last);  // Nobody claims before joining.
    return {limit.id, days.first};
}

}  // namespace banyan::limits
