// SPDX-License-Identifier: Apache-2.0
#pragma once

// The close of a month 月结, for the general ledger: what members held of each unit when the month began, what moved, and
// what they held when it ended, by the cost centre that had granted it. Read from the journal alone, beside whoever
// writes it.
//
// A posting belongs to the month in which its record was written, in the zone of the programme in force: log time never
// goes back, so a month that is over does not change any more. An expiry that fell due on the last day and was
// settled on the first is a posting of the new month, as it would be in any ledger.
//
// Opening and closing are counted over members and their lots, the movements over facts: two ways to the same figure,
// and a row in which they differ is an error.

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "runtime/rehearsal.h"

namespace banyan::runtime {

struct Month {
    std::int32_t year = 1970;
    std::uint8_t month = 1;  // 1..12
    constexpr auto operator<=>(const Month&) const = default;
};
/// "2026-10"; nothing for anything else.
std::optional<Month> parse_month(std::string_view text);
std::string to_text(Month month);

enum class Movement : unsigned char {
    granted,
    restored,  // a spend was reversed
    redeemed,
    expired,
    taken_back,  // a grant was reversed, or an adjustment took
    debt,        // a grant that repaid a debt: less for its cost centre, more for the debtors
    in_transit,  // between two members, who may live in different partitions
};
inline constexpr std::size_t movement_count = 7;
std::string_view name_of(Movement movement);

struct CloseRow {
    UnitId unit;
    std::uint16_t cost_centre = 0;  // 0 = none
    bool is_debt = false;           // what members owe, below zero; it has no cost centre
    Quantity opening;
    std::array<Quantity, movement_count> moved{};
    Quantity closing;

    Quantity& operator[](Movement movement) { return moved[static_cast<std::size_t>(movement)]; }
    [[nodiscard]] Quantity of(Movement movement) const { return moved[static_cast<std::size_t>(movement)]; }
};

struct CloseReport {
    std::vector<CloseRow> rows;  // by unit and cost centre, debt last; rows of zeros are left out
    std::map<UnitId, std::string> units;
    std::map<UnitId, std::uint8_t> decimals;
    std::vector<std::string> cost_centres;  // number = index + 1
    std::uint64_t records = 0;              // of the month
    Instant until;                          // the last record of the journal
    bool is_over = false;                   // a partition has written into a later month already
};

class Closing {
  public:
    Closing(const BrandFile& file, RehearsalPorts ports, Month month);
    ~Closing();
    /// Records in the order of each partition; what the chain ignores is ignored.
    Result<void> take(const StoredRecord& stored);
    /// Call once. `corrupt` names a row that does not add up.
    Result<CloseReport> finish();
    /// The month in which this instant lies for the brand, by its newest programme; nothing before the first.
    [[nodiscard]] std::optional<Month> month_of(Instant instant) const;

  private:
    struct Part;
    using Key = std::tuple<UnitId, bool, std::uint16_t>;  // unit, is_debt, cost centre
    enum class At : unsigned char { opening, closing };
    void count(Part& part, At at);
    void move(Part& part, const codec::Record& record);
    CloseRow& row(UnitId unit, std::uint16_t cost_centre, bool is_debt);

    RehearsalPorts ports_;
    Versions versions_;
    Month month_;
    std::vector<std::unique_ptr<Part>> parts_;
    std::map<Key, CloseRow> rows_;
    CloseReport report_;
};

}  // namespace banyan::runtime
