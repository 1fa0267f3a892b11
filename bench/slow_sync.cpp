// SPDX-License-Identifier: Apache-2.0
// Preloaded into both servers alike: every fdatasync and fsync takes BENCH_SYNC_US microseconds longer, as on a disk
// that has to wait for its platter or its replica. Built by bench/run, part of no product.

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

namespace {

int slowed(long result) {
    static const long microseconds = [] {
        const char* text = std::getenv("BENCH_SYNC_US");
        return text == nullptr ? 0L : std::strtol(text, nullptr, 10);
    }();
    timespec wait{microseconds / 1'000'000, microseconds % 1'000'000 * 1000};
    while (nanosleep(&wait, &wait) != 0) {}
    return static_cast<int>(result);
}

}  // namespace

extern "C" int fdatasync(int fd) { return slowed(syscall(SYS_fdatasync, fd)); }
extern "C" int fsync(int fd) { return slowed(syscall(SYS_fsync, fd)); }
