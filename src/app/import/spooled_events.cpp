// SPDX-License-Identifier: Apache-2.0
#include "app/import/spooled_events.h"

#include <algorithm>
#include <tuple>

#include "base/assert.h"

namespace banyan::app {

Result<std::unique_ptr<SpooledEvents>> SpooledEvents::in_temporary_file() {
    std::unique_ptr<SpooledEvents> events(new SpooledEvents);
    events->file_.reset(std::tmpfile());
    if (!events->file_) return Error::io("a temporary file cannot be made", "TMPDIR");
    return events;
}

void SpooledEvents::add(Instant time, std::size_t line, std::size_t offset, std::size_t size) {
    entries_.push_back({time, line, offset, size});
}

Result<void> SpooledEvents::add(Instant time, std::size_t line, std::string_view event) {
    ASSERT(file_ != nullptr);
    if (std::fwrite(event.data(), 1, event.size(), file_.get()) != event.size())
        return Error::io("the temporary file cannot be written; is its disk full?", "TMPDIR");
    add(time, line, written_, event.size());
    written_ += event.size();
    return {};
}

void SpooledEvents::sort() {
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
        return std::tie(a.time, a.line) < std::tie(b.time, b.line);
    });
}

Result<void> SpooledEvents::append(std::size_t index, std::string& out) {
    const Entry& entry = entries_[index];
    if (input_ != nullptr) {
        TRY(input_->append_at(entry.offset, entry.size, out));
    } else {
        const std::size_t begin = out.size();
        out.resize(begin + entry.size);
        if (std::fseek(file_.get(), static_cast<long>(entry.offset), SEEK_SET) != 0 ||
            std::fread(out.data() + begin, 1, entry.size, file_.get()) != entry.size)
            return Error::io("the temporary file cannot be read back", "TMPDIR");
    }
    out += '\n';
    return {};
}

}  // namespace banyan::app
