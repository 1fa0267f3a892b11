// SPDX-License-Identifier: Apache-2.0
// An order, as it is read: what was paid, what each line earned, and when it is released.

#include <algorithm>

#include "domain/basis/conversion.h"
#include "runtime/brand.h"

namespace banyan::runtime {

namespace {

using engine::OrderLife;

// What each line counted for a grant; of a grant that keeps no basis, what was paid for it.
std::vector<std::int64_t> bases_of(const catalog::Order& order, std::uint32_t grant) {
    std::vector<std::int64_t> bases(order.lines.size());
    for (const catalog::GrantBasis& basis : order.bases) {
        if (basis.grant != grant) continue;
        for (const catalog::GrantedLine& line : basis.lines) bases[line.index] = line.base;
        return bases;
    }
    for (std::size_t i = 0; i < bases.size(); ++i) bases[i] = order.lines[i].amount;
    return bases;
}

// What of them came back; all of them where nothing did and the grant was reversed by itself.
std::vector<std::int64_t> returned_of(const catalog::Order& order, const std::vector<std::int64_t>& bases) {
    std::vector<std::int64_t> returned(bases.size());
    for (std::size_t i = 0; i < bases.size(); ++i) {
        const catalog::KeptLine& line = order.lines[i];
        const bool has_price = line.amount > 0;
        const auto share = scaled(bases[i], has_price ? line.refunded_amount : line.refunded_quantity,
                                  has_price ? line.amount : line.quantity, Rounding::half_up);
        returned[i] = share.value_or(0);
    }
    const bool any =
        std::any_of(returned.begin(), returned.end(), [](std::int64_t base) { return base != 0; });
    return any ? returned : bases;
}

Instant due_of(const OrderView& view, const std::string& line) {
    for (const orders::LineCredit& credit : view.credits) {
        if (credit.line == line) return credit.due;
    }
    return instant_max;
}

// A grant that waits is a lot a line; any other is shared out as its refunds are.
void add_grant(OrderView& view, const catalog::Order& order, std::uint32_t index, const OrderLife* life) {
    const catalog::Grant& grant = order.grants[index];
    bool by_line = false;
    for (std::size_t i = 0; life != nullptr && i < life->line_grants.size(); ++i) {
        const engine::LineGrant& part = life->line_grants[i];
        if (part.grant != index) continue;
        by_line = true;
        const std::string& line = order.lines[part.line].id;
        view.earned.push_back({line, grant.unit, grant.rule, part.amount, part.reversed, due_of(view, line)});
    }
    if (by_line || order.lines.empty()) return;
    const std::vector<std::int64_t> bases = bases_of(order, index);
    const auto amounts = basis::over_lines(grant.amount, bases);
    const auto reversed = basis::over_lines(grant.reversed, returned_of(order, bases));
    for (std::size_t i = 0; i < amounts.size(); ++i) {
        if (!amounts[i].is_zero())
            view.earned.push_back(
                {order.lines[i].id, grant.unit, grant.rule, amounts[i], reversed[i], std::nullopt});
    }
}

// Nothing when this partition knows nothing of it.
std::optional<OrderView> view_of(Partition& partition, KeyedId id, Instant now) {
    engine::Workspace workspace(partition.entities());
    const bool is_paid = workspace.exists(engine::entity_of_order(id));
    const bool is_followed = workspace.exists(engine::entity_of_life(id));
    if (!is_paid && !is_followed) return std::nullopt;
    OrderView view;
    view.as_of = now;
    view.partition = partition.id();
    view.lsn = partition.head();
    view.is_followed = is_followed;
    const OrderLife* life = nullptr;
    if (is_followed) {
        life = &workspace.read<OrderLife>(engine::entity_of_life(id));
        view.member = life->member;
        view.life = life->life;
        view.stage = orders::stage(life->life);
        view.credits = orders::credits(life->life, *partition.programme_at(now)->zone);
    }
    if (!is_paid) return view;
    const auto& order = workspace.read<catalog::Order>(engine::entity_of_order(id));
    view.is_paid = true;
    view.member = order.member;
    view.paid_at = order.occurred_at;
    view.lines = order.lines;
    for (std::uint32_t i = 0; i < order.grants.size(); ++i) add_grant(view, order, i, life);
    return view;
}

}  // namespace

// It lives with whoever paid it; which partition that is, only the partitions know.
void Brand::order(std::string source, std::string id, std::function<void(Result<OrderView>)> done) {
    struct Found {
        std::mutex mutex;
        std::optional<OrderView> view;
    };
    auto found = std::make_shared<Found>();
    const auto words = ports_.secrets->keyed("order", source, id);
    const auto look = [this, found, key = KeyedId{words[0], words[1]}](Partition& partition) {
        auto view = view_of(partition, key, partition.now(now()));
        const std::lock_guard lock(found->mutex);
        // What was told before the payment may have been told of somebody else.
        if (view && (!found->view || view->is_paid)) found->view = std::move(view);
    };
    on_all(look, [found, done = std::move(done)] {
        if (found->view) return done(*found->view);
        done(Error{ErrorCode::not_found, "nothing was told of an order of this source and id", "/id"});
    });
}

}  // namespace banyan::runtime
