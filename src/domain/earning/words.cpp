// SPDX-License-Identifier: Apache-2.0
#include "domain/earning/words.h"

#include <algorithm>

namespace banyan::earning {

namespace {

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
    {"member.tier", Kind::integer, ordinary, [](const Facts& f) { return Term(f.member_tier); }},
    {"member.spend", Kind::integer, ordinary, [](const Facts& f) { return Term(f.member_spend); }},
    {"member.orders", Kind::integer, ordinary, [](const Facts& f) { return Term(f.member_orders); }},
    {"member.birth_month", Kind::integer, opened, [](const Facts& f) { return Term(f.member_birth_month); }},
    {"member.birth_day", Kind::integer, opened, [](const Facts& f) { return Term(f.member_birth_day); }},
};

}  // namespace

Term Word::value(const Facts& facts) const {
    if (read != nullptr) return read(facts);
    return facts.declared != nullptr ? facts.declared->read(family, which) : Term::unset();
}

Vocabulary::Vocabulary(std::string event) : event_(std::move(event)) {
    const bool is_order = event_.starts_with("order.");
    for (const Standing& word : standing) {
        if (!is_order && word.path.starts_with("order.")) continue;
        declare({std::string(word.path), word.kind, word.privacy, Family::fact, 0, word.read});
    }
}

void Vocabulary::add(Family family, const std::string& path, Kind kind, std::uint32_t which) {
    declare({path, kind, Privacy::ordinary, family, which, nullptr});
}

void Vocabulary::declare(Word word) {
    const auto slot = schema_.declare(word.path, word.kind);
    if (!slot.ok()) return;
    ASSERT(*slot == words_.size());
    words_.push_back(std::move(word));
}

void Vocabulary::reads(const rules::Program& program) {
    read_.insert(read_.end(), program.slots().begin(), program.slots().end());
    std::sort(read_.begin(), read_.end());
    read_.erase(std::unique(read_.begin(), read_.end()), read_.end());
}

bool Vocabulary::reads_opened(const rules::Program& program) const {
    return std::any_of(program.slots().begin(), program.slots().end(),
                       [this](rules::Slot slot) { return words_[slot].privacy == Privacy::opened; });
}

}  // namespace banyan::earning
