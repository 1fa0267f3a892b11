// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the fields of a document read in a sentence, in English and Chinese.

#include <optional>
#include <string>
#include <string_view>

#include "base/value.h"
#include "domain/programme/diff.h"

namespace banyan::programme {

/// What an amount's words depend on: the currency, and how each unit is called.
struct Wording {
    Language language = Language::en;
    std::string currency;  // ISO 4217
    const Value* units = nullptr;

    /// The heading of a section's entries: "rule", "规则"; its own word when it has none here.
    [[nodiscard]] std::string heading(std::string_view section) const;
    /// "expiry: " or "有效期："; empty where the value speaks for itself.
    [[nodiscard]] std::string label(std::string_view field) const;
    /// The field's value in words; an absent one as its default. `item` is the entry it stands in.
    [[nodiscard]] std::string say(std::string_view field, const Value* value, const Value& item) const;
    /// What a field that is left out means, as a value; nullptr when absence has words of its own.
    [[nodiscard]] static const Value* default_of(std::string_view field);

    /// Whether the entry is a price or a promotion, whose fields have labels of their own.
    [[nodiscard]] static bool is_offer(const Value& item);
    [[nodiscard]] std::optional<std::string> label_of_offers(std::string_view key) const;

  private:
    [[nodiscard]] std::string pick(const char* en, const char* zh) const {
        return language == Language::en ? en : zh;
    }
    [[nodiscard]] std::string money(std::int64_t minor) const;
    [[nodiscard]] std::string amount(const std::string& text, const Value& item) const;
    [[nodiscard]] std::string unit_name(const Value& item, std::int64_t count) const;
    [[nodiscard]] std::string expiry(const Value& expiry) const;
    [[nodiscard]] std::string cooldown(const Value& cooldown) const;
    [[nodiscard]] std::string late(const Value& late) const;
    [[nodiscard]] std::string own_expiry(const Value& expiry) const;
    [[nodiscard]] std::string duration(const Value& given) const;
    [[nodiscard]] std::string pending(const Value& pending) const;
    [[nodiscard]] std::string cadence(const Value& review) const;
    [[nodiscard]] std::string policy(const std::string& word) const;
    [[nodiscard]] std::string window(const Value& window) const;
    [[nodiscard]] std::string refund(const std::string& day) const;
    [[nodiscard]] std::string steps(const Value& steps) const;
    [[nodiscard]] std::string release_terms(const Value& terms) const;
    [[nodiscard]] std::string orders(const Value* given) const;
    [[nodiscard]] std::string discount(const Value& given) const;
    [[nodiscard]] std::string threshold(const Value& given) const;
    [[nodiscard]] std::string scope_of_coupon(const Value& given) const;
    [[nodiscard]] std::string span_of_coupon(const Value& given) const;
    [[nodiscard]] std::string on_return(const Value& given) const;
    [[nodiscard]] std::string named(const Value& given) const;
    [[nodiscard]] std::string cut(const Value& given) const;
    [[nodiscard]] std::string reached(const Value& given) const;
    [[nodiscard]] std::string cut_steps(const Value& steps) const;
    [[nodiscard]] std::string effect(std::string_view does, const Value& given) const;
    [[nodiscard]] std::string effects(const Value& does) const;
    [[nodiscard]] std::optional<std::string> heading_of_offers(std::string_view section) const;
    /// Nothing where the field is none that prices, promotions and their like have.
    [[nodiscard]] std::optional<std::string> of_offers(std::string_view key, const Value& value,
                                                       const Value& item) const;
    /// Nothing where the field is none that only coupons have.
    [[nodiscard]] std::optional<std::string> of_coupon(std::string_view key, const Value& value) const;
};

}  // namespace banyan::programme
