// SPDX-License-Identifier: Apache-2.0
// Profiles of members that are found to be one person: what is known afterwards, whom it may be asked of, and that a
// restart knows neither more nor less.

#include "runtime/brand_house_test.h"

namespace banyan::runtime {
namespace {

Value with_birthday_rule() {
    const auto map = [](std::vector<Map::Entry> entries) {
        return Value(Map::of_unique(std::move(entries)));
    };
    std::vector<Map::Entry> entries;
    const Value base = programme_document();
    for (const auto& [key, value] : base.map().entries()) {
        if (key != "earning") entries.emplace_back(key, value);
    }
    const auto rule = [&](const char* name, const char* when) {
        return map({{"rule", Value(name)},
                    {"on", Value("order.paid")},
                    {"unit", Value("points")},
                    {"when", Value(when)},
                    {"amount", Value("order.paid / 100")}});
    };
    entries.emplace_back(
        "earning", Value(List{rule("base", "true"), rule("birthday", "member.birth_month == event.month")}));
    return map(std::move(entries));
}

Profile person(const std::string& name, const std::string& birthday) {
    Profile profile;
    if (!name.empty()) profile.name = Personal(name);
    if (!birthday.empty()) profile.birthday = Personal(birthday);
    return profile;
}

class Profiles : public BrandTest {
  protected:
    void SetUp() override {
        BrandTest::SetUp();
        options.parse_document = [](const std::string&) -> Result<Value> { return with_birthday_rule(); };
        open();
        // The month of every order; a birthday in it counts double.
        month = std::string(to_text(calendar.zone("Asia/Shanghai").value()->local(clock.wall()).date))
                    .substr(5, 2);
        other_month = month == "01" ? "02" : "01";
    }
    MemberId joins(const std::string& number, const Profile& profile) {
        return ask(request("r" + number, {{}, {phone(number)}}, Register{profile})).answer.member;
    }
    void merge(MemberId survivor, MemberId absorbed) {
        ask(request("m" + to_text(survivor) + to_text(absorbed), {survivor, {}}, Merge{absorbed}));
        settle_down();
        ASSERT_EQ(look(absorbed).forwarded_to, survivor);
    }
    /// Points of an order of 10.00: 10, or 20 in the birthday's month.
    std::int64_t earns(MemberId id) {
        const std::int64_t before = points(id);
        const std::string n = std::to_string(++orders_);
        ask(order("e" + n, {id, {}}, "o" + n, 1000));
        settle_down();
        return points(id) - before;
    }
    Profile known(MemberId id) {
        std::optional<Profile> profile;
        brand->member(id, std::nullopt, Service::Open::profile,
                      [&](Result<MemberView> view) { profile = view.value().profile; });
        brand->step_all();
        return profile.value_or(Profile{});
    }
    static std::string text(const std::optional<Personal>& field) { return field ? field->opened() : ""; }
    std::string born(const std::string& in) const { return "1990-" + in + "-10"; }

    std::string month;
    std::string other_month;

  private:
    int orders_ = 0;
};

TEST_F(Profiles, TheSurvivorsOwnFieldsStandAndWhatIsMissingComesAlong) {
    const MemberId a = joins("1", person("", born(other_month)));
    const MemberId b = joins("2", person("Ada", born(month)));
    merge(a, b);
    for (int life = 0; life < 2; ++life) {
        EXPECT_EQ(text(known(a).birthday), born(other_month));
        EXPECT_EQ(text(known(a).name), "Ada");
        EXPECT_EQ(earns(a), 10);
        reopen();
    }
}

TEST_F(Profiles, WhoGaveNoneGetsTheAbsorbedMembersBirthday) {
    const MemberId a = joins("1", {});
    const MemberId b = joins("2", person("Ada", born(month)));
    EXPECT_EQ(earns(a), 10);
    merge(a, b);
    for (int life = 0; life < 2; ++life) {
        EXPECT_EQ(text(known(a).birthday), born(month));
        EXPECT_EQ(earns(a), 20);
        reopen();
    }
}

TEST_F(Profiles, ItComesAlongThroughTwoMerges) {
    const MemberId a = joins("1", person("Ada", born(month)));
    const MemberId b = joins("2", {});
    const MemberId c = joins("3", {});
    merge(b, a);
    merge(c, b);
    EXPECT_EQ(text(known(c).name), "Ada");
    EXPECT_EQ(earns(c), 20);
    reopen();
    EXPECT_EQ(earns(c), 20);
    ASSERT_EQ(ask(request("x", {c, {}}, Erase{})).status, Status::applied);
    settle_down();
    EXPECT_TRUE(vault.rows.empty()) << "an erasure reaches every row that came along";
}

TEST_F(Profiles, WhatIsSentToTheOldIdReplacesTheField) {
    const MemberId a = joins("1", person("Ada", born(other_month)));
    const MemberId b = joins("2", {});
    merge(a, b);
    ask(request("u", {b, {}}, UpdateProfile{person("", born(month))}));
    settle_down();
    for (int life = 0; life < 2; ++life) {
        EXPECT_EQ(text(known(a).birthday), born(month));
        EXPECT_EQ(text(known(a).name), "Ada");
        EXPECT_EQ(earns(a), 20);
        reopen();
    }
}

// An empty profile takes everything away, at once and not only after the next start.
TEST_F(Profiles, WhatIsTakenAwayThroughTheOldIdIsGoneAtOnce) {
    const MemberId a = joins("1", person("Ada", born(month)));
    const MemberId b = joins("2", {});
    merge(a, b);
    EXPECT_EQ(earns(a), 20);
    ask(request("u", {b, {}}, UpdateProfile{}));
    settle_down();
    for (int life = 0; life < 2; ++life) {
        EXPECT_EQ(text(known(a).birthday), "");
        EXPECT_EQ(earns(a), 10);
        reopen();
    }
}

TEST_F(Profiles, AMergeCutShortAnywhereBringsTheProfileOnce) {
    const MemberId a = joins("1", person("", born(other_month)));
    const MemberId b = joins("2", person("Ada", born(month)));
    const auto journal_before = journal.records;
    const auto directory_before = directory;
    const auto vault_before = vault;
    for (int steps = 0; steps < 6; ++steps) {
        SCOPED_TRACE("crash after " + std::to_string(steps) + " steps");
        brand.reset();
        journal.records = journal_before;
        directory = directory_before;
        vault = vault_before;
        checkpoints = {};
        open();
        brand->submit(request("m", {a, {}}, Merge{b}), [](const Outcome&) {});
        for (int i = 0; i < steps; ++i) brand->step_all();
        // The row may be there although the record that names it is not.
        if (steps > 1) journal.records.pop_back();
        reopen();
        settle_down();
        ask(request("m", {a, {}}, Merge{b}));
        settle_down();
        EXPECT_EQ(look(b).forwarded_to, a);
        EXPECT_EQ(text(known(a).name), "Ada");
        EXPECT_EQ(text(known(a).birthday), born(other_month));
        EXPECT_EQ(earns(a), 10);
    }
}

// A start opens nobody's profile; a command opens its member's, once.
TEST_F(Profiles, AProfileIsOpenedByItsMembersFirstCommandAfterAStart) {
    const MemberId a = joins("1", person("Ada", born(month)));
    const MemberId b = joins("2", person("Bob", born(other_month)));
    vault.opens = 0;
    reopen();
    EXPECT_EQ(vault.opens, 0);
    EXPECT_EQ(earns(a), 20);
    EXPECT_EQ(vault.opens, 1);
    EXPECT_EQ(earns(a), 20);
    EXPECT_EQ(vault.opens, 1);
    EXPECT_EQ(earns(b), 10);
    EXPECT_EQ(vault.opens, 2);
    ask(request("u", {a, {}}, UpdateProfile{person("", born(other_month))}));
    EXPECT_EQ(earns(a), 10);
}

TEST_F(Profiles, NobodysProfileIsOpenedOnceTheMemberIsSealed) {
    const MemberId a = joins("1", person("Ada", born(month)));
    reopen();
    vault.opens = 0;
    ask(request("x", {a, {}}, Erase{}));
    const int by_the_erasure = vault.opens;
    earns(a);
    reopen();
    earns(a);
    EXPECT_EQ(vault.opens, by_the_erasure);
}

TEST_F(Profiles, AVaultThatCannotBeReadStopsInsteadOfEarningForNobody) {
    const MemberId a = joins("1", person("Ada", born(month)));
    reopen();
    vault.fails_to_open = true;
    bool is_answered = false;
    brand->submit(order("e", {a, {}}, "o", 1000), [&](const Outcome&) { is_answered = true; });
    settle_down();
    EXPECT_EQ(fatal.size(), 1U);
    EXPECT_FALSE(is_answered);
}

}  // namespace
}  // namespace banyan::runtime
