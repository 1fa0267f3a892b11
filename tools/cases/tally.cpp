// SPDX-License-Identifier: Apache-2.0
#include "tally.h"

#include <cstdio>

namespace banyan::cases {

void Tally::fail(const std::string& name, const std::string& why) {
    ++failed_;
    std::printf("FAILED %s: %s\n", name.c_str(), why.c_str());
}

std::size_t Tally::print(const Groups& groups, const char* what) {
    std::size_t all = 0;
    for (const auto& [reason, names] : groups) {
        all += names.size();
        std::printf("%s %zu, %s:", what, names.size(), reason.c_str());
        for (const std::string& name : names) std::printf(" %s", name.c_str());
        std::printf("\n");
    }
    return all;
}

int Tally::finish() const {
    const std::size_t differing = print(differing_, "differs");
    const std::size_t skipped = print(skipped_, counts_policies_ ? "out of scope" : "skipped");
    if (passed_ + failed_ + skipped + differing == 0) std::printf("no cases found\n");
    if (counts_policies_)
        std::printf("%zu passed, %zu differing by a named policy, %zu out of scope, %zu failed\n", passed_,
                    differing, skipped, failed_);
    std::printf("%zu passed, %zu failed, %zu skipped\n", passed_, failed_, skipped + differing);
    return failed_ == 0 && passed_ != 0 ? 0 : 1;
}

}  // namespace banyan::cases
