// SPDX-License-Identifier: Apache-2.0
// One event, decided and thrown away.

#include "runtime/brand.h"
#include "runtime/normalise.h"

namespace banyan::runtime {

namespace {

// Nobody has this handle: it stands for an identity that the event would claim.
constexpr Handle nobodys{~std::uint64_t{0}, ~std::uint64_t{0}};

}  // namespace

void Brand::dry_run(Request request, std::optional<std::string> draft,
                    std::function<void(Result<DryRun>)> done) {
    MemberId member = request.subject.member;
    for (const ExternalId& identity : request.subject.identities) {
        const auto known = directory_.find(directory_.key_of(identity));
        if (known && member.value == 0) member = *known;
    }
    if (member.value == 0 && request.subject.identities.empty())
        return done(
            Error::invalid("say which member: a member id or at least one identity", "/event/member"));
    const PartitionId where = member.value != 0
                                  ? partition_of(member)
                                  : home_of(directory_.key_of(request.subject.identities.front()));
    if (where.value >= partitions_.size())
        return done(Error{ErrorCode::not_found, "there is no such member", ""});

    std::shared_ptr<const programme::Programme> under;
    if (draft) {
        const auto compiled = shared_.compile(*draft, {0});
        if (!compiled.ok()) return done(compiled.error());
        programme::Numbers numbers;
        {
            const std::lock_guard lock(programme_mutex_);
            for (const Partition::Version& version : published_) numbers.learn(*version.programme);
            const auto broken = programme::broken_promises(*published_.back().programme, **compiled);
            if (!broken.empty())
                return done(
                    Error{ErrorCode::refused, "the draft cannot follow: " + broken.front(), "/document"});
        }
        under = programme::numbered_as_draft(**compiled, numbers);
    }
    const auto decide = [this, request = std::move(request), member, where, under]() -> Result<DryRun> {
        Partition& partition = this->partition(where);
        const Instant at = partition.now(now());
        DryRun run;
        run.programme = under != nullptr ? under : partition.programme_at(at);
        engine::Command command;
        command.body = TRY(normalise(request, *run.programme, *ports_.secrets, at));
        command.id = command_key(*ports_.secrets, request);
        command.occurred_at = request.occurred_at.value_or(at);
        command.member = member;
        if (member.value == 0) command.claim = engine::Claim{nobodys, {}};
        engine::Context context = partition.context(at);
        context.programme = run.programme.get();
        context.opened = TRY(profiles_.opened_for(partition, member));
        context.seen = &run.rules;
        engine::Workspace workspace(partition.entities());
        engine::Decision decision = engine::decide(workspace, command, context);
        run.outcome.at = at;
        run.outcome.partition = where;
        run.outcome.saw = partition.head();
        run.outcome.refusal = decision.refusal;
        run.outcome.detail = std::move(decision.detail);
        run.outcome.answer = std::move(decision.answer);
        if (decision.refusal != engine::Refusal::none) run.outcome.status = Outcome::Status::refused;
        return run;
    };
    shard_of(where).push(TaskOp([decide, done = std::move(done)]() -> std::function<void()> {
        Result<DryRun> run = decide();
        return [done, run = std::move(run)] { done(run); };
    }));
}

}  // namespace banyan::runtime
