// SPDX-License-Identifier: Apache-2.0
#include "simulator/model_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace banyan::simulator {

namespace {
Error failed(const char* what) { return Error::io(std::string(what) + ": " + std::strerror(errno), "model"); }
}  // namespace

Result<void> ModelProcess::start(const std::string& script) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (pipe(in.data()) != 0 || pipe(out.data()) != 0) return failed("pipe");
    std::signal(SIGPIPE, SIG_IGN);  // a model that ended is an error of write(), not our end
    pid_ = fork();
    if (pid_ < 0) return failed("fork");
    if (pid_ == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        for (const int descriptor : {in[0], in[1], out[0], out[1]}) close(descriptor);
        execlp("python3", "python3", script.c_str(), "--serve", static_cast<char*>(nullptr));
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to_ = in[1];
    from_ = fdopen(out[0], "r");
    if (from_ == nullptr) return failed("fdopen");
    return {};
}

Result<void> ModelProcess::write(const std::string& lines) {
    std::size_t done = 0;
    while (done < lines.size()) {
        const auto count = ::write(to_, lines.data() + done, lines.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return failed("the model does not read any more");
        done += static_cast<std::size_t>(count);
    }
    return {};
}

Result<std::string> ModelProcess::verdict() {
    std::string line;
    for (int c = std::fgetc(from_); c != '\n'; c = std::fgetc(from_)) {
        if (c == EOF) return Error::io("the model ended without a verdict; is python3 installed?", "model");
        line += static_cast<char>(c);
    }
    return line;
}

ModelProcess::~ModelProcess() {
    if (to_ >= 0) close(to_);
    if (from_ != nullptr) std::fclose(from_);
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
}

}  // namespace banyan::simulator
