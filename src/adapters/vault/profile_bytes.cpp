// SPDX-License-Identifier: Apache-2.0
#include "adapters/vault/profile_bytes.h"

#include <array>
#include <cstring>
#include <optional>

namespace banyan::vault {

namespace {

constexpr char format = 1;

// A field's number is its place here, from 1; numbers are never used again for something else.
using Field = std::optional<runtime::Personal> runtime::Profile::*;
constexpr std::array<Field, 5> fields{&runtime::Profile::name, &runtime::Profile::birthday,
                                      &runtime::Profile::gender, &runtime::Profile::city,
                                      &runtime::Profile::address};

}  // namespace

std::string pack(const runtime::Profile& profile) {
    std::string bytes(1, format);
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto& field = profile.*fields[i];
        if (!field) continue;
        const auto length = static_cast<std::uint32_t>(field->opened().size());
        ASSERT(length == field->opened().size());
        bytes += static_cast<char>(i + 1);
        bytes.append(reinterpret_cast<const char*>(&length), sizeof length);
        bytes += field->opened();
    }
    return bytes;
}

Result<runtime::Profile> unpack(std::string_view bytes) {
    const auto newer = [] {
        return Error{ErrorCode::unsupported, "a newer version of this programme wrote the profile", "vault"};
    };
    const auto broken = [] {
        return Error::corrupt("the profile's bytes are not what was written", "vault");
    };
    if (bytes.empty()) return broken();
    if (bytes.front() != format) return newer();
    bytes.remove_prefix(1);
    runtime::Profile profile;
    while (!bytes.empty()) {
        std::uint32_t length = 0;
        if (bytes.size() < 1 + sizeof length) return broken();
        const auto number = static_cast<unsigned char>(bytes.front());
        std::memcpy(&length, bytes.data() + 1, sizeof length);
        bytes.remove_prefix(1 + sizeof length);
        if (length > bytes.size()) return broken();
        if (number == 0 || number > fields.size()) return newer();
        profile.*fields[number - 1U] = runtime::Personal(std::string(bytes.substr(0, length)));
        bytes.remove_prefix(length);
    }
    return profile;
}

}  // namespace banyan::vault
