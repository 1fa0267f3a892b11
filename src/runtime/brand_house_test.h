// SPDX-License-Identifier: Apache-2.0
#pragma once

// A whole brand over ports in memory: it is asked, it is stopped at any point, it is opened again over what was
// durable. The ports outlive the brand, as the machine outlives the process.

#include <gtest/gtest.h>

#include <set>

#include "domain/ledger/zones_test.h"
#include "runtime/memory_ports_test.h"

namespace banyan::runtime {

using engine::Refusal;
using Status = Outcome::Status;

inline Value programme_document() {
    const auto map = [](std::vector<Map::Entry> entries) {
        return Value(Map::of_unique(std::move(entries)));
    };
    return map({{"programme", Value("p")},
                {"currency", Value("CNY")},
                {"zone", Value("Asia/Shanghai")},
                {"units", Value(List{map({{"unit", Value("points")},
                                          {"expiry", map({{"days", Value(std::int64_t{30})}})},
                                          {"debt_limit", Value(std::int64_t{1000})}})})},
                {"earning", Value(List{map({{"rule", Value("base")},
                                            {"on", Value("order.paid")},
                                            {"unit", Value("points")},
                                            {"amount", Value("order.paid / 100")}})})}});
}

inline ExternalId phone(const std::string& number) { return {"phone", Personal(number)}; }

inline Request request(const std::string& id, Subject subject, RequestBody body) {
    Request made;
    made.source = "shop";
    made.id = id;
    made.subject = std::move(subject);
    made.body = std::move(body);
    return made;
}
inline Request order(const std::string& id, Subject subject, const std::string& order, std::int64_t paid) {
    return request(id, std::move(subject),
                   OrderPaid{order, "CNY", "app", "s1", {{"1", "sku", "cat", 1, paid}}});
}

class BrandTest : public ::testing::Test {
  protected:
    void SetUp() override {
        options.file.journal = {7, 7, 7};
        options.file.partitions = 4;
        options.background_thread = false;
        options.programme_document = "the programme";
        options.parse_document = [](const std::string&) -> Result<Value> { return programme_document(); };
        options.fatal = [this](const Error& error) { fatal.push_back(error.text()); };
    }
    Result<std::unique_ptr<Brand>> try_open() {
        Ports ports;
        ports.disk = &disk;
        ports.clock = &clock;
        ports.journal = &journal;
        ports.checkpoints = &checkpoints;
        ports.directory = &directory;
        ports.vault = &vault;
        ports.secrets = &secrets;
        ports.digest = &digest;
        ports.calendar = &calendar;
        return Brand::open(ports, options);
    }
    void open() {
        auto opened = try_open();
        ASSERT_TRUE(opened.ok()) << opened.error().text();
        brand = std::move(opened).value();
    }
    /// The process dies; what the stores had not synced is gone.
    void crash() {
        brand.reset();
        checkpoints.crash();
        directory.crash();
    }
    void reopen() {
        crash();
        open();
    }
    void settle_down() {
        for (int i = 0; i < 50 && brand->step_all(); ++i) {}
    }
    Outcome ask(Request asked) {
        std::optional<Outcome> outcome;
        brand->submit(std::move(asked), [&](Outcome came) { outcome = std::move(came); });
        for (int i = 0; i < 50 && !outcome; ++i) brand->step_all();
        EXPECT_TRUE(outcome.has_value());
        return outcome.value_or(Outcome{});
    }
    MemberView look(MemberId id) {
        std::optional<Result<MemberView>> view;
        brand->member(id, std::nullopt, Service::Open::nothing,
                      [&](Result<MemberView> came) { view.emplace(std::move(came)); });
        brand->step_all();
        EXPECT_TRUE(view && view->ok());
        return view && view->ok() ? **view : MemberView{};
    }
    std::int64_t points(MemberId id) {
        const MemberView view = look(id);
        return view.balances.empty() ? 0 : view.balances[0].posted.value();
    }
    /// The state of every partition, but what each start changes (its epoch).
    std::string state() {
        std::string all;
        for (std::uint16_t p = 0; p < options.file.partitions; ++p) {
            std::map<std::string, std::string> rows;
            EXPECT_TRUE(brand->partition({p})
                            .entities()
                            .each([&](engine::EntityId id, Lsn lsn, std::string_view block) {
                                if (id.kind == engine::EntityKind::partition) return;
                                rows[codec::entity_key(id)] = std::to_string(lsn.value) + std::string(block);
                            })
                            .ok());
            for (const auto& [key, row] : rows) all += key + row;
        }
        return all;
    }
    std::size_t records() const { return journal.records.size(); }

    testing::MemoryDisk disk;
    testing::TestClock clock;
    testing::MemoryJournal journal;
    testing::MemoryStore checkpoints;
    testing::MemoryStore directory;
    testing::MemoryVault vault;
    testing::PlainSecrets secrets;
    testing::PlainDigest digest;
    banyan::testing::WrittenCalendar calendar;
    Options options;
    std::vector<std::string> fatal;
    std::unique_ptr<Brand> brand;
};

// A year in small: members, orders, refunds, holds, a merge across partitions.
inline void live(const std::function<Outcome(Request)>& ask) {
    std::vector<MemberId> members;
    for (int m = 0; m < 6; ++m) {
        const std::string n = std::to_string(m);
        const Outcome joined = ask(order("e" + n, {{}, {phone("p" + n)}}, "o" + n, 10'000 + m * 1000));
        ASSERT_EQ(joined.status, Status::applied) << joined.detail;
        members.push_back(joined.answer.member);
    }
    ASSERT_EQ(ask(request("r0", {members[0], {}}, OrderRefunded{"o0", {}})).status, Status::applied);
    ASSERT_EQ(ask(request("h1", {members[1], {}}, Hold{"points", 50, hours(5)})).status, Status::applied);
    ASSERT_EQ(ask(request("c1", {members[1], {}}, EndHold{"h1", true, "", 0})).status, Status::applied);
    ASSERT_EQ(ask(request("d2", {members[2], {}}, Redeem{"points", 30})).status, Status::applied);
    ASSERT_EQ(ask(request("v2", {members[2], {}}, ReverseSpend{"d2", 10})).status, Status::applied);
    ASSERT_NE(partition_of(members[3]), partition_of(members[5]));
    ASSERT_EQ(ask(request("m", {members[3], {}}, Merge{members[5]})).status, Status::applied);
}

}  // namespace banyan::runtime
