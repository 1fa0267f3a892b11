// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/event.h"
#include "adapters/http/handler.h"

namespace banyan::http {

namespace {

using runtime::MemberView;
using ProgrammePointer = std::shared_ptr<const programme::Programme>;

// The shape of every read of one member: its id from the path, `at` where the route has it, then a rendering.
template <typename Render>
void read_member(const Api& api, const Call& call, std::optional<Instant> at, runtime::Service::Open open,
                 Respond respond, Render render) {
    const auto member = member_of(call);
    if (!member.ok()) return respond(Asker(call).refuse(problem_of(member.error())));
    auto render_view = [render = std::move(render),
                        programme = api.service->programme()](const MemberView& view) {
        Reply reply = json_reply(render(view, *programme));
        reply.headers = lsn_header(partition_of(view.id), view.lsn);
        return reply;
    };
    api.service->member(*member, at, open,
                        answer<MemberView>(call, std::move(respond), std::move(render_view)));
}

Result<std::optional<Instant>> read_at(const Call& call) {
    std::optional<Instant> at;
    const auto ask = [&at](Query& query) -> Result<void> {
        at = TRY(query.instant("at"));
        return {};
    };
    TRY(read_query(call, ask));
    return at;
}

Result<void> no_parameters(Query&) { return {}; }

}  // namespace

void list_members(const Api& api, const Call& call, Respond respond) {
    std::uint64_t after = 0;
    std::uint32_t limit = 0;
    const auto ask = [&](Query& query) -> Result<void> {
        after = TRY(query.cursor("after"));
        limit = TRY(query.limit(1000, 100));
        return {};
    };
    if (const auto parsed = read_query(call, ask); !parsed.ok())
        return respond(Asker(call).refuse(problem_of_query(parsed.error())));
    auto done = answer<runtime::MemberList>(
        call, std::move(respond), [](const runtime::MemberList& list) { return json_reply(render(list)); });
    api.service->list(after, limit, std::move(done));
}

void get_member(const Api& api, const Call& call, Respond respond) {
    const auto at = read_at(call);
    if (!at.ok()) return respond(Asker(call).refuse(problem_of_query(at.error())));
    const bool opens = call.scopes.has(Scope::profile_read);
    using Open = runtime::Service::Open;
    read_member(api, call, *at, opens ? Open::profile : Open::nothing, std::move(respond),
                [](const MemberView& view, const programme::Programme& p) { return render(view, p); });
}

void get_balances(const Api& api, const Call& call, Respond respond) {
    const auto at = read_at(call);
    if (!at.ok()) return respond(Asker(call).refuse(problem_of_query(at.error())));
    read_member(api, call, *at, runtime::Service::Open::nothing, std::move(respond), render_balances);
}

void get_tier(const Api& api, const Call& call, Respond respond) {
    if (const auto parsed = read_query(call, no_parameters); !parsed.ok())
        return respond(Asker(call).refuse(problem_of_query(parsed.error())));
    read_member(api, call, std::nullopt, runtime::Service::Open::nothing, std::move(respond), render_tier);
}

void get_expiring(const Api& api, const Call& call, Respond respond) {
    Duration within = days(30);
    const auto ask = [&within](Query& query) -> Result<void> {
        const auto text = query.text("within");
        if (!text) return {};
        const auto parsed = parse_duration(*text);
        if (!parsed)
            return Error::invalid("the query parameter 'within' is not a duration such as P30D or PT12H");
        within = *parsed;
        return {};
    };
    if (const auto parsed = read_query(call, ask); !parsed.ok())
        return respond(Asker(call).refuse(problem_of_query(parsed.error())));
    read_member(api, call, std::nullopt, runtime::Service::Open::nothing, std::move(respond),
                [within](const MemberView& view, const programme::Programme& programme) {
                    return render_expiring(view, view.as_of + within, programme);
                });
}

void search_member(const Api& api, const Call& call, Respond respond) {
    const auto body = read_json_body(call, Empty::refused);
    if (!body.ok()) return respond(Asker(call).refuse(problem_of_json(body.error())));
    const auto read = [&body]() -> Result<runtime::ExternalId> {
        const Place root{};
        const Place place{&root, "identity"};
        Object object = TRY(Object::of(**body, root));
        const text::JsonView* value = object.take("identity");
        if (value == nullptr) return object.missing("identity");
        TRY(object.finish());
        return read_identity(*value, place);
    };
    auto identity = read();
    if (!identity.ok()) return respond(Asker(call).refuse(problem_of(identity.error())));
    auto done = answer<MemberId>(call, std::move(respond), [](MemberId member) {
        std::string out;
        text::JsonWriter(out).begin_object().string("id", to_text(member)).end_object();
        return json_reply(std::move(out));
    });
    api.service->find(std::move(*identity), std::move(done));
}

}  // namespace banyan::http
