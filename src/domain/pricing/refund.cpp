// SPDX-License-Identifier: Apache-2.0
#include "domain/pricing/refund.h"

#include <algorithm>

#include "base/assert.h"
#include "base/number.h"
#include "domain/pricing/points.h"

namespace banyan::pricing {

namespace {

std::int64_t share(std::int64_t amount, std::int64_t part, std::int64_t whole) {
    if (whole == 0) return 0;
    const auto result = scaled(amount, part, whole, Rounding::half_up);
    ASSERT(result.has_value());
    return *result;
}

std::int64_t cut_from(const Quote& quote, std::size_t line, Instrument instrument) {
    std::int64_t amount = 0;
    for (const LineCut& cut : quote.cuts) {
        if (cut.line == line && cut.instrument == instrument) amount += cut.amount;
    }
    return amount;
}

/// Money and points that come to one value.
struct Worth {
    std::int64_t cash = 0;
    std::int64_t by_points = 0;  // in money
    std::int64_t points = 0;
};

Worth whole(const Quote& quote) {
    Worth all{quote.pay(), 0, quote.chosen.points};
    for (const LineCut& cut : quote.cuts) {
        if (cut.instrument == Instrument::points) all.by_points += cut.amount;
    }
    return all;
}

Worth by_share(const Sold& sold, const std::vector<std::int64_t>& back) {
    Worth value;
    for (std::size_t i = 0; i < back.size(); ++i) {
        const QuotedLine& line = sold.quote.lines[i];
        value.cash += share(line.paid, back[i], line.pieces);
        value.by_points += share(cut_from(sold.quote, i, Instrument::points), back[i], line.pieces);
        value.points += share(line.points, back[i], line.pieces);
    }
    return value;
}

/// What is kept, as it would be asked for; nothing when nothing is.
std::optional<Request> rest_of(const Sold& sold, const std::vector<std::int64_t>& back) {
    Request rest = sold.request;
    rest.lines.clear();
    for (std::size_t i = 0; i < back.size(); ++i) {
        const std::int64_t pieces = sold.quote.lines[i].pieces;
        if (back[i] == pieces) continue;
        Line line = sold.request.lines[i];
        line.quantity = pieces - back[i];
        const std::int64_t foreign = cut_from(sold.quote, i, Instrument::foreign);
        line.foreign.amount = foreign - share(foreign, back[i], pieces);
        rest.lines.push_back(std::move(line));
    }
    if (rest.lines.empty()) return std::nullopt;
    rest.choice.points = 0;
    rest.choice.coupons.emplace();
    for (const std::uint32_t held : sold.quote.chosen.coupons)
        rest.choice.coupons->push_back(sold.request.buyer.coupons[held].id);
    rest.choice.gifts.clear();
    for (const GivenGift& gift : sold.quote.gifts) rest.choice.gifts.push_back(gift.sku);
    return rest;
}

/// A value as money and points, by the policy.
Worth tendered(const Quote& quote, std::int64_t value, Tender tender) {
    const Worth all = whole(quote);
    Worth split;
    switch (tender) {
        case Tender::pro_rata: split.by_points = share(all.by_points, value, all.cash + all.by_points); break;
        case Tender::points_first: split.by_points = std::min(value, all.by_points); break;
        case Tender::cash_first: split.by_points = value - std::min(value, all.cash); break;
    }
    split.cash = value - split.by_points;
    split.points = tender == Tender::pro_rata ? share(all.points, value, all.cash + all.by_points)
                                              : share(all.points, split.by_points, all.by_points);
    return split;
}

/// Whether a piece is kept of a line that the coupon cut; the freight goes with the goods.
bool still_cuts(const Sold& sold, const std::vector<std::int64_t>& back, std::uint32_t held) {
    bool goods_kept = false;
    for (std::size_t i = 0; i < back.size(); ++i) {
        if (sold.request.lines[i].kind == Kind::goods) goods_kept |= back[i] < sold.quote.lines[i].pieces;
    }
    return std::any_of(sold.quote.cuts.begin(), sold.quote.cuts.end(), [&](const LineCut& cut) {
        if (cut.instrument != Instrument::coupon || cut.index != held) return false;
        const bool kept = back[cut.line] < sold.quote.lines[cut.line].pieces;
        return kept && (goods_kept || sold.request.lines[cut.line].kind == Kind::goods);
    });
}

void give_back_coupons(const Sold& sold, const std::vector<std::uint32_t>& free, const RefundPolicy& policy,
                       Instant at, Refund& refund) {
    for (const std::uint32_t held : free) {
        const std::optional<Instant> until = sold.request.buyer.coupons[held].window.until;
        if (!until || at < *until)
            refund.coupons.push_back({held, until});
        else if (policy.when_ended == WhenEnded::extended)
            refund.coupons.push_back({held, at + days(policy.extended_days)});
        else
            refund.lost.push_back(held);
    }
}

/// The coupons that the rest does without.
std::vector<std::uint32_t> freed(const Sold& sold, const std::vector<std::int64_t>& back, Partial partial,
                                 const std::optional<Quote>& rest) {
    std::vector<std::uint32_t> free;
    for (const std::uint32_t held : sold.quote.chosen.coupons) {
        bool in_use = still_cuts(sold, back, held);
        if (partial == Partial::recomputed && in_use)
            in_use = rest && std::find(rest->chosen.coupons.begin(), rest->chosen.coupons.end(), held) !=
                                 rest->chosen.coupons.end();
        if (!in_use) free.push_back(held);
    }
    return free;
}

void ask_gifts_back(const Sold& sold, const std::optional<Quote>& rest, GiftBack policy, Refund& refund) {
    if (policy == GiftBack::kept) return;
    for (std::uint32_t i = 0; i < sold.quote.gifts.size(); ++i) {
        const GivenGift& gift = sold.quote.gifts[i];
        if (rest && std::find(rest->gifts.begin(), rest->gifts.end(), gift) != rest->gifts.end()) continue;
        refund.gifts.push_back(i);
        if (policy != GiftBack::deducted) continue;
        const std::int64_t deducted = std::min(gift.value, refund.cash);
        refund.cash -= deducted;
        refund.short_by += gift.value - deducted;
    }
}

Result<void> check_back(const Sold& sold, const std::vector<std::int64_t>& back) {
    ASSERT(back.size() == sold.request.lines.size());
    for (std::size_t i = 0; i < back.size(); ++i) {
        if (back[i] < 0 || back[i] > sold.quote.lines[i].pieces)
            return Error::invalid("line \"" + sold.request.lines[i].id + "\": " + std::to_string(back[i]) +
                                  " pieces came back in all, of " +
                                  std::to_string(sold.quote.lines[i].pieces) + " that were sold");
    }
    return {};
}

}  // namespace

Result<Refund> refunded(const Sold& sold, const std::vector<std::int64_t>& back, const Refund& before,
                        const RefundPolicy& policy, Instant at) {
    TRY(check_back(sold, back));
    std::optional<Quote> rest;
    if (const auto asked = rest_of(sold, back);
        asked && (policy.partial == Partial::recomputed || !sold.quote.gifts.empty()))
        rest = TRY(quote(sold.offers, *asked));
    Refund refund;
    const Worth all = whole(sold.quote);
    Worth value = by_share(sold, back);
    if (policy.partial == Partial::recomputed) {
        const std::int64_t left = all.cash + all.by_points - (rest ? rest->pay() : 0);
        refund.short_by = std::max(-left, std::int64_t{0});
        value = tendered(sold.quote, std::max(left, std::int64_t{0}), policy.tender);
    } else if (policy.tender != Tender::pro_rata) {
        value = tendered(sold.quote, value.cash + value.by_points, policy.tender);
    }
    refund.cash = value.cash;
    refund.points = value.points;
    give_back_coupons(sold, freed(sold, back, policy.partial, rest), policy, at, refund);
    ask_gifts_back(sold, rest, policy.gifts, refund);
    // What was given back stays given back; what the rest costs more since is named.
    if (refund.cash < before.cash) {
        refund.short_by += before.cash - refund.cash;
        refund.cash = before.cash;
    }
    refund.points = std::max(refund.points, before.points);
    return refund;
}

}  // namespace banyan::pricing
