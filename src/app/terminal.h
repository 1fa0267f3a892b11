// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the command line says to a person: errors on standard error, progress on a line that rewrites itself when
// standard error is a terminal, a line now and then when it is a file.

#include <cstdint>
#include <string>

#include "base/instant.h"

namespace banyan::app {

void say(const std::string& line);        // standard output
void say_error(const std::string& line);  // standard error, with the program's name

/// A progress bar for anything that takes over a second: what, how far, rate, time left.
class Progress {
  public:
    /// `total` 0 = not known. Nothing is shown during the first second.
    Progress(std::string what, std::string unit, std::uint64_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void advance(std::uint64_t by);
    void finish();
    /// Units a second since the start.
    [[nodiscard]] double rate() const;
    [[nodiscard]] double elapsed_seconds() const;
    [[nodiscard]] std::uint64_t done() const { return done_; }

  private:
    void show(bool last);

    std::string what_;
    std::string unit_;
    std::uint64_t total_;
    std::uint64_t done_ = 0;
    std::int64_t started_us_;
    std::int64_t shown_us_ = 0;
    bool terminal_;
    bool shown_ = false;
    bool finished_ = false;
};

/// 1234567 -> "1,234,567".
std::string grouped(std::uint64_t number);

}  // namespace banyan::app
