// SPDX-License-Identifier: Apache-2.0
#include "simulator/simulated_journal.h"

#include <algorithm>

#include "base/crc32c.h"
#include "codec/archive.h"
#include "runtime/chain.h"

namespace banyan::simulator {

using runtime::StoredRecord;

namespace {

constexpr std::string_view frame_name = "simulated frame ";

// A frame: who wrote it, how many records, each record, a checksum over all of it. No record = an opening or a seal.
std::string frame_of(std::uint32_t run, std::uint32_t log, std::span<const StoredRecord> records) {
    codec::Writer w;
    w.raw(frame_name);
    w.fixed32(run);
    w.fixed32(log);
    w.fixed32(static_cast<std::uint32_t>(records.size()));
    for (const StoredRecord& record : records) {
        w.fixed32(record.partition.value);
        w.fixed64(record.lsn.value);
        w.text(record.bytes);
    }
    w.fixed32(crc32c(w.bytes()));
    return std::string(w.bytes());
}

// Its records; nothing when it is torn or damaged.
std::optional<std::vector<StoredRecord>> records_of(std::string_view bytes) {
    if (bytes.size() < frame_name.size() + 16) return std::nullopt;
    codec::Reader sum(bytes.substr(bytes.size() - 4));
    if (sum.fixed32() != crc32c(bytes.substr(0, bytes.size() - 4))) return std::nullopt;
    codec::Reader r(bytes.substr(frame_name.size() + 8, bytes.size() - frame_name.size() - 12));
    std::vector<StoredRecord> records(r.fixed32());
    for (StoredRecord& record : records) {
        record.partition = {static_cast<std::uint16_t>(r.fixed32())};
        record.lsn = {r.fixed64()};
        record.bytes = r.text();
    }
    ASSERT(r.ok());
    ASSERT(r.at_end());
    return records;
}

Error worn_out(std::uint32_t log) {
    return {ErrorCode::unavailable, "the log failed before; open the journal anew",
            "log " + std::to_string(log)};
}

}  // namespace

void Topic::cut_power() {
    Random& random = faults_.random();
    std::vector<Frame> left;
    bool is_lost = false;
    for (Frame& frame : frames_) {
        if (!frame.is_acknowledged) {
            is_lost = is_lost || random.percent(40);
            if (is_lost) continue;  // and with it what came behind it
            if (random.percent(40)) {
                frame.bytes.resize(random.below(frame.bytes.size() + 1));
                is_lost = true;
            }
        }
        left.push_back(std::move(frame));
    }
    frames_ = std::move(left);
}

std::uint64_t Topic::stored_bytes() const {
    std::uint64_t total = 0;
    for (const Frame& frame : frames_) total += frame.bytes.size();
    return total;
}

void Topic::flip(std::uint64_t at) {
    for (Frame& frame : frames_) {
        if (at < frame.bytes.size()) {
            char& byte = frame.bytes[static_cast<std::size_t>(at)];
            byte = static_cast<char>(byte ^ 0x40);
            return;
        }
        at -= frame.bytes.size();
    }
}

void Topic::truncate(std::uint64_t size) {
    for (Frame& frame : frames_) {
        const auto keep = static_cast<std::size_t>(std::min<std::uint64_t>(size, frame.bytes.size()));
        frame.bytes.resize(keep);
        size -= keep;
    }
    std::erase_if(frames_, [](const Frame& frame) { return frame.bytes.empty(); });
}

Result<std::unique_ptr<SimulatedJournal>> SimulatedJournal::open(Topic& topic,
                                                                 const codec::JournalId& journal_id,
                                                                 const Digest& digest) {
    std::unique_ptr<SimulatedJournal> journal(new SimulatedJournal(topic));
    TRY(journal->check());
    TRY(journal->index(journal_id, digest));
    // The opening itself is a frame: it says that everything before it was read, and fences the runs before.
    journal->run_ = topic.runs_ + 1;
    TRY(journal->send(0, {frame_of(journal->run_, 0, {})}));
    topic.runs_ = journal->run_;
    for (Frame& frame : topic.frames_) frame.is_acknowledged = true;
    return journal;
}

// A damaged frame with another of its log behind it, or an opening, was promised to somebody: rot. The last one of a
// log was torn when it was written: it goes.
Result<void> SimulatedJournal::check() {
    auto& frames = topic_.frames_;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (records_of(frames[i].bytes)) continue;
        const bool is_promised = std::any_of(
            frames.begin() + static_cast<std::ptrdiff_t>(i) + 1, frames.end(), [&](const Frame& later) {
                return records_of(later.bytes) && (later.log == frames[i].log || later.run > frames[i].run);
            });
        if (is_promised)
            return Error::corrupt("a frame that was acknowledged does not match its checksum",
                                  "frame " + std::to_string(i) + " of the topic");
    }
    std::erase_if(frames, [](const Frame& frame) { return !records_of(frame.bytes); });
    return {};
}

// What a look-up by LSN finds: in a topic as it arrived only the record that counts.
Result<void> SimulatedJournal::index(const codec::JournalId& journal_id, const Digest& digest) {
    std::map<PartitionId, runtime::Chain> chains;
    return each_that_counts([&](const StoredRecord& record) -> Result<void> {
        if (topic_.delivery_ == Delivery::as_it_arrived) {
            const std::vector lineage{journal_id};
            auto& chain = chains.try_emplace(record.partition, record.partition, lineage).first->second;
            const codec::Header header = TRY(codec::decode_header(record.bytes));
            if (TRY(chain.offer(header, digest.sha256(record.bytes))) == runtime::Chain::Verdict::ignore)
                return {};
        }
        records_[{record.partition, record.lsn}] = record.bytes;
        return {};
    });
}

Result<void> SimulatedJournal::each_that_counts(const Visitor& visitor) const {
    std::uint32_t run = 0;
    for (const Frame& frame : topic_.frames_) {
        const bool is_zombies = frame.run < run;
        run = std::max(run, frame.run);
        if (is_zombies && topic_.delivery_ == Delivery::exact) continue;
        const auto records = records_of(frame.bytes);
        ASSERT(records.has_value());
        for (const StoredRecord& record : *records) TRY(visitor(record));
    }
    return {};
}

// A broker keeps each partition's share of a batch by itself.
std::vector<std::string> SimulatedJournal::frames_of(std::uint32_t log,
                                                     std::span<const StoredRecord> batch) const {
    if (topic_.delivery_ == Delivery::exact) return {frame_of(run_, log, batch)};
    std::map<PartitionId, std::vector<StoredRecord>> shares;
    for (const StoredRecord& record : batch) shares[record.partition].push_back(record);
    std::vector<std::string> frames;
    for (const auto& [partition, records] : shares) frames.push_back(frame_of(run_, log, records));
    return frames;
}

Result<void> SimulatedJournal::append(std::uint32_t log, std::span<const StoredRecord> batch) {
    if (failed_[log]) return worn_out(log);
    TRY(send(log, frames_of(log, batch)));
    begun_[log] = true;
    for (const StoredRecord& record : batch) records_[{record.partition, record.lsn}] = record.bytes;
    numbers_.records += batch.size();
    return {};
}

Result<void> SimulatedJournal::seal(std::uint32_t log) {
    if (failed_[log]) return worn_out(log);
    return send(log, {frame_of(run_, log, {})});
}

// Two operations: it is sent, it is acknowledged. Between them nobody knows.
Result<void> SimulatedJournal::send(std::uint32_t log, std::vector<std::string> frames) {
    Faults& faults = topic_.faults_;
    if (faults.dies_now()) {
        abandon(log, frames);
        faults.die();
    }
    if (const auto failed = faults.failure()) {
        failed_[log] = true;
        abandon(log, frames);
        return *failed;
    }
    std::vector<std::size_t> places;
    for (const std::string& bytes : frames) {
        places.push_back(topic_.frames_.size());
        topic_.frames_.push_back({run_, log, false, bytes});
        numbers_.appended_bytes += bytes.size();
    }
    if (faults.dies_now()) faults.die();
    auto failed = faults.failure();
    if (!failed && faults.sync_fails())
        failed = Error::io("no acknowledgement came", "log " + std::to_string(log));
    if (failed) {
        failed_[log] = true;
        return *failed;
    }
    for (const std::size_t place : places) topic_.frames_[place].is_acknowledged = true;
    ++numbers_.syncs;
    if (topic_.delivery_ == Delivery::as_it_arrived) arrive_late(frames);
    return {};
}

// What becomes of a batch whose writer will never know.
void SimulatedJournal::abandon(std::uint32_t log, const std::vector<std::string>& frames) {
    Random& random = topic_.faults_.random();
    if (topic_.delivery_ == Delivery::exact) {
        if (random.percent(50)) return;
        std::string torn = frames.front();
        torn.resize(random.below(torn.size() + 1));
        if (!torn.empty()) topic_.frames_.push_back({run_, log, false, torn});
        return;
    }
    for (const std::string& bytes : frames) {
        const auto records = *records_of(bytes);
        if (records.empty()) continue;
        // The batch that begins an epoch is lost or there: two that race for one epoch are refused by the lock.
        switch (random.below(begun_[log] ? 4 : 2)) {
            case 0: break;  // lost
            case 1: topic_.frames_.push_back({run_, log, true, bytes}); break;
            case 2: topic_.late_.push_back({run_, log, true, bytes}); break;
            default:  // the first part is lost, the second is not: a gap
                if (records.size() < 2) break;
                const auto from = 1 + random.below(records.size() - 1);
                topic_.frames_.push_back(
                    {run_, log, true, frame_of(run_, log, std::span(records).subspan(from))});
        }
    }
}

// Something is kept twice; and what was on its way comes in once a newer owner of its partition has written.
void SimulatedJournal::arrive_late(const std::vector<std::string>& behind) {
    Random& random = topic_.faults_.random();
    for (const std::string& bytes : behind) {
        const auto records = *records_of(bytes);
        if (records.empty()) continue;
        if (random.percent(5)) topic_.frames_.push_back({run_, 0, true, bytes});
        if (random.percent(5)) topic_.late_.push_back({run_, 0, true, bytes});
        std::vector<Frame> waiting;
        for (Frame& late : topic_.late_) {
            const bool is_here = records_of(late.bytes)->front().partition == records.front().partition;
            // Our own are there already, so they are late duplicates and may come at any time.
            if (is_here && random.percent(late.run < run_ ? 60 : 20))
                topic_.frames_.push_back(std::move(late));
            else
                waiting.push_back(std::move(late));
        }
        topic_.late_ = std::move(waiting);
    }
}

Result<void> SimulatedJournal::replay(const From& from, const Visitor& visitor) {
    (void)from;  // leaving records out is allowed, not asked
    return each_that_counts(visitor);
}

Result<std::string> SimulatedJournal::read(PartitionId partition, Lsn lsn) {
    const auto found = records_.find({partition, lsn});
    if (found != records_.end()) return found->second;
    return Error{ErrorCode::not_found, "no such record", "partition " + std::to_string(partition.value)};
}

}  // namespace banyan::simulator
