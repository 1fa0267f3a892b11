// SPDX-License-Identifier: Apache-2.0
// Cancellations against the plainest reading of the rule: look at every earlier line, from the latest back, for each
// cancelled piece.
#include <algorithm>
#include <map>
#include <vector>

#include "app/import/imported_test.h"

#include <rapidcheck.h>

namespace banyan::app {
namespace {

struct Row {
    int invoice = 0;
    bool cancels = false;
    int product = 0;
    int pieces = 1;
    int minute = 0;
    int line = 0;

    [[nodiscard]] std::string invoice_id() const { return (cancels ? "C" : "") + std::to_string(invoice); }
    // An invoice has one member.
    [[nodiscard]] int member() const { return invoice % 3; }
    [[nodiscard]] std::string text() const {
        return invoice_id() + ",p" + std::to_string(product) + "," +
               std::to_string(cancels ? -pieces : pieces) + ",2011-01-01 10:" + (minute < 10 ? "0" : "") +
               std::to_string(minute) + ",1," + std::to_string(member()) + "\n";
    }
};

// "C5:3 17x2" for each refunded line of each refund.
using Refunded = std::map<std::string, int>;

Refunded plain_matching(std::vector<Row> rows) {
    std::map<std::string, std::pair<int, int>> begins;  // invoice -> (earliest minute, first line)
    for (const Row& row : rows) {
        const auto [entry, is_new] = begins.try_emplace(row.invoice_id(), row.minute, row.line);
        if (!is_new) entry->second.first = std::min(entry->second.first, row.minute);
    }
    const auto place = [&begins](const Row& row) { return std::pair(begins[row.invoice_id()], row.line); };
    std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return place(a) < place(b); });
    std::map<int, int> left;
    for (const Row& row : rows) left[row.line] = row.pieces;
    Refunded refunded;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (int piece = 0; rows[i].cancels && piece < rows[i].pieces; ++piece) {
            for (std::size_t j = i; j-- > 0;) {
                const Row& bought = rows[j];
                if (bought.cancels || bought.member() != rows[i].member() ||
                    bought.product != rows[i].product || left[bought.line] == 0)
                    continue;
                --left[bought.line];
                ++refunded[rows[i].invoice_id() + ":" + bought.invoice_id() + " " +
                           std::to_string(bought.line)];
                break;
            }
        }
    }
    return refunded;
}

// The same out of the events.
Refunded planned_matching(std::string_view events) {
    Refunded refunded;
    while (!events.empty()) {
        const std::string_view event = events.substr(0, events.find('\n'));
        events.remove_prefix(event.size() + 1);
        if (event.find("order.refunded") == std::string_view::npos) continue;
        const auto text_after = [&event](std::string_view mark, std::size_t& at) {
            at = event.find(mark, at) + mark.size();
            return std::string(event.substr(at, event.find_first_of("\"}", at) - at));
        };
        std::size_t at = 0;
        const std::string id = text_after("\"id\":\"", at);
        at = event.find("\"lines\":");
        while (event.find("\"id\":\"", at) != std::string_view::npos) {
            const std::string line = text_after("\"id\":\"", at);
            const std::string key = id + " " + line;
            EXPECT_EQ(refunded.count(key), 0U) << key;
            refunded[key] = std::stoi(text_after("\"quantity\":", at));
        }
    }
    return refunded;
}

TEST(ImportMatching, IsTheRuleReadPlainly) {
    const auto check = [] {
        const auto seeds = *rc::gen::container<std::vector<std::vector<int>>>(
            rc::gen::container<std::vector<int>>(5, rc::gen::inRange(0, 60)));
        std::vector<Row> rows;
        std::string data = "Invoice,Code,Pieces,At,Price,Who\n";
        for (const std::vector<int>& seed : seeds) {
            const Row row{seed[0] % 12,    seed[1] % 3 == 0, seed[2] % 2,
                          seed[3] % 4 + 1, seed[4],          static_cast<int>(rows.size()) + 2};
            rows.push_back(row);
            data += row.text();
        }
        const Imported got = imported(data, shop);
        RC_ASSERT(got.report.rejected.rows == 0U);
        RC_ASSERT(planned_matching(got.events) == plain_matching(rows));
    };
    EXPECT_TRUE(rc::check("cancellations are matched by the rule", check));
}

}  // namespace
}  // namespace banyan::app
