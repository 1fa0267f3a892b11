// SPDX-License-Identifier: Apache-2.0
#include "alphabet.h"

namespace banyan::model_check {

namespace {

KeyedId order_id(std::uint64_t number) { return {1, number}; }
KeyedId spend_id(std::uint64_t number) { return {2, number}; }

template <typename State>
const State* anywhere(const World& world, engine::EntityId id) {
    for (std::uint16_t p = 0; p < partition_count; ++p) {
        if (const engine::EntityState* state = world.find({p}, id)) return &std::get<State>(*state);
    }
    return nullptr;
}

std::uint8_t index_of(MemberId member) { return member == members_there[0] ? 0 : 1; }

// Who may be asked about what `member` did: the member, and the other once they are one.
std::vector<std::uint8_t> asked_of(const World& world, MemberId member) {
    std::vector<std::uint8_t> who{index_of(member)};
    if (world.member(member).state == members::State::forwarded)
        who.push_back(static_cast<std::uint8_t>(1 - who.front()));
    return who;
}

void orders(const World& world, std::vector<Step>& out) {
    for (const Sold& order : sold) {
        const auto number = static_cast<std::uint8_t>(order.number);
        const auto* paid = anywhere<catalog::Order>(world, engine::entity_of_order(order_id(number)));
        if (paid == nullptr) {
            for (std::uint8_t who = 0; who < 2; ++who) out.push_back({Verb::earn, who, number, 0});
            continue;
        }
        const std::int64_t left = order.pieces - paid->lines.front().refunded_quantity;
        for (const std::uint8_t who : asked_of(world, paid->member)) {
            if (left > 0) out.push_back({Verb::refund, who, number, 0});
            if (left > 1) out.push_back({Verb::refund_piece, who, number, 0});
        }
    }
}

void spends(const World& world, std::vector<Step>& out) {
    for (std::uint8_t number = 1; number <= world.asked; ++number) {
        const auto* spend = anywhere<engine::Spend>(world, engine::entity_of_spend(spend_id(number)));
        if (spend == nullptr) continue;
        const Quantity left = spend->amount - spend->reversed;
        for (const std::uint8_t who : asked_of(world, spend->member)) {
            if (left > Quantity{}) out.push_back({Verb::reverse, who, number, 0});
            if (left > Quantity(3)) out.push_back({Verb::reverse, who, number, 3});
        }
    }
}

void holds(const World& world, std::vector<Step>& out) {
    for (const MemberId id : members_there) {
        for (const members::ActiveHold& hold : world.member(id).holds) {
            const auto number = static_cast<std::uint8_t>(hold.id.low);
            out.push_back({Verb::capture, index_of(id), number, 0});
            out.push_back({Verb::capture_part, index_of(id), number, 1});
            out.push_back({Verb::release, index_of(id), number, 0});
        }
    }
}

engine::CommandBody body_of(const World& world, const Step& step) {
    const Quantity amount(step.amount);
    const KeyedId next = spend_id(world.asked + 1U);
    switch (step.verb) {
        case Verb::earn: {
            const Sold& order = sold[step.subject - 1];
            return engine::RecordOrder{
                order_id(order.number), "c", "s", {{"l", "sku", "cat", order.pieces, order.paid}}};
        }
        case Verb::refund_piece: return engine::RefundOrder{order_id(step.subject), {{"l", 1}}};
        case Verb::refund: return engine::RefundOrder{order_id(step.subject), {}};
        case Verb::spend: return engine::Redeem{next, points, amount};
        case Verb::reverse: return engine::ReverseSpend{spend_id(step.subject), amount};
        case Verb::hold: return engine::PlaceHold{next, points, amount, world.now + days(5)};
        case Verb::capture: return engine::EndHold{spend_id(step.subject), engine::HoldEnd::captured};
        case Verb::capture_part: return engine::CaptureHold{spend_id(step.subject), points, amount};
        case Verb::transfer: return engine::TransferPoints{members_there[1 - step.member], points, amount};
        case Verb::unmerge: return engine::UnmergeMembers{members_there[1 - step.member]};
        case Verb::release: return engine::EndHold{spend_id(step.subject), engine::HoldEnd::released};
        case Verb::merge: return engine::MergeMembers{members_there[1 - step.member]};
        case Verb::time: break;
    }
    return engine::Settle{};
}

std::unique_ptr<World> later(const World& world, const Setting& setting) {
    auto next = std::make_unique<World>(world);
    next->now = world.now + setting.tick;
    return next;
}

}  // namespace

std::string name_of(const Step& step) {
    static constexpr const char* verbs[] = {
        "earn",       "refund a piece",    "refund",  "spend",    "reverse",         "hold",
        "capture",    "capture a part of", "release", "transfer", "merge the other", "unmerge the other",
        "time passes"};
    std::string text = verbs[static_cast<std::size_t>(step.verb)];
    if (step.verb == Verb::time) return text;
    text = "m" + std::to_string(step.member + 1) + " " + text;
    if (step.subject != 0) text += " #" + std::to_string(step.subject);
    if (step.amount != 0) text += " " + std::to_string(step.amount);
    return text;
}

std::vector<Step> steps(const World& world, const Setting& setting) {
    std::vector<Step> out{{Verb::time, 0, 0, 0}};
    orders(world, out);
    spends(world, out);
    holds(world, out);
    for (std::uint8_t who = 0; who < 2; ++who) {
        for (const std::int64_t amount : setting.taken)
            out.push_back({Verb::spend, who, 0, static_cast<std::uint8_t>(amount)});
        out.push_back({Verb::hold, who, 0, static_cast<std::uint8_t>(setting.taken.front())});
        out.push_back({Verb::transfer, who, 0, 6});
        const bool is_absorbed = world.member(members_there[1 - who]).forwarded_to == members_there[who];
        out.push_back({is_absorbed ? Verb::unmerge : Verb::merge, who, 0, 0});
    }
    return out;
}

std::unique_ptr<World> after(const World& world, const Setting& setting, const Step& step) {
    if (step.verb == Verb::time) return later(world, setting);
    engine::Command command;
    command.id = {3, 1};
    command.member = members_there[step.member];
    command.occurred_at = world.now;
    command.body = body_of(world, step);
    auto next = after(world, *setting.programme, partition_of(command.member), command);
    if (next != nullptr && (step.verb == Verb::spend || step.verb == Verb::hold)) ++next->asked;
    return next;
}

}  // namespace banyan::model_check
