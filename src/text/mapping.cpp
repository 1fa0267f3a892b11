// SPDX-License-Identifier: Apache-2.0
#include "text/mapping.h"

#include "text/fields.h"

namespace banyan::text {

namespace {

// "" is allowed for what may be fixed; a map names a column or the line.
Result<Cell> cell_of(Fields& fields, std::string_view key, const Places& places) {
    const Value* value = fields.find(key);
    Cell cell;
    cell.where = places.where(fields.pointer(key));
    if (value == nullptr || !value->is(Value::Kind::map)) {
        cell.text = TRY(fields.string(key));
        return cell;
    }
    Fields inner = TRY(fields.map(key));
    if (TRY(inner.boolean_or("line", false))) {
        cell.from = Cell::From::line;
        TRY(inner.finish());
        return cell;
    }
    if (inner.has("value")) {
        cell.text = TRY(inner.string("value"));
        TRY(inner.finish());
        return cell;
    }
    cell.from = Cell::From::column;
    cell.text = TRY(inner.string("column"));
    cell.trim_prefix = TRY(inner.string_or("trim_prefix", ""));
    cell.trim_suffix = TRY(inner.string_or("trim_suffix", ""));
    if (inner.has("values")) {
        Fields values = TRY(inner.map("values"));
        for (const Map::Entry& entry : inner.find("values")->map().entries()) {
            std::string translated = TRY(values.string(entry.first));
            cell.values.emplace_back(entry.first, std::move(translated));
        }
    }
    TRY(inner.finish());
    return cell;
}

Result<std::optional<Cell>> optional_cell(Fields& fields, std::string_view key, const Places& places) {
    if (!fields.has(key)) return std::optional<Cell>();
    return std::optional<Cell>(TRY(cell_of(fields, key, places)));
}

// A cell that differs from row to row.
Result<Cell> column_cell(Fields& fields, std::string_view key, const Places& places) {
    Cell cell = TRY(cell_of(fields, key, places));
    if (cell.from != Cell::From::column)
        return fields.error(key, "'" + std::string(key) + "' comes from a column: {column: NAME}");
    return cell;
}

Result<void> read_csv(Fields& root, Mapping& mapping) {
    if (!root.has("csv")) return {};
    Fields csv = TRY(root.map("csv"));
    mapping.csv.encoding =
        TRY(csv.one_of("encoding", {"utf8", "gbk"}, 0)) == 0 ? Encoding::utf8 : Encoding::gbk;
    mapping.csv.columns =
        TRY(csv.one_of("columns", {"separated", "blanks"}, 0)) == 0 ? Columns::separated : Columns::blanks;
    const std::string separator = TRY(csv.string_or("separator", ","));
    const auto first = static_cast<unsigned char>(separator.front());
    if (separator.size() != 1 || first >= 0x80U || separator == "\"" || separator == "\n" ||
        separator == "\r")
        return csv.error("separator",
                         "'separator' must be one ASCII character such as \",\" \";\" or \"\\t\"");
    mapping.csv.separator = separator.front();
    mapping.skip_lines = static_cast<std::size_t>(TRY(csv.integer_or("skip_lines", 0, 0, 1'000'000)));
    mapping.csv.record_bytes = static_cast<std::size_t>(
        TRY(csv.integer_or("record_bytes", std::int64_t{1} << 16U, 64, std::int64_t{1} << 24U)));
    mapping.names = TRY(csv.strings_or_none("names"));
    mapping.has_header = TRY(csv.boolean_or("header", mapping.names.empty()));
    if (mapping.has_header == !mapping.names.empty())
        return csv.error("", "say either 'header: true' or the 'names' of the columns");
    return csv.finish();
}

Result<void> read_time(Fields& root, Mapping& mapping, const Places& places) {
    Fields time = TRY(root.map("time"));
    mapping.time.from = Cell::From::column;
    mapping.time.where = places.where(time.pointer("column"));
    mapping.time.text = TRY(time.string("column"));
    const std::string pattern = TRY(time.string_or("format", "rfc3339"));
    auto format = TimeFormat::parse(pattern);
    if (!format.ok()) return time.error("format", format.error().message);
    mapping.time_format = std::move(*format);
    mapping.zone = TRY(time.string_or("zone", ""));
    if (mapping.time_format.is_wall_time() == mapping.zone.empty())
        return time.error("zone", mapping.zone.empty()
                                      ? "a 'zone' is missing: whose clock do the times show?"
                                      : "this format names the instant, so it takes no 'zone'");
    return time.finish();
}

Result<void> read_member(Fields& root, Mapping& mapping, const Places& places) {
    Fields member = TRY(root.map("member"));
    mapping.member_kind = TRY(member.string("kind"));
    mapping.member_id = TRY(column_cell(member, "id", places));
    mapping.missing = TRY(member.one_of("missing", {"reject", "guest"}, 0)) == 0 ? Mapping::Missing::reject
                                                                                 : Mapping::Missing::guest;
    return member.finish();
}

// Of the line or of one piece: at most one of the two keys.
Result<std::optional<Cell>> either_cell(Fields& fields, std::string_view line, std::string_view unit,
                                        bool& is_of_unit, const Places& places) {
    is_of_unit = fields.has(unit);
    if (is_of_unit && fields.has(line))
        return fields.error(
            unit, "an order has either '" + std::string(unit) + "' or '" + std::string(line) + "', not both");
    if (!is_of_unit && !fields.has(line)) return std::optional<Cell>();
    return std::optional<Cell>(TRY(column_cell(fields, is_of_unit ? unit : line, places)));
}

Result<void> read_price(Fields& fields, OrderMapping& order, const Places& places) {
    order.price = TRY(either_cell(fields, "amount", "unit_price", order.price_is_of_unit, places));
    order.list = TRY(either_cell(fields, "list", "unit_list", order.list_is_of_unit, places));
    if (!order.price && !order.list)
        return fields.error("",
                            "an order has either 'unit_price' or 'amount', or a list price ('list' or "
                            "'unit_list') of which the parts leave what was paid");
    for (std::size_t i = 0; i < price_parts.size(); ++i) {
        if (fields.has(price_parts[i])) order.parts[i] = TRY(column_cell(fields, price_parts[i], places));
    }
    order.brand = TRY(optional_cell(fields, "brand", places));
    order.payment = TRY(optional_cell(fields, "payment", places));
    return {};
}

Result<OrderMapping> read_order(Fields& root, const Places& places) {
    Fields fields = TRY(root.map("order"));
    OrderMapping order;
    order.id = TRY(cell_of(fields, "id", places));
    if (order.id.from == Cell::From::fixed)
        return fields.error("id", "'id' comes from a column, {column: NAME}, or is the row, {line: true}");
    const std::string code = TRY(fields.string("currency"));
    const auto currency = currency_of(code);
    if (!currency)
        return fields.error("currency", "the currency '" + code + "' is not known; write it like CNY");
    order.currency = *currency;
    order.channel = TRY(optional_cell(fields, "channel", places));
    order.store = TRY(optional_cell(fields, "store", places));
    if (!fields.has("sku"))
        return fields.error(
            "", "the key 'sku' is missing; where the export names no product, write a text: sku: sale");
    order.sku = TRY(cell_of(fields, "sku", places));
    order.category = TRY(optional_cell(fields, "category", places));
    order.quantity = TRY(optional_cell(fields, "quantity", places));
    TRY(read_price(fields, order, places));
    if (fields.has("cancellation")) {
        Fields cancellation = TRY(fields.map("cancellation"));
        order.cancellation_prefix = TRY(cancellation.string("prefix"));
        TRY(cancellation.finish());
        if (order.id.from != Cell::From::column)
            return fields.error("cancellation",
                                "only orders whose id comes from a column can be told by a prefix");
        if (!order.price)
            return fields.error("cancellation",
                                "a cancelled line has no parts, so its price must be said: 'unit_price' or "
                                "'amount'");
    }
    TRY(fields.finish());
    return order;
}

Result<void> read_profile(Fields& root, Mapping& mapping, const Places& places) {
    Fields fields = TRY(root.map("profile"));
    for (const Map::Entry& entry : root.find("profile")->map().entries()) {
        Cell cell = TRY(cell_of(fields, entry.first, places));
        mapping.profile.emplace_back(entry.first, std::move(cell));
    }
    return {};
}

Result<Mapping> read(const YamlDocument& document) {
    const Places& places = document.places;
    Fields root = TRY(Fields::of(document.value, "", places));
    Mapping mapping;
    if (TRY(root.integer_or("mapping", 0, 0, 1'000'000)) != 1)
        return root.error("mapping", "the first line is 'mapping: 1', the version of this format");
    mapping.format =
        TRY(root.one_of("format", {"csv", "events"})) == 0 ? Mapping::Format::csv : Mapping::Format::events;
    if (mapping.format == Mapping::Format::events) {
        TRY(root.finish());
        return mapping;
    }
    TRY(read_csv(root, mapping));
    mapping.rows =
        TRY(root.one_of("rows", {"orders", "members"})) == 0 ? Mapping::Rows::orders : Mapping::Rows::members;
    mapping.source = TRY(root.string("source"));
    TRY(read_time(root, mapping, places));
    TRY(read_member(root, mapping, places));
    if (mapping.rows == Mapping::Rows::orders)
        mapping.order = TRY(read_order(root, places));
    else if (root.has("profile"))
        TRY(read_profile(root, mapping, places));
    TRY(root.finish());
    return mapping;
}

}  // namespace

Result<Mapping> parse_mapping(std::string_view yaml, std::string_view file) {
    const YamlDocument document = TRY(parse_yaml_document(yaml, file));
    return read(document);
}

}  // namespace banyan::text
