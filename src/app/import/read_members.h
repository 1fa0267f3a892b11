// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rows that are members: each becomes a registration with its profile.

#include <memory>

#include "app/import/event_sequence.h"
#include "app/import/reading.h"
#include "app/import/zone_time.h"
#include "text/mapping.h"

namespace banyan::app {

Result<std::unique_ptr<EventSequence>> read_members(const Reading& reading, const text::Mapping& mapping,
                                                    TimeReader times);

}  // namespace banyan::app
