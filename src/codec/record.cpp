// SPDX-License-Identifier: Apache-2.0
#include "codec/record.h"

#include <algorithm>

#include "base/crc32c.h"
#include "codec/entity_id.h"
#include "codec/fields.h"

namespace banyan::codec {

namespace {

constexpr std::uint16_t record_format = 1;
constexpr std::uint8_t fact_version = 1;

void put_header(Writer& w, const Header& h) {
    w.fixed8(static_cast<std::uint8_t>(record_format));
    w.raw({reinterpret_cast<const char*>(h.journal.data()), h.journal.size()});
    value(w, h.partition);
    value(w, h.lsn);
    value(w, h.confirmed);
    value(w, h.epoch);
    value(w, h.time);
    value(w, h.feature_level);
    value(w, h.programme);
    w.raw({reinterpret_cast<const char*>(h.previous.data()), h.previous.size()});
}

template <std::size_t size>
void take(Reader& r, std::array<std::uint8_t, size>& out) {
    const std::string_view bytes = r.bytes(size);
    if (bytes.size() == size) std::copy(bytes.begin(), bytes.end(), out.begin());
}

Result<Header> take_header(Reader& r) {
    Header h;
    const std::uint8_t format = r.fixed8();
    if (r.ok() && format != record_format)
        return Error{ErrorCode::unsupported,
                     "the record has format " + std::to_string(format) +
                         "; this binary reads format 1: use a newer one",
                     ""};
    take(r, h.journal);
    value(r, h.partition);
    value(r, h.lsn);
    value(r, h.confirmed);
    value(r, h.epoch);
    value(r, h.time);
    value(r, h.feature_level);
    value(r, h.programme);
    take(r, h.previous);
    if (!r.ok()) return Error::corrupt("the record's header is cut off");
    if (h.feature_level > feature_level)
        return Error{ErrorCode::unsupported,
                     "the record has feature level " + std::to_string(h.feature_level) +
                         "; this binary reads up to " + std::to_string(feature_level) + ": use a newer one",
                     ""};
    return h;
}

// The wallet's facts are a family of their own inside the variant; on disk every kind has one number. Theirs lie between
// the first sixty-four others and the rest.
constexpr std::uint64_t wallet_kinds_from = 64;
constexpr std::uint64_t wallet_kinds_to = 128;
static_assert(std::variant_size_v<ledger::WalletFact> <= wallet_kinds_to - wallet_kinds_from);

std::uint64_t kind_of(const engine::FactBody& body) {
    if (const auto* wallet = std::get_if<ledger::WalletFact>(&body))
        return wallet_kinds_from + wallet->index();
    if (body.index() < wallet_kinds_from) return body.index();
    return body.index() + (wallet_kinds_to - wallet_kinds_from);
}

template <std::size_t index = 0>
void put_alternative(Writer& w, const engine::FactBody& body) {
    std::visit(
        [&w](const auto& fact) {
            using Fact = std::decay_t<decltype(fact)>;
            if constexpr (std::is_same_v<Fact, ledger::WalletFact>)
                std::visit([&w](const auto& inner) { value(w, inner); }, fact);
            else
                value(w, fact);
        },
        body);
}

template <typename Variant, typename Alternative>
void read_into(Reader& r, engine::FactBody& body) {
    Alternative item{};
    if constexpr (!std::is_same_v<Alternative, ledger::WalletFact>) value(r, item);
    body = Variant(std::move(item));
}

template <typename Variant, std::size_t... indices>
bool read_kind(Reader& r, std::size_t kind, engine::FactBody& body, std::index_sequence<indices...>) {
    using Read = void (*)(Reader&, engine::FactBody&);
    static constexpr Read readers[] = {&read_into<Variant, std::variant_alternative_t<indices, Variant>>...};
    if (kind >= sizeof...(indices)) return false;
    readers[kind](r, body);
    return true;
}

bool read_fact_body(Reader& r, std::uint64_t kind, engine::FactBody& body) {
    // The family's own place in the variant is no kind: no writer ever used it.
    static const std::uint64_t family = engine::FactBody(ledger::WalletFact{}).index();
    if (kind == family) return false;
    if (kind >= wallet_kinds_to)
        kind -= wallet_kinds_to - wallet_kinds_from;
    else if (kind >= wallet_kinds_from)
        return read_kind<ledger::WalletFact>(
            r, kind - wallet_kinds_from, body,
            std::make_index_sequence<std::variant_size_v<ledger::WalletFact>>());
    return read_kind<engine::FactBody>(r, kind, body,
                                       std::make_index_sequence<std::variant_size_v<engine::FactBody>>());
}

std::uint64_t place_of(const std::vector<Touched>& touched, engine::EntityId entity) {
    const auto found =
        std::find_if(touched.begin(), touched.end(), [&](const Touched& t) { return t.entity == entity; });
    ASSERT(found != touched.end());
    return static_cast<std::uint64_t>(found - touched.begin());
}

void put_facts(Writer& w, const std::vector<engine::Fact>& facts, const std::vector<Touched>& touched) {
    w.varint(facts.size());
    for (const engine::Fact& fact : facts) {
        w.varint(place_of(touched, fact.entity));
        w.varint(kind_of(fact.body));
        w.fixed8(fact_version);
        w.sized([&] { put_alternative(w, fact.body); });
    }
}

Result<void> take_facts(Reader& r, Record& record) {
    const std::uint64_t count = r.varint();
    if (count > r.rest().size()) return Error::corrupt("the record counts more facts than it has bytes");
    record.facts.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t place = r.varint();
        const std::uint64_t kind = r.varint();
        const std::uint8_t version = r.fixed8();
        Reader inner(r.text());
        if (!r.ok() || place >= record.touched.size())
            return Error::corrupt("a fact of the record is cut off");
        engine::Fact fact;
        fact.entity = record.touched[place].entity;
        if (version != fact_version || !read_fact_body(inner, kind, fact.body))
            return Error{ErrorCode::unsupported,
                         "fact kind " + std::to_string(kind) + " version " + std::to_string(version) +
                             " is unknown to this binary: use a newer one",
                         ""};
        if (!inner.ok() || !inner.at_end()) return Error::corrupt("a fact of the record is malformed");
        record.facts.push_back(std::move(fact));
    }
    return {};
}

template <typename Archive, typename C>
void command_fields(Archive& a, C& c) {
    all(a, c.id, c.fingerprint, c.member, c.claim, c.occurred_at, c.source, c.origin, c.completes);
}

void put_command(Writer& w, const engine::Command& c) {
    command_fields(w, c);
    alternative(w, c.body);
}
void take_command(Reader& r, engine::Command& c) {
    command_fields(r, c);
    alternative(r, c.body);
}

// `said` has conditions, facts, follow-ups and an answer: a decision, or a record that was read.
template <typename Said>
void put_record(const Header& header, const engine::Command& command, const std::vector<Touched>& touched,
                const Said& said, std::string& out) {
    Writer w;
    put_header(w, header);
    put_command(w, command);
    value(w, said.conditions);
    w.varint(touched.size());
    for (const Touched& entry : touched) {
        put_entity_id(w, entry.entity);
        value(w, entry.previous);
    }
    put_facts(w, said.facts, touched);
    w.varint(said.follow_ups.size());
    for (const engine::FollowUp& follow_up : said.follow_ups) {
        value(w, follow_up.target);
        put_command(w, follow_up.command);
    }
    value(w, said.answer);
    w.fixed32(crc32c(w.bytes()));
    out.append(w.bytes());
}

}  // namespace

void encode(const Record& record, std::string& out) {
    put_record(record.header, record.command, record.touched, record, out);
}

void encode(const Header& header, const engine::Command& command, const std::vector<Touched>& touched,
            const engine::Decision& decision, std::string& out) {
    put_record(header, command, touched, decision, out);
}

namespace {
Result<std::string_view> checked(std::string_view bytes) {
    if (bytes.size() < 4) return Error::corrupt("the record is shorter than its checksum");
    const std::string_view body = bytes.substr(0, bytes.size() - 4);
    Reader tail(bytes.substr(body.size()));
    if (crc32c(body) != tail.fixed32())
        return Error::corrupt("the record's checksum does not match its bytes");
    return body;
}
}  // namespace

Result<Header> decode_header(std::string_view bytes) {
    Reader r(TRY(checked(bytes)));
    return take_header(r);
}

Result<Asked> decode_asked(std::string_view bytes) {
    Reader r(TRY(checked(bytes)));
    Asked asked;
    asked.header = TRY(take_header(r));
    take_command(r, asked.command);
    value(r, asked.conditions);
    if (!r.ok()) return Error::corrupt("the record's command is malformed");
    return asked;
}

Result<Record> decode(std::string_view bytes) {
    Reader r(TRY(checked(bytes)));
    Record record;
    record.header = TRY(take_header(r));
    take_command(r, record.command);
    value(r, record.conditions);
    const std::uint64_t touched = r.varint();
    if (touched > r.rest().size()) return Error::corrupt("the record counts more entities than it has bytes");
    for (std::uint64_t i = 0; i < touched && r.ok(); ++i) {
        Touched entry;
        entry.entity = take_entity_id(r);
        value(r, entry.previous);
        record.touched.push_back(entry);
    }
    if (!r.ok()) return Error::corrupt("the record's command is malformed");
    TRY(take_facts(r, record));
    const std::uint64_t follow_ups = r.varint();
    if (follow_ups > r.rest().size())
        return Error::corrupt("the record counts more follow-ups than it has bytes");
    for (std::uint64_t i = 0; i < follow_ups && r.ok(); ++i) {
        engine::FollowUp follow_up;
        value(r, follow_up.target);
        take_command(r, follow_up.command);
        record.follow_ups.push_back(std::move(follow_up));
    }
    value(r, record.answer);
    if (!r.ok() || !r.at_end()) return Error::corrupt("the record's end is malformed");
    return record;
}

void encode_input(Writer& w, const engine::CommandBody& body) { alternative(w, body); }

}  // namespace banyan::codec
