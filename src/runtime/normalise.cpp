// SPDX-License-Identifier: Apache-2.0
#include "runtime/normalise.h"

#include <algorithm>

#include "codec/archive.h"
#include "codec/record.h"

namespace banyan::runtime {

namespace {

KeyedId keyed(const Secrets& secrets, std::string_view use, const std::string& source,
              const std::string& id) {
    const auto words = secrets.keyed(use, source, id);
    return {words[0], words[1]};
}

Result<UnitId> unit_of(const programme::Programme& programme, const std::string& code) {
    const ledger::Unit* unit = programme.unit(code);
    if (unit == nullptr)
        return Error{ErrorCode::not_found,
                     "the programme has no unit \"" + code + "\"; GET /v1/programme lists them", "/unit"};
    return unit->id;
}

bool says_more(const OrderPaid& body) {
    return !body.prices.empty() || !body.payment.empty() || body.charged || body.parts != basis::Parts{};
}

// What the shop said, as the arithmetic of prices takes it.
Result<basis::SaidOrder> said_order(const OrderPaid& body) {
    basis::SaidOrder said;
    said.parts = body.parts;
    said.charged = body.charged;
    bool shares = false;  // something of the whole order is to be shared by what the lines have left to pay
    for (const basis::Part part : basis::all_parts)
        shares = shares || (part != basis::Part::freight && body.parts[part] != 0);
    for (std::size_t i = 0; i < body.lines.size(); ++i) {
        const catalog::Line& line = body.lines[i];
        SaidPrice price = body.prices.empty() ? SaidPrice{{}, {}, line.amount, {}} : body.prices[i];
        const std::string where = "/order/lines/" + std::to_string(i);
        if (!price.list) {
            if (shares)
                return Error::invalid(
                    "give each line its list price: a part of the whole order is shared by "
                    "what each line has left to pay",
                    where);
            if (!price.paid)
                return Error::invalid("say what was paid (amount) or the list price (list)", where);
            std::int64_t list = *price.paid;
            for (const basis::Part part : basis::all_parts) {
                if (part != basis::Part::freight) list += price.parts[part];  // each is far from the end
            }
            price.list = list;
        }
        said.lines.push_back({line.id, line.quantity, *price.list, price.parts, price.paid});
    }
    return said;
}

Result<engine::CommandBody> priced_order(engine::RecordOrder plain, const OrderPaid& body) {
    auto lines = basis::price_lines(TRY(said_order(body)));
    if (!lines.ok()) return Error::invalid(lines.error().message, "/order/lines");
    engine::RecordPricedOrder priced;
    priced.order = std::move(plain);
    priced.payment = body.payment;
    for (std::size_t i = 0; i < lines->size(); ++i) {
        const basis::PricedLine& line = (*lines)[i];
        priced.order.lines[i].amount = line.paid;
        priced.prices.push_back(
            {body.prices.empty() ? std::string() : body.prices[i].brand, line.list, line.parts});
    }
    return engine::CommandBody(std::move(priced));
}

bool is_of_kind(const engine::RecordEvent::Attribute& attribute, rules::Kind kind) {
    switch (kind) {
        case rules::Kind::integer: return std::holds_alternative<std::int64_t>(attribute.value);
        case rules::Kind::boolean: return std::holds_alternative<bool>(attribute.value);
        default: return std::holds_alternative<std::string>(attribute.value);
    }
}

// The attributes as the schema has them, so that a rule finds each in its place.
Result<engine::CommandBody> interaction(const Interaction& body, const programme::Programme& programme) {
    const earning::EventType* type = programme.event(body.event);
    if (type == nullptr)
        return Error::invalid("the programme declares no event \"" + body.event + "\"", "/type");
    engine::RecordEvent event{body.event, {}};
    for (const earning::Attribute& declared : type->attributes) {
        const std::string where = "/attributes/" + declared.name;
        const auto given =
            std::find_if(body.attributes.begin(), body.attributes.end(),
                         [&](const engine::RecordEvent::Attribute& a) { return a.name == declared.name; });
        if (given == body.attributes.end())
            return Error::invalid("\"" + body.event + "\" always has an attribute \"" + declared.name + "\"",
                                  where);
        if (!is_of_kind(*given, declared.kind))
            return Error::invalid("\"" + declared.name + "\" is declared to be of kind " +
                                      std::string(rules::name_of(declared.kind)),
                                  where);
        event.attributes.push_back(*given);
    }
    for (const engine::RecordEvent::Attribute& given : body.attributes) {
        const bool is_declared =
            std::any_of(type->attributes.begin(), type->attributes.end(),
                        [&](const earning::Attribute& declared) { return declared.name == given.name; });
        if (!is_declared)
            return Error::invalid("\"" + body.event + "\" declares no attribute \"" + given.name + "\"",
                                  "/attributes/" + given.name);
    }
    return engine::CommandBody(std::move(event));
}

struct Normaliser {
    const Request& request;
    const programme::Programme& programme;
    const Secrets& secrets;
    Instant now;

    using Body = Result<engine::CommandBody>;

    [[nodiscard]] KeyedId order(const std::string& id) const {
        return keyed(secrets, "order", request.source, id);
    }
    [[nodiscard]] KeyedId other_command(const std::string& id) const {
        return keyed(secrets, "command", request.source, id);
    }

    Body operator()(const Register&) const { return engine::CommandBody(engine::RegisterMember{}); }
    Body operator()(const OrderPaid& body) const {
        if (body.currency != programme.currency.code())
            return Error::invalid("this brand's currency is " + std::string(programme.currency.code()) +
                                      ", not \"" + body.currency + "\"",
                                  "/order/currency");
        if (body.lines.empty()) return Error::invalid("an order has at least one line", "/order/lines");
        engine::RecordOrder plain{order(body.order), body.channel, body.store, body.lines};
        if (!says_more(body)) return engine::CommandBody(std::move(plain));
        return priced_order(std::move(plain), body);
    }
    Body operator()(const OrderRefunded& body) const {
        const bool is_money =
            body.amount != 0 || std::any_of(body.lines.begin(), body.lines.end(),
                                            [](const auto& line) { return line.amount != 0; });
        if (is_money) {
            engine::RefundMoney refund{order(body.order), {}, body.amount};
            for (const OrderRefunded::Line& line : body.lines)
                refund.lines.push_back({line.id, line.quantity, line.amount});
            return engine::CommandBody(std::move(refund));
        }
        engine::RefundOrder refund{order(body.order), {}};
        for (const OrderRefunded::Line& line : body.lines) refund.lines.push_back({line.id, line.quantity});
        return engine::CommandBody(std::move(refund));
    }
    // The ids of parcels and after-sales are the shop's: the journal has them under the brand's key.
    [[nodiscard]] std::string hidden(std::string_view use, const OrderTold& told,
                                     const std::string& id) const {
        if (id.empty()) return {};
        constexpr char digits[] = "0123456789abcdef";
        std::string text;
        for (const std::uint64_t word : secrets.keyed(use, request.source + '\n' + told.order, id)) {
            for (int shift = 60; shift >= 0; shift -= 4) text.push_back(digits[word >> shift & 0xFU]);
        }
        return text;
    }
    Body operator()(const OrderTold& body) const {
        if (const auto checked = orders::check(body.event); !checked.ok())
            return Error::invalid(checked.error().message, "/order");
        orders::Event event = body.event;
        if (auto* shipped = std::get_if<orders::Shipped>(&event)) {
            shipped->parcel = hidden("parcel", body, shipped->parcel);
            for (std::string& id : shipped->replaces) id = hidden("parcel", body, id);
        }
        if (auto* received = std::get_if<orders::Received>(&event))
            received->parcel = hidden("parcel", body, received->parcel);
        if (auto* moved = std::get_if<orders::AfterSaleMoved>(&event))
            moved->after_sale = hidden("after-sale", body, moved->after_sale);
        return engine::CommandBody(engine::TellOrder{order(body.order), std::move(event)});
    }
    Body operator()(const Interaction& body) const { return interaction(body, programme); }
    Body operator()(const OrderReleased& body) const {
        return engine::CommandBody(engine::ReleaseOrder{order(body.order), body.event});
    }
    Body operator()(const Adjust& body) const {
        const UnitId unit = TRY(unit_of(programme, body.unit));
        std::uint16_t cost_centre = 0;
        if (!body.cost_centre.empty()) {
            cost_centre = programme.cost_centre(body.cost_centre);
            if (cost_centre == 0)
                return Error::invalid("the programme has no cost centre \"" + body.cost_centre + "\"",
                                      "/cost_centre");
        }
        return engine::CommandBody(
            engine::AdjustPoints{unit, Quantity(body.amount), body.reason, cost_centre});
    }
    Body operator()(const Hold& body) const {
        const UnitId unit = TRY(unit_of(programme, body.unit));
        if (body.expires_in.microseconds <= 0 || body.expires_in > days(30))
            return Error::invalid("a hold ends within 30 days", "/expires_in");
        return engine::CommandBody(engine::PlaceHold{command_key(secrets, request), unit,
                                                     Quantity(body.amount), now + body.expires_in});
    }
    Body operator()(const EndHold& body) const {
        if (body.capture && body.amount != 0) {
            const UnitId unit = TRY(unit_of(programme, body.unit));
            return engine::CommandBody(
                engine::CaptureHold{other_command(body.hold), unit, Quantity(body.amount)});
        }
        return engine::CommandBody(engine::EndHold{
            other_command(body.hold), body.capture ? engine::HoldEnd::captured : engine::HoldEnd::released});
    }
    Body operator()(const Redeem& body) const {
        const UnitId unit = TRY(unit_of(programme, body.unit));
        return engine::CommandBody(
            engine::Redeem{command_key(secrets, request), unit, Quantity(body.amount)});
    }
    Body operator()(const ReverseSpend& body) const {
        return engine::CommandBody(engine::ReverseSpend{other_command(body.spend), Quantity(body.amount)});
    }
    Body operator()(const UpdateProfile&) const { return engine::CommandBody(engine::UpdateProfile{}); }
    Body operator()(const BindIdentity&) const { return engine::CommandBody(engine::ClaimIdentity{}); }
    Body operator()(const Merge& body) const {
        return engine::CommandBody(engine::MergeMembers{body.absorbed});
    }
    Body operator()(const Transfer& body) const {
        const UnitId unit = TRY(unit_of(programme, body.unit));
        return engine::CommandBody(engine::TransferPoints{body.to, unit, Quantity(body.amount)});
    }
    Body operator()(const Unmerge& body) const {
        return engine::CommandBody(engine::UnmergeMembers{body.absorbed});
    }
    Body operator()(const Erase&) const { return engine::CommandBody(engine::EraseMember{}); }
};

void put(codec::Writer& w, std::array<std::uint64_t, 2> words) {
    w.fixed64(words[0]);
    w.fixed64(words[1]);
}

}  // namespace

KeyedId command_key(const Secrets& secrets, const Request& request) {
    return keyed(secrets, "command", request.source, request.id);
}

Result<engine::CommandBody> normalise(const Request& request, const programme::Programme& programme,
                                      const Secrets& secrets, Instant now) {
    return std::visit(Normaliser{request, programme, secrets, now}, request.body);
}

Fingerprint fingerprint_of(const Request& request, const engine::CommandBody& body, const Secrets& secrets,
                           std::array<std::uint64_t, 2> personal) {
    codec::Writer w;
    // A hold's end depends on when it was decided; the client said a length of time, so that is what counts.
    if (const auto* hold = std::get_if<Hold>(&request.body)) {
        const auto& placed = std::get<engine::PlaceHold>(body);
        codec::all(w, placed.unit, placed.amount, hold->expires_in.microseconds);
    } else {
        codec::encode_input(w, body);
    }
    codec::value(w, request.occurred_at);
    codec::value(w, request.subject.member);
    for (const ExternalId& identity : request.subject.identities)
        put(w, secrets.keyed("identity", identity.kind, identity.id.opened()));
    if (const auto* bind = std::get_if<BindIdentity>(&request.body))
        put(w, secrets.keyed("identity", bind->identity.kind, bind->identity.id.opened()));
    put(w, personal);
    const auto words = secrets.keyed("fingerprint", w.bytes(), "");
    return {words[0], words[1]};
}

Request bind_of(const Request& request, std::size_t index, MemberId member) {
    Request bind;
    bind.source = request.source + "#";  // no word of a client's has this character
    bind.id = request.id + "#" + std::to_string(index);
    bind.subject.member = member;
    bind.body = BindIdentity{request.subject.identities[index]};
    return bind;
}

std::string profile_text(const Profile& profile) {
    codec::Writer w;
    for (const auto* field :
         {&profile.name, &profile.birthday, &profile.gender, &profile.city, &profile.address}) {
        w.fixed8(field->has_value() ? 1 : 0);
        if (*field) w.text((*field)->opened());
    }
    return std::string(w.bytes());
}

const Profile* profile_of(const RequestBody& body) {
    if (const auto* registration = std::get_if<Register>(&body)) return &registration->profile;
    if (const auto* update = std::get_if<UpdateProfile>(&body)) return &update->profile;
    return nullptr;
}

Profile* profile_of(RequestBody& body) { return const_cast<Profile*>(profile_of(std::as_const(body))); }

void complete(Profile& given, const Profile& present) {
    for (auto field :
         {&Profile::name, &Profile::birthday, &Profile::gender, &Profile::city, &Profile::address}) {
        if (!(given.*field)) given.*field = present.*field;
    }
}

void remove_empty(Profile& profile) {
    for (auto field :
         {&Profile::name, &Profile::birthday, &Profile::gender, &Profile::city, &Profile::address}) {
        if (profile.*field && (profile.*field)->empty()) (profile.*field).reset();
    }
}

bool is_empty(const Profile& profile) {
    return !profile.name && !profile.birthday && !profile.gender && !profile.city && !profile.address;
}

}  // namespace banyan::runtime
