// SPDX-License-Identifier: Apache-2.0
#pragma once

// The auditor: reads the whole journal from its first record into empty state, beside the running one, and says of
// every invariant that has a subject yet how often it was looked at and where it does not hold. It trusts neither the
// checkpoint nor what the brand has in memory: both must come out equal to the replay, by hash. Invariants are named
// as in docs (L1, I5, D1 ...). Call it while the brand is at rest: opened and not started, or stopped.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/ledger/account.h"
#include "runtime/entities.h"

namespace banyan::runtime {

class Brand;

struct AuditReport {
    struct Finding {
        std::string invariant;  // "L1"
        std::string text;       // partition, record or entity, and what is wrong
    };
    std::uint64_t records = 0;
    std::uint64_t ignored = 0;   // duplicates and what abandoned processes wrote
    std::uint64_t commands = 0;  // accepted client commands
    std::uint64_t members = 0;
    std::uint64_t orders = 0;
    std::uint64_t spends = 0;
    std::uint64_t follow_ups_in_flight = 0;
    std::map<std::string, std::uint64_t> checked;  // invariant -> how often it was looked at
    std::vector<Finding> findings;                 // at most `findings_max`; `broken` counts all
    std::uint64_t broken = 0;
    std::vector<StateHash> hashes;  // by partition, of the fresh replay
    std::vector<Lsn> heads;
    std::vector<ledger::Accounts> accounts;  // by unit, of all partitions together

    [[nodiscard]] bool ok() const { return broken == 0; }
    /// One hash for the brand: the sum of its partitions'.
    [[nodiscard]] StateHash hash() const;
};

/// `progress` is told the number of records read so far, now and then. An Error only when the auditor itself could not
/// work; damage in the journal is a finding.
Result<AuditReport> audit(Brand& brand, const std::function<void(std::uint64_t)>& progress = {});

}  // namespace banyan::runtime
