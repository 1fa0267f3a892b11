// SPDX-License-Identifier: Apache-2.0
#pragma once

// The model, as a process: one Python interpreter that judges seed after seed. It reads the trace from a pipe and says
// one line for each run: "ok", or what it expected and what came instead.

#include <cstdio>
#include <string>

#include "base/result.h"

namespace banyan::simulator {

class ModelProcess {
  public:
    ModelProcess() = default;
    ~ModelProcess();
    ModelProcess(const ModelProcess&) = delete;
    ModelProcess& operator=(const ModelProcess&) = delete;

    Result<void> start(const std::string& script);
    Result<void> write(const std::string& lines);
    /// Waits for the verdict on the oldest run that was not judged yet.
    Result<std::string> verdict();

  private:
    int to_ = -1;
    std::FILE* from_ = nullptr;
    int pid_ = 0;
};

}  // namespace banyan::simulator
