// SPDX-License-Identifier: Apache-2.0
#include "app/back_tester.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "adapters/files/journal_reader.h"
#include "adapters/system/system_clock.h"
#include "app/back_testing.h"

namespace banyan::app {

namespace {

using runtime::BackTestView;
using State = BackTestView::State;

constexpr std::size_t kept_max = 10;

double seconds_since(std::int64_t began_us) {
    return static_cast<double>(system::SystemClock().monotonic().microseconds - began_us) / 1e6;
}

}  // namespace

BackTester::~BackTester() {
    is_cancelled_ = true;
    if (thread_.joinable()) thread_.join();
}

BackTestView BackTester::seen(const BackTestView& told) const {
    BackTestView view = told;
    if (view.state != State::running) return view;
    view.bytes_read = std::min(bytes_read_.load(), view.bytes);
    view.records = records_;
    const double seconds = seconds_since(began_us_);
    if (view.bytes_read == 0 || seconds <= 0) return view;
    view.per_second = static_cast<double>(view.records) / seconds;
    const double left =
        static_cast<double>(view.bytes - view.bytes_read) / static_cast<double>(view.bytes_read);
    view.remaining = Duration{static_cast<std::int64_t>(left * seconds * 1e6)};
    return view;
}

std::vector<BackTestView> BackTester::list() {
    const std::lock_guard lock(mutex_);
    std::vector<BackTestView> all;
    for (const BackTestView& told : told_) all.push_back(seen(told));
    std::reverse(all.begin(), all.end());
    return all;
}

Result<BackTestView> BackTester::open(const std::optional<std::string>& document) {
    std::optional<ProgrammeFile> draft;
    if (document) {
        draft = TRY(checked_programme(*document, "draft"));
        if (draft->checked.programme == nullptr) {
            std::string why = "the draft has errors";
            for (const std::string& line : lines_of(*draft)) why += "; " + line;
            return Error::invalid(why, "/draft");
        }
    }
    const std::lock_guard lock(mutex_);
    if (!told_.empty() && told_.back().state == State::running)
        return Error{ErrorCode::conflict,
                     "a back-test is under way: " + told_.back().id + "; wait for it or cancel it", ""};
    if (thread_.joinable()) thread_.join();
    BackTestView view;
    view.id = "back-test-" + std::to_string(++opened_);
    view.name = draft ? "everything under a draft" : "everything as it was";
    view.opened_at = system::SystemClock().wall();
    view.bytes = TRY(files::bytes_of_journal(disk_));
    if (told_.size() == kept_max) told_.erase(told_.begin());
    told_.push_back(view);
    bytes_read_ = 0;
    records_ = 0;
    is_cancelled_ = false;
    began_us_ = system::SystemClock().monotonic().microseconds;
    thread_ = std::thread([this, draft = std::move(draft)] { run(draft); });
    return view;
}

void BackTester::run(const std::optional<ProgrammeFile>& draft) {
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 10);  // of this thread alone
    const auto read = [this](const runtime::BrandFile& file, const TakeRecord& take) -> Result<Took> {
        const double cpu = cpu_seconds();
        TRY(files::read_beside(disk_, file.journal, [&](const runtime::StoredRecord& record) -> Result<void> {
            if (is_cancelled_) return Error{ErrorCode::unavailable, "it was cancelled", ""};
            bytes_read_ += record.bytes.size();
            ++records_;
            return take(record);
        }));
        return Took{seconds_since(began_us_), cpu_seconds() - cpu};
    };
    auto done = back_test(disk_, draft ? &*draft : nullptr, read);
    const std::lock_guard lock(mutex_);
    BackTestView& view = told_.back();
    view = seen(view);
    view.remaining = std::nullopt;
    view.state = is_cancelled_ ? State::cancelled : done.ok() ? State::done : State::failed;
    if (view.state == State::failed) view.because = done.error().text();
    if (view.state == State::done) {
        view.bytes_read = view.bytes;
        view.report = json_of(*done);
    }
}

Result<BackTestView> BackTester::cancel(const std::string& id) {
    const std::lock_guard lock(mutex_);
    for (const BackTestView& told : told_) {
        if (told.id != id) continue;
        if (told.state != State::running) return Error{ErrorCode::conflict, "the back-test is over", "/id"};
        is_cancelled_ = true;
        BackTestView view = seen(told);
        view.state = State::cancelled;
        return view;
    }
    return Error{ErrorCode::not_found, "there is no job \"" + id + "\"; GET /v1/jobs lists them", "/id"};
}

}  // namespace banyan::app
