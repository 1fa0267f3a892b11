// SPDX-License-Identifier: Apache-2.0
#include "app/close_command.h"

#include <fmt/format.h>

#include "app/closer.h"
#include "app/whole_journal.h"

namespace banyan::app {

namespace {

Result<int> run(const CloseOptions& options) {
    system::PosixDisk disk(options.data);
    const auto read = [&](const runtime::BrandFile& file, runtime::Closing& closing) -> Result<void> {
        TRY(read_all("closing " + options.month, options.data, file, closing));
        return {};
    };
    const auto closed = close_journal(disk, options.month, read);
    // The file that stays as it is tells itself from a month that is not over.
    if (!closed.ok() && closed.error().where.ends_with(".csv")) {
        say_error(closed.error().where + ": " + closed.error().message);
        return 2;
    }
    if (!closed.ok()) return closed.error();
    say(closed->csv.substr(0, closed->csv.size() - 1));
    // Beside the answer, which somebody may read with a programme.
    fmt::print(stderr, "{}: {} rows add up over {} records; {}\n", closed->path, closed->rows,
               grouped(closed->records), closed->was_closed ? "as it was closed before" : "closed");
    return 0;
}

}  // namespace

int close_month(const CloseOptions& options) {
    const auto done = run(options);
    if (done.ok()) return *done;
    say_error(done.error().text());
    return 1;
}

}  // namespace banyan::app
