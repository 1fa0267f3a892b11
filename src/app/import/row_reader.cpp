// SPDX-License-Identifier: Apache-2.0
#include "app/import/row_reader.h"

#include <algorithm>

namespace banyan::app {

namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

}  // namespace

Result<std::unique_ptr<RowReader>> RowReader::open(InputFile& input, const text::Mapping& mapping) {
    std::unique_ptr<RowReader> reader(new RowReader(input, mapping));
    const auto skip = [&reader]() -> Result<bool> {
        auto more = reader->csv_.next(reader->row_);
        if (more.ok() || more.error().code != ErrorCode::invalid) return more;
        return true;  // What stands before the data need not be rows.
    };
    for (std::size_t i = 0; i < mapping.skip_lines; ++i) {
        const bool more = TRY(skip());
        if (!more) return Error::invalid("the file ends before its data", input.name());
    }
    if (!mapping.has_header) {
        reader->columns_ = mapping.names;
        return reader;
    }
    auto header = reader->csv_.next(reader->row_);
    if (!header.ok())
        return Error{header.error().code, header.error().message, input.name() + ", " + header.error().where};
    if (!*header)
        return Error::invalid("the file is empty; its first row should name the columns", input.name());
    reader->columns_.assign(reader->row_.cells.begin(), reader->row_.cells.end());
    return reader;
}

Result<bool> RowReader::next() {
    const bool more = TRY(csv_.next(row_));
    if (more && row_.cells.size() != columns_.size())
        return Error::invalid("the row has " + std::to_string(row_.cells.size()) +
                              " columns and should have " + std::to_string(columns_.size()));
    return more;
}

Result<RowReader::Bound> RowReader::bind(const text::Cell& cell) const {
    if (cell.from != text::Cell::From::column) return Bound{&cell, 0};
    const auto found = std::find(columns_.begin(), columns_.end(), cell.text);
    if (found == columns_.end())
        return Error::invalid("the file has no column '" + cell.text + "'; it has " + joined(columns_),
                              cell.where);
    return Bound{&cell, static_cast<std::size_t>(found - columns_.begin())};
}

Result<std::string_view> RowReader::text(const Bound& bound) {
    const text::Cell& cell = *bound.cell;
    if (cell.from == text::Cell::From::fixed) return std::string_view(cell.text);
    if (cell.from == text::Cell::From::line) {
        line_text_ = name_ + ':' + std::to_string(line());
        return std::string_view(line_text_);
    }
    std::string_view content = row_.cells[bound.column];
    if (content.starts_with(cell.trim_prefix)) content.remove_prefix(cell.trim_prefix.size());
    if (content.ends_with(cell.trim_suffix)) content.remove_suffix(cell.trim_suffix.size());
    if (cell.values.empty() || content.empty()) return content;
    for (const auto& [theirs, ours] : cell.values) {
        if (theirs == content) return std::string_view(ours);
    }
    return Error::invalid("the mapping does not say what '" + std::string(content) + "' in column '" +
                          cell.text + "' means");
}

}  // namespace banyan::app
