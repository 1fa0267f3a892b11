// SPDX-License-Identifier: Apache-2.0
#include "text/csv.h"

#include <algorithm>

#include "text/utf8.h"

namespace banyan::text {

namespace {
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
}  // namespace

CsvReader::CsvReader(ByteSource& source, const CsvFormat& format) : window_(source), format_(format) {
    ASSERT(format.separator != '"' && format.separator != '\n' && format.separator != '\r');
    if (format.encoding == Encoding::gbk) gbk_ = std::make_unique<GbkDecoder>();
}

Result<bool> CsvReader::next(CsvRow& row) {
    while (true) {
        if (!TRY(take(row))) return false;
        const bool is_blank_line = row.cells.empty() || (row.cells.size() == 1 && record_.empty());
        if (!is_blank_line) return true;
    }
}

// One record, blank or not; false at the end.
Result<bool> CsvReader::take(CsvRow& row) {
    window_.drop(consumed_);
    consumed_ = 0;
    record_ = {};
    while (!has_begun_) {
        if (window_.bytes().size() < byte_order_mark.size() && !window_.is_last()) {
            TRY(window_.more());
            continue;
        }
        if (window_.bytes().starts_with(byte_order_mark)) window_.drop(byte_order_mark.size());
        has_begun_ = true;
    }
    record_line_ = next_line_;
    while (true) {
        // Only so much is looked at that a record beyond the bound shows as unfinished.
        const std::string_view bytes = window_.bytes().substr(0, format_.record_bytes + 2);
        const bool is_last = window_.is_last() && bytes.size() < format_.record_bytes + 2;
        if (bytes.empty() && is_last) return false;
        pieces_.clear();
        arena_.clear();
        const Scan scan =
            format_.columns == Columns::blanks ? scan_blanks(bytes, is_last) : scan_separated(bytes, is_last);
        if (scan == Scan::row && record_.size() <= format_.record_bytes) break;
        if (scan == Scan::more && bytes.size() < format_.record_bytes + 2) {
            TRY(window_.more());
            continue;
        }
        Error error =
            scan == Scan::bad
                ? refused(message_, pieces_.size())
                : refused("the row is longer than " + std::to_string(format_.record_bytes) + " bytes", 0);
        consumed_ = 0;
        TRY(skip_line());
        return error;
    }
    row.line = record_line_;
    row.offset = window_.offset();
    next_line_ += static_cast<std::size_t>(std::count(record_.begin(), record_.end(), '\n')) + 1;
    TRY(decode(row));
    return true;
}

// Goes on behind the physical line in which the refused record began, and keeps that line for record().
Result<void> CsvReader::skip_line() {
    refused_record_.clear();
    ++next_line_;
    while (true) {
        const std::string_view bytes = window_.bytes();
        const std::size_t end = bytes.find('\n');
        const std::string_view part = bytes.substr(0, end);
        refused_record_ +=
            part.substr(0, format_.record_bytes - std::min(format_.record_bytes, refused_record_.size()));
        window_.drop(end == std::string_view::npos ? bytes.size() : end + 1);
        if (end != std::string_view::npos || window_.is_last()) break;
        TRY(window_.more());
    }
    if (refused_record_.ends_with('\r')) refused_record_.pop_back();
    record_ = refused_record_;
    return {};
}

CsvReader::Scan CsvReader::bad(std::string message) {
    message_ = std::move(message);
    return Scan::bad;
}

bool CsvReader::ends_line(std::string_view bytes, std::size_t at, bool is_last) const {
    if (at == bytes.size()) return is_last;
    if (bytes[at] == '\n') return true;
    return bytes[at] == '\r' && (at + 1 == bytes.size() ? is_last : bytes[at + 1] == '\n');
}

CsvReader::Scan CsvReader::scan_separated(std::string_view bytes, bool is_last) {
    std::size_t at = 0;
    while (true) {
        const bool quoted = at < bytes.size() && bytes[at] == '"';
        const Scan scan = quoted ? scan_quoted(bytes, is_last, at) : scan_plain(bytes, is_last, at);
        if (scan != Scan::row) return scan;
        if (at < bytes.size() && bytes[at] == format_.separator) {
            ++at;
            if (at == bytes.size() && !is_last) return Scan::more;
            continue;
        }
        record_ = bytes.substr(0, at);
        if (at < bytes.size() && bytes[at] == '\r') ++at;
        consumed_ = std::min(at + 1, bytes.size());
        return Scan::row;
    }
}

// At an opening quote; goes behind the closing one.
CsvReader::Scan CsvReader::scan_quoted(std::string_view bytes, bool is_last, std::size_t& at) {
    const std::size_t begin = at + 1;
    const std::size_t arena_begin = arena_.size();
    std::size_t copied = begin;  // what is before this is in the arena, once a doubled quote was met
    bool doubled = false;
    pieces_.push_back({begin, 0, false});
    for (std::size_t quote = bytes.find('"', begin);; quote = bytes.find('"', quote + 2)) {
        if (quote == std::string_view::npos || (quote + 1 == bytes.size() && !is_last)) {
            if (!is_last) return Scan::more;
            return bad("the quote that opens here is not closed; double a quote inside a cell");
        }
        if (quote + 1 < bytes.size() && bytes[quote + 1] == '"') {
            doubled = true;
            arena_ += bytes.substr(copied, quote + 1 - copied);
            copied = quote + 2;
            continue;
        }
        at = quote + 1;
        if (at < bytes.size() && bytes[at] == '\r' && at + 1 == bytes.size() && !is_last) return Scan::more;
        if (at < bytes.size() && bytes[at] != format_.separator && !ends_line(bytes, at, is_last))
            return bad("text follows the closing quote; double a quote inside a cell");
        if (doubled) {
            arena_ += bytes.substr(copied, quote - copied);
            pieces_.back() = {arena_begin, arena_.size() - arena_begin, true};
        } else {
            pieces_.back().size = quote - begin;
        }
        return Scan::row;
    }
}

CsvReader::Scan CsvReader::scan_plain(std::string_view bytes, bool is_last, std::size_t& at) {
    const std::size_t begin = at;
    pieces_.push_back({begin, 0, false});
    const bool gbk = format_.encoding == Encoding::gbk;
    for (; at < bytes.size(); ++at) {
        const char c = bytes[at];
        if (c == format_.separator || c == '\n') break;
        if (c == '\r') {
            if (at + 1 == bytes.size() && !is_last) return Scan::more;
            if (ends_line(bytes, at, is_last)) break;
        }
        // The second byte of a GBK character may look like a separator.
        if (gbk && static_cast<unsigned char>(c) >= 0x81U && at + 1 < bytes.size() &&
            static_cast<unsigned char>(bytes[at + 1]) >= 0x30U)
            ++at;
    }
    if (at == bytes.size() && !is_last) return Scan::more;
    pieces_.back().size = at - begin;
    return Scan::row;
}

CsvReader::Scan CsvReader::scan_blanks(std::string_view bytes, bool is_last) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos && !is_last) return Scan::more;
    record_ = bytes.substr(0, end);
    consumed_ = end == std::string_view::npos ? bytes.size() : end + 1;
    for (std::size_t at = 0; at < record_.size();) {
        while (at < record_.size() && is_blank(record_[at])) ++at;
        const std::size_t begin = at;
        while (at < record_.size() && !is_blank(record_[at])) ++at;
        if (at != begin) pieces_.push_back({begin, at - begin, false});
    }
    if (record_.ends_with('\r')) record_.remove_suffix(1);
    return Scan::row;
}

// Makes the pieces cells of UTF-8.
Result<void> CsvReader::decode(CsvRow& row) {
    row.cells.clear();
    const auto raw = [this](const Piece& piece) {
        return (piece.in_arena ? std::string_view(arena_) : record_).substr(piece.begin, piece.size);
    };
    if (gbk_) {
        std::string decoded;
        for (std::size_t i = 0; i < pieces_.size(); ++i) {
            const std::size_t begin = decoded.size();
            if (gbk_->append(decoded, raw(pieces_[i]))) return refused("the cell is not valid GBK", i + 1);
            pieces_[i] = {begin, decoded.size() - begin, true};
        }
        arena_ = std::move(decoded);
    } else if (find_invalid_utf8(record_)) {
        for (std::size_t i = 0; i < pieces_.size(); ++i) {
            if (find_invalid_utf8(raw(pieces_[i])))
                return refused("the cell is not valid UTF-8; if the file is GBK, say so in the mapping",
                               i + 1);
        }
    }
    for (const Piece& piece : pieces_) row.cells.push_back(raw(piece));
    return {};
}

Error CsvReader::refused(std::string message, std::size_t cell) const {
    std::string where = "line " + std::to_string(record_line_);
    if (cell != 0) where += ", column " + std::to_string(cell);
    return Error::invalid(std::move(message), std::move(where));
}

}  // namespace banyan::text
