// SPDX-License-Identifier: Apache-2.0
#include "runtime/checkpointer.h"

#include <algorithm>
#include <memory>

#include "runtime/brand.h"

namespace banyan::runtime {

void Checkpointer::step() {
    if (is_under_way_ || since_round_ < brand_.options().checkpoint_every) return;
    since_round_ = 0;
    auto rounds = std::make_shared<std::vector<Round>>();
    auto rows = std::make_shared<std::vector<Put>>();
    // At least what arrived since the last round must leave with this one, or the dirty set grows without bound.
    const std::size_t each =
        std::max<std::size_t>(brand_.options().checkpoint_rows / shard_.partitions().size(), 16);
    for (Partition* partition : shard_.partitions()) {
        Round round{partition, {}};
        const std::size_t most = std::max(each, partition->entities().dirty() / 2);
        const std::size_t entities = partition->entities().begin_save(most, partition->durable());
        round.ids = brand_.ids().collect(partition->id(), most, partition->durable(), *rows);
        if (entities != 0 || !round.ids.empty()) rounds->push_back(std::move(round));
    }
    if (rounds->empty()) return;
    is_under_way_ = true;
    brand_.background([this, rounds, rows] {
        for (const Round& round : *rounds) round.partition->entities().rows_to_save(*rows);
        const auto written = brand_.ports().checkpoints->write(*rows, Durability::eventually);
        if (!written.ok()) return brand_.fail(written.error());
        shard_.push(TaskOp([this, rounds] {
            end(*rounds);
            return std::function<void()>();
        }));
    });
}

// On the shard's thread again: the rows are in the store.
void Checkpointer::end(const std::vector<Round>& rounds) {
    std::vector<Put> marks;
    for (const Round& round : rounds) {
        Partition& partition = *round.partition;
        partition.entities().saved();
        brand_.ids().saved(partition.id(), round.ids);
        const Lsn head = partition.durable();
        const Lsn in_flight = partition.first_in_flight(
            head, [&](PartitionId target) { return brand_.taken(target, partition.id()); });
        const Lsn from = std::min({partition.entities().first_unsaved(head), in_flight,
                                   brand_.ids().first_unsaved(partition.id(), head)});
        marks.push_back(brand_.checkpoint_meta(partition, from));
    }
    is_under_way_ = false;
    const std::size_t share = brand_.options().resident_bytes_max / brand_.partition_count();
    for (Partition* partition : shard_.partitions()) partition->entities().evict(share);
    brand_.background([this, marks = std::move(marks)] {
        const auto written = brand_.ports().checkpoints->write(marks, Durability::eventually);
        if (!written.ok()) brand_.fail(written.error());
    });
}

}  // namespace banyan::runtime
