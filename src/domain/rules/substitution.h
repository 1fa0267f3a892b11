// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the type parameters of one check stand for. CEL infers types by assignability, not by equality: `dyn` fits
// everything, null fits what may be absent, and of two types that fit each other the more general one is kept. A failed
// question leaves the substitution as it was.

#include <map>
#include <span>
#include <string>

#include "domain/rules/type.h"

namespace banyan::rules {

class Substitution {
  public:
    /// A parameter nobody has used.
    Type fresh();

    /// Whether a value of `from` may stand where `to` is wanted; remembers what the parameters must be for that.
    bool assignable(const Type& from, const Type& to);
    bool assignable(std::span<const Type> from, std::span<const Type> to);

    enum class Open : std::uint8_t { kept, dyn };
    /// `type` with its parameters replaced; those that stand for nothing are kept, or become dyn.
    [[nodiscard]] Type resolved(const Type& type, Open open = Open::kept) const;

    /// A copy of `types` in which each parameter is a fresh one, the same for the same name.
    std::vector<Type> instance(std::span<const Type> types);

  private:
    bool fits(const Type& from, const Type& to);
    bool fits(std::span<const Type> from, std::span<const Type> to);
    struct Answer {
        bool valid;
        bool bound;
    };
    Answer bind(const Type& type, const Type& parameter);
    [[nodiscard]] bool mentions(const Type& parameter, const Type& within) const;

    std::map<std::string, Type> bound_;
    std::size_t made_ = 0;
};

/// The one of two types that fit each other which says less.
Type most_general(const Type& a, const Type& b);

}  // namespace banyan::rules
