// SPDX-License-Identifier: Apache-2.0
#pragma once

// Back-tests of a served brand: one at a time, on a thread of its own that gives way to those that serve, from the
// journal's files as the command reads them.

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/system/posix_disk.h"
#include "app/programme_file.h"
#include "runtime/back_tests.h"

namespace banyan::app {

class BackTester final : public runtime::BackTests {
  public:
    explicit BackTester(const std::string& data) : disk_(data) {}
    /// Ends one that is under way.
    ~BackTester() override;

    std::vector<runtime::BackTestView> list() override;
    Result<runtime::BackTestView> open(const std::optional<std::string>& draft) override;
    Result<runtime::BackTestView> cancel(const std::string& id) override;

  private:
    void run(const std::optional<ProgrammeFile>& draft);
    [[nodiscard]] runtime::BackTestView seen(const runtime::BackTestView& told) const;

    system::PosixDisk disk_;
    mutable std::mutex mutex_;
    std::vector<runtime::BackTestView> told_;  // oldest first; the last one may be running
    std::uint64_t opened_ = 0;
    std::int64_t began_us_ = 0;
    std::atomic<std::uint64_t> bytes_read_{0};
    std::atomic<std::uint64_t> records_{0};
    std::atomic<bool> is_cancelled_{false};
    std::thread thread_;
};

}  // namespace banyan::app
