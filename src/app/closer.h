// SPDX-License-Identifier: Apache-2.0
#pragma once

// Closes months: the command line does it itself, a served brand by a thread of its own, from the journal's files and
// into `closes/MONTH.csv` of the data directory.

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/system/posix_disk.h"
#include "runtime/closes.h"
#include "runtime/closing.h"

namespace banyan::app {

struct Closed {
    std::string csv;
    std::string path;
    std::size_t rows = 0;
    std::uint64_t records = 0;
    bool was_closed = false;  // before, with the same content
};
/// Gives the closing every record of the journal.
using ReadJournal = std::function<Result<void>(const runtime::BrandFile&, runtime::Closing&)>;
/// Keeps the file, or finds it as it was. `conflict` when the month is not over, or when the journal now says otherwise.
Result<Closed> close_journal(system::PosixDisk& disk, const std::string& month, const ReadJournal& read);

class Closer final : public runtime::Closes {
  public:
    explicit Closer(const std::string& data) : disk_(data) {}
    /// Waits for a close that is under way.
    ~Closer() override;

    std::vector<runtime::CloseView> list() override;
    Result<runtime::CloseView> close(const std::string& month) override;
    Result<std::string> csv(const std::string& month) override;

  private:
    void run(const std::string& month);

    system::PosixDisk disk_;
    std::mutex mutex_;
    std::vector<runtime::CloseView> told_;  // under way or failed since the start
    std::atomic<std::uint64_t> bytes_read_{0};
    std::atomic<bool> is_closing_{false};
    std::atomic<bool> is_over_{false};
    std::thread thread_;
};

}  // namespace banyan::app
