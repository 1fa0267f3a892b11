// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/router.h"

namespace banyan::http {

std::vector<Route> all_routes() {
    constexpr auto get = Method::get;
    constexpr auto post = Method::post;
    constexpr auto events_write = Access::needs(Scope::events_write);
    constexpr auto members_read = Access::needs(Scope::members_read);
    constexpr auto members_write = Access::needs(Scope::members_write);
    constexpr auto ledger_read = Access::needs(Scope::ledger_read);
    constexpr auto ledger_write = Access::needs(Scope::ledger_write);
    constexpr auto programme_read = Access::needs(Scope::programme_read);
    constexpr auto programme_write = Access::needs(Scope::programme_write);
    constexpr auto admin = Access::needs(Scope::admin);
    constexpr auto open = Access::open();
    return {
        // The busiest first: the table is searched in order.
        {post, "/v1/events", events_write, post_event, Body::streamed},
        {post, "/v1/quotes", members_read, quote_basket, Body::json},
        {get, "/v1/members/{id}", members_read, get_member},
        {get, "/v1/members/{id}/balances", members_read, get_balances},
        {get, "/v1/members/{id}/tier", members_read, get_tier},
        {get, "/v1/members/{id}/timeline", members_read, get_timeline},
        {get, "/v1/members/{id}/ledger", members_read, get_ledger},
        {get, "/v1/members/{id}/expiring", members_read, get_expiring},
        {get, "/v1/members", members_read, list_members},
        {post, "/v1/members", members_write, register_member, Body::json},
        {post, "/v1/members/search", members_read, search_member, Body::json},
        {Method::patch, "/v1/members/{id}/profile", members_write, patch_profile, Body::json},
        {post, "/v1/members/{id}/identities", members_write, bind_identity, Body::json},
        {post, "/v1/members/{id}/merge", members_write, merge_member, Body::json},
        {post, "/v1/members/{id}/unmerge", members_write, unmerge_member, Body::json},
        {Method::del, "/v1/members/{id}", members_write, erase_member},
        {post, "/v1/members/{id}/adjustments", ledger_write, adjust_points, Body::json},
        {post, "/v1/members/{id}/redemptions", ledger_write, redeem_points, Body::json},
        {post, "/v1/members/{id}/redemptions/{spend}/reverse", ledger_write, reverse_redemption, Body::json},
        {post, "/v1/members/{id}/transfers", ledger_write, transfer_points, Body::json},
        {post, "/v1/members/{id}/holds", ledger_write, place_hold, Body::json},
        {post, "/v1/members/{id}/holds/{hold}/capture", ledger_write, capture_hold, Body::json},
        {post, "/v1/members/{id}/holds/{hold}/release", ledger_write, release_hold, Body::json},
        {get, "/v1/ledger/totals", ledger_read, get_totals},
        {get, "/v1/programme", programme_read, get_programme},
        {get, "/v1/programme/versions", programme_read, list_versions},
        {get, "/v1/programme/versions/{version}", programme_read, get_version},
        {post, "/v1/programme/check", programme_read, check_programme, Body::json},
        {post, "/v1/programme/dry-run", members_read, dry_run_event, Body::json},
        {get, "/v1/events/{source}/{id}/why", members_read, explain_event},
        {post, "/v1/programme/versions", programme_write, publish_programme, Body::json},
        {post, "/v1/programme/rollback", programme_write, roll_back_programme, Body::json},
        {get, "/v1/orders/{source}/{id}", members_read, get_order},
        {get, "/v1/limits", ledger_read, list_limits},
        {get, "/v1/jobs", ledger_read, list_jobs},
        {post, "/v1/jobs", ledger_write, open_job, Body::json},
        {get, "/v1/jobs/{id}", ledger_read, get_job},
        {post, "/v1/jobs/{id}/cancel", ledger_write, cancel_job, Body::json},
        {post, "/v1/jobs/{id}/resume", ledger_write, resume_job, Body::json},
        {get, "/v1/closes", ledger_read, list_closes},
        {get, "/v1/closes/{month}", ledger_read, get_close},
        {post, "/v1/closes/{month}", ledger_write, close_month, Body::json},
        {get, "/v1/tiers", programme_read, get_tiers},
        {get, "/v1/clock", programme_read, get_clock},
        {post, "/v1/clock", admin, set_clock, Body::json},
        {post, "/v1/history/begin", admin, begin_history, Body::json},
        {post, "/v1/history/end", admin, end_history, Body::json},
        // Open: they say nothing of any member.
        {get, "/healthz", open, get_health},
        {get, "/readyz", open, get_readiness},
        {get, "/metrics", open, get_metrics},
        {get, "/openapi.yaml", open, get_openapi_yaml},
        {get, "/openapi.json", open, get_openapi_json},
        {get, "/", open, get_page},
        {get, "/assets/{file}", open, get_page},
    };
}

}  // namespace banyan::http
