// SPDX-License-Identifier: Apache-2.0
#include "text/csv.h"

namespace banyan::text {

Result<bool> LineReader::next(Line& line) {
    while (true) {
        if (!TRY(take(line))) return false;
        if (line.text.find_first_not_of(" \t") != std::string_view::npos) return true;
    }
}

Result<bool> LineReader::take(Line& line) {
    window_.drop(consumed_);
    consumed_ = 0;
    bool too_long = false;
    while (true) {
        const std::string_view bytes = window_.bytes();
        const std::size_t end = bytes.find('\n');
        if (end == std::string_view::npos && !window_.is_last()) {
            // What is known to be too long, even without a byte order mark and CR, is not kept while looking for its
            // end.
            if (bytes.size() > line_bytes_ + 4) {
                too_long = true;
                window_.drop(bytes.size());
            }
            TRY(window_.more());
            continue;
        }
        if (bytes.empty() && !too_long) return false;
        consumed_ = end == std::string_view::npos ? bytes.size() : end + 1;
        line.text = bytes.substr(0, end);
        line.number = ++number_;
        line.offset = window_.offset();
        if (line.text.ends_with('\r')) line.text.remove_suffix(1);
        if (!has_begun_ && line.text.starts_with("\xEF\xBB\xBF")) {
            line.text.remove_prefix(3);
            line.offset += 3;
        }
        has_begun_ = true;
        if (too_long || line.text.size() > line_bytes_) {
            return Error::invalid(
                "the line is longer than " + std::to_string(line_bytes_) + " bytes; split it",
                "line " + std::to_string(number_));
        }
        return true;
    }
}

}  // namespace banyan::text
