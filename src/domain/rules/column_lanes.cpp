// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/column_lanes.h"

#include <algorithm>
#include <functional>

#include "domain/rules/numbers.h"

namespace banyan::rules {

namespace {

using What = ColumnStep::What;

// From this many bytes on the row-wise evaluation charges for looking at a text.
constexpr std::size_t long_text_bytes = 64;

// The loops below are what the compiler turns into vector instructions: no branch, no call, one array a name.

template <typename T, typename Operator>
void for_each_pair(const T* a, const T* b, std::uint8_t* out, std::size_t count, Operator apply) {
    for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(apply(a[i], b[i]));
}

template <typename T>
void compare(Operation operation, const T* a, const T* b, std::uint8_t* out, std::size_t count) {
    switch (operation) {
        case Operation::equal: return for_each_pair(a, b, out, count, std::equal_to<T>());
        case Operation::not_equal: return for_each_pair(a, b, out, count, std::not_equal_to<T>());
        case Operation::less: return for_each_pair(a, b, out, count, std::less<T>());
        case Operation::less_equal: return for_each_pair(a, b, out, count, std::less_equal<T>());
        case Operation::greater: return for_each_pair(a, b, out, count, std::greater<T>());
        default: return for_each_pair(a, b, out, count, std::greater_equal<T>());
    }
}

void add_integers(const std::int64_t* a, const std::int64_t* b, std::int64_t* out, std::uint8_t* unknown,
                  std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto sum =
            static_cast<std::int64_t>(static_cast<std::uint64_t>(a[i]) + static_cast<std::uint64_t>(b[i]));
        out[i] = sum;
        // Overflow is when both sides differ in sign from the sum.
        unknown[i] |= static_cast<std::uint8_t>(((a[i] ^ sum) & (b[i] ^ sum)) < 0);
    }
}

void subtract_integers(const std::int64_t* a, const std::int64_t* b, std::int64_t* out, std::uint8_t* unknown,
                       std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto rest =
            static_cast<std::int64_t>(static_cast<std::uint64_t>(a[i]) - static_cast<std::uint64_t>(b[i]));
        out[i] = rest;
        unknown[i] |= static_cast<std::uint8_t>(((a[i] ^ b[i]) & (a[i] ^ rest)) < 0);
    }
}

template <typename T>
void multiply(const T* a, const T* b, T* out, std::uint8_t* unknown, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        unknown[i] |= static_cast<std::uint8_t>(__builtin_mul_overflow(a[i], b[i], &out[i]));
}

template <typename T>
void divide(bool quotient, const T* a, const T* b, T* out, std::uint8_t* unknown, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        bool refused = b[i] == 0;
        if constexpr (std::is_signed_v<T>) refused = refused || (a[i] == INT64_MIN && b[i] == -1);
        const T divisor = refused ? T{1} : b[i];
        out[i] = quotient ? a[i] / divisor : a[i] % divisor;
        unknown[i] |= static_cast<std::uint8_t>(refused);
    }
}

void of_integers(Operation operation, const std::int64_t* a, const std::int64_t* b, std::int64_t* out,
                 std::uint8_t* unknown, std::size_t count) {
    switch (operation) {
        case Operation::add: return add_integers(a, b, out, unknown, count);
        case Operation::subtract: return subtract_integers(a, b, out, unknown, count);
        case Operation::multiply: return multiply(a, b, out, unknown, count);
        default: return divide(operation == Operation::divide, a, b, out, unknown, count);
    }
}

void of_unsigned(Operation operation, const std::uint64_t* a, const std::uint64_t* b, std::uint64_t* out,
                 std::uint8_t* unknown, std::size_t count) {
    switch (operation) {
        case Operation::add:
            for (std::size_t i = 0; i < count; ++i) {
                out[i] = a[i] + b[i];
                unknown[i] |= static_cast<std::uint8_t>(out[i] < a[i]);
            }
            return;
        case Operation::subtract:
            for (std::size_t i = 0; i < count; ++i) {
                out[i] = a[i] - b[i];
                unknown[i] |= static_cast<std::uint8_t>(a[i] < b[i]);
            }
            return;
        case Operation::multiply: return multiply(a, b, out, unknown, count);
        default: return divide(operation == Operation::divide, a, b, out, unknown, count);
    }
}

void of_floatings(Operation operation, const double* a, const double* b, double* out, std::size_t count) {
    switch (operation) {
        case Operation::add:
            for (std::size_t i = 0; i < count; ++i) out[i] = a[i] + b[i];
            return;
        case Operation::subtract:
            for (std::size_t i = 0; i < count; ++i) out[i] = a[i] - b[i];
            return;
        case Operation::multiply:
            for (std::size_t i = 0; i < count; ++i) out[i] = a[i] * b[i];
            return;
        default:
            for (std::size_t i = 0; i < count; ++i) out[i] = a[i] / b[i];
    }
}

bool answers(Operation operation, Order order) {
    switch (operation) {
        case Operation::equal: return order == Order::same;
        case Operation::not_equal: return order != Order::same;
        case Operation::less: return order == Order::less;
        case Operation::less_equal: return order == Order::less || order == Order::same;
        case Operation::greater: return order == Order::greater;
        default: return order == Order::greater || order == Order::same;
    }
}

template <typename T>
void pick(const std::uint8_t* condition, const T* yes, const T* no, T* out, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) out[i] = condition[i] != 0 ? yes[i] : no[i];
}

}  // namespace

ColumnLanes::ColumnLanes(const Program::Code& code, const Batch& batch, const ColumnPlan& plan)
    : code_(code),
      batch_(batch),
      plan_(plan),
      views_(plan.lanes()),
      memory_(code.registers + code.constants.size()),
      targets_(code.registers, nullptr),
      beyond_(batch.slots()),
      all_known_(block_rows, 0),
      all_unknown_(block_rows, 1) {
    // A lane of which nothing is known is read all the same: by && beside a side that decides, by ?: not chosen.
    static const std::vector<std::string_view> nothing(block_rows);
    for (View& view : views_) view = {nothing.data(), all_unknown_.data()};
    for (Lane lane = 0; lane < memory_.size(); ++lane) {
        if (plan.kind(lane) == Kind::unset) continue;
        void* const values = reserve(memory_[lane], plan.kind(lane));
        memory_[lane].unknown.assign(block_rows, 0);
        views_[lane] = {values, memory_[lane].unknown.data()};
        if (lane < code.registers) {
            targets_[lane] = values;
        } else {
            spread(lane, code.constants[lane - code.registers]);
        }
    }
}

void* ColumnLanes::reserve(Memory& memory, Kind kind) {
    switch (kind) {
        case Kind::boolean: memory.truths.resize(block_rows); return memory.truths.data();
        case Kind::unsigned_integer:
            memory.unsigned_integers.resize(block_rows);
            return memory.unsigned_integers.data();
        case Kind::floating: memory.floatings.resize(block_rows); return memory.floatings.data();
        case Kind::string: memory.texts.resize(block_rows); return memory.texts.data();
        default: memory.integers.resize(block_rows); return memory.integers.data();
    }
}

void ColumnLanes::spread(Lane lane, const Term& term) {
    Memory& memory = memory_[lane];
    switch (term.kind()) {
        case Kind::boolean:
            std::fill(memory.truths.begin(), memory.truths.end(), term.boolean() ? 1 : 0);
            return;
        case Kind::integer: std::fill(memory.integers.begin(), memory.integers.end(), term.integer()); return;
        case Kind::unsigned_integer:
            std::fill(memory.unsigned_integers.begin(), memory.unsigned_integers.end(),
                      term.unsigned_integer());
            return;
        case Kind::floating:
            std::fill(memory.floatings.begin(), memory.floatings.end(), term.floating());
            return;
        case Kind::string: std::fill(memory.texts.begin(), memory.texts.end(), term.string()); return;
        default: break;
    }
    const Timestamp time = term.timestamp();
    std::fill(memory.integers.begin(), memory.integers.end(),
              time.seconds * 1'000'000 + time.nanoseconds / 1000);
}

void ColumnLanes::run(std::size_t begin, std::size_t count) {
    ASSERT(count <= block_rows);
    begin_ = begin;
    count_ = count;
    for (const Slot slot : code_.slots) look_at(slot);
    for (const ColumnStep& each : plan_.steps()) step(each);
}

// A column is read where it lies.
void ColumnLanes::look_at(Slot slot) {
    const Lane lane = plan_.lane(Operand(Operand::Space::slots, slot));
    const Kind kind = plan_.kind(lane);
    if (kind == Kind::unset) return;
    const Column& column = batch_[slot];
    const std::size_t width = kind == Kind::boolean  ? sizeof(std::uint8_t)
                              : kind == Kind::string ? sizeof(std::string_view)
                                                     : sizeof(std::int64_t);
    const auto* const first = static_cast<const std::byte*>(column.data()) + begin_ * width;
    const std::uint8_t* absent = column.absent() != nullptr ? column.absent() + begin_ : all_known_.data();
    if (kind == Kind::timestamp) {
        constexpr std::int64_t earliest = timestamp_min.seconds * 1'000'000;
        constexpr std::int64_t latest = timestamp_max.seconds * 1'000'000 + 999'999;
        std::vector<std::uint8_t>& beyond = beyond_[slot];
        beyond.resize(block_rows);
        const auto* const times = reinterpret_cast<const std::int64_t*>(first);
        for (std::size_t i = 0; i < count_; ++i)
            beyond[i] = static_cast<std::uint8_t>(absent[i] != 0 || times[i] < earliest || times[i] > latest);
        absent = beyond.data();
    }
    views_[lane] = {first, absent};
}

std::size_t ColumnLanes::put_truths(Lane lane, std::uint8_t* out) const {
    const auto* const truths = values<std::uint8_t>(lane);
    const std::uint8_t* const unknown = views_[lane].unknown;
    std::size_t unknown_count = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        out[i] = static_cast<std::uint8_t>(truths[i] & (unknown[i] ^ 1U));
        unknown_count += unknown[i];
    }
    return count_ - unknown_count;
}

Term ColumnLanes::term(Lane lane, std::size_t row) const {
    switch (plan_.kind(lane)) {
        case Kind::boolean: return Term(values<std::uint8_t>(lane)[row] != 0);
        case Kind::integer: return Term(values<std::int64_t>(lane)[row]);
        case Kind::unsigned_integer: return Term(values<std::uint64_t>(lane)[row]);
        case Kind::floating: return Term(values<double>(lane)[row]);
        case Kind::string: return Term(values<std::string_view>(lane)[row]);
        default: return Term(Instant{values<std::int64_t>(lane)[row]});
    }
}

void ColumnLanes::step(const ColumnStep& step) {
    switch (step.what) {
        case What::arithmetic: return arithmetic(step);
        case What::comparison: return comparison(step);
        case What::across: return across(step);
        case What::negate: return negate(step);
        case What::complement: {
            join_unknown(step, false);
            const auto* const a = values<std::uint8_t>(step.a);
            auto* const out = target<std::uint8_t>(step);
            for (std::size_t i = 0; i < count_; ++i) out[i] = a[i] ^ 1U;
            return;
        }
        case What::logical_and:
        case What::logical_or: return logical(step);
        case What::choice: return choose(step);
        case What::is_set: return is_set(step);
        case What::member: return member(step);
        case What::starts_with:
        case What::ends_with: return look_at_text(step);
    }
}

void ColumnLanes::join_unknown(const ColumnStep& step, bool both) {
    const std::uint8_t* const a = views_[step.a].unknown;
    const std::uint8_t* const b = both ? views_[step.b].unknown : all_known_.data();
    std::uint8_t* const out = unknown_of(step);
    for (std::size_t i = 0; i < count_; ++i) out[i] = a[i] | b[i];
}

void ColumnLanes::arithmetic(const ColumnStep& step) {
    join_unknown(step, true);
    const Lane a = step.a;
    const Lane b = step.b;
    switch (plan_.kind(step.target)) {
        case Kind::integer:
            return of_integers(step.operation, values<std::int64_t>(a), values<std::int64_t>(b),
                               target<std::int64_t>(step), unknown_of(step), count_);
        case Kind::unsigned_integer:
            return of_unsigned(step.operation, values<std::uint64_t>(a), values<std::uint64_t>(b),
                               target<std::uint64_t>(step), unknown_of(step), count_);
        default:
            return of_floatings(step.operation, values<double>(a), values<double>(b), target<double>(step),
                                count_);
    }
}

void ColumnLanes::comparison(const ColumnStep& step) {
    join_unknown(step, true);
    auto* const out = target<std::uint8_t>(step);
    const Lane a = step.a;
    const Lane b = step.b;
    switch (plan_.kind(a)) {
        case Kind::boolean:
            return compare(step.operation, values<std::uint8_t>(a), values<std::uint8_t>(b), out, count_);
        case Kind::unsigned_integer:
            return compare(step.operation, values<std::uint64_t>(a), values<std::uint64_t>(b), out, count_);
        case Kind::floating:
            return compare(step.operation, values<double>(a), values<double>(b), out, count_);
        case Kind::string: {
            const auto* const texts = values<std::string_view>(a);
            for (std::size_t i = 0; i < count_; ++i)
                unknown_of(step)[i] |= static_cast<std::uint8_t>(texts[i].size() >= long_text_bytes);
            return compare(step.operation, texts, values<std::string_view>(b), out, count_);
        }
        default:
            return compare(step.operation, values<std::int64_t>(a), values<std::int64_t>(b), out, count_);
    }
}

void ColumnLanes::across(const ColumnStep& step) {
    join_unknown(step, true);
    auto* const out = target<std::uint8_t>(step);
    for (std::size_t i = 0; i < count_; ++i)
        out[i] = answers(step.operation, compare_numbers(term(step.a, i), term(step.b, i))) ? 1 : 0;
}

void ColumnLanes::negate(const ColumnStep& step) {
    join_unknown(step, false);
    if (plan_.kind(step.a) == Kind::floating) {
        const auto* const a = values<double>(step.a);
        auto* const out = target<double>(step);
        for (std::size_t i = 0; i < count_; ++i) out[i] = -a[i];
        return;
    }
    const auto* const a = values<std::int64_t>(step.a);
    auto* const out = target<std::int64_t>(step);
    for (std::size_t i = 0; i < count_; ++i) {
        out[i] = static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(a[i]));
        unknown_of(step)[i] |= static_cast<std::uint8_t>(a[i] == INT64_MIN);
    }
}

// A side that is known and decides, decides; else both must be known. What is no bool is unknown.
void ColumnLanes::logical(const ColumnStep& step) {
    const std::uint8_t decisive = step.what == What::logical_and ? 0 : 1;
    const bool left = plan_.kind(step.a) == Kind::boolean;
    const bool right = plan_.kind(step.b) == Kind::boolean;
    const auto* const a = left ? values<std::uint8_t>(step.a) : all_known_.data();
    const auto* const b = right ? values<std::uint8_t>(step.b) : all_known_.data();
    const std::uint8_t* const a_unknown = left ? views_[step.a].unknown : all_unknown_.data();
    const std::uint8_t* const b_unknown = right ? views_[step.b].unknown : all_unknown_.data();
    auto* const out = target<std::uint8_t>(step);
    std::uint8_t* const unknown = unknown_of(step);
    for (std::size_t i = 0; i < count_; ++i) {
        const auto a_decides = static_cast<std::uint8_t>((a_unknown[i] ^ 1U) & ((a[i] ^ decisive) ^ 1U));
        const auto b_decides = static_cast<std::uint8_t>((b_unknown[i] ^ 1U) & ((b[i] ^ decisive) ^ 1U));
        const auto decides = static_cast<std::uint8_t>(a_decides | b_decides);
        unknown[i] = static_cast<std::uint8_t>((a_unknown[i] | b_unknown[i]) & (decides ^ 1U));
        out[i] = static_cast<std::uint8_t>(decides ^ decisive ^ 1U);
    }
}

void ColumnLanes::choose(const ColumnStep& step) {
    const auto* const condition = values<std::uint8_t>(step.c);
    const std::uint8_t* const asked = views_[step.c].unknown;
    std::uint8_t* const unknown = unknown_of(step);
    pick(condition, views_[step.a].unknown, views_[step.b].unknown, unknown, count_);
    for (std::size_t i = 0; i < count_; ++i) unknown[i] |= asked[i];
    const Lane a = step.a;
    const Lane b = step.b;
    switch (plan_.kind(step.target)) {
        case Kind::boolean:
            return pick(condition, values<std::uint8_t>(a), values<std::uint8_t>(b),
                        target<std::uint8_t>(step), count_);
        case Kind::unsigned_integer:
            return pick(condition, values<std::uint64_t>(a), values<std::uint64_t>(b),
                        target<std::uint64_t>(step), count_);
        case Kind::floating:
            return pick(condition, values<double>(a), values<double>(b), target<double>(step), count_);
        case Kind::string:
            return pick(condition, values<std::string_view>(a), values<std::string_view>(b),
                        target<std::string_view>(step), count_);
        default:
            return pick(condition, values<std::int64_t>(a), values<std::int64_t>(b),
                        target<std::int64_t>(step), count_);
    }
}

void ColumnLanes::is_set(const ColumnStep& step) {
    const Slot slot = step.a - code_.registers - static_cast<Lane>(code_.constants.size());
    const Column& column = batch_[slot];
    auto* const out = target<std::uint8_t>(step);
    std::uint8_t* const unknown = unknown_of(step);
    for (std::size_t i = 0; i < count_; ++i) {
        const bool absent = column.absent() != nullptr && column.absent()[begin_ + i] != 0;
        out[i] = !absent && column.kind() != Kind::unset ? 1 : 0;
        // A column of anything may hold faults and gaps of its own.
        unknown[i] = column.kind() == Kind::dyn ? 1 : 0;
    }
}

void ColumnLanes::member(const ColumnStep& step) {
    join_unknown(step, false);
    const Term& list = code_.constants[step.b - code_.registers];
    auto* const out = target<std::uint8_t>(step);
    std::fill_n(out, count_, std::uint8_t{0});
    if (plan_.kind(step.a) == Kind::integer) {
        const auto* const a = values<std::int64_t>(step.a);
        for (std::size_t n = 0; n < list.count(); ++n) {
            const std::int64_t wanted = list.element(n).integer();
            for (std::size_t i = 0; i < count_; ++i) out[i] |= static_cast<std::uint8_t>(a[i] == wanted);
        }
        return;
    }
    const auto* const a = values<std::string_view>(step.a);
    for (std::size_t i = 0; i < count_; ++i)
        unknown_of(step)[i] |= static_cast<std::uint8_t>(a[i].size() >= long_text_bytes);
    for (std::size_t n = 0; n < list.count(); ++n) {
        const std::string_view wanted = list.element(n).string();
        for (std::size_t i = 0; i < count_; ++i) out[i] |= static_cast<std::uint8_t>(a[i] == wanted);
    }
}

void ColumnLanes::look_at_text(const ColumnStep& step) {
    join_unknown(step, true);
    const auto* const a = values<std::string_view>(step.a);
    const auto* const b = values<std::string_view>(step.b);
    auto* const out = target<std::uint8_t>(step);
    const bool starts = step.what == What::starts_with;
    for (std::size_t i = 0; i < count_; ++i)
        out[i] = (starts ? a[i].starts_with(b[i]) : a[i].ends_with(b[i])) ? 1 : 0;
}

}  // namespace banyan::rules
