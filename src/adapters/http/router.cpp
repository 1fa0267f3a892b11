// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/router.h"

#include "adapters/http/query.h"

namespace banyan::http {

namespace {

// Takes the next segment off the front: "/a/b" gives "a" and leaves "/b".
std::string_view next_segment(std::string_view& path) {
    path.remove_prefix(1);
    const std::size_t end = path.find('/');
    const std::string_view segment = path.substr(0, end);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
    return segment;
}

bool is_parameter(std::string_view segment) { return !segment.empty() && segment.front() == '{'; }

// Whether the path has the form of the template; the raw segments that stand for parameters are kept.
bool fits(std::string_view form, std::string_view path, std::array<std::string_view, 2>& parameters) {
    std::size_t count = 0;
    while (!form.empty() && !path.empty()) {
        const std::string_view expected = next_segment(form);
        const std::string_view segment = next_segment(path);
        if (is_parameter(expected)) {
            if (segment.empty()) return false;
            parameters[count++] = segment;
        } else if (expected != segment) {
            return false;
        }
    }
    return form.empty() && path.empty();
}

bool same_shape(std::string_view a, std::string_view b) {
    while (!a.empty() && !b.empty()) {
        const std::string_view left = next_segment(a);
        const std::string_view right = next_segment(b);
        if (left != right && !(is_parameter(left) && is_parameter(right))) return false;
    }
    return a.empty() && b.empty();
}

}  // namespace

Result<Router> Router::make(std::vector<Route> routes) {
    for (std::size_t i = 0; i < routes.size(); ++i) {
        const Route& route = routes[i];
        const std::string name = std::string(name_of(route.method)) + " " + std::string(route.path);
        if (route.path.empty() || route.path.front() != '/')
            return Error::invalid("the route " + name + " has no path that begins with '/'");
        if (!route.access.is_declared())
            return Error::invalid("the route " + name +
                                  " does not say who may pass; the server does not start without a policy");
        if (route.handler == nullptr) return Error::invalid("the route " + name + " has no handler");
        for (std::size_t j = 0; j < i; ++j) {
            if (routes[j].method == route.method && same_shape(routes[j].path, route.path))
                return Error::invalid("two routes answer to " + name);
        }
    }
    Router router;
    router.routes_ = std::move(routes);
    return router;
}

Router::Match Router::match(std::optional<Method> method, std::string_view path) const {
    Match match;
    if (path.empty() || path.front() != '/') return match;
    std::array<std::string_view, 2> raw;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        const Route& route = routes_[i];
        if (!fits(route.path, path, raw)) continue;
        if (route.method != method) {
            if (!match.allow.empty()) match.allow += ", ";
            match.allow += name_of(route.method);
            if (route.method == Method::get) match.allow += ", HEAD";
            continue;
        }
        for (std::size_t p = 0; p < raw.size(); ++p) {
            auto decoded = decode_percent(raw[p]);
            if (!decoded) return {};
            match.parameters[p] = std::move(*decoded);
        }
        match.route = &route;
        match.index = i;
        match.allow.clear();
        return match;
    }
    return match;
}

}  // namespace banyan::http
