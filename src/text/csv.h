// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rows out of a stream of bytes, for files of any size: CSV as RFC 4180 has it and as tills and spreadsheets really
// write it (any separator, CRLF or LF, a byte order mark, GBK, columns by runs of blanks), and lines of NDJSON by
// the same manners. A reader holds one record and a window of the file, never more.
//
// A row that cannot be read is an `invalid` error that names its line and cell; the next call goes on with the row
// after it. A quote that is never closed costs the line that opened it, not the rest of the file. An error of any
// other code comes from the source and is final.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/byte_source.h"
#include "text/gbk.h"

namespace banyan::text {

enum class Encoding : unsigned char { utf8, gbk };

/// `separated`: by one character, with quotes. `blanks`: by runs of spaces and tabs, without quotes, as in tables
/// that were aligned for the eye.
enum class Columns : unsigned char { separated, blanks };

struct CsvFormat {
    Columns columns = Columns::separated;
    char separator = ',';
    Encoding encoding = Encoding::utf8;
    std::size_t record_bytes = std::size_t{1} << 16U;  // of one record in the file
};

struct CsvRow {
    std::vector<std::string_view> cells;  // unquoted, UTF-8; valid until the next call of the reader
    std::size_t line = 0;                 // physical line in which the row begins, from 1
    std::size_t offset = 0;               // its first byte in the source
};

class CsvReader {
  public:
    CsvReader(ByteSource& source, const CsvFormat& format);

    /// The next row that is not blank; false at the end.
    Result<bool> next(CsvRow& row);

    /// The bytes of the row just given or refused, as in the file and without its line end (cut off at record_bytes).
    [[nodiscard]] std::string_view record() const { return record_; }
    /// Where the row just given or refused begins.
    [[nodiscard]] std::size_t line() const { return record_line_; }

  private:
    struct Piece {
        std::size_t begin = 0;  // in the record, or in arena_
        std::size_t size = 0;
        bool in_arena = false;
    };
    enum class Scan : unsigned char { row, more, bad };

    Scan scan_separated(std::string_view bytes, bool is_last);
    Scan scan_blanks(std::string_view bytes, bool is_last);
    Scan scan_quoted(std::string_view bytes, bool is_last, std::size_t& at);
    Scan scan_plain(std::string_view bytes, bool is_last, std::size_t& at);
    bool ends_line(std::string_view bytes, std::size_t at, bool is_last) const;
    Scan bad(std::string message);
    Result<void> skip_line();
    Result<void> decode(CsvRow& row);
    Result<bool> take(CsvRow& row);
    [[nodiscard]] Error refused(std::string message, std::size_t cell) const;

    ByteWindow window_;
    CsvFormat format_;
    std::unique_ptr<GbkDecoder> gbk_;
    std::vector<Piece> pieces_;
    std::string arena_;
    std::string message_;  // why the last scan was bad
    std::string_view record_;
    std::string refused_record_;  // what record_ shows after a refusal
    std::size_t record_line_ = 1;
    std::size_t next_line_ = 1;
    std::size_t consumed_ = 0;  // bytes of the last row, dropped by the next call
    bool has_begun_ = false;
};

struct Line {
    std::string_view text;  // without its line end; valid until the next call of the reader
    std::size_t number = 0;
    std::size_t offset = 0;
};

/// Lines of a bounded length, blank ones skipped: NDJSON. What is in them is not looked at.
class LineReader {
  public:
    LineReader(ByteSource& source, std::size_t line_bytes) : window_(source), line_bytes_(line_bytes) {}

    /// The next line that is not blank; false at the end. A line longer than the bound is refused and skipped.
    Result<bool> next(Line& line);

  private:
    Result<bool> take(Line& line);

    ByteWindow window_;
    std::size_t line_bytes_;
    std::size_t number_ = 0;
    std::size_t consumed_ = 0;
    bool has_begun_ = false;
};

}  // namespace banyan::text
