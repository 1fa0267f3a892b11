// SPDX-License-Identifier: Apache-2.0
#pragma once

// A disk that keeps only what was promised. What was appended but not synced may after a power cut be lost, torn at
// any byte, or reordered (later sectors there, earlier ones zero or garbage); a name that was created or removed
// counts only after its directory was synced. A failed sync leaves bytes that can be read until the power goes and
// that no later sync makes durable. A process that merely dies loses nothing that it had appended.

#include <map>
#include <memory>
#include <string>

#include "runtime/ports/disk.h"
#include "simulator/faults.h"

namespace banyan::simulator {

class SimulatedDisk final : public runtime::Disk {
  public:
    explicit SimulatedDisk(Faults& faults) : faults_(faults) {}

    Result<std::unique_ptr<runtime::File>> open(const std::string& path, Mode mode) override;
    Result<std::vector<std::string>> list(const std::string& directory) override;
    Result<void> make_directory(const std::string& directory) override;
    Result<void> replace(const std::string& path, std::string_view bytes) override;
    Result<void> remove(const std::string& path) override;
    Result<void> sync_directory(const std::string& directory) override;
    Result<Space> space() override;

    /// What is left when the power comes back.
    void cut_power();

    /// For the contract suite: every stored byte as one run, files by name.
    [[nodiscard]] std::uint64_t stored_bytes() const;
    void flip(std::uint64_t at);
    void truncate(std::uint64_t size);

    /// One file's bytes, and how many of them a power cut would leave.
    struct Content {
        std::string bytes;
        std::size_t durable = 0;
        bool is_cheated = false;  // a sync failed: what lies above `durable` will never be durable
    };

  private:
    struct Entry {
        bool is_directory = false;
        bool is_named = false;  // the name itself is durable
        std::shared_ptr<Content> content;
    };

    Faults& faults_;
    std::map<std::string, Entry> entries_;  // by path
    std::map<std::string, Entry> removed_;  // names whose removal is not durable yet
};

}  // namespace banyan::simulator
