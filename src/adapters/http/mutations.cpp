// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/event.h"
#include "adapters/http/handler.h"
#include "adapters/http/progress.h"

namespace banyan::http {

namespace {

using runtime::Outcome;

// Hands the request to the service and answers with its outcome. `whose`: is told whom an accepted one was about.
void submit(const Api& api, const Call& call, runtime::Request request, Respond respond,
            std::shared_ptr<MemberId> whose = nullptr) {
    auto done = [asker = Asker(call), respond = std::move(respond), id = request.id, whose = std::move(whose),
                 programme = api.service->programme()](Outcome outcome) {
        using Status = Outcome::Status;
        const bool accepted = outcome.status == Status::applied || outcome.status == Status::replayed ||
                              outcome.status == Status::pending;
        if (!accepted) return respond(asker.refuse(problem_of(outcome)));
        if (whose != nullptr) *whose = outcome.answer.member;
        Reply reply = json_reply(render(outcome, id, *programme));
        if (outcome.status == Status::pending) reply.status = 202;
        reply.headers = lsn_header(outcome.partition, outcome.lsn);
        respond(std::move(reply));
    };
    api.service->submit(std::move(request), std::move(done));
}

bool is_visible(std::string_view text) {
    for (const char c : text) {
        if (c < 0x21 || c > 0x7E) return false;
    }
    return !text.empty() && text.size() <= id_bytes_max;
}

// The shape of every mutation: Idempotency-Key, member of the path, body, then the service. `read` gives the body of
// the request and may refuse; it gets the object and the programme.
template <typename Read>
void mutate(const Api& api, const Call& call, Empty empty, Respond respond, Read read) {
    const Asker asker(call);
    if (!call.query.empty())
        return respond(asker.refuse(problem_of_query(Error::invalid("this path takes no parameters"))));
    if (!is_visible(call.idempotency_key)) {
        Problem problem;
        problem.code = ProblemCode::idempotency_key_missing;
        return respond(asker.refuse(std::move(problem)));
    }
    const auto body = read_json_body(call, empty);
    if (!body.ok()) return respond(asker.refuse(problem_of_json(body.error())));
    const auto fill = [&]() -> Result<runtime::Request> {
        const Place root{};
        Object object = TRY(Object::of(**body, root));
        runtime::Request request;
        request.source = "api";
        request.id = std::string(call.idempotency_key);
        if (!call.parameters[0].empty()) request.subject.member = TRY(member_of(call));
        TRY(read(object, *api.service->programme(), request));
        TRY(object.finish());
        return request;
    };
    auto request = fill();
    if (!request.ok()) return respond(asker.refuse(problem_of(request.error())));
    submit(api, call, std::move(*request), std::move(respond));
}

Result<void> read_register(Object& object, const programme::Programme&, runtime::Request& request) {
    request.subject.identities = TRY(read_identities(object));
    runtime::Register body;
    const Place place{&object.place(), "profile"};
    if (object.has("profile")) {
        Object profile = TRY(object.object("profile", place));
        body.profile = TRY(read_profile(profile, Null::refused));
    }
    request.body = std::move(body);
    return {};
}

Result<void> read_hold(Object& object, const programme::Programme& programme, runtime::Request& request) {
    runtime::Hold hold;
    const ledger::Unit* unit = TRY(read_unit(object, programme));
    hold.unit = unit->code;
    hold.amount = TRY(read_amount(object, *unit, Sign::positive));
    hold.expires_in = TRY(read_duration(object, "expires_in"));
    request.body = std::move(hold);
    return {};
}

// The id of another member, by itself: external ids are looked up first.
Result<MemberId> read_other(Object& object, std::string_view key) {
    const auto other = parse_member_id(TRY(object.text(key, 32)));
    if (!other) return object.error(key, "this is no member id");
    return *other;
}

}  // namespace

void register_member(const Api& api, const Call& call, Respond respond) {
    mutate(api, call, Empty::refused, std::move(respond), read_register);
}

void patch_profile(const Api& api, const Call& call, Respond respond) {
    mutate(api, call, Empty::refused, std::move(respond),
           [](Object& object, const programme::Programme&, runtime::Request& request) -> Result<void> {
               // RFC 7396 would have this change nothing; who sends it meant something else.
               if (object.size() == 0)
                   return Error::invalid(
                       "the patch names no field: give one a new value, or null to remove it", "");
               request.body = runtime::UpdateProfile{TRY(read_profile(object, Null::removes))};
               return {};
           });
}

void bind_identity(const Api& api, const Call& call, Respond respond) {
    mutate(api, call, Empty::refused, std::move(respond),
           [](Object& object, const programme::Programme&, runtime::Request& request) -> Result<void> {
               const Place place{&object.place(), "identity"};
               const text::JsonView* identity = object.take("identity");
               if (identity == nullptr) return object.missing("identity");
               request.body = runtime::BindIdentity{TRY(read_identity(*identity, place))};
               return {};
           });
}

void merge_member(const Api& api, const Call& call, Respond respond) {
    mutate(api, call, Empty::refused, std::move(respond),
           [](Object& object, const programme::Programme&, runtime::Request& request) -> Result<void> {
               request.body = runtime::Merge{TRY(read_other(object, "absorb"))};
               return {};
           });
}

void unmerge_member(const Api& api, const Call& call, Respond respond) {
    mutate(api, call, Empty::refused, std::move(respond),
           [](Object& object, const programme::Programme&, runtime::Request& request) -> Result<void> {
               request.body = runtime::Unmerge{TRY(read_other(object, "absorbed"))};
               return {};
           });
}

void transfer_points(const Api& api, const Call& call, Respond respond) {
    mutate(
        api, call, Empty::refused, std::move(respond),
        [](Object& object, const programme::Programme& programme, runtime::Request& request) -> Result<void> {
            runtime::Transfer transfer;
            transfer.to = TRY(read_other(object, "to"));
            const ledger::Unit* unit = TRY(read_unit(object, programme));
            transfer.unit = unit->code;
            transfer.amount = TRY(read_amount(object, *unit, Sign::positive));
            request.body = std::move(transfer);
            return {};
        });
}

void erase_member(const Api& api, const Call& call, Respond respond) {
    mutate(api, call, Empty::allowed, std::move(respond),
           [](Object&, const programme::Programme&, runtime::Request& request) -> Result<void> {
               request.body = runtime::Erase{};
               return {};
           });
}

void adjust_points(const Api& api, const Call& call, Respond respond) {
    mutate(
        api, call, Empty::refused, std::move(respond),
        [](Object& object, const programme::Programme& programme, runtime::Request& request) -> Result<void> {
            request.body = TRY(read_adjustment(object, programme));
            return {};
        });
}

void redeem_points(const Api& api, const Call& call, Respond respond) {
    mutate(
        api, call, Empty::refused, std::move(respond),
        [](Object& object, const programme::Programme& programme, runtime::Request& request) -> Result<void> {
            const ledger::Unit* unit = TRY(read_unit(object, programme));
            request.body = runtime::Redeem{unit->code, TRY(read_amount(object, *unit, Sign::positive))};
            return {};
        });
}

void reverse_redemption(const Api& api, const Call& call, Respond respond) {
    mutate(api, call, Empty::allowed, std::move(respond),
           [&call](Object& object, const programme::Programme& programme,
                   runtime::Request& request) -> Result<void> {
               runtime::ReverseSpend reversal;
               reversal.spend = call.parameters[1];
               // An amount is counted in a unit, so it comes with one; without both, all that is left returns.
               if (object.has("amount") || object.has("unit")) {
                   const ledger::Unit* unit = TRY(read_unit(object, programme));
                   reversal.amount = TRY(read_amount(object, *unit, Sign::positive));
               }
               request.body = std::move(reversal);
               return {};
           });
}

void place_hold(const Api& api, const Call& call, Respond respond) {
    mutate(api, call, Empty::refused, std::move(respond), read_hold);
}

void capture_hold(const Api& api, const Call& call, Respond respond) {
    mutate(api, call, Empty::allowed, std::move(respond),
           [&call](Object& object, const programme::Programme& programme,
                   runtime::Request& request) -> Result<void> {
               runtime::EndHold end{call.parameters[1], true, "", 0};
               // An amount is counted in a unit, so it comes with one; without both, all of it is captured.
               if (object.has("amount") || object.has("unit")) {
                   const ledger::Unit* unit = TRY(read_unit(object, programme));
                   end.unit = unit->code;
                   end.amount = TRY(read_amount(object, *unit, Sign::positive));
               }
               request.body = std::move(end);
               return {};
           });
}

void release_hold(const Api& api, const Call& call, Respond respond) {
    mutate(api, call, Empty::allowed, std::move(respond),
           [&call](Object&, const programme::Programme&, runtime::Request& request) -> Result<void> {
               request.body = runtime::EndHold{call.parameters[1], false, "", 0};
               return {};
           });
}

namespace {

// Once the answer stands, where it leads on each ladder is read beside it. What cannot be read is left out: the event
// was taken.
Respond with_progress(const Api& api, const Call& call, std::shared_ptr<MemberId> member, Respond respond) {
    return [service = api.service, programme = api.service->programme(), language = call.language,
            member = std::move(member), respond = std::move(respond)](Reply reply) {
        if (member->value == 0) return respond(std::move(reply));
        service->member(*member, std::nullopt, runtime::Service::Open::nothing,
                        [programme, language, respond,
                         reply = std::move(reply)](const Result<runtime::MemberView>& view) mutable {
                            if (view.ok()) {
                                std::string out;
                                text::JsonWriter json(out);
                                json.begin_object();
                                write_progress(json, *view, *programme, language);
                                json.end_object();
                                reply.body.pop_back();
                                reply.body += "," + out.substr(1);
                            }
                            respond(std::move(reply));
                        });
    };
}

}  // namespace

void post_event(const Api& api, const Call& call, Respond respond) {
    const Asker asker(call);
    bool tells_progress = false;
    const auto ask = [&](Query& query) -> Result<void> {
        const auto progress = query.text("progress");
        if (progress && *progress != "true" && *progress != "false")
            return Error::invalid("progress is true or false");
        tells_progress = progress == "true";
        return {};
    };
    if (const auto query = read_query(call, ask); !query.ok())
        return respond(asker.refuse(problem_of_query(query.error())));
    const auto body = read_json_body(call, Empty::refused);
    if (!body.ok()) return respond(asker.refuse(problem_of_json(body.error())));
    auto request = read_event(**body, *api.service->programme());
    if (!request.ok()) return respond(asker.refuse(problem_of(request.error())));
    const Scope scope = scope_needed(request->body);
    if (!call.scopes.has(scope)) {
        Problem problem;
        problem.code = ProblemCode::scope_missing;
        problem.detail = "this event needs a key with the scope " + std::string(name_of(scope)) + " as well";
        problem.pointer = "/type";
        return respond(asker.refuse(std::move(problem)));
    }
    if (!tells_progress) return submit(api, call, std::move(*request), std::move(respond));
    auto member = std::make_shared<MemberId>();
    Respond further = with_progress(api, call, member, std::move(respond));
    submit(api, call, std::move(*request), std::move(further), std::move(member));
}

}  // namespace banyan::http
