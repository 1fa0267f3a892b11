// SPDX-License-Identifier: Apache-2.0
#pragma once

// Counts what became of every case and prints it the way each kind of case ends: what failed as it happens, then the
// skipped ones by reason and name, then one line "N passed, N failed, N skipped".

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace banyan::cases {

class Tally {
  public:
    void pass() { ++passed_; }
    void fail(const std::string& name, const std::string& why);
    void skip(const std::string& name, const std::string& reason) { skipped_[reason].push_back(name); }

    /// Prints the end; the exit status: 0 when something passed and nothing failed.
    int finish() const;

  private:
    std::size_t passed_ = 0;
    std::size_t failed_ = 0;
    std::map<std::string, std::vector<std::string>> skipped_;
};

}  // namespace banyan::cases
