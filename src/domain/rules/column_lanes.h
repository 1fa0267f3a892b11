// SPDX-License-Identifier: Apache-2.0
#pragma once

// The arrays a ColumnPlan's steps run over, a block of rows at a time: registers in memory that is used again for each
// block, constants spread once, columns read where they lie. Beside each value stands whether it is unknown; loops
// compute on with whatever is there and let only that byte say so.

#include <cstdint>
#include <vector>

#include "domain/rules/column_plan.h"
#include "domain/rules/columns.h"

namespace banyan::rules {

constexpr std::size_t block_rows = 1024;

class ColumnLanes {
  public:
    ColumnLanes(const Program::Code& code, const Batch& batch, const ColumnPlan& plan);

    /// Computes every step for the rows [begin, begin + count), count at most block_rows.
    void run(std::size_t begin, std::size_t count);

    /// The truths of the block computed last, unknown ones as false; how many are known. Requires a lane of bools.
    std::size_t put_truths(Lane lane, std::uint8_t* out) const;
    /// Of the block computed last.
    [[nodiscard]] bool is_unknown(Lane lane, std::size_t row) const { return views_[lane].unknown[row] != 0; }
    /// Requires that it is not unknown.
    [[nodiscard]] Term term(Lane lane, std::size_t row) const;

  private:
    struct View {
        const void* values = nullptr;
        const std::uint8_t* unknown = nullptr;
    };
    /// Memory of one lane; which array is used, its kind says.
    struct Memory {
        std::vector<std::int64_t> integers;
        std::vector<std::uint64_t> unsigned_integers;
        std::vector<double> floatings;
        std::vector<std::uint8_t> truths;
        std::vector<std::string_view> texts;
        std::vector<std::uint8_t> unknown;
    };

    void* reserve(Memory& memory, Kind kind);
    void spread(Lane lane, const Term& term);
    void look_at(Slot slot);
    void step(const ColumnStep& step);
    void arithmetic(const ColumnStep& step);
    void comparison(const ColumnStep& step);
    void across(const ColumnStep& step);
    void negate(const ColumnStep& step);
    void logical(const ColumnStep& step);
    void choose(const ColumnStep& step);
    void is_set(const ColumnStep& step);
    void member(const ColumnStep& step);
    void look_at_text(const ColumnStep& step);

    template <typename T>
    const T* values(Lane lane) const {
        return static_cast<const T*>(views_[lane].values);
    }
    template <typename T>
    T* target(const ColumnStep& step) {
        return static_cast<T*>(targets_[step.target]);
    }
    std::uint8_t* unknown_of(const ColumnStep& step) { return memory_[step.target].unknown.data(); }
    void join_unknown(const ColumnStep& step, bool both);

    const Program::Code& code_;
    const Batch& batch_;
    const ColumnPlan& plan_;
    std::vector<View> views_;                        // one a lane
    std::vector<Memory> memory_;                     // registers and constants
    std::vector<void*> targets_;                     // where a register's values are written
    std::vector<std::vector<std::uint8_t>> beyond_;  // by slot: of times, the rows that CEL cannot say
    std::vector<std::uint8_t> all_known_;
    std::vector<std::uint8_t> all_unknown_;
    std::size_t begin_ = 0;
    std::size_t count_ = 0;
};

}  // namespace banyan::rules
