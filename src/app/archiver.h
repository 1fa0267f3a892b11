// SPDX-License-Identifier: Apache-2.0
#pragma once

// Archives closed segments of the journal beside a serving brand, one look a minute. What it cannot archive stays as it
// is and is tried again; it is told of once for each reason.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "adapters/files/file_journal.h"

namespace banyan::app {

class Archiver {
  public:
    using Say = std::function<void(const std::string& sentence)>;
    /// Borrows the journal, which must outlive it. `say` is called from the archiver's own thread.
    Archiver(files::FileJournal& journal, Say say);
    /// Waits for a segment that is being archived.
    ~Archiver();

  private:
    void look();

    files::FileJournal& journal_;
    Say say_;
    std::string last_said_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace banyan::app
