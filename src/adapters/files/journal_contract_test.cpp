// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal_contract_test.h"

#include "adapters/files/file_journal.h"
#include "adapters/files/memory_disk_test.h"

namespace banyan::runtime {
namespace {

// Small segments, so that every test crosses from one into the next.
class FileMedium final : public JournalMedium {
  public:
    enum class Closed : unsigned char { left, archived };
    explicit FileMedium(std::uint64_t segment_bytes_max, Closed closed = Closed::left)
        : segment_bytes_max_(segment_bytes_max), closed_(closed) {}

    Result<std::unique_ptr<Journal>> open(std::uint32_t logs) override {
        auto journal = files::FileJournal::open(
            disk_, {.journal_id = {1, 2, 3}, .logs = logs, .segment_bytes_max = segment_bytes_max_});
        if (!journal) return journal.error();
        if (closed_ == Closed::archived) TRY((*journal)->archive_closed(1));
        return std::unique_ptr<Journal>(std::move(journal).value());
    }
    void crash(std::uint64_t seed) override { disk_.crash(seed); }
    void fail_from(std::uint64_t operation, ErrorCode code) override { disk_.fail_from(operation, code); }
    std::uint64_t stored_bytes() override { return disk_.stored_bytes(); }
    void flip(std::uint64_t at) override { disk_.flip(at); }
    void truncate(std::uint64_t size) override { disk_.truncate(size); }

  private:
    files::MemoryDisk disk_;
    std::uint64_t segment_bytes_max_;
    Closed closed_;
};

INSTANTIATE_TEST_SUITE_P(Files, JournalContract,
                         testing::Values([] { return std::make_unique<FileMedium>(64ULL << 20U); },
                                         [] { return std::make_unique<FileMedium>(200); },
                                         [] { return std::make_unique<FileMedium>(1); },
                                         [] {
                                             return std::make_unique<FileMedium>(
                                                 200, FileMedium::Closed::archived);
                                         }));
INSTANTIATE_TEST_SUITE_P(Files, JournalReaderContract,
                         testing::Values([] { return std::make_unique<FileMedium>(64ULL << 20U); },
                                         [] { return std::make_unique<FileMedium>(200); },
                                         [] {
                                             return std::make_unique<FileMedium>(
                                                 200, FileMedium::Closed::archived);
                                         }));

}  // namespace
}  // namespace banyan::runtime
