// SPDX-License-Identifier: Apache-2.0
// Reads of an order and of the programme's limits.

#include "adapters/http/handler.h"
#include "domain/orders/after_sale.h"

namespace banyan::http {

namespace {

using runtime::LimitList;
using runtime::LimitView;
using runtime::OrderView;

const char* word_of(orders::Step step) {
    switch (step) {
        case orders::Step::requested: return "requested";
        case orders::Step::agreed: return "agreed";
        case orders::Step::refused: return "refused";
        case orders::Step::withdrawn: return "withdrawn";
        case orders::Step::done: return "done";
    }
    ASSERT(false);
    return "";
}

const char* word_of(orders::Form form) {
    switch (form) {
        case orders::Form::refund_only: return "refund_only";
        case orders::Form::return_refund: return "return_refund";
        case orders::Form::exchange: return "exchange";
        case orders::Form::resend: return "resend";
    }
    ASSERT(false);
    return "";
}

void write_told(text::JsonWriter& json, std::string_view key, Instant at) {
    if (at == orders::never)
        json.key(key).null();
    else
        json.instant(key, at);
}

void write_pieces(text::JsonWriter& json, const std::vector<orders::Pieces>& pieces) {
    json.key("lines").begin_array();
    for (const orders::Pieces& piece : pieces)
        json.begin_object().string("id", piece.line).integer("quantity", piece.quantity).end_object();
    json.end_array();
}

void write_life(text::JsonWriter& json, const OrderView& view) {
    json.key("parcels").begin_array();
    for (const orders::Parcel& parcel : view.life.parcels) {
        json.begin_object();  // the shop's own id is nowhere but with the shop
        write_told(json, "shipped_at", parcel.shipped);
        write_told(json, "received_at", parcel.received);
        write_told(json, "replaced_at", parcel.replaced);
        json.boolean("holds_everything", parcel.contents == orders::Contents::everything);
        write_pieces(json, parcel.pieces);
        json.end_object();
    }
    json.end_array().key("after_sales").begin_array();
    for (const orders::AfterSale& after_sale : view.life.after_sales) {
        json.begin_object().string("standing", word_of(orders::standing(after_sale)));
        json.key("moves").begin_array();
        for (const orders::Move& move : after_sale.moves) {
            json.begin_object().instant("at", move.at).string("step", word_of(move.step));
            json.string("form", word_of(move.form));
            write_pieces(json, move.pieces);
            json.end_object();
        }
        json.end_array().end_object();
    }
    json.end_array();
}

// "pending", "released" or "revoked", and since or until when.
void write_release(text::JsonWriter& json, const OrderView& view, const std::string& line) {
    json.key("release");
    for (const orders::LineCredit& credit : view.credits) {
        if (credit.line != line) continue;
        const orders::Credit state = credit.credit(view.as_of);
        json.begin_object().string("state", state == orders::Credit::pending    ? "pending"
                                            : state == orders::Credit::released ? "released"
                                                                                : "revoked");
        write_told(json, "at", credit.due);
        json.end_object();
        return;
    }
    json.null();
}

void write_earned(text::JsonWriter& json, const OrderView& view, const std::string& line,
                  const programme::Programme& programme) {
    json.key("earned").begin_array();
    for (const runtime::LineEarned& earned : view.earned) {
        if (earned.line != line) continue;
        const earning::Rule* rule = programme.rule(earned.rule);
        json.begin_object();
        if (rule != nullptr)
            json.string("rule", rule->code);
        else
            json.key("rule").null();
        json.string("unit", unit_code(programme, earned.unit));
        json.string("amount", quantity_text(programme, earned.unit, earned.amount));
        json.string("reversed", quantity_text(programme, earned.unit, earned.reversed));
        json.boolean("waits_for_release", earned.due.has_value());
        json.end_object();
    }
    json.end_array();
}

Reply reply_of(const OrderView& view, const std::string& id, const programme::Programme& programme) {
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().string("id", id).string("member", to_text(view.member)).instant("as_of", view.as_of);
    if (view.is_followed)
        json.string("stage", orders::name_of(view.stage));
    else
        json.key("stage").null();
    if (view.is_paid)
        json.instant("paid_at", view.paid_at);
    else
        json.key("paid_at").null();
    write_told(json, "placed_at", view.life.placed);
    write_told(json, "received_at", view.life.received);
    write_told(json, "completed_at", view.life.completed);
    write_told(json, "closed_at", view.life.closed);
    json.key("lines").begin_array();
    for (const catalog::KeptLine& line : view.lines) {
        json.begin_object().string("id", line.id).integer("quantity", line.quantity);
        json.string("amount", money_text(programme, line.amount));
        json.integer("refunded_quantity", line.refunded_quantity);
        json.string("refunded_amount", money_text(programme, line.refunded_amount));
        write_release(json, view, line.id);
        write_earned(json, view, line.id, programme);
        json.end_object();
    }
    json.end_array();
    write_life(json, view);
    json.end_object();
    Reply reply = json_reply(std::move(out));
    reply.headers = lsn_header(view.partition, view.lsn);
    return reply;
}

const char* word_of(metrics::Window::Kind kind) {
    using Kind = metrics::Window::Kind;
    switch (kind) {
        case Kind::lifetime: return "lifetime";
        case Kind::day: return "day";
        case Kind::week: return "week";
        case Kind::month: return "month";
        case Kind::quarter: return "quarter";
        case Kind::year: return "year";
        case Kind::anniversary: return "anniversary";
        case Kind::rolling: return "rolling";
    }
    ASSERT(false);
    return "";
}

const char* word_of(limits::WhenEmpty when) {
    switch (when) {
        case limits::WhenEmpty::refuse: return "refuse";
        case limits::WhenEmpty::wait: return "wait";
        case limits::WhenEmpty::without: return "without";
    }
    ASSERT(false);
    return "";
}

void write(text::JsonWriter& json, const LimitView& view, const programme::Programme& programme) {
    const limits::Limit& limit = view.limit;
    const bool is_shared = limit.scope == limits::Scope::shared;
    json.begin_object().string("limit", limit.name).string("scope", is_shared ? "shared" : "member");
    json.string("per", word_of(limit.window.kind));
    if (limit.window.kind == metrics::Window::Kind::rolling) json.integer("days", limit.window.days);
    json.integer("most", limit.most.value());
    json.string("counts", limit.counts == limits::Counts::times ? "times" : "amount");
    json.string("when_empty", word_of(limit.when_empty));
    if (limit.cooldown != Duration{})
        json.integer("cooldown_seconds", limit.cooldown.microseconds / 1'000'000);
    if (limit.cost_centre > 0 && limit.cost_centre <= programme.cost_centres.size())
        json.string("cost_centre", programme.cost_centres[limit.cost_centre - 1U]);
    if (view.period)
        json.string("period", to_text(*view.period));
    else
        json.key("period").null();
    if (is_shared) {
        json.integer("used", view.used.value()).integer("left", view.left.value());
        json.integer("lent", view.lent.value()).key("waiting").unsigned_integer(view.waiting);
    }
    json.end_object();
}

}  // namespace

void get_order(const Api& api, const Call& call, Respond respond) {
    if (const auto query = read_query(call, [](Query&) { return Result<void>(); }); !query.ok())
        return respond(Asker(call).refuse(problem_of_query(query.error())));
    const std::string id = call.parameters[1];
    api.service->order(call.parameters[0], id,
                       [id, asker = Asker(call), respond = std::move(respond),
                        programme = api.service->programme()](const Result<OrderView>& view) {
                           if (view.ok()) return respond(reply_of(*view, id, *programme));
                           Problem problem = problem_of(view.error());
                           if (view.error().code == ErrorCode::not_found)
                               problem.code = ProblemCode::order_unknown;
                           respond(asker.refuse(std::move(problem)));
                       });
}

void list_limits(const Api& api, const Call& call, Respond respond) {
    if (const auto query = read_query(call, [](Query&) { return Result<void>(); }); !query.ok())
        return respond(Asker(call).refuse(problem_of_query(query.error())));
    api.service->limits(answer<LimitList>(call, std::move(respond), [](const LimitList& list) {
        std::string out;
        text::JsonWriter json(out);
        json.begin_object().instant("as_of", list.as_of).key("limits").begin_array();
        for (const LimitView& limit : list.limits) write(json, limit, *list.programme);
        json.end_array().end_object();
        return json_reply(std::move(out));
    }));
}

}  // namespace banyan::http
