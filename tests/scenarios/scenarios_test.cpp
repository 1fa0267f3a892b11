// SPDX-License-Identifier: Apache-2.0
// Every *.txt of this folder is a test: a programme, then stories. A line is `what happens -> what came of it`; with
// UPDATE=1 the right side is written anew, to be read in the diff.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "adapters/regex/re2_regex.h"
#include "domain/ledger/zones_test.h"
#include "story.h"
#include "text/yaml.h"

namespace banyan::scenarios {
namespace {

namespace fs = std::filesystem;

const fs::path folder = "tests/scenarios";

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream all;
    all << file.rdbuf();
    EXPECT_TRUE(file.good()) << path << " cannot be read; the tests run at the root of the source tree";
    return all.str();
}

std::shared_ptr<const programme::Programme> compiled(const std::string& yaml, const std::string& name) {
    const auto document = text::parse_yaml(yaml, name);
    if (!document.ok()) {
        ADD_FAILURE() << document.error().text();
        return nullptr;
    }
    static const regex::Re2Regex patterns;
    const auto programme = programme::compile(*document, {1}, banyan::testing::WrittenCalendar(), &patterns);
    if (!programme.ok()) {
        ADD_FAILURE() << name << ": " << programme.error().text();
        return nullptr;
    }
    return *programme;
}

// One file: `programme PATH`, or `programme` and its YAML indented by four spaces; `== title` begins a fresh world.
class File {
  public:
    explicit File(fs::path path) : path_(std::move(path)) {}

    void run() {
        std::istringstream lines(content(path_));
        std::string line;
        while (std::getline(lines, line)) {
            ++number_;
            take(line);
        }
        if (std::getenv("UPDATE") != nullptr) std::ofstream(path_, std::ios::binary) << written_;
        EXPECT_GT(told_, 0) << path_ << " tells nothing";
    }

  private:
    void take(const std::string& line) {
        if (line.starts_with("    ")) {
            yaml_ += line.substr(4) + "\n";
        } else if (line == "programme") {
            yaml_.clear();
        } else if (line.starts_with("programme ")) {
            yaml_ = content(line.substr(10));
        } else if (line.starts_with("== ")) {
            const auto programme = compiled(yaml_, path_.string());
            ASSERT_NE(programme, nullptr);
            story_ = std::make_unique<Story>(programme);
        } else if (!line.empty() && line.front() != '#') {
            ASSERT_NE(story_, nullptr) << path_ << ":" << number_ << ": a story begins with == its title";
            tell(line);
            return;
        }
        written_ += line + "\n";
    }

    void tell(const std::string& line) {
        const std::size_t arrow = line.find(" -> ");
        const std::string happens = line.substr(0, arrow);
        const std::string expected = arrow == std::string::npos ? "" : line.substr(arrow + 4);
        const auto came = story_->tell(happens);
        ASSERT_TRUE(came.ok()) << path_ << ":" << number_ << ": " << came.error().message;
        if (std::getenv("UPDATE") == nullptr) {
            EXPECT_EQ(*came, expected) << path_.string() << ":" << number_ << ": " << happens;
        }
        EXPECT_EQ(story_->broken(), "") << path_.string() << ":" << number_;
        written_ += happens + (came->empty() ? "" : " -> " + *came) + "\n";
        ++told_;
    }

    fs::path path_;
    std::string yaml_;
    std::string written_;
    std::unique_ptr<Story> story_;
    int number_ = 0;
    int told_ = 0;
};

class Scenario : public ::testing::Test {
  public:
    explicit Scenario(fs::path path) : path_(std::move(path)) {}
    void TestBody() override { File(path_).run(); }

  private:
    fs::path path_;
};

void register_files() {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".txt" && entry.path().filename() != "CMakeLists.txt")
            paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    for (const fs::path& path : paths) {
        ::testing::RegisterTest("Scenario", path.stem().string().c_str(), nullptr, nullptr, __FILE__,
                                __LINE__, [path]() -> ::testing::Test* { return new Scenario(path); });
    }
}

// A refusal without a row is a promise that nobody tried. These five are the runtime's, met in src/runtime.
TEST(Scenarios, HaveARowForEachRefusal) {
    std::string all;
    for (const auto& entry : fs::directory_iterator(folder)) all += content(entry.path());
    const std::string elsewhere = " quarantined id_reused id_uncheckable identities_differ unit_unknown ";
    for (int code = 1; code <= static_cast<int>(engine::Refusal::hold_open); ++code) {
        const std::string name = engine::name_of(static_cast<engine::Refusal>(code));
        if (elsewhere.find(" " + name + " ") != std::string::npos) continue;
        EXPECT_TRUE(all.find("refused " + name) != std::string::npos ||
                    all.find("answers " + name) != std::string::npos)
            << name << " is refused in no scenario";
    }
}

}  // namespace
}  // namespace banyan::scenarios

int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    banyan::scenarios::register_files();
    return RUN_ALL_TESTS();
}
