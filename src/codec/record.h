// SPDX-License-Identifier: Apache-2.0
#pragma once

// The journal's record: one command, everything it caused, and its place in the chain. A one-way door: every released
// layout stays readable for ever (docs/internals/record.md explains it byte by byte).
//
//   header   format, partition, LSN, confirmed LSN, epoch, time, feature level, programme version, journal id,
//            hash of the partition's previous record
//   command  id and fingerprint (keyed), member, occurred-at, origin of a follow-up, the normalised input
//   truths   of conditions that read opened personal attributes
//   touched  each entity with the LSN that last changed it before
//   facts    each {kind, version, length, bytes}, naming its entity by place in `touched`
//   follow-ups, semantic answer
//   CRC-32C over all before it

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/ports/digest.h"
#include "base/result.h"
#include "engine/decision.h"

namespace banyan::codec {

class Writer;

using JournalId = std::array<std::uint8_t, 16>;

/// The highest feature level this binary reads and writes.
inline constexpr std::uint32_t feature_level = 1;

struct Header {
    JournalId journal{};
    PartitionId partition;
    Lsn lsn;
    Lsn confirmed;  // highest LSN of the partition known durable when this was written
    std::uint64_t epoch = 0;
    Instant time;
    std::uint32_t feature_level = 0;
    ProgrammeVersion programme;
    Sha256 previous{};  // of the whole previous record of the partition; zeros before the first
};

struct Touched {
    engine::EntityId entity;
    Lsn previous;
};

struct Record {
    Header header;
    engine::Command command;
    std::vector<engine::ConditionTruth> conditions;
    std::vector<Touched> touched;
    std::vector<engine::Fact> facts;
    std::vector<engine::FollowUp> follow_ups;
    engine::Answer answer;
};

/// Appends the encoded record to `out`. Requires: every fact's entity is in `touched`.
void encode(const Record& record, std::string& out);
/// The same of a record that is being made: nothing is copied to say it.
void encode(const Header& header, const engine::Command& command, const std::vector<Touched>& touched,
            const engine::Decision& decision, std::string& out);

/// The record, or `corrupt` (checksum, structure) or `unsupported` (a newer format, level, fact kind or version).
Result<Record> decode(std::string_view bytes);

/// Only the header, for chain checks; verifies the checksum.
Result<Header> decode_header(std::string_view bytes);

/// What was asked, without what was made of it: enough to decide again. Verifies the checksum.
struct Asked {
    Header header;
    engine::Command command;
    std::vector<engine::ConditionTruth> conditions;
};
Result<Asked> decode_asked(std::string_view bytes);

/// The normalised input's bytes, for fingerprints: equal inputs give equal bytes.
void encode_input(Writer& w, const engine::CommandBody& body);

}  // namespace banyan::codec
