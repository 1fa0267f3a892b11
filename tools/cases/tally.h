// SPDX-License-Identifier: Apache-2.0
#pragma once

// Counts what became of every case and prints it the way each kind of case ends: what failed as it happens, then the
// skipped ones by reason and name, then one line "N passed, N failed, N skipped". Cases of other people's rules may differ
// from ours by a policy that has a name, or be out of our scope; those are told apart in a line of their own.

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
    /// `policy` names the switch of ours under which it is otherwise.
    void differ(const std::string& name, const std::string& policy) { differing_[policy].push_back(name); }
    /// For kinds of cases that may differ: the line with all four counts is printed.
    void counts_policies() { counts_policies_ = true; }

    /// Prints the end; the exit status: 0 when something passed and nothing failed.
    int finish() const;

  private:
    using Groups = std::map<std::string, std::vector<std::string>>;
    static std::size_t print(const Groups& groups, const char* what);

    std::size_t passed_ = 0;
    std::size_t failed_ = 0;
    Groups skipped_;
    Groups differing_;
    bool counts_policies_ = false;
};

}  // namespace banyan::cases
