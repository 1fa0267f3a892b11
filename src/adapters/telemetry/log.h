// SPDX-License-Identifier: Apache-2.0
#pragma once

// The log: one JSON object a line, {"time":...,"level":...,"event":...} and the fields of the event. It is for
// operators and their tools; it never carries an external id or a personal field, which is the care of whoever calls.
//
// say() writes at once, for things that happen now and then. access() is for every request: it drops a small record
// into a bounded queue and returns; a thread of its own writes. When the disk is slower than the requests, records
// are dropped and their number is told in the log and by dropped().

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace banyan::telemetry {

enum class Level : unsigned char { debug, info, warning, error, off };
std::optional<Level> parse_level(std::string_view word);

struct Field {
    std::string_view key;
    std::variant<std::string_view, std::int64_t, bool> value;
};

/// One answered request.
struct Access {
    std::string_view method;  // both point to constants
    std::string_view route;   // the template ("/v1/members/{id}"), never the path
    std::uint16_t status = 0;
    std::int64_t duration_us = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
};

class Log {
  public:
    /// To the file, appending, or to standard error where `path` is empty. Accesses are written at `info`.
    static Result<std::unique_ptr<Log>> open(Level level, const std::string& path);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    void say(Level level, std::string_view event, std::initializer_list<Field> fields = {});
    void access(const Access& access);
    [[nodiscard]] std::uint64_t dropped() const;

    static constexpr std::size_t queue_max = 1U << 16U;

  private:
    struct Writer;
    explicit Log(std::unique_ptr<Writer> writer);
    std::unique_ptr<Writer> writer_;
};

}  // namespace banyan::telemetry
