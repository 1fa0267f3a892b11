// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/render.h"

#include "base/decimal.h"

namespace banyan::http {

std::string lsn_text(PartitionId partition, Lsn lsn) {
    return std::to_string(partition.value) + ":" + std::to_string(lsn.value);
}

std::string lsn_header(PartitionId partition, Lsn lsn) {
    return "Banyan-Lsn: " + lsn_text(partition, lsn) + "\r\n";
}

std::string unit_code(const programme::Programme& programme, UnitId id) {
    const ledger::Unit* unit = programme.unit(id);
    return unit != nullptr ? unit->code : "unit-" + std::to_string(id.value);
}

std::string quantity_text(const programme::Programme& programme, UnitId id, Quantity amount) {
    const ledger::Unit* unit = programme.unit(id);
    return minor_to_text(amount.value(), unit != nullptr ? unit->decimals : 0U);
}

std::string money_text(const programme::Programme& programme, std::int64_t minor) {
    return minor_to_text(minor, programme.currency.digits);
}

void write_instant(text::JsonWriter& json, std::string_view key, Instant instant) {
    if (instant >= instant_max)
        json.key(key).null();
    else
        json.instant(key, instant);
}

namespace {

class OutcomeWriter {
  public:
    OutcomeWriter(text::JsonWriter& json, const programme::Programme& programme)
        : json_(json), programme_(programme) {}

    void write(const engine::Answer& answer) {
        if (answer.member.value != 0) json_.string("member", to_text(answer.member));
        json_.boolean("joined", answer.joined);
        json_.key("earned").begin_array();
        for (const engine::Earned& earned : answer.earned) write(earned);
        json_.end_array().key("taken_back").begin_array();
        for (const engine::TakenBack& taken : answer.taken_back) write(taken);
        json_.end_array().string("refunded", money_text(programme_, answer.refunded));
        json_.key("tiers").begin_array();
        for (const engine::TierChange& change : answer.tiers) write(change);
        json_.end_array().key("balances").begin_array();
        for (const engine::Balance& balance : answer.balances) write(balance);
        json_.end_array();
        if (!answer.rejudged.empty()) {
            json_.key("judged_again").begin_array();
            for (const engine::Rejudged& again : answer.rejudged) write(again);
            json_.end_array();
        }
        if (!answer.limited.empty()) {
            json_.key("limited").begin_array();
            for (const engine::Limited& limited : answer.limited) write(limited);
            json_.end_array();
        }
        if (!answer.stage) return;
        json_.key("stage").begin_object().string("before", orders::name_of(answer.stage->before));
        json_.string("after", orders::name_of(answer.stage->after)).end_object();
    }
    void write(const engine::Balance& balance) {
        json_.begin_object().string("unit", unit_code(programme_, balance.unit));
        amount("posted", balance.unit, balance.posted);
        amount("available", balance.unit, balance.available);
        amount("pending", balance.unit, balance.pending);
        amount("held", balance.unit, balance.held);
        amount("debt", balance.unit, balance.debt);
        json_.end_object();
    }
    void write(const engine::TierChange& change) {
        const tiers::Ladder* ladder = programme_.ladder(change.ladder);
        json_.begin_object().string("ladder", ladder != nullptr ? ladder->code : "");
        tier("before", ladder, change.before);
        tier("after", ladder, change.after);
        json_.end_object();
    }

    void write(const engine::Rejudged& again) {
        json_.begin_object().instant("occurred_at", again.at);
        rule(again.rule);
        json_.string("unit", unit_code(programme_, again.unit));
        amount("before", again.unit, again.before);
        amount("after", again.unit, again.after);
        json_.end_object();
    }
    void write(const engine::Limited& limited) {
        const limits::Limit* limit = programme_.limit(limited.limit);
        const earning::Rule* of = programme_.rule(limited.rule);
        json_.begin_object().string("limit", limit != nullptr ? limit->name : "");
        rule(limited.rule);
        amount("cut", of != nullptr ? of->unit : UnitId{}, limited.cut);
        write_instant(json_, "again_at", limited.again);
        json_.boolean("waiting", limited.waits);
        json_.end_object();
    }

  private:
    void write(const engine::Earned& earned) {
        json_.begin_object();
        rule(earned.rule);
        json_.string("unit", unit_code(programme_, earned.unit));
        amount("amount", earned.unit, earned.amount);
        amount("capped", earned.unit, earned.capped);
        write_instant(json_, "available_at", earned.available);
        write_instant(json_, "expires_at", earned.expires);
        json_.end_object();
    }
    void write(const engine::TakenBack& taken) {
        json_.begin_object();
        rule(taken.rule);
        json_.string("unit", unit_code(programme_, taken.unit));
        amount("amount", taken.unit, taken.amount);
        amount("from_expired", taken.unit, taken.from_expired);
        amount("as_debt", taken.unit, taken.as_debt);
        amount("uncollected", taken.unit, taken.uncollected);
        json_.end_object();
    }
    void rule(RuleId id) {
        const earning::Rule* rule = programme_.rule(id);
        if (rule != nullptr)
            json_.string("rule", rule->code);
        else
            json_.key("rule").null();
    }
    void tier(std::string_view key, const tiers::Ladder* ladder, TierId id) {
        const tiers::Tier* tier = ladder != nullptr ? ladder->find(id) : nullptr;
        if (tier != nullptr)
            json_.string(key, tier->code);
        else
            json_.key(key).null();
    }
    void amount(std::string_view key, UnitId unit, Quantity quantity) {
        json_.string(key, quantity_text(programme_, unit, quantity));
    }

    text::JsonWriter& json_;
    const programme::Programme& programme_;
};

const char* name_of(members::State state) {
    switch (state) {
        case members::State::empty: return "empty";
        case members::State::active: return "active";
        case members::State::forwarded: return "forwarded";
        case members::State::sealed: return "sealed";
        case members::State::gone: return "gone";
    }
    ASSERT(false);
    return "";
}

void write_rule(text::JsonWriter& json, RuleId id, const programme::Programme& programme) {
    const earning::Rule* rule = programme.rule(id);
    if (rule != nullptr)
        json.string("rule", rule->code);
    else
        json.key("rule").null();
}

void write_cost_centre(text::JsonWriter& json, std::uint16_t number, const programme::Programme& programme) {
    if (number > 0 && number <= programme.cost_centres.size())
        json.string("cost_centre", programme.cost_centres[number - 1U]);
    else
        json.key("cost_centre").null();
}

void write_lot(text::JsonWriter& json, const runtime::LotView& view, const programme::Programme& programme) {
    const ledger::Lot& lot = view.lot;
    const auto amount = [&](std::string_view key, Quantity quantity) {
        json.string(key, quantity_text(programme, view.unit, quantity));
    };
    json.begin_object().string("unit", unit_code(programme, view.unit));
    json.integer("lot", lot.number.value);
    amount("granted", lot.granted);
    amount("remaining", lot.remaining);
    amount("held", lot.held);
    amount("consumed", lot.consumed());
    amount("expired", lot.expired);
    amount("revoked", lot.revoked);
    write_instant(json, "available_at", lot.available);
    write_instant(json, "expires_at", lot.expires);
    write_rule(json, lot.origin.rule, programme);
    json.integer("version", lot.origin.version.value);
    write_cost_centre(json, lot.origin.cost_centre, programme);
    json.key("lsn").unsigned_integer(lot.origin.lsn.value).end_object();
}

void write_profile(text::JsonWriter& json, const runtime::Profile& profile) {
    const auto field = [&json](std::string_view key, const std::optional<runtime::Personal>& text) {
        if (text) json.string(key, text->opened());
    };
    json.key("profile").begin_object();
    field("name", profile.name);
    field("birthday", profile.birthday);
    field("gender", profile.gender);
    field("city", profile.city);
    field("address", profile.address);
    json.end_object();
}

bool has_profile(const runtime::Profile& profile) {
    return profile.name || profile.birthday || profile.gender || profile.city || profile.address;
}

void write_head(text::JsonWriter& json, const runtime::MemberView& view) {
    json.begin_object().string("id", to_text(view.id)).instant("as_of", view.as_of);
}

void write_balances(text::JsonWriter& json, const runtime::MemberView& view,
                    const programme::Programme& programme) {
    json.key("balances").begin_array();
    for (const engine::Balance& balance : view.balances) OutcomeWriter(json, programme).write(balance);
    json.end_array();
}

const char* word_of(metrics::Known known) {
    switch (known) {
        case metrics::Known::exact: return "exact";
        case metrics::Known::incomplete: return "incomplete";
        case metrics::Known::folded: return "folded";
        case metrics::Known::beyond: return "beyond";
    }
    return "";
}

// Money where money is held; else the number itself.
void write_held(text::JsonWriter& json, std::string_view key, const tiers::Ladder& ladder,
                std::optional<std::int64_t> value, const programme::Programme& programme) {
    if (!value)
        json.key(key).null();
    else if (ladder.held == tiers::Held::spend)
        json.string(key, money_text(programme, *value));
    else if (ladder.held == tiers::Held::balance)
        json.string(key, quantity_text(programme, ladder.unit, Quantity(*value)));
    else
        json.integer(key, *value);
}

// What the next review will make of the standing as things are, and what the score is made of.
void write_review(text::JsonWriter& json, const tiers::Ladder& ladder, const engine::StandingSeen& seen,
                  const programme::Programme& programme) {
    if (seen.review != instant_max) {
        json.key("review").begin_object().instant("at", seen.review).boolean("in_grace", seen.in_grace);
        const tiers::Tier* projected = seen.projected ? ladder.find(*seen.projected) : nullptr;
        if (projected != nullptr) json.string("projected", projected->code);
        write_held(json, "missing_to_keep", ladder, seen.missing_to_keep, programme);
        json.end_object();
    }
    if (ladder.dimensions.empty()) return;
    json.key("score").begin_object();
    if (seen.scored_at == Instant{})
        json.key("settled_at").null();
    else
        json.instant("settled_at", seen.scored_at);
    if (seen.settling != instant_max) json.instant("next", seen.settling);
    json.key("contributions").begin_array();
    for (std::size_t i = 0; i < ladder.dimensions.size(); ++i)
        json.begin_object()
            .string("dimension", ladder.dimensions[i].code)
            .integer("points", seen.contributions[i])
            .end_object();
    json.end_array().end_object();
}

void write_way(text::JsonWriter& json, const tiers::Ladder& ladder, const engine::StandingSeen& seen,
               const programme::Programme& programme) {
    write_held(json, "value", ladder, seen.value, programme);
    const tiers::Tier* next = seen.next ? ladder.find(*seen.next) : nullptr;
    if (next != nullptr) {
        json.string("next", next->code);
        write_held(json, "missing", ladder, seen.missing, programme);
    }
    write_review(json, ladder, seen, programme);
}

void write_metrics(text::JsonWriter& json, const std::vector<engine::MetricSeen>& all) {
    json.key("metrics").begin_array();
    for (const engine::MetricSeen& seen : all) {
        json.begin_object().string("metric", seen.metric).string("known", word_of(seen.reading.known));
        if (!seen.reading.value)
            json.key("value").null();
        else if (seen.yields == metrics::Yields::timestamp)
            json.string("value", to_text(civil_date(*seen.reading.value)));
        else
            json.integer("value", *seen.reading.value);
        json.end_object();
    }
    json.end_array();
}

void write_limits(text::JsonWriter& json, const std::vector<runtime::MemberView::LimitLeft>& all,
                  const programme::Programme& programme) {
    json.key("limits").begin_array();
    for (const runtime::MemberView::LimitLeft& one : all) {
        const limits::Limit* limit = programme.limit(one.limit);
        if (limit == nullptr) continue;
        json.begin_object().string("limit", limit->name).integer("left", one.left.value()).end_object();
    }
    json.end_array();
}

}  // namespace

std::string render(const runtime::Outcome& outcome, std::string_view id,
                   const programme::Programme& programme) {
    using Status = runtime::Outcome::Status;
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().string("id", id);
    json.string("status", outcome.status == Status::pending ? "pending" : "applied");
    json.boolean("replayed", outcome.status == Status::replayed);
    json.string("lsn", lsn_text(outcome.partition, outcome.lsn)).instant("at", outcome.at);
    OutcomeWriter(json, programme).write(outcome.answer);
    json.end_object();
    return out;
}

Problem problem_of(const runtime::Outcome& outcome) {
    using Status = runtime::Outcome::Status;
    Problem problem;
    problem.detail = outcome.detail;
    problem.pointer = outcome.where;
    switch (outcome.status) {
        case Status::applied:
        case Status::replayed:
        case Status::pending: break;
        case Status::refused: problem.code = code_of(outcome.refusal); return problem;
        case Status::invalid: problem.code = ProblemCode::invalid_request; return problem;
        case Status::overloaded:
            problem.code = ProblemCode::too_many_requests;
            problem.retry_after =
                static_cast<unsigned>(1 + (outcome.retry_after.microseconds - 1) / 1'000'000);
            return problem;
        case Status::stopped:
            problem.code = ProblemCode::not_ready;
            problem.retry_after = 5;
            return problem;
    }
    ASSERT(false);
    return problem;
}

std::string render(const runtime::MemberView& view, const programme::Programme& programme) {
    std::string out;
    text::JsonWriter json(out);
    write_head(json, view);
    json.string("state", name_of(view.state));
    if (view.forwarded_to.value != 0)
        json.string("forwarded_to", to_text(view.forwarded_to));
    else
        json.key("forwarded_to").null();
    if (view.state == members::State::empty)
        json.key("joined_at").null();
    else
        json.instant("joined_at", view.joined_at);
    json.key("identity_kinds").begin_array();
    for (const std::string& kind : view.identity_kinds) json.string(kind);
    json.end_array();
    write_balances(json, view, programme);
    json.key("lots").begin_array();
    for (const runtime::LotView& lot : view.lots) write_lot(json, lot, programme);
    json.end_array().key("holds").begin_array();
    for (const members::ActiveHold& hold : view.holds) {
        json.begin_object().string("unit", unit_code(programme, hold.unit));
        json.string("amount", quantity_text(programme, hold.unit, hold.amount));
        write_instant(json, "expires_at", hold.expires);
        json.end_object();
    }
    json.end_array().key("tiers").begin_array();
    for (const tiers::Standing& standing : view.standings) {
        const tiers::Ladder* ladder = programme.ladder(standing.ladder);
        const tiers::Tier* tier = ladder != nullptr ? ladder->find(standing.tier) : nullptr;
        if (tier == nullptr) continue;  // of a ladder that the programme in force no longer has
        json.begin_object().string("ladder", ladder->code).string("tier", tier->code);
        json.instant("since", standing.since);
        for (const engine::StandingSeen& seen : view.progress) {
            if (seen.ladder == standing.ladder) write_way(json, *ladder, seen, programme);
        }
        json.end_object();
    }
    json.end_array().string("spend", money_text(programme, view.spend)).integer("orders", view.orders);
    if (!view.metrics.empty()) write_metrics(json, view.metrics);
    if (!view.limits.empty()) write_limits(json, view.limits, programme);
    if (has_profile(view.profile)) write_profile(json, view.profile);
    json.string("lsn", lsn_text(partition_of(view.id), view.lsn)).end_object();
    return out;
}

std::string render_balances(const runtime::MemberView& view, const programme::Programme& programme) {
    std::string out;
    text::JsonWriter json(out);
    write_head(json, view);
    write_balances(json, view, programme);
    json.end_object();
    return out;
}

std::string render_expiring(const runtime::MemberView& view, Instant until,
                            const programme::Programme& programme) {
    std::string out;
    text::JsonWriter json(out);
    write_head(json, view);
    json.instant("until", until).key("lots").begin_array();
    for (const runtime::LotView& lot : view.lots) {
        if (lot.lot.expires <= until && !lot.lot.remaining.is_zero()) write_lot(json, lot, programme);
    }
    json.end_array().key("totals").begin_array();
    for (const ledger::Unit& unit : programme.units) {
        Quantity total;
        for (const runtime::LotView& lot : view.lots) {
            if (lot.unit == unit.id && lot.lot.expires <= until) total += lot.lot.remaining;
        }
        if (total.is_zero()) continue;
        json.begin_object().string("unit", unit.code);
        json.string("amount", quantity_text(programme, unit.id, total)).end_object();
    }
    json.end_array().end_object();
    return out;
}

std::string render_tier(const runtime::MemberView& view, const programme::Programme& programme) {
    std::string out;
    text::JsonWriter json(out);
    write_head(json, view);
    json.string("spend", money_text(programme, view.spend)).key("tiers").begin_array();
    for (const tiers::Ladder& ladder : programme.ladders) {
        const tiers::Standing* standing = nullptr;
        for (const tiers::Standing& one : view.standings) {
            if (one.ladder == ladder.id) standing = &one;
        }
        json.begin_object().string("ladder", ladder.code);
        const tiers::Tier* tier = standing != nullptr ? ladder.find(standing->tier) : nullptr;
        if (tier == nullptr) {  // not on this ladder yet
            json.key("tier").null().key("since").null();
        } else {
            json.string("tier", tier->code).instant("since", standing->since);
        }
        const engine::StandingSeen* seen = nullptr;
        for (const engine::StandingSeen& one : view.progress) {
            if (one.ladder == ladder.id) seen = &one;
        }
        const tiers::Tier* next = seen != nullptr && seen->next ? ladder.find(*seen->next) : nullptr;
        if (next == nullptr)
            json.key("next").null();
        else
            json.string("next", next->code);
        write_held(json, "missing", ladder, next != nullptr ? seen->missing : 0, programme);
        if (seen != nullptr) write_review(json, ladder, *seen, programme);
        json.end_object();
    }
    json.end_array().end_object();
    return out;
}

std::string render(const runtime::MemberList& list) {
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().key("members").begin_array();
    for (const MemberId member : list.members) json.string(to_text(member));
    json.end_array();
    if (list.next == 0)
        json.key("next").null();
    else
        json.string("next", std::to_string(list.next));
    json.end_object();
    return out;
}

// --- history ---

namespace {

void write_order_line(text::JsonWriter& json, const catalog::Line& line,
                      const programme::Programme& programme) {
    json.begin_object().string("id", line.id).string("sku", line.sku);
    if (!line.category.empty()) json.string("category", line.category);
    json.integer("quantity", line.quantity).string("amount", money_text(programme, line.amount)).end_object();
}

// "line id: part" as the service says it; an id may itself contain ": ", the part never does.
void write_share(text::JsonWriter& json, std::string_view text) {
    const std::size_t colon = text.rfind(": ");
    json.begin_object().string("line", text.substr(0, colon));
    if (colon != std::string_view::npos) json.string("amount", text.substr(colon + 2));
    json.end_object();
}

}  // namespace

void write(text::JsonWriter& json, const runtime::StatementLine& line,
           const programme::Programme& programme) {
    json.begin_object().key("lsn").unsigned_integer(line.lsn.value).integer("ordinal", line.ordinal);
    json.instant("at", line.at).instant("recorded_at", line.recorded_at).string("event", line.event);
    json.string("movement", line.movement).string("unit", unit_code(programme, line.unit));
    json.string("amount", quantity_text(programme, line.unit, line.amount));
    json.string("balance", quantity_text(programme, line.unit, line.balance));
    if (line.lot.value != 0) json.integer("lot", line.lot.value);
    if (line.expires > instant_min) write_instant(json, "expires_at", line.expires);
    write_rule(json, line.rule, programme);
    json.integer("version", line.version.value);
    write_cost_centre(json, line.cost_centre, programme);
    if (!line.reason.empty()) json.string("reason", line.reason);
    if (!line.order_lines.empty()) {
        json.key("order_lines").begin_array();
        for (const std::string& share : line.order_lines) write_share(json, share);
        json.end_array();
    }
    if (line.reverses.value != 0) json.key("reverses").unsigned_integer(line.reverses.value);
    json.end_object();
}

std::string render(const runtime::Timeline& timeline, const programme::Programme& programme) {
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().key("entries").begin_array();
    for (const runtime::TimelineEntry& entry : timeline.entries) {
        json.begin_object().key("lsn").unsigned_integer(entry.lsn.value).instant("at", entry.at);
        json.string("event", entry.event).string("paid", money_text(programme, entry.paid));
        json.string("refunded", money_text(programme, entry.refunded));
        if (!entry.channel.empty()) json.string("channel", entry.channel);
        if (!entry.store.empty()) json.string("store", entry.store);
        json.key("lines").begin_array();
        for (const catalog::Line& line : entry.lines) write_order_line(json, line, programme);
        json.end_array().key("tiers").begin_array();
        for (const engine::TierChange& change : entry.tiers) OutcomeWriter(json, programme).write(change);
        json.end_array().key("movements").begin_array();
        for (const runtime::StatementLine& line : entry.movements) write(json, line, programme);
        json.end_array().end_object();
    }
    json.end_array();
    if (timeline.next == 0)
        json.key("next").null();
    else
        json.string("next", std::to_string(timeline.next));
    json.end_object();
    return out;
}

std::string render(const runtime::Totals& totals, const programme::Programme& programme) {
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().instant("as_of", totals.as_of).key("members").unsigned_integer(totals.members);
    json.key("units").begin_array();
    for (const runtime::Totals::PerUnit& unit : totals.units) {
        const auto amount = [&](std::string_view key, Quantity quantity) {
            json.string(key, quantity_text(programme, unit.unit, quantity));
        };
        using ledger::Account;
        json.begin_object().string("unit", unit_code(programme, unit.unit));
        amount("issued", -unit.accounts.of(Account::issuance));
        amount("redeemed", unit.accounts.of(Account::redemption));
        amount("expired", unit.accounts.of(Account::breakage));
        amount("liability", unit.liability);
        amount("debt", unit.debt);
        json.key("accounts").begin_object();
        amount("issuance", unit.accounts.of(Account::issuance));
        amount("redemption", unit.accounts.of(Account::redemption));
        amount("breakage", unit.accounts.of(Account::breakage));
        amount("budget", unit.accounts.of(Account::budget));
        amount("partner", unit.accounts.of(Account::partner));
        amount("in_transit", unit.accounts.of(Account::in_transit));
        json.end_object().end_object();
    }
    json.end_array().end_object();
    return out;
}

}  // namespace banyan::http
