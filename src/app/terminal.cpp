// SPDX-License-Identifier: Apache-2.0
#include "app/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace banyan::app {

namespace {
std::int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}
}  // namespace

void say(const std::string& line) {
    std::fputs((line + "\n").c_str(), stdout);
    std::fflush(stdout);
}

void say_error(const std::string& line) { std::fputs(("banyan: " + line + "\n").c_str(), stderr); }

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
}

Progress::Progress(std::string what, std::string unit, std::uint64_t total)
    : what_(std::move(what)),
      unit_(std::move(unit)),
      total_(total),
      started_us_(now_us()),
      terminal_(isatty(2) == 1) {}

Progress::~Progress() { finish(); }

double Progress::elapsed_seconds() const { return static_cast<double>(now_us() - started_us_) / 1e6; }

double Progress::rate() const { return static_cast<double>(done_) / std::max(elapsed_seconds(), 1e-6); }

void Progress::advance(std::uint64_t by) {
    done_ += by;
    const std::int64_t now = now_us();
    if (now - started_us_ < 1'000'000) return;
    if (now - shown_us_ < (terminal_ ? 200'000 : 5'000'000)) return;
    shown_us_ = now;
    show(false);
}

void Progress::show(bool last) {
    std::string line = fmt::format("{}: {} {}", what_, grouped(done_), unit_);
    if (total_ > 0) {
        const double share = static_cast<double>(done_) / static_cast<double>(total_);
        const auto filled = static_cast<std::size_t>(share * 24);
        line = fmt::format("{}: [{}{}] {:3.0f} % {} of {} {}", what_, std::string(filled, '#'),
                           std::string(24 - std::min<std::size_t>(filled, 24), '.'), share * 100,
                           grouped(done_), grouped(total_), unit_);
    }
    line += fmt::format(", {}/s", grouped(static_cast<std::uint64_t>(rate())));
    if (!last && total_ > done_ && rate() > 0)
        line += fmt::format(", {:.0f} s left", static_cast<double>(total_ - done_) / rate());
    if (last) line += fmt::format(", {:.1f} s", elapsed_seconds());
    std::fputs(terminal_ ? ("\r\x1b[K" + line + (last ? "\n" : "")).c_str() : (line + "\n").c_str(), stderr);
    shown_ = true;
}

void Progress::finish() {
    if (finished_) return;
    finished_ = true;
    if (shown_) show(true);
}

}  // namespace banyan::app
