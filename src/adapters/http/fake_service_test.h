// SPDX-License-Identifier: Apache-2.0
#pragma once

// A brand in memory that says what a test wants it to say. It answers on a thread of its own, as the runtime does, so
// that the way back to the server's thread is part of every test.

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "runtime/service.h"

namespace banyan::http {

inline std::shared_ptr<programme::Programme> sample_programme() {
    auto programme = std::make_shared<programme::Programme>();
    programme->version = {3};
    programme->code = "rongjian";
    programme->name_zh = "榕间";
    programme->name_en = "Rongjian";
    programme->currency = *currency_of("CNY");
    ledger::Unit points;
    points.id = {1};
    points.code = "points";
    points.name_en = "Points";
    points.name_zh = "积分";
    ledger::Unit stars;
    stars.id = {2};
    stars.code = "stars";
    stars.decimals = 2;
    programme->units = {points, stars};
    tiers::Ladder ladder;
    ladder.id = {1};
    ladder.code = "star";
    ladder.tiers = {{{1}, "base", "普通", "Base", 0}, {{2}, "one", "一星", "One star", 50000}};
    programme->ladders = {ladder};
    earning::Rule rule;
    rule.id = {1};
    rule.code = "spend";
    rule.on = "order.paid";
    rule.when_text = "true";
    rule.amount_text = "order.paid / 100";
    rule.unit = {1};
    rule.cost_centre = 1;
    programme->rules.push_back(std::move(rule));
    programme->cost_centres = {"marketing"};
    return programme;
}

class FakeService final : public runtime::Service {
  public:
    using Decide = std::function<runtime::Outcome(const runtime::Request&)>;

    FakeService() : programme_(sample_programme()), thread_([this] { work(); }) {}
    ~FakeService() override {
        {
            const std::lock_guard lock(mutex_);
            is_ending_ = true;
        }
        wakes_.notify_all();
        thread_.join();
    }

    /// What submit answers; by default "applied" to member m1 at growing LSNs, "replayed" for a known id.
    void decide_with(Decide decide) {
        const std::lock_guard lock(mutex_);
        decide_ = std::move(decide);
    }
    /// Keeps all answers back until release().
    void hold() {
        const std::lock_guard lock(mutex_);
        is_held_ = true;
    }
    void release() {
        {
            const std::lock_guard lock(mutex_);
            is_held_ = false;
        }
        wakes_.notify_all();
    }
    [[nodiscard]] std::vector<std::string> submitted() {
        const std::lock_guard lock(mutex_);
        return submitted_;
    }
    [[nodiscard]] runtime::Request last() {
        const std::lock_guard lock(mutex_);
        return last_;
    }

    void submit(runtime::Request request, std::function<void(runtime::Outcome)> done) override {
        later([this, request = std::move(request), done = std::move(done)] { done(outcome(request)); });
    }
    void find(runtime::ExternalId identity, std::function<void(Result<MemberId>)> done) override {
        later([identity = std::move(identity), done = std::move(done)] {
            if (identity.id.opened() == "known") return done(MemberId{0x10000});
            done(Error{ErrorCode::not_found, "nobody has this identity", ""});
        });
    }
    void member(MemberId id, std::optional<Instant> at, Open open,
                std::function<void(Result<runtime::MemberView>)> done) override {
        later([this, id, at, open, done = std::move(done)] { done(view(id, at, open)); });
    }
    void timeline(MemberId id, runtime::Page page,
                  std::function<void(Result<runtime::Timeline>)> done) override {
        later([this, id, page, done = std::move(done)] { done(history(id, page)); });
    }
    void list(std::uint64_t after, std::uint32_t limit,
              std::function<void(Result<runtime::MemberList>)> done) override {
        later([after, limit, done = std::move(done)] {
            runtime::MemberList list;
            for (std::uint64_t number = after + 1; number <= 5; ++number) {
                if (list.members.size() == limit) break;
                list.members.push_back({number << 16U});
                list.next = number < 5 ? number : 0;
            }
            done(list);
        });
    }
    void totals(std::function<void(Result<runtime::Totals>)> done) override {
        later([done = std::move(done)] {
            runtime::Totals totals;
            runtime::Totals::PerUnit unit;
            unit.unit = {1};
            unit.accounts.balance[0] = Quantity(-100);
            unit.accounts.balance[1] = Quantity(30);
            unit.liability = Quantity(70);
            totals.units = {unit};
            totals.members = 5;
            done(totals);
        });
    }
    [[nodiscard]] std::shared_ptr<const programme::Programme> programme() const override {
        return programme_;
    }
    [[nodiscard]] std::vector<runtime::PublishedVersion> versions() const override {
        const std::string address = "sha256:" + std::string(64, 'a');
        return {{{1}, instant_min, address, "programme: rongjian\n", true}};
    }
    [[nodiscard]] programme::Checked check(const Value& document) const override {
        // Whoever names a programme is told that it is one; the checks themselves are the domain's.
        programme::Checked checked;
        const bool is_programme =
            document.is(Value::Kind::map) && document.map().find("programme") != nullptr;
        if (is_programme)
            checked.programme = programme_;
        else
            checked.findings.add({programme::Weight::error, "", programme::Part::value, std::nullopt,
                                  "\"programme\" is missing"});
        return checked;
    }
    void publish(std::string document, std::optional<Instant> at,
                 std::function<void(Result<runtime::PublishedVersion>)> done) override {
        later([this, document = std::move(document), at, done = std::move(done)] {
            if (at && *at < now()) return done(Error::invalid("time never goes back", "/at"));
            done(runtime::PublishedVersion{
                {2}, at.value_or(now()), "sha256:" + std::string(64, 'b'), document, !at});
        });
    }
    void quote(runtime::QuoteAsked asked, std::function<void(Result<runtime::Quoted>)> done) override {
        later([asked = std::move(asked), done = std::move(done)] {
            done(Error{ErrorCode::not_found, "there is no such member", "/member"});
        });
    }
    void why(std::string source, std::string id, std::function<void(Result<runtime::Why>)> done) override {
        later([this, source, id, done = std::move(done)] {
            if (source != "shop" || id != "o-1")
                return done(Error{ErrorCode::not_found, "no such event", "/event"});
            runtime::Why told;
            told.event = "order.paid";
            told.occurred_at = now();
            told.programme = programme_;
            told.rules = {{{1}, true, Quantity(56), "", {"order.paid = 5600"}, ""}};
            told.recorded.at = now();
            told.recorded.answer.member = {0x10000};
            done(told);
        });
    }
    void dry_run(runtime::Request, std::optional<std::string>,
                 std::function<void(Result<runtime::DryRun>)> done) override {
        later([this, done = std::move(done)] {
            runtime::DryRun run;
            run.programme = programme_;
            run.rules = {{{1}, true, Quantity(56), "", {"order.paid = 5600"}, {}}};
            run.outcome.answer.member = {0x10000};
            run.outcome.at = now();
            run.outcome.answer.earned.push_back({{1}, {1}, Quantity(56), Quantity(0), now(), instant_max});
            done(run);
        });
    }
    [[nodiscard]] Instant now() const override { return Instant{1'700'000'000'000'000}; }
    void order(std::string source, std::string id,
               std::function<void(Result<runtime::OrderView>)> done) override {
        later([source = std::move(source), id = std::move(id), done = std::move(done)] {
            if (source != "shop" || id != "o-1")
                return done(Error{ErrorCode::not_found, "no such order", "/id"});
            done(runtime::OrderView{});
        });
    }
    void limits(std::function<void(Result<runtime::LimitList>)> done) override {
        later([this, done = std::move(done)] { done(runtime::LimitList{programme_, {}, now()}); });
    }
    void jobs(std::function<void(Result<std::vector<runtime::JobView>>)> done) override {
        later([this, done = std::move(done)] { done(std::vector{job_}); });
    }
    void reverse(runtime::ReversalAsked asked, std::function<void(Result<runtime::JobView>)> done) override {
        later([this, asked = std::move(asked), done = std::move(done)] {
            if (asked.source != "shop")
                return done(Error{ErrorCode::not_found, "nothing is recorded of it", "/what/source"});
            done(job_);
        });
    }
    void move_job(std::string id, engine::JobState to,
                  std::function<void(Result<runtime::JobView>)> done) override {
        later([this, id = std::move(id), to, done = std::move(done)] {
            if (id != job_.id) return done(Error{ErrorCode::not_found, "there is no such job", "/id"});
            if (!engine::may_move(job_.state, to))
                return done(Error{ErrorCode::conflict, "the job is previewed", "/id"});
            job_.state = to;
            done(job_);
        });
    }
    void set_clock(Instant, std::function<void(Result<void>)> done) override {
        later([done = std::move(done)] {
            done(Error{ErrorCode::refused, "this server runs on the wall clock", ""});
        });
    }
    void set_history(bool, std::function<void(Result<void>)> done) override {
        later([done = std::move(done)] { done({}); });
    }
    [[nodiscard]] std::map<std::string, double> numbers() const override { return {{"banyan_fake", 1.0}}; }
    [[nodiscard]] std::string not_ready_because() const override {
        const std::lock_guard lock(mutex_);
        return not_ready_;
    }
    void wait_for(std::string what) {
        const std::lock_guard lock(mutex_);
        not_ready_ = std::move(what);
    }

  private:
    void later(std::function<void()> task) {
        {
            const std::lock_guard lock(mutex_);
            tasks_.push_back(std::move(task));
        }
        wakes_.notify_all();
    }
    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            wakes_.wait(lock, [this] { return is_ending_ || (!is_held_ && !tasks_.empty()); });
            if (is_ending_ && (tasks_.empty() || is_held_)) return;
            if (is_held_ || tasks_.empty()) continue;
            auto task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
            lock.lock();
        }
    }
    runtime::Outcome outcome(const runtime::Request& request) {
        Decide decide;
        bool is_new = false;
        {
            const std::lock_guard lock(mutex_);
            submitted_.push_back(request.id);
            last_ = request;
            decide = decide_;
            is_new = known_.insert(request.source + "/" + request.id).second;
        }
        if (decide) return decide(request);
        runtime::Outcome outcome;
        outcome.status = is_new ? runtime::Outcome::Status::applied : runtime::Outcome::Status::replayed;
        outcome.answer.member = {0x10000};
        outcome.partition = {0};
        outcome.lsn = {++lsn_};
        outcome.at = now();
        outcome.answer.earned.push_back({{1}, {1}, Quantity(56), Quantity(0), now(), instant_max});
        outcome.answer.balances.push_back({{2}, Quantity(1234), Quantity(1234), {}, {}, {}});
        outcome.answer.tiers.push_back({{1}, {0}, {1}});
        return outcome;
    }
    Result<runtime::MemberView> view(MemberId id, std::optional<Instant> at, Open open) const {
        if (id.value != 0x10000) return Error{ErrorCode::not_found, "there is no such member", ""};
        runtime::MemberView view;
        view.id = id;
        view.state = members::State::active;
        view.as_of = at.value_or(now());
        view.joined_at = Instant{1'600'000'000'000'000};
        view.identity_kinds = {"openid"};
        view.balances.push_back({{1}, Quantity(70), Quantity(60), Quantity(10), {}, {}});
        ledger::Lot soon;
        soon.number = {1};
        soon.granted = Quantity(100);
        soon.remaining = Quantity(70);
        soon.expires = now() + days(10);
        ledger::Lot never = soon;
        never.number = {2};
        never.expires = instant_max;
        view.lots = {{{1}, soon}, {{1}, never}};
        view.standings.push_back({{1}, {1}, view.joined_at});
        engine::StandingSeen& seen = view.progress.emplace_back();
        seen.ladder = {1};
        seen.tier = {1};
        seen.value = 12'345;
        seen.next = TierId{2};
        seen.missing = 37'655;
        view.spend = 12345;
        view.orders = 2;
        view.lsn = {17};
        if (open == Open::profile) view.profile.name = runtime::Personal("榕小间");
        return view;
    }
    Result<runtime::Timeline> history(MemberId id, runtime::Page page) const {
        if (id.value != 0x10000) return Error{ErrorCode::not_found, "there is no such member", ""};
        runtime::Timeline timeline;
        std::uint64_t lsn = page.before == 0 ? 10 : page.before - 1;
        for (; lsn >= 1 && timeline.entries.size() < page.limit; --lsn) {
            runtime::TimelineEntry entry;
            entry.lsn = {lsn};
            entry.event = "order.paid";
            entry.paid = 5600;
            entry.lines.push_back({"1", "latte", "coffee", 2, 5600});
            runtime::StatementLine line;
            line.lsn = {lsn};
            line.ordinal = 1;
            line.event = "order.paid";
            line.movement = "granted";
            line.unit = {
                static_cast<std::uint16_t>(lsn % 2 == 0 ? 1 : 2)};  // points at even LSNs, stars at odd
            line.amount = Quantity(56);
            line.balance = Quantity(56);
            line.rule = {1};
            line.order_lines = {"1: 56"};
            entry.movements.push_back(line);
            timeline.entries.push_back(entry);
        }
        timeline.next = lsn >= 1 ? lsn + 1 : 0;
        return timeline;
    }

    std::shared_ptr<programme::Programme> programme_;
    runtime::JobView job_ = [] {
        runtime::JobView job;
        job.id = "7";
        job.name = "import:shop";
        job.state = engine::JobState::previewed;
        job.preview.members = 2;
        job.preview.steps = 3;
        engine::sum_of(job.preview, {1}, 0).amount = Quantity(250);
        job.records = 10;
        job.walked = 10;
        return job;
    }();
    mutable std::mutex mutex_;
    std::condition_variable wakes_;
    std::deque<std::function<void()>> tasks_;
    bool is_ending_ = false;
    bool is_held_ = false;
    std::string not_ready_;
    Decide decide_;
    std::set<std::string> known_;
    std::vector<std::string> submitted_;
    runtime::Request last_;
    std::uint64_t lsn_ = 0;
    std::thread thread_;
};

}  // namespace banyan::http
