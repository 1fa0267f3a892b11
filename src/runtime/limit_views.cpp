// SPDX-License-Identifier: Apache-2.0
// The limits of the programme in force, and how much of those that members share is given out.

#include "runtime/brand.h"

namespace banyan::runtime {

namespace {

std::optional<CivilDate> first_day(const limits::Limit& limit, const limits::Period& period) {
    using Kind = metrics::Window::Kind;
    const Kind kind = limit.window.kind;
    // A rolling window begins anew each day, an anniversary with each member.
    if (kind == Kind::lifetime || kind == Kind::rolling || kind == Kind::anniversary) return std::nullopt;
    return civil_date(period.first.number);
}

}  // namespace

void Brand::limits(std::function<void(Result<LimitList>)> done) {
    struct Gathered {
        std::mutex mutex;
        LimitList list;
    };
    auto gathered = std::make_shared<Gathered>();
    LimitList& list = gathered->list;
    list.programme = programme();
    list.as_of = now();
    const metrics::AsOf today = metrics::as_of(list.as_of, list.as_of, *list.programme->zone);
    for (const limits::Limit& limit : list.programme->limits) {
        LimitView view;
        view.limit = limit;
        view.left = limit.most;
        view.period = first_day(limit, limits::period_of(limit, today));
        list.limits.push_back(std::move(view));
    }
    const auto gather = [gathered, today](Partition& partition) {
        engine::Workspace workspace(partition.entities());
        const std::lock_guard lock(gathered->mutex);
        for (LimitView& view : gathered->list.limits) {
            if (view.limit.scope != limits::Scope::shared) continue;
            const limits::Period period = limits::period_of(view.limit, today);
            const auto& holder = workspace.read<engine::LimitHolder>(engine::entity_of_holder(period)).holder;
            const auto& owner = workspace.read<engine::LimitOwner>(engine::entity_of_owner(period)).owner;
            view.used += holder.used;
            view.left -= holder.used;
            view.waiting += owner.queue.size();
            for (const limits::Borrower& borrower : owner.borrowers) view.lent += borrower.lent;
        }
    };
    on_all(gather, [gathered, done = std::move(done)] { done(std::move(gathered->list)); });
}

}  // namespace banyan::runtime
