// SPDX-License-Identifier: Apache-2.0
#include "domain/pricing/running.h"

#include <algorithm>

#include "base/assert.h"

namespace banyan::pricing {

namespace {

constexpr std::int64_t small_max = 3'000'000'000;  // two of these multiply within 63 bits

/// Shares by largest remainder, as base/allocate.h has them, in the parts' own room.
void allocate_to(std::vector<Part>& parts, std::int64_t total, std::int64_t sum) {
    std::int64_t left = total;
    for (Part& part : parts) {
        if (total < small_max && part.weight < small_max) {
            const std::int64_t product = total * part.weight;
            part.share = product / sum;
            part.rest = product - part.share * sum;
        } else {
            const Wide product = Wide{total} * part.weight;
            part.share = static_cast<std::int64_t>(product / sum);
            part.rest = product - Wide{part.share} * sum;
        }
        left -= part.share;
    }
    ASSERT(left >= 0);
    for (; left > 0; --left) {
        Part* most = nullptr;
        for (Part& part : parts) {
            if (part.rest >= 0 && (most == nullptr || part.rest > most->rest)) most = &part;
        }
        ASSERT(most != nullptr);
        ++most->share;
        most->rest = -1;
    }
}

/// The parts of segments that can still give something.
std::int64_t gather(const Running& running, std::span<const std::size_t> which,
                    std::span<const std::int64_t> weights, Down down, std::vector<Part>& parts) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < which.size(); ++i) {
        const Segment& segment = running.segments[which[i]];
        const std::int64_t room = segment.amount - least(segment, down);
        const std::int64_t weight = weights.empty() ? segment.amount : weights[i];
        if (room <= 0 || weight <= 0) continue;
        parts.push_back({which[i], weight, room, 0, 0});
        sum += weight;
    }
    return sum;
}

/// Of the parts whose share is more than they have room for, all that they can; what that was.
std::int64_t fill(Running& running, std::vector<Part>& parts, Down down, const Record& record) {
    std::int64_t filled = 0;
    for (const Part& part : parts) {
        if (part.share > part.room) filled += take(running.segments[part.segment], part.room, down, record);
    }
    if (filled > 0) std::erase_if(parts, [](const Part& part) { return part.share > part.room; });
    return filled;
}

std::int64_t at_stage(const Segment& segment, Measured measured) {
    switch (measured) {
        case Measured::list: return segment.list;
        case Measured::priced: return segment.priced;
        case Measured::promoted: return segment.promoted;
        case Measured::couponed: return segment.couponed;
        case Measured::running:
        case Measured::paid: break;
    }
    return segment.amount;
}

}  // namespace

bool Reach::has(const Segment& segment) const {
    if (!lines.test(segment.line)) return false;
    if (full_price == FullPrice::only && segment.lowered) return false;
    if (price_from && segment.priced < *price_from * segment.pieces) return false;
    return !price_to || segment.priced <= *price_to * segment.pieces;
}

std::int64_t least(const Segment& segment, Down down) {
    switch (down) {
        case Down::to_zero: return 0;
        case Down::to_deposit: return segment.deposit_each * segment.pieces;
        case Down::to_cost: break;
    }
    return std::max(segment.cost_each, segment.deposit_each) * segment.pieces;
}

std::int64_t take(Segment& segment, std::int64_t amount, Down down, const Record& record) {
    const std::int64_t taken = std::clamp(segment.amount - least(segment, down), std::int64_t{0}, amount);
    if (taken == 0) return 0;
    segment.amount -= taken;
    if (record.cuts != nullptr) {
        auto& cuts = *record.cuts;
        const auto same = std::find_if(cuts.rbegin(), cuts.rend(), [&](const LineCut& cut) {
            return cut.instrument == record.instrument && cut.index == record.index &&
                   cut.line == segment.line;
        });
        if (same != cuts.rend())
            same->amount += taken;
        else
            cuts.push_back({record.instrument, record.index, segment.line, taken});
    }
    return taken;
}

std::int64_t take_shared(Running& running, std::span<const std::size_t> which, std::int64_t total, Down down,
                         const Record& record, std::span<const std::int64_t> weights) {
    std::vector<Part>& parts = running.scratch.parts;
    parts.clear();
    gather(running, which, weights, down, parts);
    std::int64_t taken = 0;
    while (!parts.empty() && taken < total) {
        std::int64_t sum = 0;
        for (const Part& part : parts) sum += part.weight;
        allocate_to(parts, total - taken, sum);
        const std::int64_t filled = fill(running, parts, down, record);
        taken += filled;
        if (filled > 0) continue;
        for (const Part& part : parts)
            taken += take(running.segments[part.segment], part.share, down, record);
        break;
    }
    return taken;
}

std::int64_t amount_of(const Running& running, const Reach& reach, Measured measured) {
    std::int64_t amount = 0;
    for (const Segment& segment : running.segments) {
        if (reach.has(segment)) amount += at_stage(segment, measured);
    }
    return amount;
}

std::int64_t pieces_of(const Running& running, const Reach& reach) {
    std::int64_t pieces = 0;
    for (const Segment& segment : running.segments) {
        if (reach.has(segment)) pieces += segment.pieces;
    }
    return pieces;
}

bool touches(const Running& running, const Reach& reach) {
    return std::any_of(running.segments.begin(), running.segments.end(),
                       [&reach](const Segment& segment) { return reach.has(segment); });
}

std::int64_t dearest(std::int64_t amount, std::int64_t pieces, std::int64_t count) {
    return amount / pieces * count + std::min(amount % pieces, count);
}

std::size_t split(Running& running, std::size_t segment, std::int64_t count, Which which) {
    Segment& whole = running.segments[segment];
    ASSERT(count > 0);
    ASSERT(count < whole.pieces);
    Segment part = whole;
    part.pieces = count;
    const auto divide = [&](std::int64_t& of_whole, std::int64_t& of_part) {
        of_part = which == Which::dearest ? dearest(of_whole, whole.pieces, count)
                                          : of_whole - dearest(of_whole, whole.pieces, whole.pieces - count);
        of_whole -= of_part;
    };
    divide(whole.amount, part.amount);
    divide(whole.list, part.list);
    divide(whole.priced, part.priced);
    divide(whole.promoted, part.promoted);
    divide(whole.couponed, part.couponed);
    whole.pieces -= count;
    running.segments.push_back(part);
    return running.segments.size() - 1;
}

std::int64_t cut_of(const Cut& cut, std::int64_t price) {
    switch (cut.how) {
        case Cut::How::off: return std::min(cut.value, price);
        case Cut::How::fixed: return std::max(price - cut.value, std::int64_t{0});
        case Cut::How::pay: break;
    }
    const auto off = scaled(price, Share::whole - cut.value, Share::whole, Rounding::half_up);
    ASSERT(off.has_value());
    return cut.cap > 0 ? std::min(*off, cut.cap) : *off;
}

}  // namespace banyan::pricing
