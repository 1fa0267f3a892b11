// SPDX-License-Identifier: Apache-2.0
// The sections of prices, promotions, their arbitration and points at checkout, and what they name of the rest of the
// document: tiers, calendars, conditions, the unit that is paid with.

#include <algorithm>

#include "domain/programme/coupon_offers.h"
#include "domain/programme/expressions.h"
#include "domain/programme/offers_reader.h"
#include "domain/programme/sections.h"
#include "domain/programme/words.h"

namespace banyan::programme {

namespace {

// "gold" of the only ladder that has it, "stars.gold" of any, as "stars.gold".
std::optional<std::string> tier_named(const std::string& said, const Programme& programme, Reader& offer,
                                      const std::string& place) {
    std::vector<std::string> known;
    std::vector<std::string> meant;
    for (const tiers::Ladder& ladder : programme.ladders) {
        for (const tiers::Tier& tier : ladder.tiers) {
            const std::string whole = ladder.code + "." + tier.code;
            known.push_back(tier.code);
            if (said == whole) return whole;
            if (said == tier.code) meant.push_back(whole);
        }
    }
    if (meant.size() == 1) return meant.front();
    if (meant.size() > 1)
        offer.fail_at(place, "\"" + said + "\" is a tier of several ladders; write one of: " + joined(meant));
    else
        offer.fail_at(
            place, "\"" + said + "\" is no tier of a ladder" + did_you_mean(said, known) +
                       (known.empty() ? "; declare one under \"ladders\"" : "; there are: " + joined(known)));
    return std::nullopt;
}

// Whether the expression is one; the findings say what is wrong with it.
bool compile_condition(Reader& offer, const std::string& place, OfferCondition& condition,
                       Programme& programme, const Regex* regex) {
    const earning::Vocabulary& words = *programme.offer_words;
    Reader at(Value(Map()), offer.pointer() + "/" + place, offer.findings());
    condition.program = compiled_at(at, "", condition.text, words.schema(), regex);
    if (!condition.program) return false;
    const auto kind = condition.program->kind();
    if (kind != rules::Kind::boolean && kind != rules::Kind::dyn) {
        at.fail("a condition is true or false, such as metric.orders >= 12; or it is the code of a calendar");
        return false;
    }
    for (const rules::Slot slot : condition.program->slots()) {
        const std::string& path = words.word(slot).path;
        if (!path.starts_with("event.")) continue;
        at.fail("a price is asked for at any time, not at an event: \"" + path +
                "\" is not known then; use a calendar for days and hours");
        return false;
    }
    programme.offer_words->reads(*condition.program);
    return true;
}

void find_condition(Reader& offer, const std::string& place, const std::string& said, Programme& programme,
                    const Regex* regex) {
    const bool is_known =
        std::any_of(programme.offer_conditions.begin(), programme.offer_conditions.end(),
                    [&said](const OfferCondition& condition) { return condition.text == said; });
    if (said.empty() || is_known) return;
    OfferCondition condition;
    condition.text = said;
    for (std::uint32_t i = 0; i < programme.calendars.size(); ++i) {
        if (programme.calendars[i].code == said) condition.calendar = i;
    }
    if (condition.calendar || compile_condition(offer, place, condition, programme, regex))
        programme.offer_conditions.push_back(std::move(condition));
}

void find_audience(Reader& offer, pricing::Audience& audience, Programme& programme, const Regex* regex) {
    for (std::size_t i = 0; i < audience.tiers.size(); ++i) {
        const std::string place = "for/tiers/" + std::to_string(i);
        if (audience.tiers[i].empty()) continue;
        if (auto whole = tier_named(audience.tiers[i], programme, offer, place)) audience.tiers[i] = *whole;
    }
    for (std::size_t i = 0; i < audience.conditions.size(); ++i)
        find_condition(offer, "for/when/" + std::to_string(i), audience.conditions[i], programme, regex);
}

// What makes no sense of one offer, said at its entry.
void check_alone(Reader& reader, const std::string& named, const pricing::Offers& alone, bool was_read) {
    if (!was_read) return;
    const auto checked = pricing::check(alone);
    if (checked.ok()) return;
    std::string message = checked.error().message;
    if (message.starts_with(named + ": ")) message.erase(0, named.size() + 2);
    reader.fail(std::move(message));
}

template <typename Offer>
struct Kind {
    const char* section;
    const char* key;
    Offer (*read)(Reader&, const Zone*);
    std::vector<Offer> pricing::Offers::* list;
};

template <typename Offer>
void read_list(Reader& document, const Kind<Offer>& kind, Programme& programme,
               std::vector<OfferNames>& names, const Regex* regex) {
    std::vector<Reader> readers = document.list(kind.section);
    std::vector<Offer>& offers = programme.offers.*kind.list;
    for (Reader& reader : readers) {
        const std::size_t before = document.findings().all().size();
        Offer offer = kind.read(reader, programme.zone.get());
        const Names said = read_names(reader, offer.terms.code);
        reader.finish();
        find_audience(reader, offer.terms.audience, programme, regex);
        pricing::Offers alone;
        alone.*kind.list = {offer};
        check_alone(reader, std::string(kind.key) + " \"" + offer.terms.code + "\"", alone,
                    document.findings().all().size() == before);
        names.push_back({said.zh, said.en});
        offers.push_back(std::move(offer));
    }
    refuse_repeated(readers, offers, kind.key, [](const Offer& offer) { return offer.terms.code; });
}

void read_offset(Reader& document, Programme& programme) {
    auto reader = document.object("points_at_checkout");
    if (!reader) return;
    const std::size_t before = document.findings().all().size();
    programme.offers.points = read_points_offset(*reader);
    const auto code = reader->text("unit");
    reader->finish();
    std::vector<std::string> spendable;
    for (const ledger::Unit& unit : programme.units) {
        if (unit.kind != ledger::UnitKind::spendable) continue;
        spendable.push_back(unit.code);
        if (!code || *code == unit.code) programme.offset_unit = unit.id;
    }
    if (code && programme.offset_unit.value == 0)
        reader->fail("\"" + *code + "\" is no unit that members spend" + did_you_mean(*code, spendable) +
                         "; there are: " + joined(spendable),
                     "unit");
    if (!code && spendable.size() != 1)
        reader->fail(spendable.empty() ? "no unit is spent here; declare one under \"units\""
                                       : "say which unit is paid with: " + joined(spendable),
                     "unit");
    pricing::Offers alone;
    alone.points = programme.offers.points;
    check_alone(*reader, "points at checkout", alone, document.findings().all().size() == before);
}

// A group that nothing is in, and one that nobody said how to judge, are misspelt more often than meant.
void doubt_groups(Reader& arbitration, const Programme& programme) {
    const pricing::Offers& offers = programme.offers;
    for (std::size_t i = 0; i < offers.arbitration.groups.size(); ++i) {
        const std::string& code = offers.arbitration.groups[i].code;
        const bool is_used = std::any_of(offers.promotions.begin(), offers.promotions.end(),
                                         [&code](const auto& promotion) { return promotion.group == code; });
        if (is_used || code.empty()) continue;
        Reader group(Value(Map()), arbitration.pointer_to("groups") + "/" + std::to_string(i),
                     arbitration.findings());
        group.warn("no promotion is in group \"" + code + "\"", "group");
    }
    for (const pricing::CouponLimit& limit : offers.arbitration.coupons) {
        const bool is_used = std::any_of(programme.coupons.begin(), programme.coupons.end(),
                                         [&limit](const auto& batch) { return batch.group == limit.group; });
        if (is_used) continue;
        Reader coupons(Value(Map()), arbitration.pointer_to("coupons"), arbitration.findings());
        coupons.warn("no batch of coupons is in group \"" + limit.group + "\"", limit.group);
    }
}

}  // namespace

void read_pricing(Reader& document, Programme& programme, const Regex* regex) {
    programme.offer_words = criteria_of(programme);
    read_list(document, Kind<pricing::Price>{"prices", "price", read_price, &pricing::Offers::prices},
              programme, programme.price_names, regex);
    read_list(
        document,
        Kind<pricing::Promotion>{"promotions", "promotion", read_promotion, &pricing::Offers::promotions},
        programme, programme.promotion_names, regex);
    for (const coupons::Batch& batch : programme.coupons) programme.offers.coupons.push_back(offer_of(batch));
    read_offset(document, programme);
    auto arbitration = document.object("arbitration");
    if (!arbitration) return;
    programme.offers.arbitration = read_arbitration(*arbitration);
    arbitration->finish();
    doubt_groups(*arbitration, programme);
}

}  // namespace banyan::programme
