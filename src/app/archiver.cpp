// SPDX-License-Identifier: Apache-2.0
#include "app/archiver.h"

#include <fmt/format.h>

#include <chrono>
#include <stop_token>
#include <utility>

namespace banyan::app {

namespace {
constexpr auto between_looks = std::chrono::minutes(1);
constexpr std::uint64_t bytes_min = 1U << 20U;  // below, a file more or less counts for as much
}  // namespace

Archiver::Archiver(files::FileJournal& journal, Say say)
    : journal_(journal), say_(std::move(say)), thread_([this](const std::stop_token& stop) {
          std::unique_lock<std::mutex> lock(mutex_);
          while (!stop.stop_requested()) {
              look();
              wake_.wait_for(lock, stop, between_looks, [] { return false; });
          }
      }) {}

Archiver::~Archiver() {
    thread_.request_stop();
    thread_.join();
}

void Archiver::look() {
    const auto size = journal_.archive_closed(bytes_min);
    std::string sentence;
    if (!size.ok())
        sentence = "a journal segment could not be archived and stays as it is: " + size.error().text();
    else if (size->before != 0)
        sentence = fmt::format("archived {} bytes of journal in {}", size->before, size->after);
    if (!sentence.empty() && sentence != last_said_) say_(sentence);
    last_said_ = sentence;
}

}  // namespace banyan::app
