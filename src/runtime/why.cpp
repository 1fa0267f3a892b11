// SPDX-License-Identifier: Apache-2.0
#include "runtime/why.h"

#include <algorithm>

#include "runtime/brand.h"
#include "runtime/history.h"
#include "runtime/normalise.h"
#include "runtime/rehearsal.h"

namespace banyan::runtime {

namespace {

using engine::EntityId;
using engine::EntityKind;
using engine::EntityState;

// Entities as they were before a record.
class AsOf final : public engine::Source {
  public:
    AsOf(Partition& partition, Journal& journal, const codec::Record& record)
        : partition_(partition), journal_(journal), record_(record) {}

    Lsn load(EntityId id, EntityState& state) override {
        switch (id.kind) {
            // The whole partition moves these; rules read nothing of them but the next member's number, and a follow-up
            // asks for a cursor that stands before it.
            case EntityKind::partition:
            case EntityKind::cursor:
            case EntityKind::accounts:
            case EntityKind::programme: return load_shared(id, state);
            default: return fold(id, state);
        }
    }
    /// The first thing that could not be read; the decision is worth nothing then.
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  private:
    Lsn load_shared(EntityId id, EntityState& state) {
        const Lsn lsn = partition_.entities().load(id, state);
        auto* partition = std::get_if<engine::PartitionState>(&state);
        auto* cursor = std::get_if<engine::Cursor>(&state);
        for (const engine::Fact& fact : record_.facts) {
            const auto* numbered = std::get_if<engine::MemberNumbered>(&fact.body);
            if (partition != nullptr && numbered != nullptr) partition->members = numbered->number - 1;
            const auto* advanced = std::get_if<engine::CursorAdvanced>(&fact.body);
            if (cursor != nullptr && advanced != nullptr && fact.entity == id) {
                cursor->lsn = advanced->lsn;
                cursor->ordinal = advanced->ordinal - 1;
            }
        }
        return lsn;
    }

    Lsn fold(EntityId id, EntityState& state) {
        auto found = before(id);
        if (!found.ok()) {
            if (!error_) error_ = found.error();
            return {};
        }
        for (auto record = found->rbegin(); record != found->rend(); ++record) {
            for (const engine::Fact& fact : record->facts) {
                if (fact.entity == id)
                    engine::apply(state, fact.body, record->header.lsn, record->header.programme);
            }
        }
        return found->empty() ? Lsn{} : found->front().header.lsn;
    }

    // The records of the entity before this one, newest first.
    Result<std::vector<codec::Record>> before(EntityId id) {
        const auto touched = std::find_if(record_.touched.begin(), record_.touched.end(),
                                          [&](const codec::Touched& t) { return t.entity == id; });
        const Lsn from =
            touched != record_.touched.end() ? touched->previous : partition_.entities().lsn_of(id);
        auto records = TRY(records_from(partition_, journal_, id, from));
        std::erase_if(records, [&](const codec::Record& r) { return r.header.lsn >= record_.header.lsn; });
        return records;
    }

    Partition& partition_;
    Journal& journal_;
    const codec::Record& record_;
    std::optional<Error> error_;
};

std::shared_ptr<const programme::Programme> programme_of(const Partition& partition,
                                                         ProgrammeVersion version) {
    for (const Partition::Version& each : partition.versions()) {
        if (each.programme->version == version) return each.programme;
    }
    return nullptr;
}

Error no_such_event() {
    return {ErrorCode::not_found,
            "no event of this source and id was accepted; what was refused leaves no record: try it with a "
            "dry-run",
            "/event"};
}

// An event whose rules were asked in its first record and that ended in another.
Why joined(Why begun, Why ended) {
    if (begun.rules.empty() || !ended.rules.empty()) return ended;
    begun.recorded.status = ended.recorded.status;
    begun.recorded.refusal = ended.recorded.refusal;
    begun.recorded.answer = engine::combined(begun.recorded.answer, std::move(ended.recorded.answer));
    if (begun.differs.empty()) begun.differs = std::move(ended.differs);
    return begun;
}

}  // namespace

Result<Why> why(Partition& partition, Journal& journal, Lsn lsn) {
    const codec::Record record = TRY(record_at(partition, journal, lsn));
    Why told;
    told.event = event_of(record.command.body);
    told.occurred_at = record.command.occurred_at;
    told.programme = programme_of(partition, record.header.programme);
    told.recorded.at = record.header.time;
    told.recorded.partition = partition.id();
    told.recorded.lsn = record.header.lsn;
    told.recorded.answer = record.answer;
    told.recorded.refusal = record.answer.refused;
    if (record.answer.refused != engine::Refusal::none) told.recorded.status = Outcome::Status::refused;
    if (told.programme == nullptr) return told;  // the records that come before the first programme

    engine::Context context = partition.context(record.header.time);
    context.lsn = record.header.lsn;
    context.programme = told.programme.get();
    context.opened = {};
    context.truths = &record.conditions;
    context.seen = &told.rules;
    AsOf as_of(partition, journal, record);
    engine::Workspace workspace(as_of);
    const engine::Decision decision = engine::decide(workspace, record.command, context);
    if (as_of.error()) return *as_of.error();
    if (const auto differs = first_difference(record.facts, decision.facts))
        told.differs = "recorded was: " + differs->first + "; decided again: " + differs->second;
    return told;
}

void Brand::why(std::string source, std::string id, std::function<void(Result<Why>)> done) {
    Request asked;
    asked.source = std::move(source);
    asked.id = std::move(id);
    const KeyedId key = command_key(*ports_.secrets, asked);
    using Done = std::function<void(Result<Why>)>;
    const auto tell = [this](Accepted where, Done told) {
        shard_of(where.partition)
            .push(TaskOp([this, where, told = std::move(told)]() -> std::function<void()> {
                Result<Why> came = runtime::why(partition(where.partition), *ports_.journal, where.lsn);
                return [told, came = std::move(came)] { told(came); };
            }));
    };
    background([this, key, tell, done = std::move(done)]() mutable {
        const auto first = ids_.find(key);
        const auto last = ids_.find(completion_of(key));
        if (!first.ok()) return done(first.error());
        if (!last.ok()) return done(last.error());
        const auto is_there = [](const std::optional<Accepted>& found) {
            return found && found->lsn.value != 0;
        };
        if (!is_there(*first) && !is_there(*last)) return done(no_such_event());
        if (!is_there(*first) || !is_there(*last))
            return tell(is_there(*last) ? **last : **first, std::move(done));
        // Where it was only passed on, its rules were asked in the end; where a grant waited, at first.
        tell(**first, [tell, end = **last, done = std::move(done)](Result<Why> begun) {
            if (!begun.ok()) return done(std::move(begun));
            tell(end, [begun = std::move(begun), done](Result<Why> ended) {
                done(ended.ok() ? joined(*begun, *std::move(ended)) : std::move(ended));
            });
        });
    });
}

}  // namespace banyan::runtime
