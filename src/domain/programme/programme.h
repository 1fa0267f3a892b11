// SPDX-License-Identifier: Apache-2.0
#pragma once

// A programme is data: units, ladders, earning rules, as one declarative document. This is its compiled form; the
// text that was published is in the journal, and compiling it again gives the same programme.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/ports/calendar.h"
#include "base/result.h"
#include "base/value.h"
#include "domain/calendars/schedule.h"
#include "domain/coupons/batch.h"
#include "domain/earning/event.h"
#include "domain/earning/rule.h"
#include "domain/earning/stacking.h"
#include "domain/ledger/unit.h"
#include "domain/limits/limit.h"
#include "domain/metrics/catalogue.h"
#include "domain/orders/terms.h"
#include "domain/pricing/offer.h"
#include "domain/programme/counting.h"
#include "domain/programme/finding.h"
#include "domain/tiers/ladder.h"

namespace banyan::programme {

/// What an offer's `for: {when}` names: a calendar, or an expression over the member.
struct OfferCondition {
    std::string text;
    std::optional<std::uint32_t> calendar;  // its place in the section
    std::optional<rules::Program> program;  // in the words of `offer_words`
};
struct OfferNames {
    std::string zh;
    std::string en;
};

struct Programme {
    ProgrammeVersion version;
    std::string code;
    std::string name_zh;
    std::string name_en;
    Currency currency;
    std::shared_ptr<const Zone> zone;
    // In document order. Numbered 1..n; a published version has the numbers of its codes' first publication
    // (succession.h).
    std::vector<ledger::Unit> units;
    std::vector<tiers::Ladder> ladders;
    std::vector<earning::Rule> rules;
    std::vector<earning::EventType> events;  // interactions that it declares
    std::vector<earning::Group> stacking;
    std::vector<earning::Listeners> listeners;  // one for each type of event that rules may listen to
    std::vector<limits::Limit> limits;
    std::vector<coupons::Batch> coupons;
    std::vector<calendars::Schedule> calendars;
    std::optional<earning::Vocabulary> criteria;  // of the ladders' conditions
    metrics::Catalogue metrics;
    std::vector<MetricNames> metric_names;         // beside metrics.metrics()
    std::vector<CountedEvent> counted_events;      // those that some measure listens to
    std::vector<orders::TermsRule> release_terms;  // the first that fits
    std::vector<std::string> cost_centres;         // number = index + 1
    std::int32_t late_days = 0;                    // the most of any rule's
    pricing::Offers
        offers;  // its tiers are "ladder.tier", its conditions those below, its coupons the batches
    std::vector<OfferNames> price_names;      // beside offers.prices
    std::vector<OfferNames> promotion_names;  // beside offers.promotions
    std::vector<OfferCondition> offer_conditions;
    std::optional<earning::Vocabulary> offer_words;
    UnitId offset_unit;                  // that members pay with at checkout; 0 = none
    bool cost_centres_declared = false;  // in a section of their own; else a rule that names one declares it

    [[nodiscard]] const ledger::Unit* unit(UnitId id) const;
    [[nodiscard]] const ledger::Unit* unit(std::string_view code) const;
    [[nodiscard]] const tiers::Ladder* ladder(LadderId id) const;
    [[nodiscard]] const earning::Rule* rule(RuleId id) const;
    [[nodiscard]] const earning::EventType* event(std::string_view code) const;
    /// Nothing when it is no type of event here.
    [[nodiscard]] const earning::Listeners* on(std::string_view event) const;
    [[nodiscard]] const limits::Limit* limit(limits::LimitId id) const;
    [[nodiscard]] const limits::Limit* limit(std::string_view code) const;
    [[nodiscard]] const coupons::Batch* coupon(coupons::BatchId id) const;
    [[nodiscard]] const coupons::Batch* coupon(std::string_view code) const;
    /// Nothing when no measure listens to it.
    [[nodiscard]] const CountedEvent* counted_event(std::string_view type) const;
    /// The version that brought the measure.
    [[nodiscard]] ProgrammeVersion since(metrics::MeasureId measure) const;
    [[nodiscard]] std::uint16_t cost_centre(std::string_view code) const;  // 0 = not declared
    /// Whether anything waits for the release of an order's lines, so that each order's life is followed.
    [[nodiscard]] bool follows_orders() const;
};

/// Compiles a document (what YAML or JSON became) and gathers everything that is wrong with it or doubtful. Every finding
/// names its place and says what to do; unknown keys are refused. `regex` is for matches() and must outlive the
/// programme; without it rules that use patterns are refused.
struct Checked {
    std::shared_ptr<const Programme> programme;  // nothing when a finding is an error
    Findings findings;
};
Checked check(const Value& document, ProgrammeVersion version, const Calendar& calendar,
              const Regex* regex = nullptr);

/// The same for those who need the programme only: refused with the first error.
Result<std::shared_ptr<const Programme>> compile(const Value& document, ProgrammeVersion version,
                                                 const Calendar& calendar, const Regex* regex = nullptr);

}  // namespace banyan::programme
