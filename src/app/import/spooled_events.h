// SPDX-License-Identifier: Apache-2.0
#pragma once

// Events that are lines of JSON already: in the input itself, or in a temporary file where rows were turned into
// lines one by one. Memory holds 32 bytes an event; the lines are read back in the order of time.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/import/event_sequence.h"
#include "app/import/input.h"

namespace banyan::app {

class SpooledEvents final : public EventSequence {
  public:
    /// Lines of `input`, which must outlive this.
    explicit SpooledEvents(InputFile& input) : input_(&input) {}
    /// Lines in a temporary file, which is gone when this is.
    static Result<std::unique_ptr<SpooledEvents>> in_temporary_file();

    /// An event of the input.
    void add(Instant time, std::size_t line, std::size_t offset, std::size_t size);
    /// An event for the temporary file, without its line end.
    Result<void> add(Instant time, std::size_t line, std::string_view event);
    /// After the last add.
    void sort();

    [[nodiscard]] std::size_t size() const override { return entries_.size(); }
    [[nodiscard]] Instant time_of(std::size_t index) const override { return entries_[index].time; }
    Result<void> append(std::size_t index, std::string& out) override;

  private:
    struct Entry {
        Instant time;
        std::uint64_t line = 0;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };
    struct Close {
        void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
    };

    SpooledEvents() = default;

    InputFile* input_ = nullptr;
    std::unique_ptr<std::FILE, Close> file_;
    std::uint64_t written_ = 0;
    std::vector<Entry> entries_;
};

}  // namespace banyan::app
