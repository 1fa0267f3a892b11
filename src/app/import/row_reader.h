// SPDX-License-Identifier: Apache-2.0
#pragma once

// The rows of a CSV file by the names of a mapping: finds the columns once, then gives cells. A RowReader owns the
// reading of the file; what is wrong with one row is an `invalid` error and the next call goes on.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/import/input.h"
#include "base/result.h"
#include "text/csv.h"
#include "text/mapping.h"

namespace banyan::app {

class RowReader {
  public:
    /// Reads up to the first row of data. `input` must outlive the reader.
    static Result<std::unique_ptr<RowReader>> open(InputFile& input, const text::Mapping& mapping);

    /// The next row of data; false at the end.
    Result<bool> next();

    /// The row's line, and the bytes it has in the file.
    [[nodiscard]] std::size_t line() const { return csv_.line(); }
    [[nodiscard]] std::string_view record() const { return csv_.record(); }

    /// A cell of the mapping, bound to its column.
    struct Bound {
        const text::Cell* cell = nullptr;
        std::size_t column = 0;
    };
    /// Fails with the mapping's place when the file has no such column. `cell` must outlive what is bound.
    Result<Bound> bind(const text::Cell& cell) const;
    /// The text of the row's cell, trimmed and translated; valid until next(). An error names the column only.
    Result<std::string_view> text(const Bound& bound);

  private:
    RowReader(InputFile& input, const text::Mapping& mapping)
        : name_(input.name()), csv_(input, mapping.csv) {}

    std::string name_;
    text::CsvReader csv_;
    text::CsvRow row_;
    std::vector<std::string> columns_;
    std::string line_text_;
};

}  // namespace banyan::app
