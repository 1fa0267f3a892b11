// SPDX-License-Identifier: Apache-2.0
#pragma once

// The programmes that runs are played under. `starter` is the preset itself; the others exist to reach every policy a
// unit may have. tests/model/programmes.py says the same in the model's own words.

#include <set>
#include <string>
#include <vector>

namespace banyan::simulator {

/// What the brand's clients do beyond what every brand's do.
enum class Verb : unsigned char {
    interact,         // events that the document declares: check_in, review.posted
    name_categories,  // of lines
    refund_money,     // without pieces
    tell,             // what happens to orders: parcels, receipts, after-sales
    transfer,         // to other members
    unmerge,
};

struct NamedProgramme {
    std::string name;
    std::string document;  // YAML
    std::vector<std::string> units;
    std::set<Verb> verbs;
};

/// `strict`: pending days, cap, small debt limit, fixed expiry dates, a second unit released by an event.
/// `rolling`: expiry after days, pending until a date, no debt at all.
/// `accelerated`: limits of members, groups of multipliers, carried remainders, lines, interactions.
/// `climbing`: metrics, and ladders of every kind with reviews, grace, falls, scores and what entering brings.
/// `delivered`: the life of orders, and units that wait for their line's release or for an event.
/// `gifted`: transfers, inactivity, merges that are undone.
/// `shared`: limits that members share; judged by what must be so, not answer by answer.
const std::vector<NamedProgramme>& own_programmes();

}  // namespace banyan::simulator
