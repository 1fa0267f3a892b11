// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the three ways to read a file share: where it comes from, and where it is told what happened.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "app/import/input.h"
#include "app/import/notes.h"
#include "app/import/report.h"

namespace banyan::app {

struct Reading {
    InputFile& input;
    NoteSink& notes;
    const std::function<void(std::size_t, std::size_t)>& progress;
    ImportReport& report;

    void tell_progress(std::size_t row) const {
        if (progress && row % 4096 == 0) progress(input.position(), input.size());
    }
    void reject(std::size_t line, const Error& error, std::string_view record) const {
        ++report.rejected.rows;
        notes.rejected({line, error.text(), record});
    }
};

}  // namespace banyan::app
