// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a client says, already parsed and checked for form, but still in the client's words: external ids, unit codes,
// line ids. The runtime turns it into an engine::Command (handles, keyed ids, numbers), which is all that the journal
// ever sees. Personal fields live in Personal, which cannot be printed by accident.

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/number.h"
#include "domain/basis/money.h"
#include "domain/catalog/order.h"
#include "domain/orders/event.h"
#include "engine/command.h"

namespace banyan::runtime {

/// Personal text. No operator prints it; `opened()` is the one way to its content, and easy to search for.
class Personal {
  public:
    Personal() = default;
    explicit Personal(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] const std::string& opened() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    bool operator==(const Personal&) const = default;

  private:
    std::string text_;
};

struct ExternalId {
    std::string kind;  // declared word: "phone", "openid", "shop"; not personal
    Personal id;
};

/// What is not set stays as it is in an update; an empty text takes the field away.
struct Profile {
    std::optional<Personal> name;
    std::optional<Personal> birthday;  // "1990-02-28"
    std::optional<Personal> gender;
    std::optional<Personal> city;
    std::optional<Personal> address;
};

/// Who: a member by its own id, or one to four external ids (the first known one decides, unknown ones are claimed).
struct Subject {
    MemberId member;
    std::vector<ExternalId> identities;
};

struct Register {
    Profile profile;
};
/// What an order says of a line's price beyond what was paid for it.
struct SaidPrice {
    std::string brand;
    std::optional<std::int64_t> list;  // of all its pieces; nothing = what was paid and its own parts
    std::optional<std::int64_t> paid;  // nothing = what the parts leave
    basis::Parts parts;
};
struct OrderPaid {
    std::string order;
    std::string currency;
    std::string channel;
    std::string store;
    std::vector<catalog::Line> lines;  // amounts in minor units of `currency`
    std::string payment = {};
    std::vector<SaidPrice> prices = {};  // of each line; empty = every line's amount is all there is to say
    basis::Parts parts = {};             // of the whole order
    std::optional<std::int64_t> charged = {};
};
struct OrderRefunded {
    struct Line {
        std::string id;
        std::int64_t quantity = 0;
        std::int64_t amount = 0;  // money and no pieces
    };
    std::string order;
    std::vector<Line> lines;  // empty = everything that is left
    std::int64_t amount = 0;  // of the whole order, instead of lines
};
/// What happened to an order, in the shop's own ids; when is the request's `occurred_at`.
struct OrderTold {
    std::string order;
    orders::Event event;
};
/// An event of the order's life that may release what is pending ("order.completed").
struct OrderReleased {
    std::string order;
    std::string event;
};
struct Adjust {
    std::string unit;
    std::int64_t amount = 0;  // smallest parts of the unit; positive grants, negative takes
    std::string reason;
    std::string cost_centre;
};
struct Hold {
    std::string unit;
    std::int64_t amount = 0;
    Duration expires_in;
};
struct EndHold {
    std::string hold;  // the id the hold was placed under
    bool capture = false;
    std::string unit;         // of a part that is captured
    std::int64_t amount = 0;  // 0 = all of it
};
struct Redeem {
    std::string unit;
    std::int64_t amount = 0;
};
struct ReverseSpend {
    std::string spend;        // the id of the redemption or of the captured hold
    std::int64_t amount = 0;  // 0 = all that is left
};
/// An event of a type that the programme declares.
struct Interaction {
    using Attribute = engine::RecordEvent::Attribute;
    std::string event;
    std::vector<Attribute> attributes;
};
struct UpdateProfile {
    Profile profile;
};
struct BindIdentity {
    ExternalId identity;
};
struct Merge {
    MemberId absorbed;  // into the subject
};
struct Erase {};
struct Transfer {
    MemberId to;
    std::string unit;
    std::int64_t amount = 0;
};
struct Unmerge {
    MemberId absorbed;  // out of the subject
};

using RequestBody = std::variant<Register, OrderPaid, OrderRefunded, OrderReleased, Adjust, Hold, EndHold,
                                 Redeem, ReverseSpend, UpdateProfile, BindIdentity, Merge, Erase, OrderTold,
                                 Interaction, Transfer, Unmerge>;

struct Request {
    std::string source;                  // scope of all ids in it; a declared word, not personal
    std::string id;                      // unique within the source, for ever
    std::optional<Instant> occurred_at;  // nothing = when it is decided
    Subject subject;
    RequestBody body;
};

}  // namespace banyan::runtime
