// SPDX-License-Identifier: Apache-2.0
#pragma once

// Time zones from the system's zone database (Debian's tzdata). When a zone is asked for the first time, all its
// changes of offset are copied into one immutable table; afterwards every question is a search in that table, without
// a lock, by any thread, and the answer cannot change while the process lives.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/ports/calendar.h"

namespace banyan::system {

class TzCalendar final : public Calendar {
  public:
    TzCalendar();
    [[nodiscard]] Result<std::shared_ptr<const Zone>> zone(std::string_view iana_name) const override;
    [[nodiscard]] std::string_view version() const override { return version_; }

  private:
    std::string version_;
    mutable std::mutex mutex_;
    mutable std::map<std::string, std::shared_ptr<const Zone>, std::less<>> zones_;
};

}  // namespace banyan::system
