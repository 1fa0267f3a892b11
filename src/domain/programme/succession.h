// SPDX-License-Identifier: Apache-2.0
#pragma once

// One version after another. What the journal keeps of a unit, a ladder, a rule or a cost centre is a number, so a code
// has the number it had first, in every later version, and a number that is no longer used is given to nobody else.
// The numbers are a fold over the published documents in their order: nothing is stored that could contradict them.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "domain/programme/programme.h"

namespace banyan::programme {

/// Codes in the order in which they were first published; a code's number is its place, from 1.
struct Numbers {
    std::vector<std::string> units;
    std::vector<std::string> ladders;
    std::vector<std::string> rules;
    std::vector<std::string> cost_centres;
    std::vector<std::string> limits;
    std::vector<std::string> coupons;
    /// A measure keeps its number while every version has it and asks no older days of it than the one before kept; one
    /// that comes back, or that is asked for more, is filled anew under a new number.
    struct Measure {
        std::string key;
        metrics::Keeping keeping;
        ProgrammeVersion since;
        bool is_kept = true;  // by the newest version
    };
    std::vector<Measure> measures;

    void learn(const Programme& programme);
};

/// The programme under the numbers its codes have; new codes are learnt.
std::shared_ptr<const Programme> numbered(const Programme& programme, Numbers& numbers);

/// The same for a draft that may never be published: it takes no number from those who will be. Codes that nobody
/// published are numbered from here, by their place in the draft.
inline constexpr std::uint16_t draft_numbers_from = 0xF000;
std::shared_ptr<const Programme> numbered_as_draft(const Programme& draft, const Numbers& numbers);

/// Why `after` may not follow `before`, as sentences; empty when it may. Members hold what was promised: a unit, a
/// ladder or a batch of coupons stays, a unit keeps its decimals, a tier keeps its rank, a coupon is worth what it was,
/// and a brand keeps its currency.
std::vector<std::string> broken_promises(const Programme& before, const Programme& after);

}  // namespace banyan::programme
