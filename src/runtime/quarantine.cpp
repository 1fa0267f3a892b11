// SPDX-License-Identifier: Apache-2.0
#include "runtime/quarantine.h"

#include <atomic>

#include "base/assert.h"

namespace banyan::runtime {

namespace {

constexpr const char* directory = "quarantine";
thread_local Fingerprint deciding;
std::atomic<Disk*> noting_on{nullptr};

void note(const char* expression, const char* file, int line) {
    Disk* disk = noting_on.load();
    if (disk == nullptr || deciding.is_zero()) return;
    const std::string text = std::string(expression) + " (" + file + ":" + std::to_string(line) + ")\n";
    // The process aborts next; if the note cannot be written the abort's own message is all there is.
    if (!disk->make_directory(directory).ok()) return;
    (void)disk->replace(std::string(directory) + "/" + hex(deciding), text);
}

}  // namespace

UnderDecision::UnderDecision(Fingerprint fingerprint) { deciding = fingerprint; }
UnderDecision::~UnderDecision() { deciding = {}; }

void note_assertions_on(Disk* disk) {
    noting_on = disk;
    set_assert_hook(disk != nullptr ? &note : nullptr);
}

Result<std::set<Fingerprint>> read_quarantine(Disk& disk) {
    std::set<Fingerprint> fingerprints;
    for (const std::string& name : TRY(disk.list(directory))) {
        if (const auto words = parse_hex128(name)) fingerprints.insert({(*words)[0], (*words)[1]});
    }
    return fingerprints;
}

}  // namespace banyan::runtime
