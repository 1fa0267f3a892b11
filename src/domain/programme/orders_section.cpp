// SPDX-License-Identifier: Apache-2.0
// The section of orders: the terms on which what a line earned is released.

#include "domain/programme/sections.h"

namespace banyan::programme {

namespace {

orders::TermsRule read_terms(Reader& reader) {
    orders::TermsRule rule;
    rule.shop = reader.text("store").value_or("");
    rule.category = reader.text("category").value_or("");
    orders::Terms& terms = rule.terms;
    terms.days_after_receipt = static_cast<std::uint16_t>(
        reader.integer("days_after_receipt", 0, 365).value_or(terms.days_after_receipt));
    terms.days_after_shipping_max = static_cast<std::uint16_t>(
        reader.integer("days_after_shipping_max", 0, 730).value_or(terms.days_after_shipping_max));
    if (const auto count = reader.word("count", {"by_the_hour", "whole_days"}))
        terms.count = static_cast<orders::DayCount>(*count);
    if (const auto completion = reader.word("on_completion", {"release", "wait"}))
        terms.on_completion = static_cast<orders::OnCompletion>(*completion);
    for (const char* key : {"store", "category"}) {
        if (reader.has(key) && reader.value().map().find(key)->is(Value::Kind::string) &&
            reader.value().map().find(key)->string().empty())
            reader.fail("is empty; leave it out where the terms are for any", key);
    }
    reader.finish();
    if (terms.days_after_shipping_max != 0 && terms.days_after_shipping_max < terms.days_after_receipt)
        reader.warn("what was sent is released " + std::to_string(terms.days_after_shipping_max) +
                        " days later at the latest, which is before " +
                        std::to_string(terms.days_after_receipt) + " days after any receipt",
                    "days_after_shipping_max");
    return rule;
}

bool covers(const orders::TermsRule& wider, const orders::TermsRule& rule) {
    const auto fits = [](const std::string& any, const std::string& one) {
        return any.empty() || any == one;
    };
    return fits(wider.shop, rule.shop) && fits(wider.category, rule.category);
}

// The first that fits is taken, so what an earlier one covers is never reached.
void doubt_unreachable(std::vector<Reader>& readers, const std::vector<orders::TermsRule>& rules) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (!covers(rules[j], rules[i])) continue;
            readers[i].warn("these terms are never reached: entry " + std::to_string(j + 1) +
                            " fits whatever they fit, and the first that fits is taken; put them before it");
            break;
        }
    }
}

}  // namespace

void read_orders(Reader& document, Programme& programme) {
    auto section = document.object("orders");
    if (!section) return;
    std::vector<Reader> readers = section->list("release");
    for (Reader& reader : readers) programme.release_terms.push_back(read_terms(reader));
    section->finish();
    doubt_unreachable(readers, programme.release_terms);
    if (!programme.release_terms.empty() && !programme.follows_orders() && !document.findings().has_errors())
        section->warn("nothing waits for the release of an order: give a unit \"pending: {until: released}\"",
                      "release");
}

void check_waiting(std::vector<Reader>& rules, const Programme& programme) {
    for (std::size_t i = 0; i < programme.rules.size(); ++i) {
        const earning::Rule& rule = programme.rules[i];
        const ledger::Unit* unit = programme.unit(rule.unit);
        if (unit == nullptr || unit->pending.kind != ledger::PendingPolicy::Kind::until_released) continue;
        if (rule.is_carried())
            rules[i].fail("unit \"" + unit->code +
                              "\" waits line by line, and a remainder that is carried belongs "
                              "to no line: use remainder: dropped, or a unit that does not wait",
                          "remainder");
        else if (rule.conversion.on_partial_refund == basis::OnPartialRefund::recomputed)
            rules[i].fail("unit \"" + unit->code +
                              "\" waits line by line, so that each line takes back its own "
                              "share: use on_partial_refund: by_share",
                          "on_partial_refund");
    }
}

}  // namespace banyan::programme
