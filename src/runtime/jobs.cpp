// SPDX-License-Identifier: Apache-2.0
// What takes its time, as an operator sees it: listed, opened, cancelled, resumed. A job's parts live in the
// partitions; opening one reaches them all by follow-ups, so no crash leaves some without it.

#include <algorithm>
#include <charconv>

#include "runtime/brand.h"

namespace banyan::runtime {

namespace {

using engine::Job;
using engine::JobState;

// One that still works is what the whole job does; done is only what is done everywhere.
int precedence(JobState state) {
    switch (state) {
        case JobState::running: return 4;
        case JobState::previewing: return 3;
        case JobState::previewed: return 2;
        case JobState::cancelled: return 1;
        case JobState::done: return 0;
    }
    return 0;
}

JobView view_of(std::uint64_t number, const engine::JobOpened& opened, JobState state) {
    JobView view;
    view.id = std::to_string(number);
    view.name = opened.name;
    view.state = state;
    view.opened_at = opened.at;
    view.has_preview = opened.state == JobState::previewing;
    return view;
}

std::optional<std::uint64_t> number_of(const std::string& id) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error != std::errc{} || end != id.data() + id.size() || number == 0) return std::nullopt;
    return number;
}

// Everything of one job that the partitions know.
struct Gathered {
    std::mutex mutex;
    std::map<std::uint64_t, JobView> jobs;
    std::map<std::uint64_t, std::size_t> seen;  // in how many partitions
    std::map<std::uint32_t, JobView> backfills;

    void add(std::uint64_t number, const Job& job, const Undoer::Walk& walk, Duration now) {
        JobView& view = jobs.try_emplace(number, view_of(number, job.opened, JobState::done)).first->second;
        ++seen[number];
        if (precedence(job.state) > precedence(view.state)) view.state = job.state;
        view.opened_at = std::min(view.opened_at, job.opened.at);
        view.has_preview =
            view.has_preview && job.opened.state == JobState::previewing && job.state != JobState::previewing;
        engine::add(view.preview, job.preview);
        engine::add(view.done, job.done);
        view.records += walk.records;
        view.walked += walk.walked;
        if (walk.here != 0 && now > walk.began)
            view.per_second +=
                static_cast<double>(walk.here) * 1e6 / static_cast<double>((now - walk.began).microseconds);
    }
    void add(const Backfiller::Progress& progress) {
        JobView& view = backfills[progress.version.value];
        view.id = "metrics-" + std::to_string(progress.version.value);
        view.kind = JobView::Kind::backfill;
        view.has_preview = false;
        view.name = "measures that version " + std::to_string(progress.version.value) + " brought";
        view.records += progress.head.value;
        view.walked += std::min(progress.next.value - 1, progress.head.value);
    }
    std::vector<JobView> newest_first(std::size_t partitions) {
        std::vector<JobView> all;
        for (auto& [number, view] : jobs) {
            // Where it has not arrived yet it is yet to begin.
            if (seen[number] < partitions && view.state == JobState::done) view.state = JobState::running;
            view.has_preview = view.has_preview && seen[number] == partitions;
            const double left = static_cast<double>(view.records - view.walked);
            if (view.per_second > 0)
                view.remaining = Duration{static_cast<std::int64_t>(left / view.per_second * 1e6)};
            all.push_back(std::move(view));
        }
        std::reverse(all.begin(), all.end());
        for (auto& [version, view] : backfills) all.push_back(std::move(view));
        return all;
    }
};

Result<JobView> find_in(const Result<std::vector<JobView>>& all, const std::string& id) {
    if (!all.ok()) return all.error();
    const auto found =
        std::find_if(all->begin(), all->end(), [&](const JobView& view) { return view.id == id; });
    if (found == all->end())
        return Error{ErrorCode::not_found, "there is no job \"" + id + "\"; GET /v1/jobs lists them", "/id"};
    return *found;
}

const char* word_of(JobState state) {
    constexpr const char* words[] = {"previewing", "previewed", "running", "cancelled", "done"};
    return words[static_cast<std::size_t>(state)];
}

}  // namespace

void Brand::jobs(std::function<void(Result<std::vector<JobView>>)> done) {
    auto gathered = std::make_shared<Gathered>();
    const auto gather = [this, gathered](Partition& partition) {
        engine::Workspace workspace(partition.entities());
        const Shard& shard = shard_of(partition.id());
        const std::lock_guard lock(gathered->mutex);
        for (const auto& [number, state] : partition.jobs()) {
            const Job& job = workspace.read<Job>(engine::entity_of_job(number));
            gathered->add(number, job, shard.undoer().walk(partition.id(), number, job),
                          ports_.clock->monotonic());
        }
        if (const auto filling = shard.backfiller().progress(partition)) gathered->add(*filling);
    };
    on_all(gather,
           [this, gathered, done = std::move(done)] { done(gathered->newest_first(partitions_.size())); });
}

Result<engine::JobOpened> Brand::job_of(const ReversalAsked& asked) const {
    engine::JobOpened job;
    job.state = asked.preview_first ? JobState::previewing : JobState::running;
    const auto say = [&](const std::string& word) { job.name += (job.name.empty() ? "" : " ") + word; };
    if (asked.source.empty() && asked.reason.empty() && asked.rule.empty())
        return Error::invalid("say what is to be taken back: a source, a reason or a rule", "/what");
    if (!asked.source.empty()) {
        job.scope.source = directory_.known_source(asked.source);
        if (job.scope.source == 0)
            return Error::invalid("nothing is recorded of a source \"" + asked.source + "\"", "/what/source");
        say("import:" + asked.source);
    }
    if (!asked.reason.empty()) say("grant:" + asked.reason);
    job.scope.reason = asked.reason;
    const std::lock_guard lock(programme_mutex_);
    if (!asked.rule.empty()) {
        for (const Partition::Version& version : published_) {
            for (const earning::Rule& rule : version.programme->rules) {
                if (rule.code == asked.rule) job.scope.rule = rule.id;
            }
        }
        if (job.scope.rule.value == 0)
            return Error::invalid("no version of the programme has a rule \"" + asked.rule + "\"",
                                  "/what/rule");
        say("rule:" + asked.rule);
    }
    if (asked.version.value > published_.size())
        return Error::invalid("there is no version " + std::to_string(asked.version.value), "/what/version");
    job.scope.version = asked.version;
    if (asked.version.value != 0) say("version:" + std::to_string(asked.version.value));
    if (asked.from) {
        job.scope.from = *asked.from;
        say("from:" + to_rfc3339(*asked.from));
    }
    if (asked.until) {
        job.scope.until = *asked.until;
        say("until:" + to_rfc3339(*asked.until));
    }
    if (job.scope.from >= job.scope.until) return Error::invalid("`until` lies after `from`", "/what/until");
    return job;
}

void Brand::reverse(ReversalAsked asked, std::function<void(Result<JobView>)> done) {
    if (const std::string why = stopped_because(); !why.empty())
        return done(Error{ErrorCode::unavailable, why, ""});
    auto job = job_of(asked);
    if (!job.ok()) return done(job.error());
    shard_of({0}).push(TaskOp([this, job = *job, done = std::move(done)]() mutable -> std::function<void()> {
        Partition& first = partition({0});
        const auto& known = first.jobs();
        const std::uint64_t number = known.empty() ? 1 : known.rbegin()->first + 1;
        job.at = first.now(now());
        engine::Command command;
        command.occurred_at = job.at;
        command.body = engine::TellJob{number, job, engine::TellJob::Reach::everywhere};
        first.execute(command, {}, now());
        return [done, view = view_of(number, job, job.state)] { done(view); };
    }));
}

void Brand::move_job(std::string id, JobState to, std::function<void(Result<JobView>)> done) {
    if (const std::string why = stopped_because(); !why.empty())
        return done(Error{ErrorCode::unavailable, why, ""});
    jobs([this, id = std::move(id), to, done = std::move(done)](const Result<std::vector<JobView>>& all) {
        auto found = find_in(all, id);
        if (!found.ok()) return done(found.error());
        const auto number = number_of(id);
        if (!number)
            return done(Error{ErrorCode::conflict,
                              "measures are filled because the programme asks for them; publish a version "
                              "without them to stop it",
                              "/id"});
        if (!engine::may_move(found->state, to))
            return done(
                Error{ErrorCode::conflict, std::string("the job is ") + word_of(found->state), "/id"});
        const auto move = [this, number = *number, to](Partition& partition) {
            const auto known = partition.jobs().find(number);
            if (known == partition.jobs().end() || !engine::may_move(known->second, to)) return;
            engine::Command command;
            command.occurred_at = partition.now(now());
            command.body = engine::TellJob{number, engine::JobMoved{to}, engine::TellJob::Reach::here};
            partition.execute(command, {}, now());
        };
        on_all(move, [view = *found, to, done]() mutable {
            view.state = to;
            done(view);
        });
    });
}

}  // namespace banyan::runtime
