// SPDX-License-Identifier: Apache-2.0

// Any bytes as a journal record, with a checksum that fits them, since without one they never get far. It must end in a
// record or an error; a record that was read is written and read again to the same bytes.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "base/crc32c.h"
#include "codec/archive.h"
#include "codec/record.h"

namespace {

using namespace banyan;

std::string encoded(const codec::Record& record) {
    std::string bytes;
    codec::encode(record, bytes);
    return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string bytes(reinterpret_cast<const char*>(data), size);
    if (const auto as_they_are = codec::decode(bytes); !as_they_are.ok())
        ASSERT(!as_they_are.error().message.empty());
    codec::Writer checksum;
    checksum.fixed32(crc32c(bytes));
    bytes.append(checksum.bytes());
    const auto header = codec::decode_header(bytes);
    const auto record = codec::decode(bytes);
    if (!record.ok()) {
        ASSERT(!record.error().message.empty());
        return 0;
    }
    ASSERT(header.ok());
    ASSERT(header->lsn == record->header.lsn);
    const std::string again = encoded(*record);
    const auto reread = codec::decode(again);
    ASSERT(reread.ok());
    ASSERT(encoded(*reread) == again);
    return 0;
}
