// SPDX-License-Identifier: Apache-2.0
#include "domain/orders/terms.h"

namespace banyan::orders {

Terms terms_for(std::span<const TermsRule> rules, std::string_view shop, std::string_view category) {
    for (const TermsRule& rule : rules) {
        const bool shop_fits = rule.shop.empty() || rule.shop == shop;
        const bool category_fits = rule.category.empty() || rule.category == category;
        if (shop_fits && category_fits) return rule.terms;
    }
    return {};
}

}  // namespace banyan::orders
