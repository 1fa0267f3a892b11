// SPDX-License-Identifier: Apache-2.0
#pragma once

// The table of routes and how a path finds its row. Default deny: every row must say who may pass; a row that does
// not is refused when the router is made, so that such a server does not start.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/api.h"
#include "adapters/http/message.h"
#include "base/result.h"

namespace banyan::http {

/// Who may pass. A default Access says nothing, and nothing is not an answer.
class Access {
  public:
    constexpr Access() = default;
    static constexpr Access open() { return Access(Kind::open, {}); }
    static constexpr Access needs(Scope scope) { return Access(Kind::scope, scope); }

    [[nodiscard]] constexpr bool is_declared() const { return kind_ != Kind::undeclared; }
    [[nodiscard]] constexpr bool is_open() const { return kind_ == Kind::open; }
    /// Requires !is_open().
    [[nodiscard]] constexpr Scope scope() const { return scope_; }

  private:
    enum class Kind : unsigned char { undeclared, open, scope };
    constexpr Access(Kind kind, Scope scope) : kind_(kind), scope_(scope) {}
    Kind kind_ = Kind::undeclared;
    Scope scope_ = Scope::admin;
};

/// `streamed`: the body may be NDJSON of any size and is then fed line by line (see ingest.h).
enum class Body : unsigned char { none, json, streamed };

struct Route {
    Method method = Method::get;
    std::string_view path;  // "/v1/members/{id}/holds/{hold}"; "{...}" is one segment
    Access access;
    Handler handler = nullptr;
    Body body = Body::none;
};

/// All routes of this server.
std::vector<Route> all_routes();

class Router {
  public:
    /// Refuses a route without a policy or handler, and two routes of the same method and shape.
    static Result<Router> make(std::vector<Route> routes);

    struct Match {
        const Route* route = nullptr;  // nullptr: no such path, or not for this method
        std::size_t index = 0;
        std::string allow;  // methods of the path, when only the method is wrong
        std::array<std::string, 2> parameters;
    };
    [[nodiscard]] Match match(std::optional<Method> method, std::string_view path) const;
    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

  private:
    std::vector<Route> routes_;
};

}  // namespace banyan::http
