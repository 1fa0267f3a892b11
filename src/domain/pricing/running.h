// SPDX-License-Identifier: Apache-2.0
#pragma once

// What each piece of the basket still costs while offers are applied to it, and the few ways of taking something off.
// Pieces of a line that cost the same are a segment; where only some of them are touched, they become a segment of their
// own. Lines are in the order of their ids here, so that nothing depends on how the basket was written down.

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/number.h"
#include "domain/pricing/basket.h"
#include "domain/pricing/quote.h"

namespace banyan::pricing {

struct Segment {
    std::uint32_t line = 0;
    std::int64_t pieces = 0;
    std::int64_t amount = 0;  // that all its pieces still cost
    std::int64_t list = 0;    // what they did at each stage that a threshold may ask for
    std::int64_t priced = 0;
    std::int64_t promoted = 0;
    std::int64_t couponed = 0;
    std::int64_t cost_each = 0;     // no cut goes below it; 0 = free
    std::int64_t deposit_each = 0;  // not even points do
    bool lowered = false;           // by a price or by somebody else
    bool taken = false;             // took part in a promotion that counts pieces
};

/// What a sharing needs to write down on the way; a copy of a Running has its own, empty.
struct Part {
    std::size_t segment = 0;
    std::int64_t weight = 0;
    std::int64_t room = 0;
    std::int64_t share = 0;
    Wide rest = 0;
};
struct Scratch {
    std::vector<Part> parts;

    Scratch() = default;
    Scratch(const Scratch&) {}
    Scratch(Scratch&&) = default;
    Scratch& operator=(const Scratch&) { return *this; }
    Scratch& operator=(Scratch&&) = default;
    ~Scratch() = default;
};

struct Running {
    std::vector<Segment> segments;
    Scratch scratch = {};
};

using LineMask = std::bitset<lines_max>;

/// A scope that was held against the lines.
struct Reach {
    LineMask lines;
    FullPrice full_price = FullPrice::any;
    std::optional<std::int64_t> price_from;
    std::optional<std::int64_t> price_to;

    [[nodiscard]] bool has(const Segment& segment) const;
};

/// Where cuts are written down; nowhere, while combinations are tried.
struct Record {
    Instrument instrument = Instrument::price;
    std::uint32_t index = 0;
    std::vector<LineCut>* cuts = nullptr;
};

enum class Down : std::uint8_t { to_cost, to_deposit, to_zero };

/// The least that a segment may be brought to.
std::int64_t least(const Segment& segment, Down down);

/// Takes up to `amount` off one segment; what was taken.
std::int64_t take(Segment& segment, std::int64_t amount, Down down, const Record& record);

/// Takes up to `total` off the segments at `which`, in proportion to `weights` (to what each still costs where there are
/// none), by largest remainder, the first of equal ones first; what was taken.
std::int64_t take_shared(Running& running, std::span<const std::size_t> which, std::int64_t total, Down down,
                         const Record& record, std::span<const std::int64_t> weights = {});

/// What the reach comes to at a stage, and its pieces.
std::int64_t amount_of(const Running& running, const Reach& reach, Measured measured);
std::int64_t pieces_of(const Running& running, const Reach& reach);
bool touches(const Running& running, const Reach& reach);

/// Pieces are whole units of money: of a segment of 3 that costs 10, one piece is 4 and two are 3; the dear ones first.
std::int64_t dearest(std::int64_t amount, std::int64_t pieces, std::int64_t count);

/// Makes the `count` dearest, or cheapest, pieces of the segment one of their own, behind all others; its place. Requires
/// 0 < count < pieces.
enum class Which : std::uint8_t { dearest, cheapest };
std::size_t split(Running& running, std::size_t segment, std::int64_t count, Which which);

/// What a cut takes off a price.
std::int64_t cut_of(const Cut& cut, std::int64_t price);

}  // namespace banyan::pricing
