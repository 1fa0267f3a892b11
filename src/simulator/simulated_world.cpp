// SPDX-License-Identifier: Apache-2.0
// OpenSSL 3 calls its own SHA256_* functions deprecated in favour of EVP, which costs several allocations a digest.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "simulator/simulated_world.h"

#include <openssl/sha.h>

#include <string>

namespace banyan::simulator {

Sha256 SimulatedDigest::sha256(std::string_view bytes) const {
    Sha256 digest{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    return digest;
}

std::array<std::uint64_t, 2> SimulatedSecrets::keyed(std::string_view domain, std::string_view a,
                                                     std::string_view b) const {
    std::string text = "simulated key";
    for (const std::string_view part : {domain, a, b}) {
        text += std::to_string(part.size());
        text += ':';
        text += part;
    }
    const Sha256 digest = digest_.sha256(text);
    std::array<std::uint64_t, 2> words{};
    for (std::size_t i = 0; i < 16; ++i) words[i / 8] = words[i / 8] << 8U | digest[i];
    return words;
}

namespace {

constexpr std::int64_t day_us = 86'400'000'000;

class FixedZone final : public Zone {
  public:
    FixedZone(std::string name, std::int64_t offset_hours)
        : name_(std::move(name)), offset_us_(offset_hours * 3'600'000'000) {}
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] LocalTime local(Instant instant) const override {
        const std::int64_t us = instant.microseconds + offset_us_;
        const std::int64_t day = us / day_us;
        LocalTime local;
        local.date = civil_date(day);
        local.second_of_day = static_cast<std::int32_t>(us % day_us / 1'000'000);
        local.weekday = static_cast<std::uint8_t>((day + 4) % 7);  // 1970-01-01 was a Thursday
        return local;
    }
    [[nodiscard]] Instant start_of(CivilDate date) const override {
        return {day_number(date) * day_us - offset_us_};
    }

  private:
    std::string name_;
    std::int64_t offset_us_;
};

}  // namespace

Result<std::shared_ptr<const Zone>> SimulatedCalendar::zone(std::string_view iana_name) const {
    if (iana_name == "Asia/Shanghai")
        return std::shared_ptr<const Zone>(std::make_shared<FixedZone>(std::string(iana_name), 8));
    if (iana_name == "UTC")
        return std::shared_ptr<const Zone>(std::make_shared<FixedZone>(std::string(iana_name), 0));
    return Error{ErrorCode::not_found, "the simulated calendar has no such zone", std::string(iana_name)};
}

}  // namespace banyan::simulator
