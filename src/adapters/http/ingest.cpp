// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/ingest.h"

#include <algorithm>

#include "adapters/http/event.h"
#include "adapters/http/handler.h"
#include "adapters/http/render.h"
#include "text/json_writer.h"

namespace banyan::http {

namespace {

// One line at a time always gets on: with more, a queue that takes every third might take the same one each time.
constexpr std::size_t limit_min = 1;
constexpr Duration delay_min = milliseconds(2);
constexpr Duration delay_max = seconds(1);

text::Limits line_limits(std::size_t bytes) {
    text::Limits limits;
    limits.bytes = bytes;
    return limits;
}

}  // namespace

Ingest::Ingest(runtime::Service& service, Options options, std::function<void()> wake)
    : service_(service),
      options_(options),
      wake_(std::move(wake)),
      programme_(service.programme()),
      reader_(line_limits(options.line_bytes_max)),
      slots_(options.window),
      limit_(options.window) {
    ASSERT(options.window > 0);
}

bool Ingest::has_room() const {
    return !troubled_ && redone_ == redo_.size() && admitted_ - released_ < slots_.size() &&
           waiting_ < limit_;
}

std::size_t Ingest::feed(std::string_view bytes, bool is_last) {
    std::size_t taken = 0;
    while (taken < bytes.size() && has_room()) {
        const std::string_view rest = bytes.substr(taken);
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos && !is_last) {
            // Half a line stays with the caller, unless it is longer than any line may be: then it goes piece by piece.
            if (rest.size() <= options_.line_bytes_max) break;
            is_skipping_ = true;
            taken = bytes.size();
            break;
        }
        std::string_view line = rest.substr(0, end);
        taken += end == std::string_view::npos ? rest.size() : end + 1;
        ++line_;
        if (is_skipping_ || line.size() > options_.line_bytes_max) {
            is_skipping_ = false;
            admit_too_long();
            continue;
        }
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (line.find_first_not_of(" \t") != std::string_view::npos) admit(line);
    }
    hand_over();
    return taken;
}

void Ingest::admit(std::string_view line) {
    Slot& next = slot(admitted_);
    next.line = line_;
    next.text.assign(line);
    submit(admitted_++);
}

void Ingest::admit_too_long() {
    Slot& next = slot(admitted_++);
    next.line = line_;
    next.text.clear();
    next.id.clear();
    Problem problem;
    problem.code = ProblemCode::line_too_long;
    refuse(next, std::move(problem));
}

void Ingest::refuse(Slot& refused, Problem problem) {
    refused.problem = std::move(problem);
    refused.state = State::ready;
    // Nobody else will call for it: the results before it may all be out already.
    bool wakes = false;
    {
        const std::lock_guard lock(mutex_);
        wakes = !is_awake_;
        is_awake_ = true;
    }
    if (wakes) wake_();
}

void Ingest::submit(std::uint64_t sequence) {
    Slot& line = slot(sequence);
    line.problem.reset();
    line.id.clear();
    const auto value = reader_.view(line.text);
    if (!value.ok()) return refuse(line, problem_of_json(value.error()));
    auto request = read_event(**value, *programme_);
    if (!request.ok()) {
        line.id = id_of_event(**value);
        return refuse(line, problem_of(request.error()));
    }
    line.id = request->id;
    const Scope scope = scope_needed(request->body);
    if (!options_.scopes.has(scope)) {
        Problem problem;
        problem.code = ProblemCode::scope_missing;
        problem.pointer = "/type";
        return refuse(line, std::move(problem));
    }
    line.state = State::waiting;
    ++waiting_;
    // Two words, so that std::function keeps them without an allocation; self_ keeps this alive.
    asked_.push_back({std::move(*request),
                      [this, sequence](runtime::Outcome outcome) { arrive(sequence, std::move(outcome)); }});
}

void Ingest::hand_over() {
    if (asked_.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        expected_ += asked_.size();
        self_ = shared_from_this();
    }
    service_.submit_all(asked_);
    asked_.clear();
}

void Ingest::arrive(std::uint64_t sequence, runtime::Outcome outcome) {
    using Status = runtime::Outcome::Status;
    Arrival arrival;
    arrival.sequence = sequence;
    arrival.status = outcome.status;
    arrival.partition = outcome.partition;
    arrival.member = outcome.answer.member;
    arrival.lsn = outcome.lsn;
    const bool is_well = outcome.status == Status::applied || outcome.status == Status::replayed ||
                         outcome.status == Status::pending;
    if (!is_well) arrival.trouble = std::make_unique<runtime::Outcome>(std::move(outcome));
    bool wakes = false;
    std::shared_ptr<Ingest> self;  // let go of after the last step here
    {
        const std::lock_guard lock(mutex_);
        box_.push_back(std::move(arrival));
        wakes = !is_awake_;
        is_awake_ = true;
        if (wakes) self = self_;
        if (--expected_ == 0) self = std::move(self_);
    }
    if (wakes) wake_();
}

std::optional<Duration> Ingest::drain(std::string& out) {
    arrivals_.clear();
    {
        const std::lock_guard lock(mutex_);
        arrivals_.swap(box_);
        is_awake_ = false;
    }
    const bool was_troubled = troubled_.has_value();
    for (Arrival& arrival : arrivals_) {
        Slot& line = slot(arrival.sequence);
        --waiting_;
        line.arrival = std::move(arrival);
        line.state = State::ready;
        if (line.arrival.status != runtime::Outcome::Status::overloaded) continue;
        line.state = State::redo;
        if (!troubled_ || line.arrival.sequence < *troubled_) troubled_ = line.arrival.sequence;
        delay_ = std::max(delay_, line.arrival.trouble->retry_after);
    }
    if (troubled_ && !was_troubled)
        limit_ = std::max(limit_min, limit_ / 2);
    else if (!troubled_ && limit_ < slots_.size() && !arrivals_.empty())
        ++limit_;
    release(out);
    if (!troubled_) {
        retry();  // the rest of an earlier redo, as far as the limit allows
        return std::nullopt;
    }
    if (waiting_ > 0) return std::nullopt;
    settle();
    return std::exchange(delay_, Duration{});
}

// Everything under way has ended and some of it met a full queue: the list of what is asked again, in order.
void Ingest::settle() {
    redo_.clear();
    redone_ = 0;
    for (std::uint64_t sequence = released_; sequence < admitted_; ++sequence) {
        const Slot& line = slot(sequence);
        const bool missed_something = line.state == State::ready && !line.problem && sequence > *troubled_ &&
                                      line.arrival.status == runtime::Outcome::Status::refused;
        if (line.state == State::redo || missed_something) redo_.push_back(sequence);
    }
    for (const std::uint64_t sequence : redo_) slot(sequence).state = State::redo;
    delay_ = std::clamp(delay_, delay_min, delay_max);
}

void Ingest::retry() {
    // The delay is over: what met a full queue is in the list, and the list goes first.
    if (waiting_ == 0) troubled_.reset();
    if (troubled_) return;
    while (redone_ < redo_.size() && waiting_ < limit_) submit(redo_[redone_++]);
    hand_over();
}

void Ingest::release(std::string& out) {
    while (released_ < admitted_) {
        Slot& line = slot(released_);
        if (line.state != State::ready) return;
        const Word word = word_of(line);
        ++counts_[static_cast<std::size_t>(word)];
        if (options_.results == Results::all || (word != Word::applied && word != Word::replayed))
            write_result(out, line, word);
        ++released_;
    }
}

Ingest::Word Ingest::word_of(const Slot& slot) {
    using Status = runtime::Outcome::Status;
    if (slot.problem) return Word::invalid;
    switch (slot.arrival.status) {
        case Status::applied: return Word::applied;
        case Status::replayed: return Word::replayed;
        case Status::pending: return Word::pending;
        case Status::refused: return Word::refused;
        case Status::invalid: return Word::invalid;
        case Status::overloaded: break;  // is asked again and never released
        case Status::stopped: return Word::stopped;
    }
    ASSERT(slot.arrival.status != Status::overloaded);
    return Word::stopped;
}

const char* Ingest::name_of(Word word) {
    switch (word) {
        case Word::applied: return "applied";
        case Word::replayed: return "replayed";
        case Word::pending: return "pending";
        case Word::refused: return "refused";
        case Word::invalid: return "invalid";
        case Word::stopped: return "stopped";
    }
    ASSERT(false);
    return "";
}

void Ingest::write_result(std::string& out, const Slot& slot, Word word) const {
    text::JsonWriter json(out);
    json.begin_object().key("line").unsigned_integer(slot.line);
    if (!slot.id.empty()) json.string("id", slot.id);
    json.string("status", name_of(word));
    if (slot.problem) {
        json.key("problem");
        write(json, *slot.problem, options_.language);
    } else if (word == Word::refused || word == Word::invalid || word == Word::stopped) {
        json.key("problem");
        write(json, problem_of(*slot.arrival.trouble), options_.language);
    } else {
        if (slot.arrival.member.value != 0) json.string("member", to_text(slot.arrival.member));
        json.string("lsn", lsn_text(slot.arrival.partition, slot.arrival.lsn));
    }
    json.end_object();
    out += '\n';
}

void Ingest::write_summary(std::string& out) const {
    if (options_.results == Results::all) return;
    text::JsonWriter json(out);
    json.begin_object().key("lines").unsigned_integer(released_);
    for (std::size_t i = 0; i < word_count; ++i)
        json.key(name_of(static_cast<Word>(i))).unsigned_integer(counts_[i]);
    json.end_object();
    out += '\n';
}

}  // namespace banyan::http
