// SPDX-License-Identifier: Apache-2.0
#include "adapters/telemetry/log.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/instant.h"
#include "text/json_writer.h"

namespace banyan::telemetry {

namespace {

constexpr auto pause = std::chrono::milliseconds(200);

Instant now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

const char* name_of(Level level) {
    switch (level) {
        case Level::debug: return "debug";
        case Level::info: return "info";
        case Level::warning: return "warning";
        case Level::error: return "error";
        case Level::off: return "off";
    }
    ASSERT(false);
    return "";
}

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warning: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
        case Level::off: return spdlog::level::off;
    }
    ASSERT(false);
    return spdlog::level::off;
}

}  // namespace

std::optional<Level> parse_level(std::string_view word) {
    for (const Level level : {Level::debug, Level::info, Level::warning, Level::error, Level::off}) {
        if (word == name_of(level)) return level;
    }
    return std::nullopt;
}

struct Log::Writer {
    struct Entry {
        Access access;
        Instant at;
    };

    explicit Writer(spdlog::sink_ptr sink, Level lowest) : logger("banyan", std::move(sink)), level(lowest) {
        logger.set_pattern("%v");
        logger.set_level(to_spdlog(lowest));
        logger.flush_on(spdlog::level::warn);
        thread = std::thread([this] { work(); });
    }
    ~Writer() {
        {
            const std::lock_guard lock(mutex);
            is_ending = true;
        }
        wakes.notify_one();
        thread.join();
        logger.flush();
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void work() {
        std::vector<Entry> taken;
        std::uint64_t told = 0;
        for (bool ends = false; !ends;) {
            std::uint64_t lost = 0;
            {
                std::unique_lock lock(mutex);
                wakes.wait_for(lock, pause, [this] { return is_ending; });
                taken.clear();
                taken.swap(queue);
                lost = dropped;
                ends = is_ending;
            }
            for (const Entry& entry : taken) write(entry);
            if (lost > told) {
                const auto count = static_cast<std::int64_t>(lost - told);
                write(Level::warning, "accesses dropped", {{"count", count}});
                told = lost;
            }
            if (!taken.empty()) logger.flush();
        }
    }
    void write(const Entry& entry) {
        std::string line;
        text::JsonWriter json(line);
        json.begin_object().instant("time", entry.at).string("level", "info").string("event", "request");
        json.string("method", entry.access.method).string("route", entry.access.route);
        json.integer("status", entry.access.status).integer("duration_us", entry.access.duration_us);
        json.key("bytes_in").unsigned_integer(entry.access.bytes_in);
        json.key("bytes_out").unsigned_integer(entry.access.bytes_out).end_object();
        logger.info(line);
    }
    void write(Level at, std::string_view event, std::initializer_list<Field> fields) {
        std::string line;
        text::JsonWriter json(line);
        json.begin_object().instant("time", now()).string("level", name_of(at)).string("event", event);
        for (const Field& field : fields) {
            if (const auto* words = std::get_if<std::string_view>(&field.value))
                json.string(field.key, *words);
            else if (const auto* number = std::get_if<std::int64_t>(&field.value))
                json.integer(field.key, *number);
            else
                json.boolean(field.key, std::get<bool>(field.value));
        }
        json.end_object();
        logger.log(to_spdlog(at), line);
    }

    spdlog::logger logger;  // its sinks carry the lock
    const Level level;
    std::mutex mutex;  // guards the four below
    std::condition_variable wakes;
    std::vector<Entry> queue;
    std::uint64_t dropped = 0;
    bool is_ending = false;
    std::thread thread;
};

Log::Log(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {}
Log::~Log() = default;

Result<std::unique_ptr<Log>> Log::open(Level level, const std::string& path) {
    spdlog::sink_ptr sink;
    if (path.empty()) {
        sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
        try {
            sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
        } catch (const spdlog::spdlog_ex& failed) {
            return Error::io(std::string("cannot open the log: ") + failed.what(), path);
        }
    }
    return std::unique_ptr<Log>(new Log(std::make_unique<Writer>(std::move(sink), level)));
}

void Log::say(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (level >= writer_->level) writer_->write(level, event, fields);
}

void Log::access(const Access& access) {
    if (writer_->level > Level::info) return;
    const std::lock_guard lock(writer_->mutex);
    if (writer_->queue.size() >= queue_max)
        ++writer_->dropped;
    else
        writer_->queue.push_back({access, now()});
}

std::uint64_t Log::dropped() const {
    const std::lock_guard lock(writer_->mutex);
    return writer_->dropped;
}

}  // namespace banyan::telemetry
