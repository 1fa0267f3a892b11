// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the handlers stand on, and the handlers. One runs on the server's thread, reads its Call, asks the service and
// returns; the answer follows through Respond when the service has called back.

#include <functional>
#include <string>

#include "adapters/http/message.h"
#include "adapters/http/problem.h"
#include "runtime/back_tests.h"
#include "runtime/closes.h"
#include "runtime/service.h"

namespace banyan::http {

struct Api {
    runtime::Service* service = nullptr;
    runtime::Closes* closes = nullptr;         // nothing: this server closes no months
    runtime::BackTests* back_tests = nullptr;  // nothing: this server back-tests nothing
    std::function<std::string()> metrics;      // Prometheus text
    std::string openapi_json;                  // api/openapi.yaml as JSON
};

using Handler = void (*)(const Api& api, const Call& call, Respond respond);

/// What an answer needs to remember of the call it answers.
struct Asker {
    Language language = Language::en;
    std::string path;  // never the query; without external ids by design of the routes

    explicit Asker(const Call& call) : language(call.language), path(call.path) {}
    [[nodiscard]] Reply refuse(Problem problem) const {
        problem.instance = path;
        return reply_of(problem, language);
    }
};

// members.cpp: who there is and how they stand
void list_members(const Api& api, const Call& call, Respond respond);
void get_member(const Api& api, const Call& call, Respond respond);
void search_member(const Api& api, const Call& call, Respond respond);
void get_balances(const Api& api, const Call& call, Respond respond);
void get_expiring(const Api& api, const Call& call, Respond respond);
void get_tier(const Api& api, const Call& call, Respond respond);
// quotes.cpp: what a basket costs
void quote_basket(const Api& api, const Call& call, Respond respond);
// history.cpp: what happened
void get_timeline(const Api& api, const Call& call, Respond respond);
void get_ledger(const Api& api, const Call& call, Respond respond);
void get_totals(const Api& api, const Call& call, Respond respond);
// mutations.cpp: what clients ask for
void register_member(const Api& api, const Call& call, Respond respond);
void patch_profile(const Api& api, const Call& call, Respond respond);
void bind_identity(const Api& api, const Call& call, Respond respond);
void merge_member(const Api& api, const Call& call, Respond respond);
void unmerge_member(const Api& api, const Call& call, Respond respond);
void transfer_points(const Api& api, const Call& call, Respond respond);
void erase_member(const Api& api, const Call& call, Respond respond);
void adjust_points(const Api& api, const Call& call, Respond respond);
void redeem_points(const Api& api, const Call& call, Respond respond);
void reverse_redemption(const Api& api, const Call& call, Respond respond);
void place_hold(const Api& api, const Call& call, Respond respond);
void capture_hold(const Api& api, const Call& call, Respond respond);
void release_hold(const Api& api, const Call& call, Respond respond);
void post_event(const Api& api, const Call& call, Respond respond);
// programme.cpp: documents and their versions
void list_versions(const Api& api, const Call& call, Respond respond);
void get_version(const Api& api, const Call& call, Respond respond);
void check_programme(const Api& api, const Call& call, Respond respond);
void publish_programme(const Api& api, const Call& call, Respond respond);
void roll_back_programme(const Api& api, const Call& call, Respond respond);
// trial.cpp: what an event would do, and why one did what it did
void dry_run_event(const Api& api, const Call& call, Respond respond);
void explain_event(const Api& api, const Call& call, Respond respond);
// orders.cpp: reads of orders and limits
void get_order(const Api& api, const Call& call, Respond respond);
void list_limits(const Api& api, const Call& call, Respond respond);
// jobs.cpp: what takes its time
void list_jobs(const Api& api, const Call& call, Respond respond);
void get_job(const Api& api, const Call& call, Respond respond);
void open_job(const Api& api, const Call& call, Respond respond);
void cancel_job(const Api& api, const Call& call, Respond respond);
void resume_job(const Api& api, const Call& call, Respond respond);
// closes.cpp: months for the general ledger
void list_closes(const Api& api, const Call& call, Respond respond);
void get_close(const Api& api, const Call& call, Respond respond);
void close_month(const Api& api, const Call& call, Respond respond);
// system.cpp: the programme, the clock, the server itself, the page
void get_programme(const Api& api, const Call& call, Respond respond);
void get_tiers(const Api& api, const Call& call, Respond respond);
void get_clock(const Api& api, const Call& call, Respond respond);
void set_clock(const Api& api, const Call& call, Respond respond);
void begin_history(const Api& api, const Call& call, Respond respond);
void end_history(const Api& api, const Call& call, Respond respond);
void get_health(const Api& api, const Call& call, Respond respond);
void get_readiness(const Api& api, const Call& call, Respond respond);
void get_metrics(const Api& api, const Call& call, Respond respond);
void get_openapi_yaml(const Api& api, const Call& call, Respond respond);
void get_openapi_json(const Api& api, const Call& call, Respond respond);
void get_page(const Api& api, const Call& call, Respond respond);

}  // namespace banyan::http
