// SPDX-License-Identifier: Apache-2.0
// banyan_cases KIND PATH...: runs case files from elsewhere against our own code, see cases.h.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

#include "cases.h"

namespace {

namespace fs = std::filesystem;

using Run = void (*)(const std::string&, std::string_view, banyan::cases::Tally&);

struct Kind {
    std::string_view name;
    std::string_view extension;  // of the files taken from a folder
    Run run;
};

constexpr Kind kinds[] = {
    {"decimal", ".decTest", banyan::cases::run_decimal},    {"json", ".json", banyan::cases::run_json},
    {"allocation", ".json", banyan::cases::run_allocation}, {"baskets", ".yaml", banyan::cases::run_baskets},
    {"medusa", ".json", banyan::cases::run_medusa},         {"sylius", ".feature", banyan::cases::run_sylius},
};

int usage() {
    std::fputs(
        "Usage: banyan_cases decimal|json|allocation|baskets|medusa|sylius PATH...\n"
        "Runs case files, or those in a folder and below; ends with \"N passed, N failed, N skipped\".\n"
        "  decimal     *.decTest   General Decimal Arithmetic cases against our decimals\n"
        "  json        *.json      y_ must be read, n_ refused with a place, i_ either\n"
        "  allocation  *.json      groups of allocation and rounding cases\n"
        "  baskets     *.yaml      baskets calculated by hand against our pricing\n"
        "  medusa      *.json      computeActions cases of Medusa against our pricing\n"
        "  sylius      *.feature   scenarios of Sylius against our pricing\n",
        stderr);
    return 2;
}

std::optional<std::vector<fs::path>> files_at(const fs::path& path, std::string_view extension) {
    std::error_code code;
    if (fs::is_regular_file(path, code)) return std::vector{path};
    if (!fs::is_directory(path, code)) return std::nullopt;
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
        if (entry.is_regular_file() && entry.path().extension() == extension) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

int main(int count, char** arguments) {
    const std::vector<std::string_view> words(arguments + 1, arguments + count);
    if (words.size() < 2) return usage();
    const auto* const kind = std::find_if(std::begin(kinds), std::end(kinds),
                                          [&words](const Kind& known) { return known.name == words[0]; });
    if (kind == std::end(kinds)) return usage();

    banyan::cases::Tally tally;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto files = files_at(words[i], kind->extension);
        if (!files) {
            std::fprintf(stderr, "banyan_cases: %s: no such file or folder\n", std::string(words[i]).c_str());
            return 2;
        }
        for (const fs::path& file : *files) {
            std::ifstream stream(file, std::ios::binary);
            const std::string content{std::istreambuf_iterator<char>(stream), {}};
            if (!stream.good() && !stream.eof()) {
                std::fprintf(stderr, "banyan_cases: %s cannot be read\n", file.c_str());
                return 2;
            }
            kind->run(file.string(), content, tally);
        }
    }
    return tally.finish();
}
