// SPDX-License-Identifier: Apache-2.0
#pragma once

// `banyan programme`: a brand's document, from its first mistake to the version in force.

#include <string>

namespace banyan::app {

struct ProgrammeOptions {
    std::string file;
    std::string other;  // diff: the newer document
    std::string language = "en";
};

/// Every error and doubt of the document at file:line:column. Exit 0 when there is no error.
int check_programme(const ProgrammeOptions& options);
/// What the newer document changes, in sentences; exit 0 with and without differences.
int diff_programmes(const ProgrammeOptions& options);

}  // namespace banyan::app
