// SPDX-License-Identifier: Apache-2.0
#pragma once

// The clients of a simulated brand: a handful of people with several identities each, shops that send orders and
// refunds, an operator who adjusts, merges and erases. It knows only what a client may know: what it asked and what
// it was told. It asks for everything there is, mostly sensibly, sometimes wrongly, and repeats itself.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/service.h"
#include "simulator/programmes.h"
#include "simulator/random.h"
#include "simulator/trace.h"

namespace banyan::simulator {

/// The channel of an order that nothing can decide.
inline constexpr std::string_view poison = "poison";

class Client {
  public:
    /// `is_poisonous`: now and then an order that trips an assertion wherever it is decided.
    Client(Random random, const NamedProgramme& programme, std::uint16_t partitions, bool is_poisonous);

    /// The next thing to ask at this time. In history only orders and refunds, at the given time.
    runtime::Request next(Instant now, std::optional<Instant> history);
    /// Something asked before, word for word; nothing when nothing was asked yet.
    std::optional<runtime::Request> repeat();

    void sent(const runtime::Request& request);
    /// What it was told; `overloaded` and `stopped` are as good as no answer.
    void told(const runtime::Request& request, const runtime::Outcome& outcome);

    [[nodiscard]] const std::set<MemberId>& members() const { return members_; }
    [[nodiscard]] const std::set<MemberId>& erased() const { return erased_; }
    MemberId some_member();
    runtime::ExternalId some_identity();
    /// Requests that were never answered, to be asked again.
    [[nodiscard]] std::vector<runtime::Request> unanswered() const;
    /// What was accepted, for asking again at the end.
    [[nodiscard]] const std::vector<CommandName>& accepted() const { return accepted_; }
    [[nodiscard]] const runtime::Request* asked(const CommandName& name) const;

  private:
    struct KnownOrder {
        std::string id;
        runtime::Subject subject;
        std::vector<catalog::Line> lines;
    };
    struct Known {
        std::string id;
        runtime::Subject subject;
    };

    runtime::Subject subject();
    runtime::RequestBody body(runtime::Request& request, Instant now);
    runtime::OrderPaid order(runtime::Request& request);
    runtime::OrderRefunded refund(runtime::Request& request);
    void refund_money(runtime::OrderRefunded& refund, const KnownOrder& known);
    runtime::Interaction interaction();
    runtime::Transfer transfer();
    runtime::Unmerge unmerge(runtime::Request& request);
    runtime::OrderTold told_of_order(runtime::Request& request);
    orders::Event event_of(const KnownOrder& known);
    orders::AfterSaleMoved after_sale(std::vector<orders::Pieces> pieces);
    runtime::Profile profile();
    std::string unit();
    std::int64_t amount();
    [[nodiscard]] bool does(Verb verb) const { return verbs_.contains(verb); }
    std::string fresh_id(const char* prefix) { return prefix + std::to_string(++last_id_); }

    Random random_;
    std::vector<std::string> units_;
    std::set<Verb> verbs_;
    std::uint16_t partitions_;
    bool is_poisonous_;
    std::uint64_t people_;
    std::vector<std::uint64_t> weights_;
    std::uint64_t last_id_ = 0;
    std::map<CommandName, runtime::Request> asked_;
    std::set<CommandName> open_;
    std::vector<CommandName> names_;
    std::vector<CommandName> accepted_;
    std::set<CommandName> is_accepted_;
    std::set<MemberId> members_;
    std::set<MemberId> erased_;
    std::vector<KnownOrder> orders_;
    std::vector<KnownOrder> awaited_;  // of which something was told, but no payment
    struct Merged {
        MemberId survivor;
        MemberId absorbed;
    };
    std::vector<Merged> merged_;
    std::vector<Known> holds_;
    std::vector<Known> spends_;
};

}  // namespace banyan::simulator
