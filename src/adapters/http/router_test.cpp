// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/router.h"

#include <gtest/gtest.h>

#include <set>

#include "adapters/http/assets.h"
#include "text/yaml.h"

namespace banyan::http {
namespace {

TEST(Router, a_route_without_a_policy_does_not_start) {
    const auto router = Router::make({{Method::get, "/v1/secret", {}, get_health}});
    ASSERT_FALSE(router.ok());
    EXPECT_NE(router.error().message.find("GET /v1/secret does not say who may pass"), std::string::npos);
}

TEST(Router, tables_that_contradict_themselves_do_not_start) {
    constexpr auto open = Access::open();
    EXPECT_FALSE(Router::make({{Method::get, "/a", open, nullptr}}).ok());
    EXPECT_FALSE(Router::make({{Method::get, "", open, get_health}}).ok());
    EXPECT_FALSE(
        Router::make({{Method::get, "/a/{x}", open, get_health}, {Method::get, "/a/{y}", open, get_health}})
            .ok());
    EXPECT_TRUE(
        Router::make({{Method::get, "/a/{x}", open, get_health}, {Method::post, "/a/{y}", open, get_health}})
            .ok());
}

TEST(Router, paths_find_their_row) {
    const auto router = Router::make(all_routes());
    ASSERT_TRUE(router.ok()) << router.error().text();
    const auto hold = router->match(Method::post, "/v1/members/m1/holds/a%20b/capture");
    ASSERT_NE(hold.route, nullptr);
    EXPECT_EQ(hold.route->path, "/v1/members/{id}/holds/{hold}/capture");
    EXPECT_EQ(hold.parameters[0], "m1");
    EXPECT_EQ(hold.parameters[1], "a b");
    EXPECT_EQ(router->match(Method::get, "/").route->path, "/");
    EXPECT_EQ(router->match(Method::post, "/v1/members/search").route->path, "/v1/members/search");
    for (const char* path :
         {"", "v1/members", "//", "/v1", "/v1/members/", "/v1/members//tier", "/v1/members/m1/",
          "/v1/members/m1/nothing", "/v1/members/m1/tier/x", "/V1/members", "/v1/members/%"})
        EXPECT_EQ(router->match(Method::get, path).route, nullptr) << path;
    const auto method = router->match(Method::patch, "/v1/members");
    EXPECT_EQ(method.route, nullptr);
    EXPECT_EQ(method.allow, "GET, HEAD, POST");
}

TEST(Router, the_contract_names_exactly_the_routes_there_are) {
    const Asset* asset = find_asset("openapi.yaml");
    ASSERT_NE(asset, nullptr);
    const auto contract = text::parse_yaml(asset->content, "openapi.yaml");
    ASSERT_TRUE(contract.ok()) << contract.error().text();
    std::set<std::string> written;
    const Map& paths = contract->map().find("paths")->map();
    for (const auto& [path, item] : paths.entries()) {
        for (const auto& [method, operation] : item.map().entries()) {
            std::string name;
            for (const char c : method) name += static_cast<char>(c - 'a' + 'A');
            const Value* scopes = operation.map().find("x-scope");
            written.insert(name + " " + path + " " + (scopes != nullptr ? scopes->string() : "?"));
        }
    }
    std::set<std::string> served;
    for (const Route& route : all_routes())
        served.insert(std::string(name_of(route.method)) + " " + std::string(route.path) + " " +
                      std::string(route.access.is_open() ? "none" : name_of(route.access.scope())));
    EXPECT_EQ(written, served);
}

}  // namespace
}  // namespace banyan::http
