// SPDX-License-Identifier: Apache-2.0
#include "adapters/regex/re2_regex.h"

#include <re2/re2.h>

namespace banyan::regex {

namespace {

constexpr std::int64_t memory_bytes_max = std::int64_t{1} << 20;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

class Re2Pattern : public Pattern {
  public:
    Re2Pattern(std::string_view text, const RE2::Options& options) : compiled_(piece(text), options) {}

    [[nodiscard]] bool ok() const { return compiled_.ok(); }
    [[nodiscard]] const std::string& error() const { return compiled_.error(); }

    [[nodiscard]] bool found_in(std::string_view text) const override {
        return RE2::PartialMatch(piece(text), compiled_);
    }

    [[nodiscard]] std::vector<std::string_view> match(std::string_view text,
                                                      std::size_t from) const override {
        std::vector<re2::StringPiece> found(group_count() + 1);
        if (from > text.size() || !compiled_.Match(piece(text), from, text.size(), RE2::UNANCHORED,
                                                   found.data(), static_cast<int>(found.size())))
            return {};
        std::vector<std::string_view> groups;
        for (const re2::StringPiece& group : found) groups.emplace_back(group.data(), group.size());
        return groups;
    }

    [[nodiscard]] std::size_t group_count() const override {
        return static_cast<std::size_t>(compiled_.NumberOfCapturingGroups());
    }

  private:
    RE2 compiled_;
};

}  // namespace

Result<std::shared_ptr<const Pattern>> Re2Regex::pattern(std::string_view text) const {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(memory_bytes_max);
    auto made = std::make_shared<const Re2Pattern>(text, options);
    if (!made->ok()) return Error::invalid(made->error());
    return std::shared_ptr<const Pattern>(std::move(made));
}

}  // namespace banyan::regex
