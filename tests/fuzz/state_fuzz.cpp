// SPDX-License-Identifier: Apache-2.0

// Any bytes as a checkpoint's row: the first 17 are the key, the rest is the block. It must end in a state or an error,
// and a state that was read is written to the very same bytes: the state hash stands on one form per state.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "codec/state.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace banyan;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::string_view key = bytes.substr(0, 17);
    const auto id = codec::parse_entity_key(key);
    if (!id.ok()) {
        ASSERT(!id.error().message.empty());
        return 0;
    }
    ASSERT(codec::entity_key(*id) == key);
    const std::string_view block = bytes.substr(key.size());
    const auto state = codec::unpack(*id, block);
    if (!state.ok()) return 0;
    ASSERT(state->index() == engine::empty_state(*id).index());
    std::string again;
    codec::pack(*state, again);
    ASSERT(again == block);
    return 0;
}
