// SPDX-License-Identifier: Apache-2.0
#pragma once

// A store as the port promises it: batches survive a power cut as a prefix of the order in which they were written,
// and `now` is a barrier. A process that merely dies loses nothing. `wipe` is the operator who deletes a checkpoint.

#include <array>
#include <deque>
#include <map>

#include "runtime/ports/store.h"
#include "simulator/faults.h"

namespace banyan::simulator {

class SimulatedStore final : public runtime::Store {
  public:
    explicit SimulatedStore(Faults& faults) : faults_(faults) {}

    Result<std::vector<std::optional<std::string>>> get(std::uint8_t table,
                                                        const std::vector<std::string>& keys) override;
    Result<void> write(const std::vector<runtime::Put>& batch, runtime::Durability durability) override;
    Result<void> scan(std::uint8_t table, std::string_view prefix, const Visitor& visitor) override;
    Result<void> compact() override;

    void cut_power();
    void wipe();
    /// True when any stored byte run contains the text; for the canaries of erasure.
    [[nodiscard]] bool holds(std::string_view text) const;

  private:
    using Tables = std::array<std::map<std::string, std::string, std::less<>>, 4>;
    static void apply(Tables& tables, const std::vector<runtime::Put>& batch);

    Faults& faults_;
    Tables now_;
    Tables durable_;
    std::deque<std::vector<runtime::Put>> loose_;
};

}  // namespace banyan::simulator
