// SPDX-License-Identifier: Apache-2.0
#pragma once

// A programme document in a file: read, checked, and each finding told where an editor finds it.

#include <string>
#include <vector>

#include "base/result.h"
#include "domain/programme/programme.h"
#include "text/yaml.h"

namespace banyan::app {

struct ProgrammeFile {
    std::string text;
    text::YamlDocument document;
    programme::Checked checked;
};

/// Refused only when the file cannot be read or is no YAML.
Result<ProgrammeFile> read_programme(const std::string& path);
/// The same of a text that is no file; `name` stands in its places.
Result<ProgrammeFile> checked_programme(std::string text, const std::string& name);
/// "starter.yaml:12:7: error: ..." for each finding, in the order of the file.
std::vector<std::string> lines_of(const ProgrammeFile& file);

}  // namespace banyan::app
