// SPDX-License-Identifier: Apache-2.0
#include "domain/earning/words.h"

#include <algorithm>

namespace banyan::earning {

namespace {

using basis::Part;
using rules::Kind;
using rules::Term;

struct Standing {
    std::string_view path;
    Kind kind;
    Privacy privacy;
    Term (*read)(const Facts&);
};

constexpr auto ordinary = Privacy::ordinary;
constexpr auto opened = Privacy::opened;

// The words of every programme. Those of an order are there where the event is one.
const Standing standing[] = {
    {"event.type", Kind::string, ordinary, [](const Facts& f) { return Term(f.event_type); }},
    {"event.time", Kind::timestamp, ordinary, [](const Facts& f) { return Term(f.event_time); }},
    {"event.month", Kind::integer, ordinary, [](const Facts& f) { return Term(f.event_month); }},
    {"event.day", Kind::integer, ordinary, [](const Facts& f) { return Term(f.event_day); }},
    {"event.weekday", Kind::integer, ordinary, [](const Facts& f) { return Term(f.event_weekday); }},
    {"order.paid", Kind::integer, ordinary, [](const Facts& f) { return Term(f.order_paid); }},
    {"order.lines", Kind::integer, ordinary, [](const Facts& f) { return Term(f.order_lines); }},
    {"order.pieces", Kind::integer, ordinary, [](const Facts& f) { return Term(f.order_pieces); }},
    {"order.channel", Kind::string, ordinary, [](const Facts& f) { return Term(f.order_channel); }},
    {"order.store", Kind::string, ordinary, [](const Facts& f) { return Term(f.order_store); }},
    {"order.payment", Kind::string, ordinary, [](const Facts& f) { return Term(f.order_payment); }},
    {"order.list", Kind::integer, ordinary, [](const Facts& f) { return Term(f.order_list); }},
    {"order.discount", Kind::integer, ordinary,
     [](const Facts& f) { return Term(f.order_parts[Part::discount]); }},
    {"order.coupon", Kind::integer, ordinary,
     [](const Facts& f) { return Term(f.order_parts[Part::coupon]); }},
    {"order.subsidy", Kind::integer, ordinary,
     [](const Facts& f) { return Term(f.order_parts[Part::subsidy]); }},
    {"order.points", Kind::integer, ordinary,
     [](const Facts& f) { return Term(f.order_parts[Part::points]); }},
    {"order.gift_card", Kind::integer, ordinary,
     [](const Facts& f) { return Term(f.order_parts[Part::gift_card]); }},
    {"order.freight", Kind::integer, ordinary,
     [](const Facts& f) { return Term(f.order_parts[Part::freight]); }},
    {"member.tier", Kind::integer, ordinary, [](const Facts& f) { return Term(f.member_tier); }},
    {"member.spend", Kind::integer, ordinary, [](const Facts& f) { return Term(f.member_spend); }},
    {"member.orders", Kind::integer, ordinary, [](const Facts& f) { return Term(f.member_orders); }},
    {"member.birth_month", Kind::integer, opened, [](const Facts& f) { return Term(f.member_birth_month); }},
    {"member.birth_day", Kind::integer, opened, [](const Facts& f) { return Term(f.member_birth_day); }},
};

struct LineWord {
    std::string_view path;
    Kind kind;
    Term (*read)(const LineFacts&);
};

const LineWord line_words[] = {
    {"line.sku", Kind::string, [](const LineFacts& l) { return Term(l.sku); }},
    {"line.category", Kind::string, [](const LineFacts& l) { return Term(l.category); }},
    {"line.brand", Kind::string, [](const LineFacts& l) { return Term(l.brand); }},
    {"line.quantity", Kind::integer, [](const LineFacts& l) { return Term(l.quantity); }},
    {"line.paid", Kind::integer, [](const LineFacts& l) { return Term(l.paid); }},
    {"line.list", Kind::integer, [](const LineFacts& l) { return Term(l.list); }},
    {"line.discount", Kind::integer, [](const LineFacts& l) { return Term(l.parts[Part::discount]); }},
    {"line.coupon", Kind::integer, [](const LineFacts& l) { return Term(l.parts[Part::coupon]); }},
    {"line.subsidy", Kind::integer, [](const LineFacts& l) { return Term(l.parts[Part::subsidy]); }},
    {"line.points", Kind::integer, [](const LineFacts& l) { return Term(l.parts[Part::points]); }},
    {"line.gift_card", Kind::integer, [](const LineFacts& l) { return Term(l.parts[Part::gift_card]); }},
    {"line.freight", Kind::integer, [](const LineFacts& l) { return Term(l.parts[Part::freight]); }},
};

}  // namespace

Term Word::value(const Facts& facts) const {
    if (read != nullptr) return read(facts);
    if (family == Family::counted || family == Family::line) return Term::unset();
    return facts.declared != nullptr ? facts.declared->read(family, which) : Term::unset();
}

Vocabulary::Vocabulary(std::string event) : event_(std::move(event)) {
    for (const Standing& word : standing) {
        if (!is_order() && word.path.starts_with("order.")) continue;
        declare({std::string(word.path), word.kind, word.privacy, Family::fact, 0, word.read, nullptr});
    }
    if (is_order()) declare({"base", Kind::integer, Privacy::ordinary, Family::counted, 0, nullptr, nullptr});
}

void Vocabulary::add(Family family, const std::string& path, Kind kind, std::uint32_t which) {
    declare({path, kind, Privacy::ordinary, family, which, nullptr, nullptr});
}

Vocabulary Vocabulary::of_lines() const {
    Vocabulary lines(*this);
    for (const LineWord& word : line_words)
        lines.declare(
            {std::string(word.path), word.kind, Privacy::ordinary, Family::line, 0, nullptr, word.read});
    return lines;
}

void Vocabulary::declare(Word word) {
    const auto slot = schema_.declare(word.path, word.kind);
    if (!slot.ok()) return;
    ASSERT(*slot == words_.size());
    words_.push_back(std::move(word));
}

void Vocabulary::reads(const rules::Program& program) {
    for (const rules::Slot slot : program.slots()) {
        if (slot < words_.size()) read_.push_back(slot);  // those behind are of a line
    }
    std::sort(read_.begin(), read_.end());
    read_.erase(std::unique(read_.begin(), read_.end()), read_.end());
}

bool Vocabulary::reads_opened(const rules::Program& program) const {
    return std::any_of(program.slots().begin(), program.slots().end(),
                       [this](rules::Slot slot) { return words_[slot].privacy == Privacy::opened; });
}

bool Vocabulary::reads(Family family, const rules::Program& program) const {
    return std::any_of(program.slots().begin(), program.slots().end(),
                       [this, family](rules::Slot slot) { return words_[slot].family == family; });
}

}  // namespace banyan::earning
