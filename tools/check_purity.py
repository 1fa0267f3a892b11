#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Guard 3: the compiled pure layers (base, domain, engine, codec) call no clock, randomness, socket, file or thread.

Reads the undefined symbols of their static libraries with nm. What is inlined does not show here; the include
guard looks at that from the other side.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

PURE_LAYERS = {"base", "domain", "engine", "codec"}

C_FUNCTIONS = """
clock_gettime clock_getres gettimeofday time clock ftime timespec_get localtime localtime_r gmtime gmtime_r mktime
timegm strftime ctime ctime_r asctime nanosleep clock_nanosleep usleep sleep alarm timer_create
rand rand_r srand random srandom drand48 lrand48 getrandom getentropy arc4random arc4random_uniform arc4random_buf
socket connect bind listen accept accept4 send sendto sendmsg recv recvfrom recvmsg poll ppoll select epoll_wait
epoll_ctl getaddrinfo gethostbyname
open open64 openat openat64 creat close read write pread pread64 pwrite pwrite64 readv writev lseek lseek64 mmap
mmap64 munmap fsync fdatasync ftruncate ftruncate64 fallocate unlink unlinkat rename renameat mkdir rmdir opendir
readdir stat fstat lstat stat64 access fopen fopen64 freopen fread fgets fgetc fputs fputc puts putchar fwrite printf
fprintf vfprintf __printf_chk __fprintf_chk stdin stdout stderr
fork vfork execve execvp posix_spawn popen system kill signal sigaction dlopen dlsym
pthread_create pthread_join pthread_mutex_lock pthread_mutex_unlock pthread_rwlock_wrlock pthread_rwlock_rdlock
pthread_cond_wait pthread_cond_signal sem_wait sem_post syscall
getenv secure_getenv setenv putenv setlocale getpid getuid gethostname uname
""".split()
CXX_NAMES = re.compile(
    r"std::chrono::(_V2::)?(system|steady|high_resolution)_clock::now|std::random_device::|std::(j)?thread::|"
    r"std::this_thread::|std::(basic_)?(i|o)?f(ile)?(stream|buf)|std::filesystem::|std::locale|std::c(out|err|in|log)$|"
    r"std::condition_variable|std::ios_base::Init|std::mutex|std::__future_base|std::(basic_)?regex|"
    r"std::basic_[io]?stringstream|std::basic_(o|i)stream|boost::|rocksdb::|simdjson::")
# ASSERT names the broken invariant on stderr before it stops the process; nothing else in the core may write.
ALLOWED = {"base": {"assert.cpp.o": {"fprintf", "fwrite", "fputs", "stderr", "__fprintf_chk"}}}


def undefined_symbols(library):
    """(object file, demangled symbol) for each symbol the library wants from outside."""
    output = subprocess.run(["nm", "-C", "-A", "--undefined-only", str(library)], check=True, capture_output=True,
                            text=True).stdout
    for line in output.splitlines():
        match = re.match(r"[^:]*:([^:]*):\s+([UwvV])\s+(.*)$", line)
        if match and match.group(2) == "U":
            yield match.group(1), match.group(3)


def check_library(module, library):
    problems = []
    for object_file, symbol in undefined_symbols(library):
        name = re.sub(r"@.*$", "", symbol)
        if name in ALLOWED.get(module, {}).get(object_file, ()):
            continue
        if name in C_FUNCTIONS or CXX_NAMES.search(name):
            problems.append(f"{module}: {object_file} uses `{name}`")
    return problems


def check(build, modules):
    """Problems, and the number of libraries looked at. A pure module that compiles to nothing has no library."""
    problems, count = [], 0
    for module in modules:
        if module.split("/")[0] not in PURE_LAYERS:
            continue
        library = build / "src" / module / f"lib{module.replace('/', '_')}.a"
        if library.is_file():
            problems += check_library(module, library)
            count += 1
    return problems, count


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=Path(__file__).resolve().parent.parent / "build/dev")
    args = parser.parse_args()
    modules = [line.split(":")[0] for line in (args.build / "modules.txt").read_text().splitlines()]
    problems, count = check(args.build, modules)
    for problem in problems:
        print(problem)
    print(f"purity: {count} libraries, {len(problems)} violations")
    return 1 if problems or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
