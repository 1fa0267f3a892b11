// SPDX-License-Identifier: Apache-2.0
#include "app/import/notes.h"

#include "text/json_writer.h"

namespace banyan::app {

std::string to_json_line(const RejectedRow& row) {
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().string("note", "rejected").integer("line", static_cast<std::int64_t>(row.line));
    json.string("reason", row.reason).string("row", row.record).end_object();
    return out + '\n';
}

std::string to_json_line(const UnmatchedCancellation& cancellation) {
    std::string out;
    text::JsonWriter json(out);
    json.begin_object()
        .string("note", "unmatched")
        .integer("line", static_cast<std::int64_t>(cancellation.line));
    json.integer("asked", cancellation.asked).integer("missing", cancellation.missing);
    json.string("amount", cancellation.amount).end_object();
    return out + '\n';
}

}  // namespace banyan::app
