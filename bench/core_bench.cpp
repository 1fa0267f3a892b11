// SPDX-License-Identifier: Apache-2.0
// The core alone: decide an order, encode its record, chain its hash, apply it. No ids to hash, no HTTP, no disk: what
// the goal of 5 us and 500 bytes an event is about. One partition, a store that holds nothing, so everything the run
// makes stays in memory.

#include "measure.h"

namespace banyan::bench {

using runtime::Partition;

namespace {

engine::Command order_of(Sequence& sequence, MemberId member, std::uint64_t number, Instant at) {
    engine::RecordOrder order;
    order.order = {number, 7};
    order.channel = "app";
    order.store = "s-12";
    order.lines.push_back(
        {"1", "latte", "coffee", 2, static_cast<std::int64_t>(100 + sequence.below(20'000))});
    engine::Command command;
    command.id = {sequence.next(), number + 1};
    command.fingerprint = {sequence.next(), number + 1};
    command.member = member;
    command.occurred_at = at;
    command.body = std::move(order);
    return command;
}

MemberId make_member(Partition& partition, Sequence& sequence, std::uint64_t number, Instant at) {
    engine::Command command;
    command.id = {sequence.next(), number + 1};
    command.fingerprint = {sequence.next(), number + 1};
    command.claim = engine::Claim{{number + 1}, {1}};
    command.occurred_at = at;
    command.body = engine::RegisterMember{};
    const Partition::Executed executed = partition.execute(command, {}, at);
    if (executed.lsn.value == 0) give_up("a member was refused: " + executed.detail);
    return executed.answer.member;
}

}  // namespace

int run_core(const Asked& asked) {
    EmptyStore store;
    runtime::Ids ids(store, 1);
    const runtime::Shared shared = shared_for({}, ids);
    Partition partition({0}, shared, store, 0);
    Instant at{1'780'000'000'000'000};  // in 2026; the programme's dates are relative to it

    engine::Command activate;
    activate.body = engine::ActivateProgramme{{1}, document_of(asked)};
    partition.execute(activate, {}, at);
    if (!partition.programme()) give_up("the programme was not activated");

    Sequence sequence(20'261'122);
    std::vector<MemberId> members;
    for (std::uint64_t i = 0; i < asked.members; ++i) {
        members.push_back(make_member(partition, sequence, i, at));
        if (i % asked.batch == 0) partition.set_durable();
    }
    partition.set_durable();

    std::uint64_t bytes = 0, facts = 0;
    double decided = 0;
    for (std::uint64_t done = 0; done < asked.events;) {
        std::vector<engine::Command> commands;
        for (std::uint64_t i = 0; i < asked.batch && done < asked.events; ++i, ++done)
            commands.push_back(
                order_of(sequence, members[sequence.below(members.size())], (1ULL << 40U) + done, at));
        const double start = thread_seconds();
        for (const engine::Command& command : commands) {
            at.microseconds += 50;
            const Partition::Executed executed = partition.execute(command, {3, 14}, at);
            if (executed.lsn.value == 0) give_up("an order was refused: " + executed.detail);
        }
        decided += thread_seconds() - start;
        for (const auto& [lsn, record] : partition.unwritten()) bytes += record.size();
        const auto last = codec::decode(partition.unwritten().back().second);
        facts += must(Result<std::size_t>(last.ok() ? last->facts.size() : 0)) * commands.size();
        partition.set_durable();
    }
    const auto events = static_cast<double>(asked.events);
    print({{"events", events},
           {"rules", static_cast<double>(partition.programme()->rules.size())},
           {"cpu_us", decided / events * 1e6},
           {"journal_bytes", static_cast<double>(bytes) / events},
           {"facts", static_cast<double>(facts) / events}});
    return 0;
}

}  // namespace banyan::bench
