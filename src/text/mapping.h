// SPDX-License-Identifier: Apache-2.0
#pragma once

// The mapping file of `banyan import`: how the rows of somebody's export become our events. It is a YAML document;
// docs/operating/mapping-files.md describes it for people, tools/import holds examples for public data. This header
// is the document read and checked; carrying it out is app/import's work.
//
//   mapping: 1                       # version of this format
//   format: csv                      # or events: NDJSON that is in event form already
//   csv:                             # all optional
//     encoding: utf8                 # or gbk
//     columns: separated             # or blanks: columns by runs of spaces
//     separator: ","
//     skip_lines: 0                  # rows before the header
//     header: true                   # the first row names the columns; or
//     names: [id, date, ...]         # the names, for files without a header
//   rows: orders                     # or members
//   source: online-retail
//   time: {column: InvoiceDate, format: "yyyy-MM-dd HH:mm:ss", zone: Europe/London}
//   member: {kind: customer, id: {column: CustomerID, trim_suffix: ".0"}, missing: guest}
//   order:                           # of rows: orders
//     id: {column: InvoiceNo}        # rows of one id are lines of one order; or {line: true}: each row is an order
//     currency: GBP
//     channel: online                # channel, store, sku, category: a text, or {column: NAME, ...}
//     sku: {column: StockCode}       # where the export names no product, a text such as: sale
//     quantity: {column: Quantity}   # 1 when left out
//     unit_price: {column: UnitPrice}    # or amount: what was paid for the whole line
//     list: {column: Tag}            # or unit_list; with it the price may be left out: it is what the parts leave
//     discount: {column: Off}        # discount, coupon, subsidy, points, gift_card, freight: the parts, of the line
//     brand: {column: Brand}         # of the line; payment: {column: Method}, of the order
//     cancellation: {prefix: C}      # orders whose id begins so take earlier purchases back
//   profile: {name: {column: Name}, gender: {column: Sex, values: {男: m, 女: f}}}    # of rows: members

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/money.h"
#include "base/result.h"
#include "text/csv.h"
#include "text/time_format.h"

namespace banyan::text {

/// Where a text of an event comes from: a column, perhaps trimmed and translated; the same for every row; or the
/// row's place in the file.
struct Cell {
    enum class From : unsigned char { column, fixed, line };
    From from = From::fixed;
    std::string text;  // the column's name, or the fixed text
    std::string trim_prefix;
    std::string trim_suffix;
    std::vector<std::pair<std::string, std::string>> values;  // what the column says -> what the event says
    std::string where;                                        // place in the mapping file, for later errors
};

/// The parts of a line's price, as order.paid names them.
constexpr std::array<std::string_view, 6> price_parts = {"discount", "coupon",    "subsidy",
                                                         "points",   "gift_card", "freight"};

struct OrderMapping {
    Cell id;
    Currency currency;
    std::optional<Cell> channel;
    std::optional<Cell> store;
    Cell sku;
    std::optional<Cell> category;
    std::optional<Cell> quantity;
    std::optional<Cell> price;      // nothing: what the parts leave of the list price
    bool price_is_of_unit = false;  // else of the whole line
    std::optional<Cell> list;
    bool list_is_of_unit = false;
    std::array<std::optional<Cell>, price_parts.size()> parts;
    std::optional<Cell> brand;
    std::optional<Cell> payment;
    std::string cancellation_prefix;  // empty: there are none
};

struct Mapping {
    enum class Format : unsigned char { csv, events };
    enum class Rows : unsigned char { orders, members };
    enum class Missing : unsigned char { reject, guest };  // what a row without a member id is

    Format format = Format::csv;
    CsvFormat csv;
    std::size_t skip_lines = 0;
    bool has_header = true;
    std::vector<std::string> names;  // of the columns, where there is no header

    Rows rows = Rows::orders;
    std::string source;
    Cell time;
    TimeFormat time_format;
    std::string zone;  // IANA name; empty when the format needs none
    std::string member_kind;
    Cell member_id;
    Missing missing = Missing::reject;
    std::optional<OrderMapping> order;
    std::vector<std::pair<std::string, Cell>> profile;
};

/// Reads a mapping file. Every error names file:line:column and what would be right. That the columns exist is not
/// known before the header of the data is read.
Result<Mapping> parse_mapping(std::string_view yaml, std::string_view file);

}  // namespace banyan::text
