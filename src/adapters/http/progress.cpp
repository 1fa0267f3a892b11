// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/progress.h"

#include "adapters/http/render.h"

namespace banyan::http {

namespace {

using engine::StandingSeen;

struct Teller {
    const programme::Programme& programme;
    const tiers::Ladder& ladder;
    Language language;

    [[nodiscard]] bool is_zh() const { return language == Language::zh; }

    [[nodiscard]] std::string money(std::int64_t minor) const {
        const std::string code(programme.currency.code());
        return (code == "CNY" ? "¥" : code + " ") + money_text(programme, minor);
    }

    // "¥128.00", "30 Growth", "7": so much of what the ladder is held against.
    [[nodiscard]] std::string amount(std::int64_t value) const {
        if (ladder.held == tiers::Held::spend) return money(value);
        if (ladder.held != tiers::Held::balance) return std::to_string(value);
        const ledger::Unit* unit = programme.unit(ladder.unit);
        const std::string text = quantity_text(programme, ladder.unit, Quantity(value));
        return unit == nullptr ? text : text + " " + name_of(*unit);
    }

    template <typename Named>
    [[nodiscard]] std::string name_of(const Named& named) const {
        const std::string& name = is_zh() ? named.name_zh : named.name_en;
        return name.empty() ? named.code : name;
    }

    [[nodiscard]] std::string to_next(std::int64_t missing, const tiers::Tier& next) const {
        return is_zh() ? "还差 " + amount(missing) + " 升级为" + name_of(next)
                       : amount(missing) + " more to " + name_of(next);
    }

    [[nodiscard]] std::string to_keep(std::int64_t missing, const tiers::Tier& tier, const tiers::Tier& below,
                                      Instant review) const {
        // The last day that counts lies before the review.
        const std::string day = to_text(programme.zone->local(review - seconds(1)).date);
        return is_zh() ? day + " 前再得 " + amount(missing) + " 可保留" + name_of(tier) + "，否则降为" +
                             name_of(below)
                       : amount(missing) + " more by " + day + " keep " + name_of(tier) +
                             ", or it falls to " + name_of(below);
    }
};

void write(text::JsonWriter& json, const StandingSeen& seen, const Teller& teller) {
    const tiers::Tier* tier = teller.ladder.find(seen.tier);
    const tiers::Tier* next = seen.next ? teller.ladder.find(*seen.next) : nullptr;
    const tiers::Tier* below = seen.projected ? teller.ladder.find(*seen.projected) : nullptr;
    const bool rises = next != nullptr && seen.missing && *seen.missing > 0;
    const bool may_fall = tier != nullptr && below != nullptr && below->id < tier->id &&
                          seen.review != instant_max && seen.missing_to_keep && *seen.missing_to_keep > 0;
    if (!rises && !may_fall) return;
    json.begin_object().string("ladder", teller.ladder.code);
    if (tier != nullptr)
        json.string("tier", tier->code);
    else
        json.key("tier").null();
    json.key("says").begin_array();
    if (rises) json.string(teller.to_next(*seen.missing, *next));
    if (may_fall) json.string(teller.to_keep(*seen.missing_to_keep, *tier, *below, seen.review));
    json.end_array();
    if (rises) json.string("next", next->code);
    json.end_object();
}

}  // namespace

void write_progress(text::JsonWriter& json, const runtime::MemberView& view,
                    const programme::Programme& programme, Language language) {
    json.key("progress").begin_array();
    for (const StandingSeen& seen : view.progress) {
        const tiers::Ladder* ladder = programme.ladder(seen.ladder);
        if (ladder != nullptr) write(json, seen, {programme, *ladder, language});
    }
    json.end_array();
}

}  // namespace banyan::http
