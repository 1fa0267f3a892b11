// SPDX-License-Identifier: Apache-2.0
#pragma once

// Identifiers that cannot be exchanged for one another. A 128-bit id is two words; it prints as 32 hexadecimal
// digits. None of them carries anything about a person.

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace banyan {

template <typename Tag, typename Number>
struct NumericId {
    Number value{};
    constexpr auto operator<=>(const NumericId&) const = default;
};

/// Position of a record in its partition's journal; the first record is 1, and 0 means "before everything".
using Lsn = NumericId<struct LsnTag, std::uint64_t>;
using PartitionId = NumericId<struct PartitionTag, std::uint16_t>;
/// A member. The low 16 bits name the partition that holds it; the rest is a number within it. 0 = nobody.
using MemberId = NumericId<struct MemberTag, std::uint64_t>;
using UnitId = NumericId<struct UnitTag, std::uint16_t>;
using RuleId = NumericId<struct RuleTag, std::uint16_t>;
using LadderId = NumericId<struct LadderTag, std::uint16_t>;
using TierId = NumericId<struct TierTag, std::uint16_t>;
using ProgrammeVersion = NumericId<struct ProgrammeVersionTag, std::uint32_t>;

constexpr PartitionId partition_of(MemberId member) {
    return {static_cast<std::uint16_t>(member.value & 0xFFFFU)};
}

template <typename Tag>
struct Id128 {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    constexpr auto operator<=>(const Id128&) const = default;
    [[nodiscard]] constexpr bool is_zero() const { return high == 0 && low == 0; }
};

/// HMAC(brand key, source, id) of a command, an order, a hold: what the journal keeps of an external id.
using KeyedId = Id128<struct KeyedIdTag>;
/// The random word that stands for an external identity in the journal.
using Handle = Id128<struct HandleTag>;
/// What a command said, as a keyed hash, so that the same id with another body is noticed.
using Fingerprint = Id128<struct FingerprintTag>;

std::string hex(std::uint64_t high, std::uint64_t low);
/// Parses exactly 32 hexadecimal digits.
std::optional<std::array<std::uint64_t, 2>> parse_hex128(std::string_view text);

template <typename Tag>
std::string hex(Id128<Tag> id) {
    return hex(id.high, id.low);
}

/// "m" and the member's number in base 32 (Crockford), for people and URLs; and back.
std::string to_text(MemberId member);
std::optional<MemberId> parse_member_id(std::string_view text);

}  // namespace banyan

template <typename Tag>
struct std::hash<banyan::Id128<Tag>> {
    // The ids are keyed hashes or random, so folding is enough.
    std::size_t operator()(banyan::Id128<Tag> id) const noexcept {
        return id.high ^ (id.low * 0x9E3779B97F4A7C15U);
    }
};

template <typename Tag, typename Number>
struct std::hash<banyan::NumericId<Tag, Number>> {
    std::size_t operator()(banyan::NumericId<Tag, Number> id) const noexcept {
        return static_cast<std::size_t>(id.value) * 0x9E3779B97F4A7C15U;
    }
};
