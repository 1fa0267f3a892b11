// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/layout.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <type_traits>

#include "base/crc32c.h"

namespace banyan::files {

namespace {

static_assert(std::endian::native == std::endian::little, "stored numbers are little-endian");

constexpr std::string_view segment_magic = "BANYANSG";
constexpr std::uint32_t frame_magic = 0x4D46'4E42U;  // "BNFM"
constexpr std::size_t checksum_position = 4;         // in a frame: behind the magic

template <typename Number>
void put(std::string& out, Number number) {
    static_assert(std::is_unsigned_v<Number>);
    out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

template <typename Number>
void set(char* at, Number number) {
    static_assert(std::is_unsigned_v<Number>);
    std::memcpy(at, &number, sizeof number);
}

template <typename Number>
Number get(std::string_view bytes, std::size_t position) {
    static_assert(std::is_unsigned_v<Number>);
    ASSERT(position + sizeof(Number) <= bytes.size());
    Number number = 0;
    std::memcpy(&number, bytes.data() + position, sizeof number);
    return number;
}

std::string padded(std::uint32_t number, std::size_t width) {
    std::string digits = std::to_string(number);
    if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
    return digits;
}

std::optional<std::uint32_t> parse_number(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

std::string run_directory(std::uint32_t run, std::uint32_t log) {
    return "journal/" + padded(run, 6) + "-" + padded(log, 2);
}

std::string path_of(const SegmentName& name) {
    return run_directory(name.run, name.log) + "/" + padded(name.number, 6) + ".seg";
}

std::optional<RunLog> parse_run_directory(std::string_view name) {
    const auto dash = name.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto run = parse_number(name.substr(0, dash));
    const auto log = parse_number(name.substr(dash + 1));
    if (!run || !log || run_directory(*run, *log) != "journal/" + std::string(name)) return std::nullopt;
    return RunLog{*run, *log};
}

std::optional<std::uint32_t> parse_segment_file(std::string_view name) {
    if (!name.ends_with(".seg") && !name.ends_with(".arc")) return std::nullopt;
    const std::string_view digits = name.substr(0, name.size() - 4);
    const auto number = parse_number(digits);
    if (!number || padded(*number, 6) != digits) return std::nullopt;
    return number;
}

std::string encode(const SegmentHeader& header) {
    std::string bytes(segment_magic);
    put(bytes, format_version);
    bytes.append(reinterpret_cast<const char*>(header.journal.data()), header.journal.size());
    put(bytes, header.name.run);
    put(bytes, header.name.log);
    put(bytes, header.name.number);
    put(bytes, header.first_batch);
    bytes.resize(segment_header_size - 4, '\0');
    put(bytes, crc32c(bytes));
    ASSERT(bytes.size() == segment_header_size);
    return bytes;
}

HeaderReading read_segment_header(std::string_view bytes, const JournalId& journal, const SegmentName& name) {
    HeaderReading reading;
    if (bytes.size() < segment_header_size || !bytes.starts_with(segment_magic)) return reading;
    bytes = bytes.substr(0, segment_header_size);
    // Every version keeps these 64 bytes and their checksum, so a newer one is told from a damaged one.
    const auto checksum = get<std::uint32_t>(bytes, segment_header_size - 4);
    if (crc32c(bytes.substr(0, segment_header_size - 4)) != checksum) return reading;
    if (get<std::uint32_t>(bytes, 8) != format_version) {
        reading.verdict = HeaderVerdict::newer;
        return reading;
    }
    SegmentHeader& header = reading.header;
    std::memcpy(header.journal.data(), bytes.data() + 12, header.journal.size());
    header.name.run = get<std::uint32_t>(bytes, 28);
    header.name.log = get<std::uint32_t>(bytes, 32);
    header.name.number = get<std::uint32_t>(bytes, 36);
    header.first_batch = get<std::uint64_t>(bytes, 40);
    const bool is_ours = header.journal == journal;
    const bool is_here =
        header.name.run == name.run && header.name.log == name.log && header.name.number == name.number;
    reading.verdict = !is_ours  ? HeaderVerdict::foreign
                      : is_here ? HeaderVerdict::intact
                                : HeaderVerdict::damaged;
    return reading;
}

FrameSeed::FrameSeed(const JournalId& journal, const SegmentName& name) {
    std::string bytes(reinterpret_cast<const char*>(journal.data()), journal.size());
    put(bytes, name.run);
    put(bytes, name.log);
    put(bytes, name.number);
    seed_ = crc32c(bytes);
}

std::uint32_t FrameSeed::at(std::uint64_t offset) const {
    return crc32c({reinterpret_cast<const char*>(&offset), sizeof offset}, seed_);
}

void seal_frame(std::string& frame, FrameHeader header, const FrameSeed& seed, std::uint64_t offset) {
    ASSERT(frame.size() >= frame_header_size);
    header.length = static_cast<std::uint32_t>(frame.size() - frame_header_size);
    ASSERT(header.length == frame.size() - frame_header_size);
    char* const at = frame.data();
    set(at, frame_magic);
    set(at + 8, static_cast<std::uint32_t>(header.kind));
    set(at + 12, header.log);
    set(at + 16, header.batch);
    set(at + 24, header.synced_through);
    set(at + 32, header.length);
    set(at + 36, header.records);
    set(at + 40, std::uint32_t{0});  // room for one more word
    const std::uint32_t checksum =
        crc32c(std::string_view(frame).substr(checksum_position + sizeof(std::uint32_t)), seed.at(offset));
    set(at + checksum_position, checksum);
}

std::optional<std::uint64_t> frame_size(std::string_view bytes) {
    if (bytes.size() < frame_header_size || get<std::uint32_t>(bytes, 0) != frame_magic) return std::nullopt;
    return frame_header_size + std::uint64_t{get<std::uint32_t>(bytes, 32)};
}

std::optional<Frame> read_frame(std::string_view bytes, std::uint32_t seed) {
    const auto size = frame_size(bytes);
    if (!size || *size > bytes.size()) return std::nullopt;
    Frame frame;
    FrameHeader& header = frame.header;
    header.kind = static_cast<FrameKind>(get<std::uint32_t>(bytes, 8));
    header.log = get<std::uint32_t>(bytes, 12);
    header.batch = get<std::uint64_t>(bytes, 16);
    header.synced_through = get<std::uint64_t>(bytes, 24);
    header.length = get<std::uint32_t>(bytes, 32);
    header.records = get<std::uint32_t>(bytes, 36);
    const std::string_view checked =
        bytes.substr(checksum_position + sizeof(std::uint32_t), frame_header_size - 8 + header.length);
    if (crc32c(checked, seed) != get<std::uint32_t>(bytes, checksum_position)) return std::nullopt;
    frame.payload = bytes.substr(frame_header_size, header.length);
    return frame;
}

void append_record(std::string& payload, const runtime::StoredRecord& record) {
    const auto length = static_cast<std::uint32_t>(record.bytes.size());
    ASSERT(length == record.bytes.size());
    std::array<char, record_header_size> head;
    std::memcpy(head.data(), &record.partition.value, 2);
    std::memcpy(head.data() + 2, &record.lsn.value, 8);
    std::memcpy(head.data() + 10, &length, 4);
    payload.append(head.data(), head.size());
    payload.append(record.bytes);
}

std::optional<RecordHeader> read_record_header(std::string_view bytes) {
    if (bytes.size() < record_header_size) return std::nullopt;
    return RecordHeader{.partition = {get<std::uint16_t>(bytes, 0)},
                        .lsn = {get<std::uint64_t>(bytes, 2)},
                        .length = get<std::uint32_t>(bytes, 10)};
}

std::optional<runtime::StoredRecord> take_record(std::string_view& payload) {
    const auto head = read_record_header(payload);
    if (!head || head->length > payload.size() - record_header_size) return std::nullopt;
    const runtime::StoredRecord record{head->partition, head->lsn,
                                       payload.substr(record_header_size, head->length)};
    payload.remove_prefix(record_header_size + head->length);
    return record;
}

std::string encode(const Genesis& genesis) {
    std::string bytes;
    put(bytes, genesis.previous_run);
    put(bytes, genesis.logs);
    put(bytes, static_cast<std::uint32_t>(genesis.accepted_ends.size()));
    for (const std::uint64_t end : genesis.accepted_ends) put(bytes, end);
    return bytes;
}

std::optional<Genesis> take_genesis(std::string_view& payload) {
    if (payload.size() < 12) return std::nullopt;
    Genesis genesis;
    genesis.previous_run = get<std::uint32_t>(payload, 0);
    genesis.logs = get<std::uint32_t>(payload, 4);
    const auto ends = get<std::uint32_t>(payload, 8);
    payload.remove_prefix(12);
    if (payload.size() / 8 < ends) return std::nullopt;
    for (std::uint32_t i = 0; i < ends; ++i)
        genesis.accepted_ends.push_back(get<std::uint64_t>(payload, i * 8U));
    payload.remove_prefix(ends * 8U);
    return genesis;
}

}  // namespace banyan::files
