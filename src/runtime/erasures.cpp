// SPDX-License-Identifier: Apache-2.0
#include "runtime/erasures.h"

#include <algorithm>

namespace banyan::runtime {

Result<void> note_erasures(Disk& disk, const std::vector<Handle>& handles) {
    if (handles.empty()) return {};
    std::string text;
    for (const Handle handle : handles) text += hex(handle) + "\n";
    TRY(disk.make_directory(erasures_directory));
    return disk.replace(std::string(erasures_directory) + "/" + hex(handles.front()), text);
}

Result<std::vector<Handle>> read_erasures(Disk& disk) {
    std::vector<Handle> handles;
    for (const std::string& name : TRY(disk.list(erasures_directory))) {
        const std::string path = std::string(erasures_directory) + "/" + name;
        const auto file = TRY(disk.open(path, Disk::Mode::read));
        const std::string text = TRY(file->read(0, file->size()));
        std::size_t line = 1;
        for (std::size_t at = 0; at < text.size(); ++line) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            const auto words = parse_hex128(std::string_view(text).substr(at, end - at));
            if (!words)
                return Error::corrupt("line " + std::to_string(line) + " is not a handle of 32 hex digits",
                                      path);
            handles.push_back({(*words)[0], (*words)[1]});
            at = end + 1;
        }
    }
    return handles;
}

}  // namespace banyan::runtime
