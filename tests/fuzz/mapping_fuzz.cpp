// SPDX-License-Identifier: Apache-2.0

// Any bytes as a mapping file, and with that as a YAML document. It ends in a value or in an error that names its
// place, twice the same; what was read survives as JSON.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "text/json.h"
#include "text/json_writer.h"
#include "text/mapping.h"
#include "text/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace banyan;
    using namespace banyan::text;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto mapping = parse_mapping(bytes, "m.yaml");
    if (!mapping.ok()) {
        ASSERT(mapping.error().where.starts_with("m.yaml"));
        ASSERT(!mapping.error().message.empty());
    }
    const auto document = parse_yaml_document(bytes, "m.yaml");
    ASSERT(document.ok() || !mapping.ok());
    if (!document.ok()) {
        ASSERT(document.error().where.starts_with("m.yaml"));
        return 0;
    }
    const std::string json = to_json(document->value);
    const auto back = parse_json(json, {.bytes = std::size_t{1} << 24U});
    ASSERT(back.ok());
    ASSERT(to_json(*back) == json);
    return 0;
}
