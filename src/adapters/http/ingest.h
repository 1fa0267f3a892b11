// SPDX-License-Identifier: Apache-2.0
#pragma once

// Events by the million through one request: NDJSON in, one result a line out, in the order of the lines. A window
// of lines is under way at a time; the rest stays with the client, whose socket is simply not read. So a stream of
// any size costs a bounded amount of memory.
//
// A full queue of the service is no answer to a line: the stream waits until what is under way has ended and asks
// again, with fewer lines at a time. Lines behind an overloaded one that were refused meanwhile are asked again after
// it, because what they missed may be that very line (a refund behind its order); a refusal changed nothing, so this
// is free.
//
// One thread feeds and drains; the service's threads only drop outcomes into a box and wake that thread once.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/message.h"
#include "adapters/http/problem.h"
#include "runtime/service.h"
#include "text/json.h"

namespace banyan::http {

class Ingest : public std::enable_shared_from_this<Ingest> {
  public:
    /// `problems`: no line for what was applied or replayed, and a line of counts at the end.
    enum class Results : unsigned char { all, problems };
    struct Options {
        std::size_t window = 512;
        std::size_t line_bytes_max = std::size_t{1} << 16U;
        Results results = Results::all;
        Scopes scopes;
        Language language = Language::en;
    };

    /// `wake` is called from any thread when drain() has something to do; once until the next drain().
    Ingest(runtime::Service& service, Options options, std::function<void()> wake);

    /// Takes whole lines off the front of `bytes` while the window has room; says how many bytes it took. With
    /// `is_last`, what follows the last line end is a line, too.
    std::size_t feed(std::string_view bytes, bool is_last);
    /// Appends the results that are due. When it gives a delay, call retry() after it.
    std::optional<Duration> drain(std::string& out);
    void retry();

    [[nodiscard]] bool has_room() const;
    /// Everything that was fed is answered. Lines cut off by a broken connection never count.
    [[nodiscard]] bool is_idle() const { return released_ == admitted_; }
    /// The line of counts, where the options ask for it.
    void write_summary(std::string& out) const;

  private:
    enum class State : unsigned char { waiting, ready, redo };
    enum class Word : unsigned char { applied, replayed, pending, refused, invalid, stopped };
    static constexpr std::size_t word_count = 6;
    static const char* name_of(Word word);

    // What a result says of an outcome. Most went well and need four numbers; the rest of their outcomes is freed where it
    // was made.
    struct Arrival {
        std::uint64_t sequence = 0;
        runtime::Outcome::Status status = runtime::Outcome::Status::applied;
        PartitionId partition;
        MemberId member;
        Lsn lsn;
        std::unique_ptr<runtime::Outcome> trouble;  // where there is more to say
    };
    struct Slot {
        State state = State::ready;
        std::uint64_t line = 0;
        std::string text;  // kept for asking again
        std::string id;
        Arrival arrival;
        std::optional<Problem> problem;  // the line never reached the service
    };

    Slot& slot(std::uint64_t sequence) { return slots_[sequence % slots_.size()]; }
    void admit(std::string_view line);
    void admit_too_long();
    void submit(std::uint64_t sequence);
    void hand_over();
    void refuse(Slot& slot, Problem problem);
    void arrive(std::uint64_t sequence, runtime::Outcome outcome);
    void settle();
    void release(std::string& out);
    static Word word_of(const Slot& slot);
    void write_result(std::string& out, const Slot& slot, Word word) const;

    runtime::Service& service_;
    Options options_;
    std::function<void()> wake_;
    std::shared_ptr<const programme::Programme> programme_;
    text::JsonReader reader_;

    std::vector<Slot> slots_;
    std::uint64_t admitted_ = 0;             // lines taken in so far; the next one's sequence
    std::uint64_t released_ = 0;             // lines answered so far
    std::uint64_t line_ = 0;                 // lines seen, blank ones included
    std::size_t waiting_ = 0;                // with the service
    std::size_t limit_;                      // how many may be with the service; falls when it is overloaded
    bool is_skipping_ = false;               // inside a line that is too long
    std::optional<std::uint64_t> troubled_;  // first line that met a full queue
    Duration delay_;
    std::vector<std::uint64_t> redo_;  // to be asked again, in order
    std::size_t redone_ = 0;           // of them, already with the service again
    std::uint64_t counts_[word_count] = {};

    std::vector<runtime::Service::Asked> asked_;  // not yet handed over

    std::mutex mutex_;  // guards the four below
    std::vector<Arrival> box_;
    bool is_awake_ = false;
    std::size_t expected_ = 0;       // outcomes still to come
    std::shared_ptr<Ingest> self_;   // while they are: whoever started this may be gone by then
    std::vector<Arrival> arrivals_;  // the box, emptied; kept for its capacity
};

}  // namespace banyan::http
