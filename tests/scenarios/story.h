// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs one story line by line against decide and apply, and says in words what came of each line. The words are the
// test: README.md in this folder lists them.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/programme/programme.h"
#include "engine/world_test.h"

namespace banyan::scenarios {

class Story {
  public:
    explicit Story(std::shared_ptr<const programme::Programme> programme);

    /// One line without its expectation: "2026-01-05T10:00 m1 order o1 120.00". What it came to, or an error that says
    /// what is wrong with the line itself.
    Result<std::string> tell(std::string_view line);
    /// The first broken invariant of the whole world, or empty.
    [[nodiscard]] std::string broken() { return world_.broken(); }

  private:
    using Words = std::vector<std::string>;
    Result<std::string> about_nobody(const Words& words);
    Result<std::string> about(const std::string& name, const Words& words);
    Result<engine::CommandBody> body_of(const std::string& name, const Words& words);
    Result<engine::CommandBody> order_of(const Words& words);
    static Result<engine::CommandBody> told_of(const Words& words);
    Result<engine::CommandBody> refund_of(const Words& words);
    Result<engine::CommandBody> event_of(const Words& words) const;
    [[nodiscard]] Result<UnitId> unit(const std::string& code) const;
    [[nodiscard]] std::string look(MemberId id);
    [[nodiscard]] std::string describe(const engine::Decision& decision);
    [[nodiscard]] std::string name_of(MemberId id) const;

    std::shared_ptr<const programme::Programme> programme_;
    engine::testing::World world_;
    std::map<std::string, MemberId> members_;
    std::map<std::string, PartitionId> homes_;
    std::map<std::string, engine::Opened> born_;
    std::uint64_t commands_ = 0;
};

/// Local time in Shanghai, "2026-01-05T10:00" or with seconds.
std::optional<Instant> local_time(std::string_view text);

}  // namespace banyan::scenarios
