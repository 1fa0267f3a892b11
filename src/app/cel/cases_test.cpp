// SPDX-License-Identifier: Apache-2.0

// The conformance cases of the CEL specification under BANYAN_DATA/cel-spec (default ../shared/data): nothing that does
// not need protobuf may fail or be passed over. And the runner itself sees a wrong case as wrong.

#include "app/cel/cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "adapters/regex/re2_regex.h"
#include "adapters/system/tz_calendar.h"

namespace banyan::app {
namespace {

using Verdict = CaseOutcome::Verdict;

std::string one_case(std::string_view test) {
    return R"({"name": "f", "section": [{"name": "s", "test": [{"name": "t", )" + std::string(test) + "}]}]}";
}

CaseOutcome outcome_of(std::string_view test) {
    static const regex::Re2Regex patterns;
    const auto outcomes = run_cases(one_case(test), Ports{nullptr, &patterns});
    EXPECT_TRUE(outcomes.ok()) << (outcomes.ok() ? "" : outcomes.error().text());
    EXPECT_EQ(outcomes->size(), 1);
    return outcomes->front();
}

TEST(CelCases, ACaseIsRightInValueTypeAndError) {
    EXPECT_EQ(outcome_of(R"("expr": "1 + 1", "value": {"int64Value": "2"})").verdict, Verdict::passed);
    EXPECT_EQ(outcome_of(R"("expr": "1 < 2")").verdict, Verdict::passed) << "true is what is expected unsaid";
    EXPECT_EQ(outcome_of(R"("expr": "1 / 0", "evalError": {})").verdict, Verdict::passed);
    EXPECT_EQ(outcome_of(R"("expr": "[1]", "checkOnly": true,
        "typedResult": {"deducedType": {"listType": {"elemType": {"primitive": "INT64"}}}})")
                  .verdict,
              Verdict::passed);
}

TEST(CelCases, ACaseThatIsNotMetFailsAndSaysHow) {
    const CaseOutcome value = outcome_of(R"("expr": "1 + 1", "value": {"uint64Value": "2"})");
    EXPECT_EQ(value.verdict, Verdict::failed);
    EXPECT_EQ(value.name, "s/t");
    EXPECT_EQ(value.reason, "expected uint 2, found int 2");
    EXPECT_EQ(outcome_of(R"("expr": "1 / 1", "evalError": {})").reason, "expected an error, found int 1");
    EXPECT_EQ(outcome_of(R"("expr": "x", "value": {"int64Value": "2"})").reason, "1:1: unknown name 'x'");
    EXPECT_EQ(
        outcome_of(R"("expr": "1", "checkOnly": true, "typedResult": {"deducedType": {"primitive": "BOOL"}})")
            .reason,
        "expected type bool, found int");
}

TEST(CelCases, WhatNeedsProtobufIsSkippedAndSaysSo) {
    EXPECT_EQ(outcome_of(R"("expr": "x", "x_needs_protobuf": true)").verdict, Verdict::skipped);
    EXPECT_EQ(outcome_of(R"("expr": "1", "value": {"objectValue": {}})").reason,
              "'objectValue' needs protobuf");
}

TEST(CelCases, WhatIsNoCaseFileIsRefused) {
    EXPECT_FALSE(run_cases("[]", {}).ok());
    EXPECT_FALSE(run_cases("{", {}).ok());
}

std::string data_folder() {
    const char* folder = std::getenv("BANYAN_DATA");
    return folder != nullptr ? folder : "../shared/data";
}

TEST(CelCases, OfTheSpecification) {
    const std::filesystem::path folder = data_folder() + "/cel-spec";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is absent; set BANYAN_DATA";
    const system::TzCalendar calendar;
    const regex::Re2Regex patterns;
    std::map<Verdict, int> in_all;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        std::ifstream file(entry.path());
        std::stringstream content;
        content << file.rdbuf();
        const auto outcomes = run_cases(content.str(), Ports{&calendar, &patterns});
        ASSERT_TRUE(outcomes.ok()) << entry.path() << ": " << outcomes.error().text();
        for (const CaseOutcome& outcome : *outcomes) {
            EXPECT_NE(outcome.verdict, Verdict::failed)
                << entry.path().stem() << '/' << outcome.name << ": " << outcome.reason;
            if (outcome.verdict == Verdict::skipped) {
                EXPECT_EQ(outcome.reason, "needs protobuf") << entry.path().stem() << '/' << outcome.name;
            }
            ++in_all[outcome.verdict];
        }
    }
    std::cout << in_all[Verdict::passed] << " passed, " << in_all[Verdict::failed] << " failed, "
              << in_all[Verdict::skipped] << " skipped\n";
    EXPECT_GE(in_all[Verdict::passed], 882);
}

}  // namespace
}  // namespace banyan::app
