// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a rule may say about an event: words by dotted path, each with a kind, a privacy and a reader. Every event type
// has a vocabulary of its own. Some words stand in every programme (event.*, order.*, member.*); the others a programme
// brings about by declaring something: a ladder `stars` makes `tier.stars`, a unit `points` makes `balance.points`.
//
// A new family of such words is three lines: a name in Family, a loop with `add` in programme/words.cpp (path, kind,
// and which entry of its section is meant), and a case in the engine's Source (engine/words.cpp), which is asked only
// for the words that some rule reads. A word without a value here is Term::unset(): the rule that reads it does not
// fire, and the trace says so.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "domain/basis/money.h"
#include "domain/rules/program.h"
#include "domain/rules/schema.h"
#include "domain/rules/term.h"

namespace banyan::earning {

/// Whether a word was opened from the vault for this one decision. The truth of a condition that reads such a word is
/// recorded, because a replay cannot ask again.
enum class Privacy : unsigned char { ordinary, opened };

/// Where a word's value is: among the Facts, or with what the programme declares.
enum class Family : unsigned char {
    fact,
    tier,       // of a ladder: the rank, 1 is the lowest, 0 none
    balance,    // of a unit: what is posted, in its smallest parts
    metric,     // its value before this event; unset where it cannot be known
    attribute,  // of an event that the programme declares: what the event said
    counted,    // the base of the rule that is asked; set by the Row, rule by rule
    line,       // of the line that is looked at; set by the Row, line by line
    calendar,   // whether the event happened in it
};

/// The values of what the programme declares, at this event and for this member.
class Source {
  public:
    virtual ~Source() = default;
    /// `which`: the place of the entry in its section. What the term points at must outlive the Row.
    [[nodiscard]] virtual rules::Term read(Family family, std::uint32_t which) const = 0;
};

/// A line of an order. What the views point at must outlive the Row.
struct LineFacts {
    std::string_view sku;
    std::string_view category;
    std::string_view brand;
    std::int64_t quantity = 0;
    std::int64_t paid = 0;
    std::int64_t list = 0;
    basis::Parts parts;
};

/// What every programme may read, as plain numbers and text. Money is minor units.
struct Facts {
    std::string_view event_type;
    Instant event_time;
    std::int64_t event_month = 0;    // local, 1..12
    std::int64_t event_day = 0;      // local day of the month
    std::int64_t event_weekday = 0;  // local, 0 = Sunday
    std::int64_t order_paid = 0;
    std::int64_t order_lines = 0;
    std::int64_t order_pieces = 0;
    std::string_view order_channel;
    std::string_view order_store;
    std::string_view order_payment;
    std::int64_t order_list = 0;
    basis::Parts order_parts;             // of all lines
    std::int64_t member_tier = 0;         // on the first ladder; 1 = the lowest
    std::int64_t member_spend = 0;        // before this event
    std::int64_t member_orders = 0;       // before this event
    std::int64_t member_birth_month = 0;  // opened from the vault; 0 = not known
    std::int64_t member_birth_day = 0;
    const Source* declared = nullptr;  // nothing: the programme's own words have no value
};

struct Word {
    std::string path;
    rules::Kind kind = rules::Kind::integer;
    Privacy privacy = Privacy::ordinary;
    Family family = Family::fact;
    std::uint32_t which = 0;
    rules::Term (*read)(const Facts&) = nullptr;           // of a fact
    rules::Term (*read_line)(const LineFacts&) = nullptr;  // of a line

    [[nodiscard]] rules::Term value(const Facts& facts) const;
};

class Vocabulary {
  public:
    /// With the words that stand in every programme for this type of event.
    explicit Vocabulary(std::string event);

    /// A word of what the programme declares. A code that cannot be written in an expression makes no word.
    void add(Family family, const std::string& path, rules::Kind kind, std::uint32_t which);

    /// The same words and those of a line behind them: what a rule's `lines` may say.
    [[nodiscard]] Vocabulary of_lines() const;

    /// From here on the slots of this expression are filled for every event.
    void reads(const rules::Program& program);

    [[nodiscard]] const std::string& event() const { return event_; }
    [[nodiscard]] const rules::Schema& schema() const { return schema_; }
    [[nodiscard]] const Word& word(rules::Slot slot) const { return words_[slot]; }
    [[nodiscard]] const std::vector<Word>& words() const { return words_; }
    /// Ascending.
    [[nodiscard]] const std::vector<rules::Slot>& read() const { return read_; }
    [[nodiscard]] bool reads_opened(const rules::Program& program) const;
    [[nodiscard]] bool reads(Family family, const rules::Program& program) const;
    [[nodiscard]] bool is_order() const { return event_.starts_with("order."); }

  private:
    void declare(Word word);

    std::string event_;
    std::vector<Word> words_;  // by slot
    rules::Schema schema_;
    std::vector<rules::Slot> read_;
};

}  // namespace banyan::earning
