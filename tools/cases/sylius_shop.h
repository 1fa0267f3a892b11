// SPDX-License-Identifier: Apache-2.0
#pragma once

// The shop that a feature of Sylius sets up: what it sells, what it offers, what is in the cart; and what we make of it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/pricing/history.h"
#include "domain/pricing/quote.h"

namespace banyan::cases::sylius {

using Amounts = std::map<std::string, std::int64_t>;  // by channel; "" is any

struct Variant {
    std::string name;
    std::string product;
    Amounts price;
    Amounts original;
    bool is_shipped = true;
    std::vector<pricing::PricePoint> history;
};

struct Product {
    std::string name;
    std::vector<std::string> taxons;
    std::vector<std::size_t> variants;
};

/// Lowers prices in the catalogue: a price of ours.
struct CatalogPromotion {
    pricing::Price price;
    std::vector<std::string> variants;  // names; with products and taxons any of them
    std::vector<std::string> products;
    std::vector<std::string> taxons;
};

/// Lowers what is in the cart: a promotion of ours, or a coupon where it has a code.
struct CartPromotion {
    pricing::Promotion promotion;
    std::string code;
    std::optional<Instant> until;
    std::optional<std::int64_t> per_customer;
    bool reusable = true;  // after the order was cancelled
};

struct Shop {
    std::string channel;
    Instant now = Instant{} + days(20'000);
    std::map<std::string, std::string> parent;  // of taxons
    std::vector<Product> products;
    std::vector<Variant> variants;
    std::vector<CatalogPromotion> catalog;
    std::vector<CartPromotion> cart_promotions;
    std::vector<std::pair<std::string, std::int64_t>> shipping;  // ways and fees
    std::vector<std::pair<std::size_t, std::int64_t>> cart;      // variants and pieces
    std::string coupon;
    std::string customer;
    std::map<std::string, std::string> group_of;
    std::string group;
    std::map<std::string, std::int64_t> orders;  // placed, by customer
    std::int64_t coupon_used = 0;
    bool order_used_coupon = false;
    std::string shipping_chosen;

    // What the words "this" and "it" mean.
    std::size_t product = 0;
    std::size_t viewed = 0;  // a variant
    std::size_t last_added = 0;

    Product& add_product(const std::string& name);
    std::size_t add_variant(Product& product, const std::string& name);
    /// The variant of the name, or the first of the product of the name.
    std::optional<std::size_t> find(const std::string& name) const;
    Product* find_product(const std::string& name);
    void add_to_cart(std::size_t variant, std::int64_t pieces);

    [[nodiscard]] std::int64_t price_of(const Amounts& amounts) const;
    /// What the catalogue asks for a variant, and what it is struck through beside.
    [[nodiscard]] std::int64_t asked(std::size_t variant) const;
    [[nodiscard]] std::optional<std::int64_t> original(std::size_t variant) const;
    [[nodiscard]] std::vector<std::string> applied_to(std::size_t variant) const;
    /// What the catalogue asks is written into the variants' histories; time goes on.
    void remember_prices();

    /// The cart, priced; without what is off the whole order where only units are asked for.
    enum class Of : std::uint8_t { all, units };
    [[nodiscard]] pricing::Quote quote(Of of) const;
    [[nodiscard]] pricing::Request request() const;

  private:
    [[nodiscard]] pricing::Line line_of(std::size_t variant, std::int64_t pieces,
                                        const std::string& id) const;
    [[nodiscard]] pricing::Offers offers(Of of) const;
    [[nodiscard]] pricing::Quote quote_one(std::size_t variant) const;
};

}  // namespace banyan::cases::sylius
