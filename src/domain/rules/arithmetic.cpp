// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/arithmetic.h"

#include <cstring>

#include "domain/rules/numbers.h"

namespace banyan::rules {

namespace {

Term integers(Operation operation, std::int64_t a, std::int64_t b, const Context& context) {
    std::int64_t result = 0;
    bool overflow = false;
    switch (operation) {
        case Operation::add: overflow = __builtin_add_overflow(a, b, &result); break;
        case Operation::subtract: overflow = __builtin_sub_overflow(a, b, &result); break;
        case Operation::multiply: overflow = __builtin_mul_overflow(a, b, &result); break;
        case Operation::divide:
            if (b == 0) return context.fault(Fault::division_by_zero);
            overflow = a == INT64_MIN && b == -1;
            result = overflow ? 0 : a / b;
            break;
        default:
            if (b == 0) return context.fault(Fault::modulus_by_zero);
            overflow = a == INT64_MIN && b == -1;
            result = overflow ? 0 : a % b;
            break;
    }
    return overflow ? context.fault(Fault::overflow) : Term(result);
}

Term unsigned_integers(Operation operation, std::uint64_t a, std::uint64_t b, const Context& context) {
    std::uint64_t result = 0;
    bool overflow = false;
    switch (operation) {
        case Operation::add: overflow = __builtin_add_overflow(a, b, &result); break;
        case Operation::subtract: overflow = __builtin_sub_overflow(a, b, &result); break;
        case Operation::multiply: overflow = __builtin_mul_overflow(a, b, &result); break;
        case Operation::divide:
            if (b == 0) return context.fault(Fault::division_by_zero);
            result = a / b;
            break;
        default:
            if (b == 0) return context.fault(Fault::modulus_by_zero);
            result = a % b;
            break;
    }
    return overflow ? context.fault(Fault::overflow) : Term(result);
}

Term floatings(Operation operation, double a, double b, const Context& context) {
    switch (operation) {
        case Operation::add: return Term(a + b);
        case Operation::subtract: return Term(a - b);
        case Operation::multiply: return Term(a * b);
        case Operation::divide: return Term(a / b);
        default: return context.fault(Fault::no_such_overload);
    }
}

// Text is joined in the arena; its bytes count against the budget.
Term joined(std::string_view a, std::string_view b, bool bytes, Context& context) {
    if (!context.charge((a.size() + b.size()) / 16 + 1)) return context.fault(Fault::cost_exceeded);
    char* place = context.arena.array<char>(a.size() + b.size());
    if (!a.empty()) std::memcpy(place, a.data(), a.size());
    if (!b.empty()) std::memcpy(place + a.size(), b.data(), b.size());
    const std::string_view text(place, a.size() + b.size());
    return bytes ? Term::bytes_of(text) : Term(text);
}

Term joined_lists(const Term& a, const Term& b, Context& context) {
    const std::size_t count = a.count() + b.count();
    if (!context.charge(count + 1)) return context.fault(Fault::cost_exceeded);
    Term* place = context.arena.array<Term>(count);
    for (std::size_t i = 0; i < a.count(); ++i) place[i] = a.element(i);
    for (std::size_t i = 0; i < b.count(); ++i) place[a.count() + i] = b.element(i);
    return Term::list_of({place, count});
}

Term moved(Timestamp time, std::int64_t nanoseconds, const Context& context) {
    constexpr std::int64_t second = 1'000'000'000;
    const std::int64_t fraction = time.nanoseconds + floor_modulo(nanoseconds, second);
    time.seconds += floor_divide(nanoseconds, second) + fraction / second;
    time.nanoseconds = static_cast<std::uint32_t>(fraction % second);
    if (time < timestamp_min || timestamp_max < time) return context.fault(Fault::out_of_range);
    return Term(time);
}

Term between(Timestamp later, Timestamp earlier, const Context& context) {
    std::int64_t count = 0;
    // Both years are at most 9999, so the seconds fit; what may not fit is their nanoseconds.
    if (__builtin_mul_overflow(later.seconds - earlier.seconds, std::int64_t{1'000'000'000}, &count) ||
        __builtin_add_overflow(count, std::int64_t{later.nanoseconds} - std::int64_t{earlier.nanoseconds},
                               &count))
        return context.fault(Fault::out_of_range);
    return Term(Nanoseconds{count});
}

Term durations(Operation operation, std::int64_t a, std::int64_t b, const Context& context) {
    std::int64_t count = 0;
    const bool overflow = operation == Operation::add ? __builtin_add_overflow(a, b, &count)
                                                      : __builtin_sub_overflow(a, b, &count);
    return overflow ? context.fault(Fault::out_of_range) : Term(Nanoseconds{count});
}

Term sums(Operation operation, const Term& a, const Term& b, Context& context) {
    const bool add = operation == Operation::add;
    if (a.is(Kind::timestamp) && b.is(Kind::duration)) {
        const std::int64_t count = b.duration().count;
        if (!add && count == INT64_MIN) return context.fault(Fault::out_of_range);
        return moved(a.timestamp(), add ? count : -count, context);
    }
    if (a.is(Kind::duration) && b.is(Kind::timestamp) && add)
        return moved(b.timestamp(), a.duration().count, context);
    if (a.kind() != b.kind()) return context.fault(Fault::no_such_overload);
    if (a.is(Kind::duration)) return durations(operation, a.duration().count, b.duration().count, context);
    if (a.is(Kind::timestamp) && !add) return between(a.timestamp(), b.timestamp(), context);
    if (a.is(Kind::string) && add) return joined(a.string(), b.string(), false, context);
    if (a.is(Kind::bytes) && add) return joined(a.bytes(), b.bytes(), true, context);
    if (a.is(Kind::list) && add) return joined_lists(a, b, context);
    return context.fault(Fault::no_such_overload);
}

}  // namespace

Term arithmetic(Operation operation, const Term& a, const Term& b, Context& context) {
    if (a.is(Kind::integer) && b.is(Kind::integer))
        return integers(operation, a.integer(), b.integer(), context);
    if (a.is(Kind::unsigned_integer) && b.is(Kind::unsigned_integer))
        return unsigned_integers(operation, a.unsigned_integer(), b.unsigned_integer(), context);
    if (a.is(Kind::floating) && b.is(Kind::floating))
        return floatings(operation, a.floating(), b.floating(), context);
    if (operation == Operation::add || operation == Operation::subtract)
        return sums(operation, a, b, context);
    return context.fault(Fault::no_such_overload);
}

Term negate(const Term& a, Context& context) {
    if (a.is(Kind::floating)) return Term(-a.floating());
    if (!a.is(Kind::integer)) return context.fault(Fault::no_such_overload);
    return a.integer() == INT64_MIN ? context.fault(Fault::overflow) : Term(-a.integer());
}

}  // namespace banyan::rules
