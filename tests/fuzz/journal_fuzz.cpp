// SPDX-License-Identifier: Apache-2.0

// A journal directory that came to harm. The input flips bytes, cuts and lengthens files of a journal of two runs, or
// puts a frame with any payload and a fitting checksum at its end. Opening must end in a journal or in an error that
// names a place; a journal that opens shows each partition's records from the first on, as they were written, and has
// lost none that two runs vouch for.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/files/file_journal.h"
#include "adapters/files/memory_disk_test.h"
#include "base/assert.h"

namespace {

using namespace banyan;
using files::FileJournal;
using files::MemoryDisk;

constexpr files::JournalId journal_id{7};
constexpr std::uint64_t runs = 2;
constexpr std::uint64_t batches = 4;

const files::Options options{.journal_id = journal_id, .logs = 2, .segment_bytes_max = 300};

std::string text_of(std::uint16_t partition, std::uint64_t lsn) {
    return std::string(lsn * 7 % 60, static_cast<char>('a' + partition)) + std::to_string(lsn);
}

void write_journal(MemoryDisk& disk) {
    for (std::uint64_t run = 0; run < runs; ++run) {
        auto journal = FileJournal::open(disk, options);
        ASSERT(journal.ok());
        for (std::uint64_t batch = 1; batch <= batches; ++batch) {
            for (std::uint16_t partition = 0; partition < 2; ++partition) {
                const std::uint64_t lsn = run * batches + batch;
                const std::string bytes = text_of(partition, lsn);
                const runtime::StoredRecord record{{partition}, {lsn}, bytes};
                ASSERT((*journal)->append(partition, {&record, 1}).ok());
            }
        }
    }
}

/// The journal as files, written once.
void lay_out(MemoryDisk& disk) {
    static const auto files = [] {
        MemoryDisk written;
        write_journal(written);
        return written.contents();
    }();
    for (const auto& [path, bytes] : files) ASSERT(disk.replace(path, bytes).ok());
}

class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size) : bytes_(reinterpret_cast<const char*>(data), size) {}
    [[nodiscard]] bool is_empty() const { return bytes_.empty(); }
    std::uint64_t number(std::size_t size) {
        std::uint64_t value = 0;
        for (; size > 0 && !bytes_.empty(); --size) {
            value = value << 8U | static_cast<unsigned char>(bytes_.front());
            bytes_.remove_prefix(1);
        }
        return value;
    }
    std::string_view rest() { return std::exchange(bytes_, {}); }

  private:
    std::string_view bytes_;
};

// How many harms were done.
int harm(MemoryDisk& disk, Input& input) {
    int done = 0;
    for (; !input.is_empty(); ++done) {
        const std::uint64_t what = input.number(1);
        const auto contents = disk.contents();
        auto chosen = contents.begin();
        std::advance(chosen, static_cast<std::ptrdiff_t>(input.number(1) % contents.size()));
        std::string& bytes = disk.content(chosen->first);
        const std::size_t at = bytes.empty() ? 0 : input.number(2) % bytes.size();
        if (what % 4 > 1 && bytes.size() > 4096) continue;  // files that only grow teach nothing
        switch (what % 4) {
            case 0:
                if (!bytes.empty())
                    bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(input.number(1)));
                break;
            case 1: bytes.resize(at); break;
            case 2: bytes.append(input.number(1), static_cast<char>(what)); break;
            default: bytes += chosen->second.substr(at); break;
        }
    }
    return done;
}

// A frame that only a faulty programme could have written.
void add_frame(MemoryDisk& disk, Input& input) {
    const files::SegmentName name{runs, 1, 2};
    std::string& bytes = disk.content(files::path_of(name));
    const auto kind = static_cast<files::FrameKind>(input.number(1) % 5);
    const auto records = static_cast<std::uint32_t>(input.number(1));
    const std::uint64_t batch = input.number(1) % 8;
    const std::uint64_t synced_through = input.number(1) % 8;
    std::string frame(files::frame_header_size, '\0');
    frame += input.rest();
    const files::FrameHeader header{
        .kind = kind, .log = 1, .batch = batch, .synced_through = synced_through, .records = records};
    files::seal_frame(frame, header, files::FrameSeed(journal_id, name), bytes.size());
    bytes += frame;
}

bool replay(FileJournal& journal, std::vector<std::uint64_t>& counts) {
    return journal
        .replay([](PartitionId) { return Lsn{0}; },
                [&](const runtime::StoredRecord& record) -> Result<void> {
                    ASSERT(record.partition.value < 2);
                    ASSERT(record.lsn.value == ++counts[record.partition.value]);
                    ASSERT(record.bytes == text_of(record.partition.value, record.lsn.value));
                    return {};
                })
        .ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    MemoryDisk disk;
    lay_out(disk);
    const bool is_forged = input.number(1) % 4 == 0;
    int harms = 0;
    if (is_forged) {
        add_frame(disk, input);
    } else {
        harms = harm(disk, input);
    }
    auto journal = FileJournal::open(disk, options);
    if (!journal.ok()) {
        ASSERT(!journal.error().message.empty());
        ASSERT(!journal.error().where.empty());
        return 0;
    }
    if (is_forged) {
        const auto done = (*journal)->replay([](PartitionId) { return Lsn{0}; },
                                             [](const runtime::StoredRecord&) -> Result<void> { return {}; });
        ASSERT(done.ok() || !done.error().where.empty());
        return 0;
    }
    std::vector<std::uint64_t> counts(2);
    ASSERT(replay(**journal, counts));
    for (const std::uint64_t count : counts) ASSERT(count <= runs * batches);
    // The second run vouches for all of the first; only several harms together can make both forget.
    for (const std::uint64_t count : counts) ASSERT(harms > 1 || count >= batches);
    journal = FileJournal::open(disk, options);
    ASSERT(journal.ok());
    std::vector<std::uint64_t> again(2);
    ASSERT(replay(**journal, again));
    ASSERT(again == counts);
    return 0;
}
