// SPDX-License-Identifier: Apache-2.0
#include "simulator/client.h"

#include <algorithm>

namespace banyan::simulator {

using runtime::ExternalId;
using runtime::Personal;
using runtime::Request;
using runtime::Subject;

namespace {

enum class Kind : unsigned char {
    enrol,
    order,
    refund,
    release,
    adjust,
    hold,
    end_hold,
    redeem,
    reverse,
    profile,
    bind,
    merge,
    erase,
    interact,
    tell,
    transfer,
    unmerge
};
// How often each kind is asked in an ordinary run; a seed shifts them, so that some runs are all merges.
const std::vector<std::uint64_t> usual{6, 34, 12, 5, 8, 8, 8, 9, 6, 3, 5, 4, 1};
// The others are asked where the programme knows them.
const std::map<Kind, std::pair<Verb, std::uint64_t>> special{{Kind::interact, {Verb::interact, 12}},
                                                             {Kind::tell, {Verb::tell, 30}},
                                                             {Kind::transfer, {Verb::transfer, 16}},
                                                             {Kind::unmerge, {Verb::unmerge, 10}}};

const std::vector<std::string> identity_kinds{"phone", "openid", "shop"};

ExternalId identity_of(std::uint64_t person, std::size_t kind) {
    return {identity_kinds[kind], Personal(std::to_string(person))};
}

CommandName name_of(const Request& request) { return {request.source, request.id}; }

}  // namespace

Client::Client(Random random, const NamedProgramme& programme, std::uint16_t partitions, bool is_poisonous)
    : random_(random),
      units_(programme.units),
      verbs_(programme.verbs),
      partitions_(partitions),
      is_poisonous_(is_poisonous),
      people_(3 + random_.below(12)),
      weights_(usual) {
    for (std::uint64_t& weight : weights_) {
        if (random_.once_in(6)) weight *= 4;
        if (random_.once_in(8)) weight = 0;
    }
    weights_[static_cast<std::size_t>(Kind::order)] = std::max<std::uint64_t>(weights_[1], 20);
    for (const auto& [kind, how] : special) {
        ASSERT(weights_.size() == static_cast<std::size_t>(kind));
        weights_.push_back(does(how.first) ? how.second : 0);
    }
}

Subject Client::subject() {
    Subject subject;
    if (random_.percent(22) && !members_.empty()) {
        subject.member = some_member();
        if (random_.percent(10)) subject.identities.push_back(some_identity());
        return subject;
    }
    if (random_.percent(2)) {
        subject.member = {random_.below(6) << 16U | random_.below(partitions_ + 2U)};
        return subject;
    }
    if (random_.percent(1)) return subject;  // nobody at all
    const std::uint64_t person = random_.below(people_);
    const std::size_t first = random_.below(3);
    subject.identities.push_back(identity_of(person, first));
    if (random_.percent(25)) {
        const std::uint64_t other = random_.percent(15) ? random_.below(people_) : person;
        subject.identities.push_back(identity_of(other, (first + 1 + random_.below(2)) % 3));
    }
    return subject;
}

MemberId Client::some_member() {
    auto it = members_.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(random_.below(members_.size())));
    return *it;
}

ExternalId Client::some_identity() { return identity_of(random_.below(people_), random_.below(3)); }

std::string Client::unit() { return random_.percent(2) ? "gold" : random_.pick(units_); }

std::int64_t Client::amount() {
    switch (random_.below(24)) {
        case 0: return 0;
        case 1: return -random_.between(1, 50);
        case 2: return 1'000'000'000'000'001;
        case 3: return 9'000'000'000'000'000'000;
        default: return random_.between(1, random_.percent(50) ? 30 : 400);
    }
}

runtime::Profile Client::profile() {
    runtime::Profile profile;
    if (random_.percent(15)) return profile;
    if (random_.percent(60)) profile.name = Personal("name " + std::to_string(random_.below(1000)));
    if (random_.percent(80)) {
        profile.birthday = Personal(to_text(CivilDate{1990, static_cast<std::uint8_t>(random_.between(1, 12)),
                                                      static_cast<std::uint8_t>(random_.between(1, 28))}));
    }
    return profile;
}

runtime::OrderPaid Client::order(Request& request) {
    runtime::OrderPaid order;
    order.order = random_.percent(4) && !orders_.empty() ? random_.pick(orders_).id : fresh_id("o");
    if (!awaited_.empty() && random_.percent(40)) {
        const KnownOrder& known = random_.pick(awaited_);
        order.order = known.id;
        if (random_.percent(90)) request.subject = known.subject;
    }
    order.currency = random_.percent(1) ? "EUR" : "CNY";
    order.channel = random_.pick<std::string>({"app", "store", "web"});
    order.store = random_.percent(50) ? "s1" : "";
    const std::uint64_t lines = random_.percent(2) ? 0 : 1 + random_.below(4);
    for (std::uint64_t i = 0; i < lines; ++i) {
        catalog::Line line;
        line.id = "L" + std::to_string(random_.percent(2) ? 0 : i);
        line.sku = "sku" + std::to_string(random_.below(9));
        line.quantity = random_.between(1, 5);
        line.amount = random_.percent(10) ? 0 : random_.between(1, random_.percent(80) ? 6000 : 60000);
        if (random_.once_in(150))
            line.quantity = random_.pick<std::int64_t>({0, -1, 4'611'686'018'427'387'904});
        if (random_.once_in(150))
            line.amount = random_.pick<std::int64_t>({-1, 999'999'999'999'999, 9'000'000'000'000'000'000});
        if (does(Verb::name_categories)) line.category = random_.pick<std::string>({"coffee", "tea", ""});
        order.lines.push_back(line);
    }
    return order;
}

runtime::OrderRefunded Client::refund(Request& request) {
    runtime::OrderRefunded refund;
    if (orders_.empty() || random_.percent(4)) {
        refund.order = "unknown";
        return refund;
    }
    const KnownOrder& known = random_.pick(orders_);
    refund.order = known.id;
    if (random_.percent(88)) request.subject = known.subject;
    if (random_.percent(40)) return refund;  // all that is left
    if (does(Verb::refund_money) && random_.percent(30)) {
        refund_money(refund, known);
        return refund;
    }
    for (const catalog::Line& line : known.lines) {
        if (random_.percent(40)) continue;
        const std::int64_t most =
            random_.percent(10) ? 6 : std::max<std::int64_t>(1, std::min<std::int64_t>(line.quantity, 5));
        refund.lines.push_back({line.id, random_.between(random_.percent(3) ? 0 : 1, most)});
    }
    if (random_.percent(2)) refund.lines.push_back({"L9", 1});
    return refund;
}

// Of the whole order, or of lines of which others may come back as pieces.
void Client::refund_money(runtime::OrderRefunded& refund, const KnownOrder& known) {
    if (random_.percent(40)) {
        refund.amount = random_.percent(5) ? -5 : random_.between(1, 9000);
        return;
    }
    for (const catalog::Line& line : known.lines) {
        const bool by_money = random_.percent(60);
        const std::int64_t most = std::max<std::int64_t>(1, std::min<std::int64_t>(line.amount, 4000));
        if (by_money)
            refund.lines.push_back({line.id, 0, random_.between(random_.percent(3) ? -1 : 1, most)});
        else if (random_.percent(50))
            refund.lines.push_back({line.id, random_.between(1, 3)});
    }
}

runtime::Transfer Client::transfer() {
    MemberId to{random_.below(9) << 16U | random_.below(partitions_ + 1U)};
    if (!members_.empty() && !random_.percent(5)) to = some_member();
    return {to, unit(), random_.percent(80) ? random_.between(1, 40) : amount()};
}

// Mostly a merge that there was, the last first.
runtime::Unmerge Client::unmerge(Request& request) {
    if (merged_.empty() || random_.percent(4)) return {members_.empty() ? MemberId{} : some_member()};
    const std::size_t back = random_.percent(70) ? 0 : random_.below(merged_.size());
    const Merged& merge = merged_[merged_.size() - 1 - back];
    request.subject = {random_.percent(97) ? merge.survivor : merge.absorbed, {}};
    return {merge.absorbed};
}

// Of an order that was paid, or of one that nobody has paid yet.
runtime::OrderTold Client::told_of_order(Request& request) {
    KnownOrder known{"unknown", request.subject, {{"L0", {}, {}, 2, 0}, {"L1", {}, {}, 1, 0}}};
    if (orders_.empty() || random_.percent(12)) {
        known.id = fresh_id("o");
        awaited_.push_back(known);
    } else {
        known = random_.pick(!awaited_.empty() && random_.percent(15) ? awaited_ : orders_);
    }
    if (random_.percent(93)) request.subject = known.subject;
    return {known.id, event_of(known)};
}

orders::Event Client::event_of(const KnownOrder& known) {
    std::vector<orders::Pieces> pieces;
    const bool names_pieces = random_.percent(50);
    for (const catalog::Line& line : known.lines) {
        const bool is_named = std::any_of(pieces.begin(), pieces.end(),
                                          [&](const orders::Pieces& other) { return other.line == line.id; });
        if (names_pieces && !is_named && random_.percent(60))
            pieces.push_back({line.id, random_.between(1, 3)});
    }
    const std::string parcel = random_.pick<std::string>({"", "p1", "p2"});
    switch (random_.below(14)) {
        case 0: return orders::Placed{};
        case 1:
        case 2:
        case 3:
        case 4: {
            orders::Shipped shipped{{}, parcel, std::move(pieces), {}};
            if (parcel != "p1" && random_.percent(15)) shipped.replaces.push_back("p1");
            return shipped;
        }
        case 5:
        case 6:
        case 7: return orders::Received{{}, parcel};
        case 8:
        case 9: return orders::Completed{};
        case 10:
            if (random_.percent(40)) return orders::Closed{};
            [[fallthrough]];
        default: return after_sale(std::move(pieces));
    }
}

orders::AfterSaleMoved Client::after_sale(std::vector<orders::Pieces> pieces) {
    using orders::Form;
    using orders::Step;
    orders::AfterSaleMoved moved;
    moved.after_sale = random_.percent(60) ? "s1" : "s2";
    moved.step = random_.pick<Step>(
        {Step::requested, Step::requested, Step::agreed, Step::refused, Step::withdrawn, Step::done});
    moved.form = random_.pick<Form>({Form::refund_only, Form::return_refund, Form::exchange, Form::resend});
    moved.pieces = std::move(pieces);
    return moved;
}

runtime::Interaction Client::interaction() {
    if (random_.percent(3)) return {"share", {}};  // nobody declared it
    if (random_.percent(60)) return {"check_in", {}};
    runtime::Interaction review{"review.posted", {{"rating", random_.between(1, 5)}}};
    if (!random_.percent(3)) review.attributes.push_back({"photo", random_.percent(70)});
    return review;
}

runtime::RequestBody Client::body(Request& request, Instant now) {
    (void)now;
    std::uint64_t total = 0;
    for (const std::uint64_t weight : weights_) total += weight;
    std::uint64_t at = random_.below(total);
    std::size_t kind = 0;
    while (at >= weights_[kind]) at -= weights_[kind++];
    switch (static_cast<Kind>(kind)) {
        case Kind::enrol: return runtime::Register{profile()};
        case Kind::order: {
            runtime::OrderPaid made = order(request);
            if (is_poisonous_ && last_id_ % 23 == 0) made.channel = poison;
            return made;
        }
        case Kind::refund: return refund(request);
        case Kind::release: {
            runtime::OrderReleased released{"unknown",
                                            random_.percent(85) ? "order.completed" : "order.shipped"};
            if (orders_.empty()) return released;
            const KnownOrder& known = random_.pick(orders_);
            released.order = known.id;
            if (random_.percent(90)) request.subject = known.subject;
            return released;
        }
        case Kind::adjust: {
            const char* centre = random_.percent(90) ? "loyalty" : random_.percent(50) ? "" : "nowhere";
            const std::int64_t sign = random_.percent(25) ? -1 : 1;
            return runtime::Adjust{unit(), sign * amount(), "goodwill", centre};
        }
        case Kind::hold: {
            const Duration length = random_.percent(4)   ? days(31)
                                    : random_.percent(3) ? Duration{0}
                                                         : seconds(random_.between(30, 2'000'000));
            return runtime::Hold{unit(), amount(), length};
        }
        case Kind::end_hold: {
            runtime::EndHold end{"unknown", random_.percent(60), "", 0};
            if (end.capture && random_.percent(30)) {  // a part of it, or more than it holds
                end.unit = unit();
                end.amount = amount();
            }
            if (holds_.empty()) return end;
            const Known& known = random_.pick(holds_);
            end.hold = known.id;
            if (random_.percent(92)) request.subject = known.subject;
            return end;
        }
        case Kind::redeem: return runtime::Redeem{unit(), amount()};
        case Kind::reverse: {
            runtime::ReverseSpend reverse{"unknown", random_.percent(50) ? 0 : amount()};
            if (spends_.empty()) return reverse;
            const Known& known = random_.pick(spends_);
            reverse.spend = known.id;
            if (random_.percent(92)) request.subject = known.subject;
            return reverse;
        }
        case Kind::profile: return runtime::UpdateProfile{profile()};
        case Kind::bind: return runtime::BindIdentity{some_identity()};
        case Kind::merge: {
            if (members_.empty() || random_.percent(3))
                return runtime::Merge{{random_.below(9) << 16U | random_.below(partitions_ + 2U)}};
            return runtime::Merge{some_member()};
        }
        case Kind::erase: return runtime::Erase{};
        case Kind::interact: return interaction();
        case Kind::tell: return told_of_order(request);
        case Kind::transfer: return transfer();
        case Kind::unmerge: return unmerge(request);
    }
    ASSERT(false);
    return runtime::Erase{};
}

Request Client::next(Instant now, std::optional<Instant> history) {
    Request request;
    request.source = random_.percent(85) ? "shop" : "till";
    request.id = fresh_id("e");
    request.subject = subject();
    if (history) {
        request.occurred_at = *history;
        request.body = random_.percent(75) ? runtime::RequestBody(order(request))
                                           : runtime::RequestBody(refund(request));
    } else {
        request.body = body(request, now);
        const bool is_hold = std::holds_alternative<runtime::Hold>(request.body);
        if (!is_hold && random_.percent(40)) {
            std::int64_t back = random_.between(0, random_.percent(80) ? 86'400 : 40'000'000);
            if (random_.percent(6)) back = -random_.between(0, 200'000);
            request.occurred_at = std::max(instant_min, now - seconds(back));
        }
    }
    // A known id with something else under it. Only of accepted ones: what was refused may be asked anew.
    if (random_.percent(2) && !accepted_.empty()) {
        const CommandName& used = random_.pick(accepted_);
        request.source = used.source;
        request.id = used.id;
    }
    return request;
}

std::optional<Request> Client::repeat() {
    if (names_.empty()) return std::nullopt;
    return asked_.at(random_.pick(names_));
}

void Client::sent(const Request& request) {
    const CommandName name = name_of(request);
    if (asked_.try_emplace(name, request).second) names_.push_back(name);
    if (!is_accepted_.contains(name)) open_.insert(name);
}

void Client::told(const Request& request, const runtime::Outcome& outcome) {
    using Status = runtime::Outcome::Status;
    const CommandName name = name_of(request);
    if (outcome.status == Status::overloaded || outcome.status == Status::stopped) return;
    open_.erase(name);
    if (outcome.status == Status::pending) return;
    if (outcome.status != Status::applied && outcome.status != Status::replayed) return;
    if (outcome.answer.member.value != 0) members_.insert(outcome.answer.member);
    if (outcome.lsn.value == 0) return;  // it was so already: nothing was recorded, and the id stays free
    if (!is_accepted_.insert(name).second) return;
    accepted_.push_back(name);
    if (const auto* order = std::get_if<runtime::OrderPaid>(&request.body))
        orders_.push_back({order->order, request.subject, order->lines});
    if (std::holds_alternative<runtime::Hold>(request.body)) holds_.push_back({request.id, request.subject});
    if (std::holds_alternative<runtime::Redeem>(request.body))
        spends_.push_back({request.id, request.subject});
    if (const auto* end = std::get_if<runtime::EndHold>(&request.body); end != nullptr && end->capture)
        spends_.push_back({end->hold, request.subject});
    if (const auto* merge = std::get_if<runtime::Merge>(&request.body))
        merged_.push_back({outcome.answer.member, merge->absorbed});
    if (std::holds_alternative<runtime::Erase>(request.body)) erased_.insert(outcome.answer.member);
}

std::vector<Request> Client::unanswered() const {
    std::vector<Request> requests;
    for (const CommandName& name : open_) requests.push_back(asked_.at(name));
    return requests;
}

const Request* Client::asked(const CommandName& name) const {
    const auto found = asked_.find(name);
    return found != asked_.end() ? &found->second : nullptr;
}

}  // namespace banyan::simulator
