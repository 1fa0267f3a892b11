// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/scan.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "adapters/files/segment_reader.h"

namespace banyan::files {

namespace {

using Directories = std::map<std::uint32_t, std::set<std::uint32_t>>;  // run -> its logs

std::string place(const SegmentName& name, std::uint64_t offset) {
    return path_of(name) + ":" + std::to_string(offset);
}

Error damaged(const std::string& what, const SegmentName& name, std::uint64_t offset) {
    return Error::corrupt(what + "; what stood there was acknowledged. Restore the file from a backup",
                          place(name, offset));
}

class Scanner {
  public:
    Scanner(runtime::Disk& disk, const JournalId& journal, const FrameVisitor& visitor)
        : disk_(disk), journal_(journal), visitor_(visitor) {}

    Result<Found> run();

  private:
    struct Begun {
        std::uint32_t run = 0;
        Genesis genesis;
    };
    /// Where reading a log stopped before its end, and which batch was expected there.
    struct Stop {
        SegmentName segment;
        std::uint64_t offset = 0;
        std::uint64_t batch = 0;
    };
    /// A frame that no mark has reached yet.
    struct HeldFrame {
        SegmentName segment;
        std::uint64_t offset = 0;
        FrameHeader header;
        std::string payload;
    };
    struct Tail {
        std::uint64_t mark = 0;
        std::deque<HeldFrame> above;
    };

    Result<std::optional<SegmentReader>> load(const SegmentName& name) {
        return SegmentReader::open(disk_, journal_, name);
    }
    Result<Directories> list_runs();
    Result<std::vector<std::uint32_t>> list_segments(std::uint32_t run, std::uint32_t log);
    Result<std::optional<Genesis>> read_genesis(std::uint32_t run);
    Result<std::optional<Begun>> newest_begun(const Directories& runs);
    Result<void> refuse_if_used(std::uint32_t run, const std::set<std::uint32_t>& logs);
    Result<void> read_closed(std::uint32_t run, std::uint32_t log, std::uint64_t accepted_end);
    Result<bool> is_used_beside_log_0(std::uint32_t run, std::uint32_t logs);
    Result<Tail> read_open(std::uint32_t run, std::uint32_t log, std::uint64_t known_mark);
    Result<void> raise_mark(Tail& tail, std::uint64_t mark);
    Result<void> refuse_if_promised(const Stop& stop, const std::vector<std::uint32_t>& numbers);

    runtime::Disk& disk_;
    const JournalId& journal_;
    const FrameVisitor& visitor_;
};

Result<Directories> Scanner::list_runs() {
    Directories runs;
    for (const std::string& name : TRY(disk_.list("journal"))) {
        const auto parsed = parse_run_directory(name);
        if (!parsed) {
            return Error{ErrorCode::unsupported,
                         "is nothing this programme puts into a journal; move it away", "journal/" + name};
        }
        runs[parsed->run].insert(parsed->log);
    }
    return runs;
}

Result<std::vector<std::uint32_t>> Scanner::list_segments(std::uint32_t run, std::uint32_t log) {
    std::vector<std::uint32_t> numbers;
    for (const std::string& name : TRY(disk_.list(run_directory(run, log)))) {
        const auto number = parse_segment_file(name);
        if (number) numbers.push_back(*number);
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()),
                  numbers.end());  // archived, and not yet removed
    return numbers;
}

Result<std::optional<Genesis>> Scanner::read_genesis(std::uint32_t run) {
    auto segment = TRY(load({run, 0, 1}));
    if (!segment || !segment->is_intact()) return std::optional<Genesis>{};
    const auto frame = TRY(segment->frame_at(segment_header_size));
    if (!frame || frame->header.kind != FrameKind::genesis) return std::optional<Genesis>{};
    std::string_view payload = frame->payload;
    return take_genesis(payload);
}

// A run whose genesis is not intact never began, unless something was written after it.
Result<void> Scanner::refuse_if_used(std::uint32_t run, const std::set<std::uint32_t>& logs) {
    for (const std::uint32_t log : logs) {
        for (const std::uint32_t number : TRY(list_segments(run, log))) {
            auto segment = TRY(load({run, log, number}));
            if (!segment) continue;
            auto placed = TRY(segment->next_valid(0));
            if (placed && placed->frame.header.kind == FrameKind::genesis) {
                placed = TRY(segment->next_valid(placed->offset + 1));
            }
            if (placed) return damaged("the beginning of the run is damaged", {run, 0, 1}, 0);
        }
    }
    return {};
}

Result<std::optional<Scanner::Begun>> Scanner::newest_begun(const Directories& runs) {
    for (auto it = runs.rbegin(); it != runs.rend(); ++it) {
        auto genesis = TRY(read_genesis(it->first));
        if (genesis) return std::optional<Begun>(Begun{it->first, std::move(*genesis)});
        TRY(refuse_if_used(it->first, it->second));
    }
    return std::optional<Begun>{};
}

Result<Found> Scanner::run() {
    const Directories runs = TRY(list_runs());
    Found found;
    if (!runs.empty()) found.last_run = runs.rbegin()->first;
    auto newest = TRY(newest_begun(runs));
    if (!newest) return found;
    found.previous_run = newest->run;

    std::vector<Begun> chain{std::move(*newest)};  // newest first
    while (chain.back().genesis.previous_run != 0) {
        const std::uint32_t previous = chain.back().genesis.previous_run;
        auto genesis = TRY(read_genesis(previous));
        if (!genesis || previous >= chain.back().run) {
            return damaged("the beginning of the run is missing or damaged", {previous, 0, 1}, 0);
        }
        chain.push_back({previous, std::move(*genesis)});
    }
    for (std::size_t i = chain.size(); i-- > 1;) {
        const std::vector<std::uint64_t>& ends = chain[i - 1].genesis.accepted_ends;
        for (std::uint32_t log = 0; log < ends.size(); ++log) TRY(read_closed(chain[i].run, log, ends[log]));
    }
    const std::uint32_t logs = chain.front().genesis.logs;
    // Nothing is appended to any log before the genesis frame was synced. Its records must then stay where they are:
    // carried over, they would come behind what other logs wrote after them.
    const std::uint64_t genesis_mark = TRY(is_used_beside_log_0(found.previous_run, logs)) ? 1 : 0;
    for (std::uint32_t log = 0; log < logs; ++log) {
        const Tail tail = TRY(read_open(found.previous_run, log, log == 0 ? genesis_mark : 0));
        found.accepted_ends.push_back(tail.mark);
        for (const HeldFrame& held : tail.above) {
            std::string_view records = held.payload;
            if (held.header.kind == FrameKind::genesis) take_genesis(records);
            if (held.header.records != 0)
                found.carried.push_back({std::string(records), held.header.records});
        }
    }
    // Nothing proves that the newest run's first frame was ever synced: a process that was killed while it began the
    // run leaves it in the system's cache only, and the next power cut takes it. The new run must not lean on it.
    if (found.accepted_ends.front() == 0) {
        found.previous_run = chain.front().genesis.previous_run;
        found.accepted_ends = chain.front().genesis.accepted_ends;
    }
    return found;
}

// A log of an earlier run: every batch up to the end that its successor named must be there and intact.
Result<void> Scanner::read_closed(std::uint32_t run, std::uint32_t log, std::uint64_t accepted_end) {
    std::uint64_t batch = 1;
    for (std::uint32_t number = 1; batch <= accepted_end; ++number) {
        const SegmentName name{run, log, number};
        const std::uint64_t first = batch;
        TRY(read_segment(disk_, journal_, name, accepted_end, [&](const PlacedFrame& placed) -> Result<void> {
            if (placed.frame.header.batch != batch) return damaged("a batch is missing", name, placed.offset);
            ++batch;
            return visitor_(placed);
        }));
        if (batch == first) return damaged("the segment ends too early", name, segment_header_size);
    }
    return {};
}

Result<bool> Scanner::is_used_beside_log_0(std::uint32_t run, std::uint32_t logs) {
    for (std::uint32_t log = 1; log < logs; ++log) {
        auto segment = TRY(load({run, log, 1}));
        if (segment && TRY(segment->frame_at(segment_header_size))) return true;
    }
    return false;
}

// The newest run: nobody has named its ends yet, so its own marks decide what was acknowledged.
Result<Scanner::Tail> Scanner::read_open(std::uint32_t run, std::uint32_t log, std::uint64_t known_mark) {
    const auto numbers = TRY(list_segments(run, log));
    Tail tail;
    tail.mark = known_mark;
    std::uint64_t batch = 1;
    std::optional<Stop> stop;
    for (std::uint32_t number = 1; !stop; ++number) {
        const SegmentName name{run, log, number};
        auto segment = TRY(load(name));
        if (!segment) {
            // The files simply end here, unless one in the middle is gone.
            if (number == 1 || (!numbers.empty() && numbers.back() > number)) stop = Stop{name, 0, batch};
            break;
        }
        if (!segment->is_intact() || segment->header().first_batch != batch) {
            stop = Stop{name, 0, batch};
            break;
        }
        TRY(raise_mark(tail, batch - 1));
        for (std::uint64_t offset = segment_header_size; offset < segment->size();) {
            const auto frame = TRY(segment->frame_at(offset));
            if (!frame || frame->header.batch != batch) {
                stop = Stop{name, offset, batch};
                break;
            }
            TRY(raise_mark(tail, frame->header.synced_through));
            tail.above.push_back({name, offset, frame->header, std::string(frame->payload)});
            if (batch <= tail.mark) TRY(raise_mark(tail, tail.mark));
            offset += frame_header_size + frame->header.length;
            ++batch;
        }
    }
    if (stop) TRY(refuse_if_promised(*stop, numbers));
    return tail;
}

// Frames at or below the mark are known to have been synced, and count.
Result<void> Scanner::raise_mark(Tail& tail, std::uint64_t mark) {
    tail.mark = std::max(tail.mark, mark);
    while (!tail.above.empty() && tail.above.front().header.batch <= tail.mark) {
        const HeldFrame& held = tail.above.front();
        TRY(visitor_({held.segment, held.offset, {held.header, held.payload}}));
        tail.above.pop_front();
    }
    return {};
}

// Damage is a torn end only when nothing after it says that it had been synced.
Result<void> Scanner::refuse_if_promised(const Stop& stop, const std::vector<std::uint32_t>& numbers) {
    // The first segments of all logs are synced before the run's genesis frame.
    if (stop.segment.number == 1 && stop.offset == 0) {
        return damaged("the first segment of the log is missing or damaged", stop.segment, 0);
    }
    for (const std::uint32_t number : numbers) {
        if (number < stop.segment.number) continue;
        auto segment = TRY(load({stop.segment.run, stop.segment.log, number}));
        if (!segment) continue;
        const bool is_later = number > stop.segment.number;
        if (is_later && segment->is_intact() && segment->header().first_batch > stop.batch) {
            return damaged("a frame is damaged or missing", stop.segment, stop.offset);
        }
        std::uint64_t from = is_later ? 0 : stop.offset + 1;
        while (const auto placed = TRY(segment->next_valid(from))) {
            if (placed->frame.header.synced_through >= stop.batch) {
                return damaged("a frame is damaged", stop.segment, stop.offset);
            }
            from = placed->offset + 1;
        }
    }
    return {};
}

}  // namespace

Result<Found> scan(runtime::Disk& disk, const JournalId& journal, const FrameVisitor& visitor) {
    return Scanner(disk, journal, visitor).run();
}

Result<void> read_segment(runtime::Disk& disk, const JournalId& journal, const SegmentName& name,
                          std::uint64_t last_batch, const FrameVisitor& visitor) {
    auto segment = TRY(SegmentReader::open(disk, journal, name));
    if (!segment) return damaged("the segment is missing", name, 0);
    if (!segment->is_intact()) return damaged("the segment's header is damaged", name, 0);
    std::uint64_t offset = segment_header_size;
    while (offset < segment->size()) {
        const auto frame = TRY(segment->frame_at(offset));
        if (!frame) return damaged("a frame is damaged", name, offset);
        if (frame->header.batch > last_batch) return {};
        TRY(visitor({name, offset, *frame}));
        if (frame->header.batch == last_batch) return {};
        offset += frame_header_size + frame->header.length;
    }
    return {};
}

Result<void> each_record(const PlacedFrame& placed, const RecordVisitor& visitor) {
    const Frame& frame = placed.frame;
    std::string_view payload = frame.payload;
    const auto unreadable = [&]() {
        return Error::corrupt("a frame's checksum fits but its records do not; a faulty programme wrote it",
                              place(placed.segment, placed.offset));
    };
    if (frame.header.kind == FrameKind::genesis && !take_genesis(payload)) return unreadable();
    for (std::uint32_t i = 0; i < frame.header.records; ++i) {
        const std::uint64_t offset =
            placed.offset + frame_header_size + (frame.payload.size() - payload.size());
        const auto record = take_record(payload);
        if (!record) return unreadable();
        TRY(visitor(*record, offset));
    }
    if (!payload.empty()) return unreadable();
    return {};
}

}  // namespace banyan::files
