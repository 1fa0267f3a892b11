// SPDX-License-Identifier: Apache-2.0
// No member gains by any sequence of earning, spending, refunds, holds, merges and waiting (holdings.h says precisely
// what that means). BANYAN_MODEL_DEPTH sets how long the sequences are.

#include <gtest/gtest.h>

#include <cstdlib>

#include "search.h"

namespace banyan::model_check {
namespace {

int depth() {
    const char* asked = std::getenv("BANYAN_MODEL_DEPTH");
    return asked != nullptr ? std::atoi(asked) : 5;
}

void expect_no_gain(const Setting& setting) {
    const Found found = search(setting, depth());
    std::printf("refund model check, %s: depth %d, %llu states, %llu transitions, %llu refused: %s\n",
                setting.name.c_str(), depth(), static_cast<unsigned long long>(found.states),
                static_cast<unsigned long long>(found.transitions),
                static_cast<unsigned long long>(found.refused), found.violation.empty() ? "no gain" : "GAIN");
    EXPECT_EQ(found.violation, "");
    EXPECT_GT(found.transitions, found.states);  // states are met again: they are told apart by content
}

TEST(NoGain, WhereTheDebtLimitCovers) { expect_no_gain(debt_that_covers()); }
TEST(NoGain, WhereAnIdleBalanceLapses) { expect_no_gain(idle_lapses()); }
TEST(NoGain, WhereThereIsNoDebtAndWhatIsMissedIsNamed) { expect_no_gain(no_debt()); }

}  // namespace
}  // namespace banyan::model_check
