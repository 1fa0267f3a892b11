// SPDX-License-Identifier: Apache-2.0

// Any bytes as a CSV file or lines of NDJSON; the first byte chooses the format. However the bytes arrive, the rows
// and the refusals are the same; every cell is UTF-8; rows come in the order of the file and the reading ends.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "text/csv.h"
#include "text/utf8.h"

namespace {

using namespace banyan;
using namespace banyan::text;

std::string rows_of(std::string_view bytes, const CsvFormat& format, std::size_t step) {
    MemorySource source(bytes, step);
    CsvReader reader(source, format);
    CsvRow row;
    std::string out;
    std::size_t line = 0;
    while (true) {
        const auto more = reader.next(row);
        if (more.ok() && !*more) return out;
        ASSERT(reader.line() > line);
        line = reader.line();
        out += '\n' + std::to_string(line);
        if (!more.ok()) {
            ASSERT(more.error().code == ErrorCode::invalid);
            out += '!' + more.error().text() + std::string(reader.record());
            continue;
        }
        ASSERT(reader.record().size() <= format.record_bytes);
        ASSERT(bytes.substr(row.offset, reader.record().size()) == reader.record());
        for (const std::string_view cell : row.cells) {
            ASSERT(!find_invalid_utf8(cell).has_value());
            out += '|';
            out += cell;
        }
    }
}

std::string lines_of(std::string_view bytes, std::size_t step) {
    MemorySource source(bytes, step);
    LineReader reader(source, 32);
    Line line;
    std::string out;
    while (true) {
        const auto more = reader.next(line);
        if (more.ok() && !*more) return out;
        out +=
            std::to_string(line.number) + (more.ok() ? std::string(line.text) : more.error().text()) + '\n';
        if (more.ok()) ASSERT(bytes.substr(line.offset, line.text.size()) == line.text);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned choice = data[0];
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const CsvFormat format{
        .columns = (choice & 1U) != 0 ? Columns::blanks : Columns::separated,
        .separator = (choice & 2U) != 0 ? '|' : ',',
        .encoding = (choice & 4U) != 0 ? Encoding::gbk : Encoding::utf8,
        .record_bytes = (choice & 8U) != 0 ? std::size_t{16} : std::size_t{1} << 16U,
    };
    const std::string rows = rows_of(bytes, format, std::string_view::npos);
    ASSERT(rows == rows_of(bytes, format, 1));
    ASSERT(rows == rows_of(bytes, format, 7));
    ASSERT(lines_of(bytes, std::string_view::npos) == lines_of(bytes, 3));
    return 0;
}
