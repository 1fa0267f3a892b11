// SPDX-License-Identifier: Apache-2.0
#pragma once

// The same Program over many rows at once, a column for each variable. Conditions over millions of members are asked
// like this: what is arithmetic, comparison, logic, choice or a look at text runs as plain loops over typed arrays,
// a thousand rows at a time, without a branch a row. Where a row is not ordinary (an absent value, an overflow, a
// division by zero, a long text) or the expression needs more than that (functions, lists, macros), the row's answer
// is left unknown, and rows whose result is still unknown at the end are asked one by one by evaluate(). So the
// answers are those of evaluate(), faults and their places included, whatever can or cannot be done by column; and in
// `cheap && costly` the costly half is asked only for the rows that are left.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/ports/calendar.h"
#include "domain/rules/arena.h"
#include "domain/rules/program.h"
#include "domain/rules/schema.h"
#include "domain/rules/term.h"

namespace banyan::rules {

/// The values of one variable, one for each row; borrowed from the caller. `absent` is empty or says 1 where a row has
/// none.
class Column {
  public:
    using Absent = std::span<const std::uint8_t>;

    Column() = default;
    explicit Column(std::span<const std::int64_t> values, Absent absent = {});
    explicit Column(std::span<const std::uint64_t> values, Absent absent = {});
    explicit Column(std::span<const double> values, Absent absent = {});
    explicit Column(std::span<const std::string_view> values, Absent absent = {});
    explicit Column(std::span<const Instant> values, Absent absent = {});
    /// 0 and 1; a separate name, because bytes are no booleans.
    static Column of_truths(std::span<const std::uint8_t> values, Absent absent = {});
    /// Values of any kinds; asked row by row.
    static Column of_terms(std::span<const Term> values);

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] const void* data() const { return data_; }
    [[nodiscard]] const std::uint8_t* absent() const { return absent_.empty() ? nullptr : absent_.data(); }
    [[nodiscard]] Term term(std::size_t row) const;

  private:
    template <typename T>
    Column(Kind kind, std::span<const T> values, Absent absent)
        : kind_(kind), size_(values.size()), data_(values.data()), absent_(absent) {
        ASSERT(absent.empty() || absent.size() == values.size());
    }

    Kind kind_ = Kind::unset;
    std::size_t size_ = 0;
    const void* data_ = nullptr;
    Absent absent_;
};

class Batch {
  public:
    /// Every variable absent in every row.
    Batch(const Schema& schema, std::size_t rows) : rows_(rows), columns_(schema.size()) {}

    void set(Slot slot, const Column& column) {
        ASSERT(slot < columns_.size());
        ASSERT(column.size() == rows_);
        columns_[slot] = column;
    }
    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] std::size_t slots() const { return columns_.size(); }
    [[nodiscard]] const Column& operator[](Slot slot) const { return columns_[slot]; }

  private:
    std::size_t rows_;
    std::vector<Column> columns_;
};

struct RowFault {
    std::size_t row = 0;
    Term fault;
};

/// What came of a batch. Terms point into the batch, the program and this.
struct ColumnAnswers {
    std::vector<std::uint8_t> truths;  // of a condition (Program::kind() is boolean): 1 where it is true
    std::vector<Term> values;          // of anything else: one a row, faults included
    std::vector<RowFault> faults;      // by row, ascending
    std::size_t asked_by_row = 0;      // how many rows columns could not answer
    Arena arena;

    [[nodiscard]] Term at(std::size_t row) const;
};

/// Requires a batch of the program's schema.
void evaluate(const Program& program, const Batch& batch, ColumnAnswers& answers,
              const Calendar* calendar = nullptr);

}  // namespace banyan::rules
