// SPDX-License-Identifier: Apache-2.0
#include "simulator/trace.h"

#include "engine/decision.h"

namespace banyan::simulator {

namespace {

using text::JsonWriter;

const char* name_of(runtime::Outcome::Status status) {
    using Status = runtime::Outcome::Status;
    switch (status) {
        case Status::applied: return "applied";
        case Status::replayed: return "replayed";
        case Status::pending: return "pending";
        case Status::refused: return "refused";
        case Status::invalid: return "invalid";
        case Status::overloaded: return "overloaded";
        case Status::stopped: return "stopped";
    }
    return "?";
}

void number(JsonWriter& w, std::uint64_t value) { w.unsigned_integer(value); }
void number(JsonWriter& w, std::uint16_t value) { w.integer(value); }
void number(JsonWriter& w, Quantity value) { w.integer(value.value()); }
void number(JsonWriter& w, Instant value) { w.integer(value.microseconds); }

template <typename... Numbers>
void row(JsonWriter& w, Numbers... numbers) {
    w.begin_array();
    (number(w, numbers), ...);
    w.end_array();
}

void balances(JsonWriter& w, const std::vector<engine::Balance>& all) {
    w.key("bal").begin_array();
    for (const engine::Balance& b : all)
        row(w, b.unit.value, b.posted, b.available, b.pending, b.held, b.debt);
    w.end_array();
}

void answer(JsonWriter& w, const engine::Answer& a) {
    w.key("a").begin_object();
    w.key("m").unsigned_integer(a.member.value);
    w.boolean("joined", a.joined);
    w.integer("refunded", a.refunded);
    w.key("earned").begin_array();
    for (const engine::Earned& e : a.earned)
        row(w, e.rule.value, e.unit.value, e.amount, e.capped, e.available, e.expires);
    w.end_array();
    w.key("back").begin_array();
    for (const engine::TakenBack& b : a.taken_back)
        row(w, b.rule.value, b.unit.value, b.amount, b.from_expired, b.as_debt, b.uncollected);
    w.end_array();
    w.key("tiers").begin_array();
    for (const engine::TierChange& t : a.tiers) row(w, t.ladder.value, t.before.value, t.after.value);
    w.end_array().key("limited").begin_array();
    for (const engine::Limited& l : a.limited) {
        w.begin_array().integer(l.limit.value).integer(l.rule.value).integer(l.cut.value());
        w.integer(l.again.microseconds).boolean(l.waits).end_array();
    }
    w.end_array();
    w.key("stage");
    if (a.stage)
        w.begin_array()
            .integer(static_cast<int>(a.stage->before))
            .integer(static_cast<int>(a.stage->after))
            .end_array();
    else
        w.null();
    balances(w, a.balances);
    w.end_object();
}

template <typename Number>
void perhaps(JsonWriter& w, const std::optional<Number>& value) {
    if (!value)
        w.null();
    else if constexpr (std::is_same_v<Number, TierId>)
        w.integer(value->value);
    else
        w.integer(*value);
}

void progress(JsonWriter& w, const runtime::MemberView& view) {
    w.key("metrics").begin_array();
    for (const engine::MetricSeen& seen : view.metrics) {
        w.begin_array().integer(static_cast<int>(seen.reading.known));
        perhaps(w, seen.reading.value);
        w.end_array();
    }
    w.end_array().key("progress").begin_array();
    for (const engine::StandingSeen& s : view.progress) {
        w.begin_array().integer(s.ladder.value).integer(s.tier.value).integer(s.since.microseconds);
        perhaps(w, s.value);
        w.integer(s.next ? s.next->value : 0);
        perhaps(w, s.missing);
        w.integer(s.review.microseconds).boolean(s.in_grace);
        perhaps(w, s.projected);
        perhaps(w, s.missing_to_keep);
        w.integer(s.scored_at.microseconds).integer(s.settling.microseconds).begin_array();
        for (const std::int64_t points : s.contributions) w.integer(points);
        w.end_array().end_array();
    }
    w.end_array();
}

void profile(JsonWriter& w, const runtime::Profile& p) {
    const bool is_empty = !p.name && !p.birthday && !p.gender && !p.city && !p.address;
    w.boolean("profile", !is_empty);
    w.string("birthday", p.birthday ? p.birthday->opened() : "");
    w.string("name", p.name ? p.name->opened() : "");
}

struct BodyWriter {
    JsonWriter& w;

    void kind(const char* name) const { w.string("k", name).key("b").begin_object(); }
    void operator()(const runtime::Register& b) const {
        kind("register");
        profile(w, b.profile);
    }
    void operator()(const runtime::OrderPaid& b) const {
        kind("order");
        w.string("order", b.order).string("cur", b.currency).string("ch", b.channel).string("st", b.store);
        w.key("lines").begin_array();
        for (const catalog::Line& line : b.lines) {
            w.begin_array().string(line.id).integer(line.quantity).integer(line.amount);
            w.string(line.category).end_array();
        }
        w.end_array();
    }
    void operator()(const runtime::OrderRefunded& b) const {
        kind("refund");
        w.string("order", b.order).integer("money", b.amount).key("lines").begin_array();
        for (const auto& line : b.lines)
            w.begin_array().string(line.id).integer(line.quantity).integer(line.amount).end_array();
        w.end_array();
    }
    void operator()(const runtime::OrderTold& b) const {
        kind("tell");
        w.string("order", b.order).string("event", orders::name_of(b.event));
        if (const auto* shipped = std::get_if<orders::Shipped>(&b.event)) {
            w.string("parcel", shipped->parcel).key("replaces").begin_array();
            for (const std::string& id : shipped->replaces) w.string(id);
            w.end_array();
            pieces(shipped->pieces);
        }
        if (const auto* received = std::get_if<orders::Received>(&b.event))
            w.string("parcel", received->parcel);
        if (const auto* moved = std::get_if<orders::AfterSaleMoved>(&b.event)) {
            w.string("sale", moved->after_sale).integer("step", static_cast<int>(moved->step));
            w.integer("form", static_cast<int>(moved->form));
            pieces(moved->pieces);
        }
    }
    void pieces(const std::vector<orders::Pieces>& all) const {
        w.key("pieces").begin_array();
        for (const orders::Pieces& some : all)
            w.begin_array().string(some.line).integer(some.quantity).end_array();
        w.end_array();
    }
    void operator()(const runtime::Interaction& b) const {
        kind("event");
        w.string("event", b.event).key("said").begin_object();
        for (const auto& attribute : b.attributes) {
            if (const auto* text = std::get_if<std::string>(&attribute.value))
                w.string(attribute.name, *text);
            if (const auto* truth = std::get_if<bool>(&attribute.value)) w.boolean(attribute.name, *truth);
            if (const auto* number = std::get_if<std::int64_t>(&attribute.value))
                w.integer(attribute.name, *number);
        }
        w.end_object();
    }
    void operator()(const runtime::OrderReleased& b) const {
        kind("release");
        w.string("order", b.order).string("event", b.event);
    }
    void operator()(const runtime::Adjust& b) const {
        kind("adjust");
        w.string("unit", b.unit).integer("amount", b.amount).string("cc", b.cost_centre);
        w.string("reason", b.reason);
    }
    void operator()(const runtime::Hold& b) const {
        kind("hold");
        w.string("unit", b.unit).integer("amount", b.amount).integer("exp", b.expires_in.microseconds);
    }
    void operator()(const runtime::EndHold& b) const {
        kind("endhold");
        w.string("hold", b.hold).boolean("capture", b.capture);
        if (b.amount != 0) w.string("unit", b.unit).integer("amount", b.amount);
    }
    void operator()(const runtime::Redeem& b) const {
        kind("redeem");
        w.string("unit", b.unit).integer("amount", b.amount);
    }
    void operator()(const runtime::ReverseSpend& b) const {
        kind("reverse");
        w.string("spend", b.spend).integer("amount", b.amount);
    }
    void operator()(const runtime::UpdateProfile& b) const {
        kind("profile");
        profile(w, b.profile);
    }
    void operator()(const runtime::BindIdentity& b) const {
        kind("bind");
        w.string("ident", identity_text(b.identity));
    }
    void operator()(const runtime::Merge& b) const {
        kind("merge");
        w.key("absorbed").unsigned_integer(b.absorbed.value);
    }
    void operator()(const runtime::Erase&) const { kind("erase"); }
    void operator()(const runtime::Transfer& b) const {
        kind("transfer");
        w.key("to").unsigned_integer(b.to.value);
        w.string("unit", b.unit).integer("amount", b.amount);
    }
    void operator()(const runtime::Unmerge& b) const {
        kind("unmerge");
        w.key("absorbed").unsigned_integer(b.absorbed.value);
    }
};

}  // namespace

std::string identity_text(const runtime::ExternalId& identity) {
    return identity.kind + ":" + identity.id.opened();
}

const char* kind_of(const engine::CommandBody& body) {
    struct Names {
        const char* operator()(const engine::RegisterMember&) const { return "register"; }
        const char* operator()(const engine::RecordOrder&) const { return "order"; }
        const char* operator()(const engine::RefundOrder&) const { return "refund"; }
        const char* operator()(const engine::ReleaseOrder&) const { return "release"; }
        const char* operator()(const engine::AdjustPoints&) const { return "adjust"; }
        const char* operator()(const engine::PlaceHold&) const { return "hold"; }
        const char* operator()(const engine::EndHold&) const { return "endhold"; }
        const char* operator()(const engine::Redeem&) const { return "redeem"; }
        const char* operator()(const engine::ReverseSpend&) const { return "reverse"; }
        const char* operator()(const engine::UpdateProfile&) const { return "profile"; }
        const char* operator()(const engine::EraseMember&) const { return "erase"; }
        const char* operator()(const engine::CompleteErasure&) const { return "erased"; }
        const char* operator()(const engine::ClaimIdentity&) const { return "bind"; }
        const char* operator()(const engine::MergeMembers&) const { return "merge"; }
        const char* operator()(const engine::Settle&) const { return "settle"; }
        const char* operator()(const engine::OpenEpoch&) const { return "epoch"; }
        const char* operator()(const engine::SetClock&) const { return "clock"; }
        const char* operator()(const engine::ActivateProgramme&) const { return "programme"; }
        const char* operator()(const engine::BindIdentity&) const { return "bound"; }
        const char* operator()(const engine::AbsorbMember&) const { return "absorb"; }
        const char* operator()(const engine::TakeOver&) const { return "takeover"; }
        const char* operator()(const engine::TakeOverProfile&) const { return "takeover"; }
        const char* operator()(const engine::MergeRefused&) const { return "mergerefused"; }
        const char* operator()(const engine::ReverseGrants&) const { return "reversegrants"; }
        const char* operator()(const engine::ReverseRefund&) const { return "reversegrants"; }
        const char* operator()(const engine::SeekOrder&) const { return "seek"; }
        const char* operator()(const engine::TellOrder&) const { return "tell"; }
        const char* operator()(const engine::KeepTold&) const { return "keep"; }
        const char* operator()(const engine::MeetOrder&) const { return "meet"; }
        const char* operator()(const engine::RestorePortions&) const { return "restore"; }
        const char* operator()(const engine::TakeOverUses&) const { return "takeoveruses"; }
        const char* operator()(const engine::ReturnUses&) const { return "returnuses"; }
        const char* operator()(const engine::BackfillRecord&) const { return "backfill"; }
        const char* operator()(const engine::CompleteBackfill&) const { return "backfilled"; }
        const char* operator()(const engine::MoveCounts&) const { return "movecounts"; }
        const char* operator()(const engine::TakeOverLog&) const { return "takeoverlog"; }
        const char* operator()(const engine::RecordPricedOrder&) const { return "order"; }
        const char* operator()(const engine::RefundMoney&) const { return "refund"; }
        const char* operator()(const engine::RecordEvent&) const { return "event"; }
        const char* operator()(const engine::TakeOverCarries&) const { return "takeovercarries"; }
        const char* operator()(const engine::ReverseCarried&) const { return "reversecarried"; }
        const char* operator()(const engine::CaptureHold&) const { return "endhold"; }
        const char* operator()(const engine::TransferPoints&) const { return "transfer"; }
        const char* operator()(const engine::TakeTransfer&) const { return "taketransfer"; }
        const char* operator()(const engine::TransferEnded&) const { return "transferended"; }
        const char* operator()(const engine::UnmergeMembers&) const { return "unmerge"; }
        const char* operator()(const engine::TakeBack&) const { return "takeback"; }
        const char* operator()(const engine::TellOwner&) const { return "tellowner"; }
        const char* operator()(const engine::TellHolder&) const { return "tellholder"; }
        const char* operator()(const engine::ReviewLimit&) const { return "reviewlimit"; }
        const char* operator()(const engine::ClaimDecided&) const { return "claimdecided"; }
        const char* operator()(const engine::GrantWaited&) const { return "grantwaited"; }
        const char* operator()(const engine::TellJob&) const { return "job"; }
        const char* operator()(const engine::Undo&) const { return "undo"; }
    };
    return std::visit(Names{}, body);
}

void Trace::line(const std::string& text) {
    waiting_ += text;
    waiting_ += '\n';
    if (waiting_.size() > 1U << 15U) flush();
}

void Trace::flush() {
    if (!waiting_.empty()) sink_(waiting_);
    waiting_.clear();
}

void Trace::begin(std::uint64_t seed, const std::string& programme, std::uint16_t partitions) {
    scratch_.clear();
    JsonWriter w(scratch_);
    w.begin_object().string("t", "begin").key("seed").unsigned_integer(seed);
    w.string("programme", programme).integer("partitions", partitions).end_object();
    line(scratch_);
}

void Trace::request(std::uint64_t n, Instant clock, const runtime::Request& request, bool is_derived) {
    scratch_.clear();
    JsonWriter w(scratch_);
    w.begin_object().string("t", "req").key("n").unsigned_integer(n);
    w.integer("clock", clock.microseconds).string("src", request.source).string("id", request.id);
    w.key("occ");
    if (request.occurred_at)
        w.integer(request.occurred_at->microseconds);
    else
        w.null();
    w.key("m").unsigned_integer(request.subject.member.value);
    w.key("ids").begin_array();
    for (const runtime::ExternalId& identity : request.subject.identities) w.string(identity_text(identity));
    w.end_array().boolean("derived", is_derived);
    std::visit(BodyWriter{w}, request.body);
    w.end_object().end_object();
    line(scratch_);
}

void Trace::batch(std::uint32_t log, Instant clock) {
    line("{\"t\":\"batch\",\"log\":" + std::to_string(log) +
         ",\"clock\":" + std::to_string(clock.microseconds) + "}");
}

void Trace::record(const codec::Record& record, const CommandName* command, const CommandName* completes) {
    scratch_.clear();
    JsonWriter w(scratch_);
    w.begin_object().string("t", "rec").integer("p", record.header.partition.value);
    w.key("lsn").unsigned_integer(record.header.lsn.value);
    w.integer("at", record.header.time.microseconds).string("k", kind_of(record.command.body));
    const auto name = [&](const char* key, const CommandName* named) {
        w.key(key);
        if (named == nullptr)
            w.null();
        else
            w.begin_array().string(named->source).string(named->id).end_array();
    };
    name("id", command);
    name("completes", completes);
    // A claim makes a new member; whose number it is only the answer says.
    const bool claims = record.command.claim.has_value();
    w.key("m").unsigned_integer(claims ? record.answer.member.value : record.command.member.value);
    w.boolean("claim", claims).integer("occ", record.command.occurred_at.microseconds);
    w.key("from");
    const auto& origin = record.command.origin;
    if (origin.lsn.value == 0)
        w.null();
    else
        row(w, origin.source.value, origin.lsn.value);
    if (const auto* clock = std::get_if<engine::SetClock>(&record.command.body))
        w.boolean("history", clock->mode == engine::ClockMode::history);
    w.end_object();
    line(scratch_);
}

void Trace::outcome(std::uint64_t n, const runtime::Outcome& outcome) {
    scratch_.clear();
    JsonWriter w(scratch_);
    w.begin_object().string("t", "out").key("n").unsigned_integer(n);
    w.string("st", name_of(outcome.status)).string("ref", engine::name_of(outcome.refusal));
    w.integer("p", outcome.partition.value).key("lsn").unsigned_integer(outcome.lsn.value);
    w.key("saw").unsigned_integer(outcome.saw.value);
    w.integer("at", outcome.at.microseconds).string("detail", outcome.detail);
    answer(w, outcome.answer);
    w.end_object();
    line(scratch_);
}

void Trace::view(MemberId member, std::optional<Instant> asked, Instant clock, runtime::Service::Open open,
                 const Result<runtime::MemberView>& view) {
    scratch_.clear();
    JsonWriter w(scratch_);
    w.begin_object().string("t", "view").key("m").unsigned_integer(member.value);
    w.key("asked");
    if (asked)
        w.integer(asked->microseconds);
    else
        w.null();
    w.integer("clock", clock.microseconds).boolean("ok", view.ok());
    w.boolean("opened", open == runtime::Service::Open::profile);
    if (!view.ok()) {
        w.string("error", banyan::name_of(view.error().code)).string("text", view.error().text());
        w.end_object();
        return line(scratch_);
    }
    w.integer("state", static_cast<int>(view->state)).key("fwd").unsigned_integer(view->forwarded_to.value);
    w.integer("as_of", view->as_of.microseconds).integer("joined", view->joined_at.microseconds);
    w.integer("spend", view->spend).integer("orders", view->orders);
    w.key("lsn").unsigned_integer(view->lsn.value);
    w.key("kinds").begin_array();
    for (const std::string& kind : view->identity_kinds) w.string(kind);
    w.end_array();
    balances(w, view->balances);
    w.key("lots").begin_array();
    for (const runtime::LotView& l : view->lots)
        row(w, l.unit.value, l.lot.granted, l.lot.remaining, l.lot.held, l.lot.expired, l.lot.revoked,
            l.lot.available, l.lot.expires);
    w.end_array().key("holds").begin_array();
    for (const members::ActiveHold& hold : view->holds) row(w, hold.unit.value, hold.amount, hold.expires);
    w.end_array().key("standings").begin_array();
    for (const tiers::Standing& s : view->standings) row(w, s.ladder.value, s.tier.value, s.since);
    w.end_array();
    progress(w, *view);
    w.string("birthday", view->profile.birthday ? view->profile.birthday->opened() : "");
    w.string("name", view->profile.name ? view->profile.name->opened() : "");
    w.end_object();
    line(scratch_);
}

void Trace::totals(const runtime::Totals& totals) {
    scratch_.clear();
    JsonWriter w(scratch_);
    w.begin_object().string("t", "totals").key("members").unsigned_integer(totals.members);
    w.key("units").begin_array();
    for (const auto& unit : totals.units) {
        using ledger::Account;
        row(w, unit.unit.value, unit.liability, unit.accounts.of(Account::issuance),
            unit.accounts.of(Account::redemption), unit.accounts.of(Account::breakage),
            unit.accounts.of(Account::in_transit));
    }
    w.end_array().end_object();
    line(scratch_);
}

void Trace::statement(MemberId member, const std::map<UnitId, Quantity>& sums) {
    scratch_.clear();
    JsonWriter w(scratch_);
    w.begin_object().string("t", "statement").key("m").unsigned_integer(member.value);
    w.key("sums").begin_array();
    for (const auto& [unit, sum] : sums) row(w, unit.value, sum);
    w.end_array().end_object();
    line(scratch_);
}

void Trace::died(const char* how) { line(std::string("{\"t\":\"died\",\"how\":\"") + how + "\"}"); }
void Trace::opened() { line("{\"t\":\"opened\"}"); }

void Trace::end() {
    line("{\"t\":\"end\"}");
    flush();
}

}  // namespace banyan::simulator
