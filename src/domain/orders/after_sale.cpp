// SPDX-License-Identifier: Apache-2.0
#include "domain/orders/after_sale.h"

#include <algorithm>
#include <optional>

#include "base/assert.h"

namespace banyan::orders {

namespace {

bool gives_back(Form form) { return form == Form::refund_only || form == Form::return_refund; }

/// One list of disjoint spans out of any spans.
std::vector<Span> merged(std::vector<Span> spans) {
    std::sort(spans.begin(), spans.end());
    std::vector<Span> result;
    for (const Span& span : spans) {
        if (!result.empty() && span.from <= result.back().until)
            result.back().until = std::max(result.back().until, span.until);
        else
            result.push_back(span);
    }
    return result;
}

}  // namespace

Effect effect_on(const SoldLine& line, const AfterSale& after_sale) {
    Effect effect;
    Instant opened = never;
    const auto close = [&](Instant at) {
        if (opened < at) effect.open.push_back({opened, at});
        opened = never;
    };
    const std::vector<Pieces>* named = nullptr;  // the whole order
    for (const Move& move : after_sale.moves) {
        if (!move.pieces.empty()) named = &move.pieces;
        const auto concerned =
            named == nullptr ? std::optional(line.quantity) : quantity_of(*named, line.line);
        const bool opens = move.step == Step::requested || move.step == Step::agreed;
        if (!opens || !concerned)
            close(move.at);
        else
            opened = std::min(opened, move.at);
        if (move.step != Step::done) continue;
        if (gives_back(move.form) && concerned && *concerned > 0) {
            effect.gone_at = move.at;
            effect.gone = std::min(*concerned, line.quantity);
        }
        return effect;
    }
    close(never);
    return effect;
}

std::int64_t Undoing::total() const {
    std::int64_t sum = 0;
    for (const Gone& part : gone) sum += part.quantity;
    return sum;
}

Instant Undoing::reached(std::int64_t quantity) const {
    if (quantity <= 0) return instant_min;
    for (const Gone& part : gone) {
        quantity -= part.quantity;
        if (quantity <= 0) return part.at;
    }
    return never;
}

Undoing undoing_of(const SoldLine& line, const Life& life) {
    Undoing undoing;
    for (const AfterSale& after_sale : life.after_sales) {
        Effect effect = effect_on(line, after_sale);
        undoing.open.insert(undoing.open.end(), effect.open.begin(), effect.open.end());
        if (effect.gone > 0) undoing.gone.push_back({effect.gone_at, effect.gone});
    }
    if (life.closed != never) undoing.gone.push_back({life.closed, line.quantity});
    undoing.open = merged(std::move(undoing.open));

    std::sort(undoing.gone.begin(), undoing.gone.end());
    std::int64_t left = line.quantity;
    for (Gone& part : undoing.gone) {
        part.quantity = std::min(part.quantity, left);
        left -= part.quantity;
    }
    std::erase_if(undoing.gone, [](const Gone& part) { return part.quantity == 0; });
    return undoing;
}

Step standing(const AfterSale& after_sale) {
    ASSERT(!after_sale.moves.empty());
    for (const Move& move : after_sale.moves) {
        if (move.step == Step::done) return Step::done;
    }
    return after_sale.moves.back().step;
}

}  // namespace banyan::orders
