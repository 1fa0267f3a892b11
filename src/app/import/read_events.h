// SPDX-License-Identifier: Apache-2.0
#pragma once

// NDJSON that is in event form already: checked for its frame (type, id, source, time), sorted by time, and passed on
// line by line as it stands. What is inside is for the server to judge.

#include <memory>

#include "app/import/event_sequence.h"
#include "app/import/reading.h"

namespace banyan::app {

Result<std::unique_ptr<EventSequence>> read_events(const Reading& reading);

}  // namespace banyan::app
