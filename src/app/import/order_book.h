// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rows that are lines of orders, kept small, until the whole file is known: only then can an order's earliest time
// be told, the orders be put in the order of time, and cancellations be matched to what was bought before.
//
// The processing order is (time of the order, its first line in the file). A line of a cancelling order takes pieces
// from earlier lines of the same member and the same product, the latest first (within an order its last line
// first), as far as there are any. Each cancelling order makes one refund for each order it touches, with the id
// "<cancelling order>:<original order>". Whoever's first order is a cancelling one becomes a member by it: an event
// "<cancelling order>:member" registers them.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/import/event_sequence.h"
#include "app/import/notes.h"
#include "app/import/report.h"
#include "app/import/string_pool.h"
#include "base/decimal.h"
#include "text/json_writer.h"
#include "text/mapping.h"

namespace banyan::app {

/// One row as the mapping reads it. Texts are looked at during add() only.
struct OrderRow {
    std::size_t line = 0;
    Instant time;
    std::string_view order;
    std::string_view member;
    std::string_view channel;
    std::string_view store;
    std::string_view sku;
    std::string_view category;
    std::string_view brand;
    std::string_view payment;
    std::int64_t quantity = 1;
    Decimal price;                                                  // of a piece, or of the line
    Decimal amount;                                                 // of the line, exact
    std::int64_t minor;                                             // the same, rounded
    std::optional<std::int64_t> list = {};                          // of the line, minor units
    std::array<std::int64_t, text::price_parts.size()> parts = {};  // the same
};

class OrderBook final : public EventSequence {
  public:
    explicit OrderBook(const text::Mapping& mapping);

    /// Takes the row in, or says why it cannot be a line of its order.
    Result<void> add(const OrderRow& row);
    /// After the last row: groups, sorts and matches. The report gets what is known only now.
    void finish(ImportReport& report, NoteSink& notes);

    [[nodiscard]] std::size_t size() const override { return events_.size(); }
    [[nodiscard]] Instant time_of(std::size_t index) const override;
    Result<void> append(std::size_t index, std::string& out) override;

  private:
    struct Line {
        std::uint32_t number = 0;  // in the file
        std::uint32_t order = 0;
        std::uint32_t sku = 0;
        std::uint32_t category = 0;
        std::int64_t quantity = 0;  // positive, also of cancellations
        std::int64_t minor = 0;
        std::int64_t price = 0;  // coefficient
        std::int8_t price_exponent = 0;
        std::uint32_t said = 0;  // in said_
    };
    // What a line says of its price besides what was paid.
    struct Said {
        std::optional<std::int64_t> list;
        std::array<std::int64_t, text::price_parts.size()> parts{};
        std::uint32_t brand = 0;
    };
    struct Order {
        Instant time;
        std::uint32_t id = 0;
        std::uint32_t member = 0;
        std::uint32_t channel = 0;
        std::uint32_t store = 0;
        std::uint32_t payment = 0;
        std::uint32_t first_line = 0;
        std::uint32_t lines_begin = 0;  // in lines_, once that is grouped
        std::uint32_t lines_end = 0;
        bool is_cancellation = false;
    };
    struct RefundItem {
        std::uint32_t line = 0;  // in lines_
        std::int64_t quantity = 0;
    };
    struct Refund {
        std::uint32_t cancelling = 0;
        std::uint32_t original = 0;
        std::uint32_t items_begin = 0;
        std::uint32_t items_end = 0;
    };
    struct Event {
        enum class Kind : std::uint8_t { order, refund, registration };
        Kind kind = Kind::order;
        std::uint32_t index = 0;  // in orders_ or refunds_; of a registration the order that made it
    };
    struct Taken {
        std::uint32_t line = 0;
        std::int64_t quantity = 0;
    };

    std::uint32_t say(const OrderRow& row);
    void group_lines();
    [[nodiscard]] std::vector<std::uint32_t> processing_order() const;
    void open_purchases(const Order& order);
    void match(std::uint32_t cancelling, ImportReport& report, NoteSink& notes);
    std::int64_t take_back(const Line& line, std::uint32_t member, std::vector<Taken>& taken,
                           ImportReport& report);
    void make_refunds(std::uint32_t cancelling, const std::vector<Taken>& taken);
    void count_members(ImportReport& report) const;
    [[nodiscard]] Decimal price_of(const Line& line, std::int64_t quantity) const;
    void write_head(text::JsonWriter& json, std::string_view type, std::string_view id,
                    const Order& order) const;
    void write_line(text::JsonWriter& json, const Line& line) const;
    void write_order(const Order& order, std::string& out) const;
    void write_refund(const Refund& refund, std::string& out) const;
    void write_registration(const Order& order, std::string& out) const;
    [[nodiscard]] const Order& order_of(const Event& event) const;

    std::string source_;
    std::string member_kind_;
    text::OrderMapping mapping_;
    bool has_category_;

    StringPool order_ids_;  // numbered as orders_ is
    StringPool members_;
    StringPool skus_;
    StringPool words_;  // channels, stores, categories, brands, ways of paying
    std::vector<Order> orders_;
    std::vector<Line> lines_;
    std::vector<Said> said_;               // number 0: nothing
    std::vector<std::int64_t> remaining_;  // of each purchased line
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>>
        open_;  // member and product -> lines, oldest first
    std::vector<Refund> refunds_;
    std::vector<RefundItem> refund_items_;
    std::vector<Event> events_;
};

}  // namespace banyan::app
