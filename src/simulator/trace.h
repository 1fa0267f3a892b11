// SPDX-License-Identifier: Apache-2.0
#pragma once

// What happened in a run, as lines of JSON for the model in tests/model: each request as the client said it, each
// record when it became durable (its place and time, never its facts), each answer when it was released, each read.
// The model knows nothing else and must come to the same answers. tests/model/README.md lists the lines.

#include <functional>
#include <string>

#include "codec/record.h"
#include "runtime/service.h"
#include "text/json_writer.h"

namespace banyan::simulator {

/// A client's command, by the words it used.
struct CommandName {
    std::string source;
    std::string id;
    auto operator<=>(const CommandName&) const = default;
};

class Trace {
  public:
    using Sink = std::function<void(const std::string& lines)>;
    explicit Trace(Sink sink) : sink_(std::move(sink)) {}

    void begin(std::uint64_t seed, const std::string& programme, std::uint16_t partitions);
    void request(std::uint64_t number, Instant clock, const runtime::Request& request,
                 bool is_derived = false);
    /// What one log made durable at once; 1000 = what was found after a death.
    void batch(std::uint32_t log, Instant clock);
    void record(const codec::Record& record, const CommandName* command, const CommandName* completes);
    void outcome(std::uint64_t number, const runtime::Outcome& outcome);
    void view(MemberId member, std::optional<Instant> asked, Instant clock, runtime::Service::Open open,
              const Result<runtime::MemberView>& view);
    void totals(const runtime::Totals& totals);
    /// The sum of everything that a member's statement says, by unit.
    void statement(MemberId member, const std::map<UnitId, Quantity>& sums);
    /// A step of all shards has ended.
    void step() { line("{\"t\":\"step\"}"); }
    void died(const char* how);
    void opened();
    /// Nothing is under way any more.
    void quiet() { line("{\"t\":\"quiet\"}"); }
    void end();
    void flush();

  private:
    void line(const std::string& text);

    Sink sink_;
    std::string waiting_;
    std::string scratch_;
};

const char* kind_of(const engine::CommandBody& body);
std::string identity_text(const runtime::ExternalId& identity);

}  // namespace banyan::simulator
