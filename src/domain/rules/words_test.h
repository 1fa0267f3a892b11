// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of this module share: a row of an order and a member, and expressions over it in one call.

#include <gtest/gtest.h>

#include <string>

#include "domain/rules/compile.h"
#include "domain/rules/evaluate.h"
#include "domain/rules/parse.h"
#include "domain/rules/show.h"

namespace banyan::rules {

/// Variables with their types as text, and their values.
class Words {
  public:
    Words& declare(std::string_view path, std::string_view type, Term term = Term::unset()) {
        const auto read = parse_type(type);
        EXPECT_TRUE(read.ok()) << type;
        EXPECT_TRUE(schema_.declare(path, *read).ok()) << path;
        terms_.push_back(term);
        return *this;
    }

    [[nodiscard]] const Schema& schema() const { return schema_; }
    [[nodiscard]] Activation row() const {
        Activation row(schema_);
        for (Slot slot = 0; slot < terms_.size(); ++slot) row.set(slot, terms_[slot]);
        return row;
    }
    void set(std::string_view path, Term term) { terms_[*schema_.find(path)] = term; }

    Result<Program> program(std::string_view source, const Regex* regex = nullptr,
                            const Limits& limits = {}) const {
        const auto expression = parse(source);
        if (!expression.ok()) return expression.error();
        return compile(*expression, schema_, limits, Checking::declared, regex);
    }

    /// The value as its author would write it, or what is said about the error.
    [[nodiscard]] std::string told(std::string_view source, const Regex* regex = nullptr,
                                   const Limits& limits = {}) const {
        const auto compiled = program(source, regex, limits);
        if (!compiled.ok()) return compiled.error().text();
        Scratch scratch;
        const Term term = evaluate(*compiled, row(), scratch);
        return term.is_missing() ? compiled->describe(term).text() : shown(term);
    }

  private:
    Schema schema_;
    std::vector<Term> terms_;
};

struct Told {
    const char* source;
    const char* told;
};

inline void expect(const Words& words, std::initializer_list<Told> rows) {
    for (const Told& row : rows) EXPECT_EQ(words.told(row.source), row.told) << row.source;
}

}  // namespace banyan::rules
