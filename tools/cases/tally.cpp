// SPDX-License-Identifier: Apache-2.0
#include "tally.h"

#include <cstdio>

namespace banyan::cases {

void Tally::fail(const std::string& name, const std::string& why) {
    ++failed_;
    std::printf("FAILED %s: %s\n", name.c_str(), why.c_str());
}

int Tally::finish() const {
    std::size_t skipped = 0;
    for (const auto& [reason, names] : skipped_) {
        skipped += names.size();
        std::printf("skipped %zu, %s:", names.size(), reason.c_str());
        for (const std::string& name : names) std::printf(" %s", name.c_str());
        std::printf("\n");
    }
    if (passed_ + failed_ + skipped == 0) std::printf("no cases found\n");
    std::printf("%zu passed, %zu failed, %zu skipped\n", passed_, failed_, skipped);
    return failed_ == 0 && passed_ != 0 ? 0 : 1;
}

}  // namespace banyan::cases
