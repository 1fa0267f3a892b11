// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/file_journal.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <tuple>
#include <utility>

namespace banyan::files {

namespace {

using Mode = runtime::Disk::Mode;

constexpr std::uint64_t batch_bytes_max = 1ULL << 30U;
constexpr std::size_t readers_open_max = 128;
constexpr std::size_t first_read_bytes = 1024;  // most records are shorter, so one read is enough

}  // namespace

struct FileJournal::Log {
    SegmentName name;
    std::unique_ptr<runtime::File> file;
    FrameSeed seed;
    std::uint32_t segment = 0;     // in segments_
    std::uint64_t next_batch = 1;  // everything before it is durable
    bool sealed = true;            // nothing was appended since the last mark that covers everything
    bool failed = false;
    std::string frame;                  // reused from batch to batch
    std::vector<std::uint32_t> places;  // of the batch's records within the frame
};

FileJournal::FileJournal(runtime::Disk& disk, const Options& options) : disk_(disk), options_(options) {
    ASSERT(options_.logs > 0);
    // Offsets in the index are 32 bits wide; a segment ends with the batch that passes its bound.
    options_.segment_bytes_max = std::min<std::uint64_t>(options_.segment_bytes_max, 1ULL << 30U);
}

FileJournal::~FileJournal() = default;

Result<std::unique_ptr<FileJournal>> FileJournal::open(runtime::Disk& disk, const Options& options) {
    std::unique_ptr<FileJournal> journal(new FileJournal(disk, options));
    TRY(journal->recover());
    return journal;
}

Result<void> FileJournal::recover() {
    const Found found = TRY(
        scan(disk_, options_.journal_id, [this](const PlacedFrame& placed) { return index_frame(placed); }));
    return begin_run(found);
}

std::uint32_t FileJournal::know(const SegmentName& name) {
    segments_.push_back({.name = name, .last_batch = 0, .last_lsns = {}, .reader = nullptr});
    return static_cast<std::uint32_t>(segments_.size() - 1);
}

Result<void> FileJournal::index_frame(const PlacedFrame& placed) {
    const SegmentName& name = placed.segment;
    const bool is_same = !segments_.empty() && segments_.back().name == name;
    const std::uint32_t segment = is_same ? static_cast<std::uint32_t>(segments_.size() - 1) : know(name);
    segments_[segment].last_batch = placed.frame.header.batch;
    return each_record(
        placed, [&](const runtime::StoredRecord& record, std::uint64_t offset) -> Result<void> {
            index_.add(record.partition, record.lsn, {segment, static_cast<std::uint32_t>(offset)});
            Lsn& last = segments_[segment].last_lsns[record.partition];
            last = std::max(last, record.lsn);
            return {};
        });
}

// Log 0 comes last: its genesis frame makes the run begin, and by then the other logs' files must be durable.
Result<void> FileJournal::begin_run(const Found& found) {
    const std::uint32_t run = found.last_run + 1;
    logs_.resize(options_.logs);
    for (std::uint32_t log = 0; log < options_.logs; ++log)
        TRY(disk_.make_directory(run_directory(run, log)));
    TRY(disk_.sync_directory(""));
    TRY(disk_.sync_directory("journal"));
    for (std::uint32_t log = options_.logs; log-- > 0;) TRY(begin_log(run, log));

    Log& first = *logs_.front();
    first.frame.assign(frame_header_size, '\0');
    first.frame += encode(Genesis{
        .previous_run = found.previous_run, .logs = options_.logs, .accepted_ends = found.accepted_ends});
    std::uint32_t records = 0;
    for (const CarriedFrame& carried : found.carried) {
        first.frame += carried.records;
        records += carried.count;
    }
    TRY(write_frame(first, FrameKind::genesis, records));
    const FrameHeader header{.kind = FrameKind::genesis, .batch = 1, .records = records};
    const std::string_view payload = std::string_view(first.frame).substr(frame_header_size);
    return index_frame({first.name, segment_header_size, {header, payload}});
}

Result<void> FileJournal::begin_log(std::uint32_t run, std::uint32_t number) {
    auto log = std::make_unique<Log>();
    log->name = {run, number, 0};
    TRY(begin_next_segment(*log));
    logs_[number] = std::move(log);
    return {};
}

Result<void> FileJournal::begin_next_segment(Log& log) {
    SegmentName next = log.name;
    ++next.number;
    auto file = TRY(disk_.open(path_of(next), Mode::create));
    const std::string header =
        encode(SegmentHeader{.journal = options_.journal_id, .name = next, .first_batch = log.next_batch});
    TRY(file->append(header));
    TRY(file->sync());
    TRY(disk_.sync_directory(run_directory(next.run, next.log)));
    appended_bytes_ += header.size();
    ++syncs_;
    log.name = next;
    log.file = std::move(file);
    log.seed = FrameSeed(options_.journal_id, next);
    const std::lock_guard<std::mutex> guard(mutex_);
    log.segment = know(next);
    return {};
}

Result<void> FileJournal::write_frame(Log& log, FrameKind kind, std::uint32_t records) {
    const FrameHeader header{.kind = kind,
                             .log = log.name.log,
                             .batch = log.next_batch,
                             .synced_through = log.next_batch - 1,
                             .records = records};
    seal_frame(log.frame, header, log.seed, log.file->size());
    TRY(log.file->append(log.frame));
    TRY(log.file->sync());
    if (options_.sync_delay.microseconds > 0) {
        std::this_thread::sleep_for(std::chrono::microseconds(options_.sync_delay.microseconds));
    }
    appended_bytes_ += log.frame.size();
    records_ += records;
    ++syncs_;
    ++log.next_batch;
    return {};
}

namespace {

Error log_failed(std::uint32_t log) {
    return Error{ErrorCode::unavailable, "an earlier write or sync failed; the journal must be opened anew",
                 "journal log " + std::to_string(log)};
}

}  // namespace

Result<void> FileJournal::append(std::uint32_t number, std::span<const runtime::StoredRecord> batch) {
    ASSERT(number < logs_.size());
    Log& log = *logs_[number];
    if (log.failed) return log_failed(number);
    if (batch.empty()) return {};
    std::uint64_t size = 0;
    for (const runtime::StoredRecord& record : batch) size += record_header_size + record.bytes.size();
    if (size > batch_bytes_max) return Error{ErrorCode::full, "the batch is larger than 1 GiB", "journal"};

    log.failed = true;  // until the end is reached, nobody knows what is on the disk
    // A segment that has a successor holds at least one frame: reading relies on it.
    const bool is_used = log.file->size() > segment_header_size;
    if (is_used && log.file->size() >= options_.segment_bytes_max) TRY(begin_next_segment(log));
    log.frame.assign(frame_header_size, '\0');
    log.places.clear();
    for (const runtime::StoredRecord& record : batch) {
        log.places.push_back(static_cast<std::uint32_t>(log.frame.size()));
        append_record(log.frame, record);
    }
    const std::uint64_t offset = log.file->size();
    TRY(write_frame(log, FrameKind::records, static_cast<std::uint32_t>(batch.size())));
    log.failed = false;
    log.sealed = false;

    const std::lock_guard<std::mutex> guard(mutex_);
    Known& known = segments_[log.segment];
    known.last_batch = log.next_batch - 1;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto at = static_cast<std::uint32_t>(offset + log.places[i]);
        index_.add(batch[i].partition, batch[i].lsn, {log.segment, at});
        Lsn& last = known.last_lsns[batch[i].partition];
        last = std::max(last, batch[i].lsn);
    }
    return {};
}

Result<void> FileJournal::seal(std::uint32_t number) {
    ASSERT(number < logs_.size());
    Log& log = *logs_[number];
    if (log.failed) return log_failed(number);
    if (log.sealed) return {};
    log.failed = true;
    log.frame.assign(frame_header_size, '\0');
    TRY(write_frame(log, FrameKind::seal, 0));
    log.failed = false;
    log.sealed = true;
    const std::lock_guard<std::mutex> guard(mutex_);
    segments_[log.segment].last_batch = log.next_batch - 1;
    return {};
}

Result<void> FileJournal::replay(const From& from, const Visitor& visitor) {
    std::vector<Known> known;
    {
        const std::lock_guard<std::mutex> guard(mutex_);
        known = segments_;
    }
    // Run by run and log by log: log 0 begins with what was carried over from every log of the run before.
    std::sort(known.begin(), known.end(), [](const Known& a, const Known& b) {
        return std::tie(a.name.run, a.name.log, a.name.number) <
               std::tie(b.name.run, b.name.log, b.name.number);
    });
    for (const Known& segment : known) {
        const bool is_wanted =
            std::any_of(segment.last_lsns.begin(), segment.last_lsns.end(),
                        [&](const auto& entry) { return entry.second >= from(entry.first); });
        if (!is_wanted) continue;
        const auto visit = [&](const runtime::StoredRecord& record, std::uint64_t) -> Result<void> {
            if (record.lsn < from(record.partition)) return {};
            return visitor(record);
        };
        TRY(read_segment(disk_, options_.journal_id, segment.name, segment.last_batch,
                         [&](const PlacedFrame& placed) { return each_record(placed, visit); }));
    }
    return {};
}

Result<std::shared_ptr<runtime::File>> FileJournal::reader_of(std::uint32_t segment) {
    SegmentName name;
    {
        const std::lock_guard<std::mutex> guard(mutex_);
        if (segments_[segment].reader) return segments_[segment].reader;
        name = segments_[segment].name;
    }
    std::shared_ptr<runtime::File> reader = TRY(open_segment(disk_, name));
    const std::lock_guard<std::mutex> guard(mutex_);
    if (readers_open_ >= readers_open_max) {
        for (Known& known : segments_) known.reader.reset();
        readers_open_ = 0;
    }
    ++readers_open_;
    segments_[segment].reader = reader;
    return reader;
}

Result<std::string> FileJournal::read(PartitionId partition, Lsn lsn) {
    std::optional<RecordIndex::Location> location;
    {
        const std::lock_guard<std::mutex> guard(mutex_);
        location = index_.find(partition, lsn);
    }
    if (!location) {
        return Error{ErrorCode::not_found, "the journal holds no such record",
                     "partition " + std::to_string(partition.value) + " LSN " + std::to_string(lsn.value)};
    }
    const auto reader = TRY(reader_of(location->segment));
    std::string bytes = TRY(reader->read(location->offset, first_read_bytes));
    const auto head = read_record_header(bytes);
    const auto damaged = [&]() {
        const std::lock_guard<std::mutex> guard(mutex_);
        return Error::corrupt("the record is damaged", path_of(segments_[location->segment].name) + ":" +
                                                           std::to_string(location->offset));
    };
    if (!head || head->partition != partition || head->lsn != lsn) return damaged();
    const std::size_t size = record_header_size + head->length;
    if (size > bytes.size()) bytes += TRY(reader->read(location->offset + bytes.size(), size - bytes.size()));
    if (bytes.size() < size) return damaged();
    return bytes.substr(record_header_size, head->length);
}

Result<ArchivedSize> FileJournal::archive_closed(std::uint64_t bytes_min) {
    std::vector<SegmentName> closed;
    {
        const std::lock_guard<std::mutex> guard(mutex_);
        for (const Known& known : segments_) {
            const bool is_open = std::any_of(logs_.begin(), logs_.end(), [&](const auto& log) {
                return &segments_[log->segment] == &known;
            });
            if (!is_open) closed.push_back(known.name);
        }
    }
    ArchivedSize sum;
    for (const SegmentName& name : closed) {
        const auto segment = disk_.open(path_of(name), Mode::read);
        if (!segment.ok() && segment.error().code == ErrorCode::not_found) continue;  // archived before
        if (!segment.ok()) return segment.error();
        if ((*segment)->size() < bytes_min) continue;
        const ArchivedSize size = TRY(archive_segment(disk_, name));
        sum.before += size.before;
        sum.after += size.after;
        const std::lock_guard<std::mutex> guard(mutex_);
        for (Known& known : segments_) {
            if (known.name == name) known.reader.reset();  // it holds the removed file
        }
    }
    return sum;
}

runtime::JournalNumbers FileJournal::numbers() const {
    return {.appended_bytes = appended_bytes_, .syncs = syncs_, .records = records_};
}

}  // namespace banyan::files
