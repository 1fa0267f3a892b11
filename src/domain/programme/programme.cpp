// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/programme.h"

#include <algorithm>

namespace banyan::programme {

namespace {
// Numbers are those of the codes' first publication, so they need not follow the document's order; mostly they do.
template <typename Items, typename Id>
auto by_id(const Items& items, Id id) -> decltype(items.data()) {
    if (id.value != 0 && id.value <= items.size() && items[id.value - 1U].id == id)
        return &items[id.value - 1U];
    const auto found =
        std::find_if(items.begin(), items.end(), [id](const auto& item) { return item.id == id; });
    return found != items.end() ? &*found : nullptr;
}
}  // namespace

const ledger::Unit* Programme::unit(UnitId id) const { return by_id(units, id); }
const tiers::Ladder* Programme::ladder(LadderId id) const { return by_id(ladders, id); }
const earning::Rule* Programme::rule(RuleId id) const { return by_id(rules, id); }

const limits::Limit* Programme::limit(limits::LimitId id) const { return by_id(limits, id); }

const limits::Limit* Programme::limit(std::string_view wanted) const {
    for (const limits::Limit& limit : limits) {
        if (limit.name == wanted) return &limit;
    }
    return nullptr;
}

const coupons::Batch* Programme::coupon(coupons::BatchId id) const { return by_id(coupons, id); }

const coupons::Batch* Programme::coupon(std::string_view wanted) const {
    for (const coupons::Batch& batch : coupons) {
        if (batch.code == wanted) return &batch;
    }
    return nullptr;
}

const ledger::Unit* Programme::unit(std::string_view wanted) const {
    for (const ledger::Unit& unit : units) {
        if (unit.code == wanted) return &unit;
    }
    return nullptr;
}

const earning::EventType* Programme::event(std::string_view wanted) const {
    for (const earning::EventType& type : events) {
        if (type.code == wanted) return &type;
    }
    return nullptr;
}

const earning::Listeners* Programme::on(std::string_view event) const {
    for (const earning::Listeners& one : listeners) {
        if (one.vocabulary.event() == event) return &one;
    }
    return nullptr;
}

const CountedEvent* Programme::counted_event(std::string_view type) const {
    for (const CountedEvent& event : counted_events) {
        if (event.words.event() == type) return &event;
    }
    return nullptr;
}

ProgrammeVersion Programme::since(metrics::MeasureId measure) const {
    for (const CountedEvent& event : counted_events) {
        for (const Counting& counting : event.countings) {
            if (counting.measure == measure) return counting.since;
        }
    }
    return {};
}

std::uint16_t Programme::cost_centre(std::string_view wanted) const {
    for (std::size_t i = 0; i < cost_centres.size(); ++i) {
        if (cost_centres[i] == wanted) return static_cast<std::uint16_t>(i + 1);
    }
    return 0;
}

bool Programme::follows_orders() const {
    return std::any_of(units.begin(), units.end(), [](const ledger::Unit& unit) {
        return unit.pending.kind == ledger::PendingPolicy::Kind::until_released;
    });
}

}  // namespace banyan::programme
