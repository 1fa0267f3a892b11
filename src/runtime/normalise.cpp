// SPDX-License-Identifier: Apache-2.0
#include "runtime/normalise.h"

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
        return engine::CommandBody(
            engine::RecordOrder{order(body.order), body.channel, body.store, body.lines});
    }
    Body operator()(const OrderRefunded& body) const {
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
