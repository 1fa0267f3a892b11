// SPDX-License-Identifier: Apache-2.0
#pragma once

// `banyan programme`: a brand's document, from its first mistake to the version in force.

#include <string>

namespace banyan::app {

struct ProgrammeOptions {
    std::string file;
};

/// Every error and doubt of the document at file:line:column. Exit 0 when there is no error.
int check_programme(const ProgrammeOptions& options);

}  // namespace banyan::app
