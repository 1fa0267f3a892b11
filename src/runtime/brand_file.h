// SPDX-License-Identifier: Apache-2.0
#pragma once

// The file `brand` at the root of a data directory: what this directory is, before anything else in it is opened.

#include <vector>

#include "base/result.h"
#include "codec/record.h"
#include "runtime/ports/disk.h"

namespace banyan::runtime {

struct BrandFile {
    codec::JournalId journal{};
    std::vector<codec::JournalId> origins;  // the journals it was restored from, oldest first
    std::uint16_t partitions = 16;          // fixed at creation

    /// Whose records count, in this order; the last one's is being written.
    [[nodiscard]] std::vector<codec::JournalId> lineage() const {
        auto all = origins;
        all.push_back(journal);
        return all;
    }
};

/// `not_found` when the directory holds no brand, `unsupported` when a newer binary wrote it, `corrupt` otherwise.
Result<BrandFile> read_brand_file(Disk& disk);
Result<void> write_brand_file(Disk& disk, const BrandFile& file);

}  // namespace banyan::runtime
