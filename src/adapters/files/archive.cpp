// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/archive.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "base/crc32c.h"

namespace banyan::files {

namespace {

using Mode = runtime::Disk::Mode;

constexpr std::string_view magic = "BANYANAR";
constexpr std::uint32_t archive_format = 1;
constexpr std::size_t header_size = 36;
constexpr std::size_t entry_size = 8;
constexpr std::uint32_t block_bytes = 64U << 10U;
// The level trades time for little here: records are mostly keyed ids, which nothing compresses (decision 0014).
constexpr int level = 1;

template <typename Number>
void put(std::string& out, Number number) {
    out.append(reinterpret_cast<const char*>(&number), sizeof number);
}
template <typename Number>
Number get(std::string_view bytes, std::size_t position) {
    Number number = 0;
    ASSERT(position + sizeof number <= bytes.size());
    std::memcpy(&number, bytes.data() + position, sizeof number);
    return number;
}

struct Block {
    std::uint64_t offset = 0;  // in the archive
    std::uint32_t size = 0;    // stored
    std::uint32_t checksum = 0;
};

class ArchivedFile final : public runtime::File {
  public:
    static Result<std::unique_ptr<runtime::File>> open(std::unique_ptr<runtime::File> file, std::string path);

    Result<void> append(std::string_view) override { return read_only(); }
    Result<void> sync() override { return read_only(); }
    [[nodiscard]] std::uint64_t size() const override { return size_; }

    Result<std::string> read(std::uint64_t offset, std::size_t size) override {
        std::string bytes;
        const std::uint64_t end = std::min<std::uint64_t>(size_, offset + size);
        if (offset >= end) return bytes;
        bytes.reserve(static_cast<std::size_t>(end - offset));
        while (offset < end) {
            const std::string block = TRY(block_at(offset / block_size_));
            const std::size_t from = static_cast<std::size_t>(offset % block_size_);
            const std::size_t part = std::min(block.size() - from, static_cast<std::size_t>(end - offset));
            bytes.append(block, from, part);
            offset += part;
        }
        return bytes;
    }

  private:
    ArchivedFile(std::unique_ptr<runtime::File> file, std::string path)
        : file_(std::move(file)), path_(std::move(path)) {}

    [[nodiscard]] Error read_only() const {
        return Error{ErrorCode::conflict, "an archived segment is only read", path_};
    }
    [[nodiscard]] Error damaged(std::uint64_t offset) const {
        return Error::corrupt("the archived segment is damaged; restore the file from a backup",
                              path_ + ":" + std::to_string(offset));
    }
    Result<void> read_table();
    Result<std::string> block_at(std::uint64_t number);

    std::unique_ptr<runtime::File> file_;
    std::string path_;
    std::uint64_t size_ = 0;
    std::uint32_t block_size_ = 0;
    std::vector<Block> blocks_;
};

Result<std::unique_ptr<runtime::File>> ArchivedFile::open(std::unique_ptr<runtime::File> file,
                                                          std::string path) {
    std::unique_ptr<ArchivedFile> archive(new ArchivedFile(std::move(file), std::move(path)));
    TRY(archive->read_table());
    return std::unique_ptr<runtime::File>(std::move(archive));
}

Result<void> ArchivedFile::read_table() {
    const std::string header = TRY(file_->read(0, header_size));
    if (header.size() < header_size || !header.starts_with(magic)) return damaged(0);
    const std::string_view checked(header.data(), header_size - 4);
    if (crc32c(checked) != get<std::uint32_t>(header, header_size - 4)) return damaged(0);
    if (get<std::uint32_t>(header, 8) != archive_format)
        return Error{ErrorCode::unsupported,
                     "the archive was written by a newer version of this programme; use that one", path_};
    size_ = get<std::uint64_t>(header, 12);
    block_size_ = get<std::uint32_t>(header, 20);
    const auto count = get<std::uint32_t>(header, 24);
    if (block_size_ == 0 || count != (size_ + block_size_ - 1) / block_size_) return damaged(0);
    const std::string table = TRY(file_->read(header_size, std::size_t{count} * entry_size));
    if (table.size() != std::size_t{count} * entry_size || crc32c(table) != get<std::uint32_t>(header, 28))
        return damaged(header_size);
    std::uint64_t offset = header_size + table.size();
    blocks_.reserve(count);
    for (std::size_t at = 0; at < table.size(); at += entry_size) {
        blocks_.push_back({offset, get<std::uint32_t>(table, at), get<std::uint32_t>(table, at + 4)});
        offset += blocks_.back().size;
    }
    return {};
}

Result<std::string> ArchivedFile::block_at(std::uint64_t number) {
    ASSERT(number < blocks_.size());
    const Block& block = blocks_[number];
    const std::string stored = TRY(file_->read(block.offset, block.size));
    if (stored.size() != block.size || crc32c(stored) != block.checksum) return damaged(block.offset);
    const auto whole =
        static_cast<std::size_t>(std::min<std::uint64_t>(block_size_, size_ - number * block_size_));
    std::string bytes(whole, '\0');
    if (ZSTD_decompress(bytes.data(), bytes.size(), stored.data(), stored.size()) != whole)
        return damaged(block.offset);
    return bytes;
}

std::string compressed(std::string_view bytes) {
    std::string out(ZSTD_compressBound(bytes.size()), '\0');
    const std::size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), level);
    ASSERT(ZSTD_isError(size) == 0);  // the bound is enough, and nothing else can fail
    out.resize(size);
    return out;
}

std::string archive_of(std::string_view segment) {
    std::string table;
    std::string blocks;
    std::uint32_t count = 0;
    for (std::size_t at = 0; at < segment.size(); at += block_bytes, ++count) {
        const std::string block = compressed(segment.substr(at, block_bytes));
        put(table, static_cast<std::uint32_t>(block.size()));
        put(table, crc32c(block));
        blocks += block;
    }
    std::string archive(magic);
    put(archive, archive_format);
    put(archive, static_cast<std::uint64_t>(segment.size()));
    put(archive, block_bytes);
    put(archive, count);
    put(archive, crc32c(table));
    put(archive, crc32c(archive));
    ASSERT(archive.size() == header_size);
    return archive + table + blocks;
}

}  // namespace

std::string archive_path_of(const SegmentName& name) {
    const std::string segment = path_of(name);
    return segment.substr(0, segment.size() - std::string_view(".seg").size()) + ".arc";
}

Result<std::unique_ptr<runtime::File>> open_segment(runtime::Disk& disk, const SegmentName& name) {
    auto segment = disk.open(path_of(name), Mode::read);
    if (segment.ok() || segment.error().code != ErrorCode::not_found) return segment;
    // In this order: the archive is there before the segment goes.
    const std::string path = archive_path_of(name);
    auto archive = TRY(disk.open(path, Mode::read));
    return ArchivedFile::open(std::move(archive), path);
}

Result<ArchivedSize> archive_segment(runtime::Disk& disk, const SegmentName& name) {
    const auto segment = TRY(disk.open(path_of(name), Mode::read));
    const auto size = static_cast<std::size_t>(segment->size());
    const std::string bytes = TRY(segment->read(0, size));
    const std::string path = archive_path_of(name);
    const std::string archive = archive_of(bytes);
    TRY(disk.replace(path, archive));
    auto stored = TRY(disk.open(path, Mode::read));
    const auto written = TRY(ArchivedFile::open(std::move(stored), path));
    if (TRY(written->read(0, size + 1)) != bytes)
        return Error::corrupt("the archive does not give back what was written; the segment stays", path);
    TRY(disk.remove(path_of(name)));
    TRY(disk.sync_directory(run_directory(name.run, name.log)));
    return ArchivedSize{size, archive.size()};
}

}  // namespace banyan::files
