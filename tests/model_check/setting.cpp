// SPDX-License-Identifier: Apache-2.0
#include "setting.h"

#include "domain/ledger/zones_test.h"
#include "text/yaml.h"

namespace banyan::model_check {

namespace {

std::shared_ptr<const programme::Programme> compiled(const std::string& points) {
    const std::string document =
        "programme: model\ncurrency: CNY\nzone: Asia/Shanghai\nunits:\n  - unit: points\n" + points +
        "earning:\n  - {rule: base, on: order.paid, unit: points, amount: order.paid / 100}\n";
    const auto value = text::parse_yaml(document, "model");
    ASSERT(value.ok());
    const auto made = programme::compile(*value, ProgrammeVersion{1}, banyan::testing::WrittenCalendar{});
    ASSERT(made.ok());
    return *made;
}

}  // namespace

std::int64_t entitled(const Sold& order, std::int64_t returned) {
    const std::int64_t money_back =
        (2 * order.paid * returned + order.pieces) / (2 * order.pieces);  // half up
    return order.earns * (order.paid - money_back) / order.paid;
}

Setting debt_that_covers() {
    return {"debt covers", compiled("    expiry: {days: 10}\n    debt_limit: 1000\n    transferable: true\n"),
            days(6),       days(10),
            true,          {4, 10}};
}

Setting idle_lapses() {
    return {
        "idle lapses",
        compiled(
            "    expiry: {days: 10, inactive: {days: 5}}\n    debt_limit: 1000\n    transferable: true\n"),
        days(3),
        days(10),
        true,
        {4, 10}};
}

Setting no_debt() {
    return {"no debt", compiled("    expiry: {days: 10}\n    pending: {days: 3}\n    transferable: true\n"),
            days(4),   days(10),
            false,     {4, 10}};
}

}  // namespace banyan::model_check
