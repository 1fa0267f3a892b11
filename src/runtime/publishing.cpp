// SPDX-License-Identifier: Apache-2.0
// How a programme becomes the next version: checked against what was promised, recorded in every partition, in force
// from one log time on.

#include "runtime/publishing.h"

#include <algorithm>

#include "domain/programme/canonical.h"
#include "runtime/brand.h"

namespace banyan::runtime {

namespace {

constexpr std::string_view heading = "# published as version ";
constexpr std::string_view from = ", in force from ";
/// How far ahead of the slowest partition a version comes into force that was not given a time.
constexpr Duration lead = seconds(1);

std::string joined(const std::vector<std::string>& sentences) {
    std::string all;
    for (const std::string& sentence : sentences) all += (all.empty() ? "" : "; ") + sentence;
    return all;
}

}  // namespace

std::string published_text(ProgrammeVersion version, Instant since, std::string_view document) {
    if (document.starts_with("\xEF\xBB\xBF")) document.remove_prefix(3);
    return std::string(heading) + std::to_string(version.value) + std::string(from) + to_rfc3339(since) +
           "\n" + std::string(document);
}

std::optional<Instant> published_since(std::string_view document) {
    if (!document.starts_with(heading)) return std::nullopt;
    const std::string_view line = document.substr(0, document.find('\n'));
    const auto at = line.find(from);
    return at != std::string_view::npos ? parse_rfc3339(line.substr(at + from.size())) : std::nullopt;
}

std::string_view without_heading(std::string_view document) {
    if (!published_since(document)) return document;
    return document.substr(std::min(document.find('\n'), document.size() - 1) + 1);
}

std::shared_ptr<const programme::Programme> Brand::programme() const {
    const Instant at = now();
    const std::lock_guard lock(programme_mutex_);
    const auto in_force = std::find_if(published_.rbegin(), published_.rend(),
                                       [at](const auto& version) { return version.since <= at; });
    return in_force != published_.rend() ? in_force->programme : nullptr;
}

PublishedVersion Brand::published_view(const Partition::Version& version, Instant at) const {
    PublishedVersion view;
    view.version = version.programme->version;
    view.since = version.since;
    view.document = without_heading(version.document);
    const auto value = options_.parse_document(view.document);
    ASSERT(value.ok());  // it was compiled
    view.address = programme::address_of(*value, *ports_.digest);
    view.is_in_force = version.since <= at;
    return view;
}

std::vector<PublishedVersion> Brand::versions() const {
    const Instant at = now();
    std::vector<Partition::Version> published;
    {
        const std::lock_guard lock(programme_mutex_);
        published = published_;
    }
    std::vector<PublishedVersion> views;
    for (const Partition::Version& version : published) {
        views.push_back(published_view(version, at));
        if (views.size() > 1 && views.back().is_in_force) views[views.size() - 2].is_in_force = false;
    }
    return views;
}

programme::Checked Brand::check(const Value& document) const {
    return programme::check(document, {1}, *ports_.calendar, ports_.regex);
}

// First every partition is asked how far its time has come, then each records the version. A crash in between leaves some
// without it; the next start gives it to them before anything is decided.
void Brand::publish(std::string document, std::optional<Instant> at,
                    std::function<void(Result<PublishedVersion>)> done) {
    if (const std::string why = stopped_because(); !why.empty())
        return done(Error{ErrorCode::unavailable, why, ""});
    const auto compiled = shared_.compile(document, {1});
    if (!compiled.ok()) return done(compiled.error());
    {
        const std::lock_guard lock(programme_mutex_);
        const Partition::Version& newest = published_.back();
        if (const auto broken = programme::broken_promises(*newest.programme, **compiled); !broken.empty())
            return done(Error{ErrorCode::refused, joined(broken), "/document"});
        if (at && *at < newest.since)
            return done(Error::invalid("version " + std::to_string(newest.programme->version.value) +
                                           " comes into force at " + to_rfc3339(newest.since) +
                                           "; a later version does so later",
                                       "/at"));
        if (publishing_)
            return done(Error{ErrorCode::conflict, "another version is being published; ask again", ""});
        publishing_ = true;
    }
    auto latest = std::make_shared<std::atomic<std::int64_t>>(instant_min.microseconds);
    auto on_the_wall = std::make_shared<std::atomic<bool>>(!options_.test_clock);
    const auto look = [this, latest, on_the_wall](Partition& partition) {
        const std::int64_t now_there = partition.now(now()).microseconds;
        std::int64_t seen = latest->load();
        while (seen < now_there && !latest->compare_exchange_weak(seen, now_there)) {}
        if (partition.clock_mode() == engine::ClockMode::history) *on_the_wall = false;
    };
    on_all(look, [this, latest, on_the_wall, document = std::move(document), at, done = std::move(done)] {
        const Instant now_everywhere{latest->load()};
        if (at && *at < now_everywhere) {
            const std::lock_guard lock(programme_mutex_);
            publishing_ = false;
            return done(Error::invalid("time never goes back; it is " + to_rfc3339(now_everywhere), "/at"));
        }
        const Instant soon = *on_the_wall ? now_everywhere + lead : now_everywhere;
        end_publishing(document, at.value_or(soon), done);
    });
}

void Brand::end_publishing(const std::string& document, Instant at,
                           const std::function<void(Result<PublishedVersion>)>& done) {
    ProgrammeVersion version;
    {
        const std::lock_guard lock(programme_mutex_);
        at = std::max(at, published_.back().since);
        version = {static_cast<std::uint32_t>(published_.size() + 1)};
    }
    const std::string text = published_text(version, at, document);
    auto first = std::make_shared<Partition::Version>();
    const auto record = [this, version, text, first](Partition& partition) {
        engine::Command command;
        command.occurred_at = partition.time();
        command.body = engine::ActivateProgramme{version, text};
        partition.execute(command, {}, partition.time());
        if (partition.id().value == 0) *first = partition.versions().back();
    };
    on_all(record, [this, first, done] {
        {
            const std::lock_guard lock(programme_mutex_);
            published_.push_back(*first);
            publishing_ = false;
        }
        done(published_view(*first, now()));
    });
}

// Before anything is decided: what one partition has recorded, all have.
Result<void> Brand::finish_publishing() {
    const auto most = std::max_element(
        partitions_.begin(), partitions_.end(),
        [](const auto& a, const auto& b) { return a->versions().size() < b->versions().size(); });
    for (const auto& partition : partitions_) {
        while (partition->versions().size() < (*most)->versions().size()) {
            const std::size_t next = partition->versions().size();
            engine::Command command;
            command.occurred_at = partition->time();
            command.body = engine::ActivateProgramme{{static_cast<std::uint32_t>(next + 1)},
                                                     (*most)->versions()[next].document};
            partition->execute(command, {}, partition->time());
        }
    }
    const std::lock_guard lock(programme_mutex_);
    published_ = partitions_.front()->versions();
    return {};
}

}  // namespace banyan::runtime
