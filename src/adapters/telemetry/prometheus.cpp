// SPDX-License-Identifier: Apache-2.0
#include "adapters/telemetry/prometheus.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace banyan::telemetry {

namespace {

struct Sample {
    std::string_view key;  // whole, as it is written
    std::string series;    // the labels without `le`: the buckets of one histogram stand together
    int part = 0;          // bucket, sum, count
    double bound = 0;
    double value = 0;
};

std::string_view name_of(std::string_view key) { return key.substr(0, key.find('{')); }

bool ends_with(std::string_view text, std::string_view suffix) {
    return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

// The names that have buckets: only their _sum and _count belong to a histogram.
std::set<std::string, std::less<>> histograms_of(const std::map<std::string, double>& numbers) {
    std::set<std::string, std::less<>> found;
    for (const auto& [key, value] : numbers) {
        const std::string_view name = name_of(key);
        if (ends_with(name, "_bucket") && key.find("le=\"") != std::string::npos)
            found.emplace(name.substr(0, name.size() - 7));
    }
    return found;
}

// Takes `le="..."` out of the labels; what is left names the series.
double take_bound(std::string& labels) {
    const std::size_t at = labels.find("le=\"");
    if (at == std::string::npos) return 0;
    const std::size_t begin = at + 4;
    const std::size_t end = labels.find('"', begin);
    const std::string text = labels.substr(begin, end - begin);
    const bool is_first = at == 0 || labels[at - 1] != ',';
    const bool has_next = is_first && end + 1 < labels.size() && labels[end + 1] == ',';
    const std::size_t from = is_first ? at : at - 1;
    labels.erase(from, end + 1 + (has_next ? 1 : 0) - from);
    return text == "+Inf" ? HUGE_VAL : std::strtod(text.c_str(), nullptr);
}

std::string number_text(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    if (value == std::floor(value) && std::fabs(value) < 9007199254740992.0)
        return fmt::format("{}", static_cast<long long>(value));
    return fmt::format("{}", value);
}

}  // namespace

std::string exposition(const std::map<std::string, double>& numbers) {
    const auto histograms = histograms_of(numbers);
    std::map<std::string, std::vector<Sample>, std::less<>> families;
    for (const auto& [key, value] : numbers) {
        const std::string_view name = name_of(key);
        Sample sample;
        sample.key = key;
        sample.value = value;
        std::string family(name);
        constexpr std::string_view suffixes[] = {"_bucket", "_sum", "_count"};
        for (int part = 0; part < 3; ++part) {
            if (!ends_with(name, suffixes[part])) continue;
            const std::string_view base = name.substr(0, name.size() - suffixes[part].size());
            if (histograms.find(base) == histograms.end()) continue;
            family = base;
            sample.part = part;
            sample.series = key.substr(name.size());
            sample.bound = take_bound(sample.series);
            if (sample.series == "{}") sample.series.clear();
        }
        families[family].push_back(std::move(sample));
    }
    std::string out;
    for (auto& [family, samples] : families) {
        const bool is_histogram = histograms.find(family) != histograms.end();
        const char* type = is_histogram ? "histogram" : ends_with(family, "_total") ? "counter" : "gauge";
        out += fmt::format("# TYPE {} {}\n", family, type);
        if (is_histogram) {
            std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) {
                if (a.series != b.series) return a.series < b.series;
                if (a.part != b.part) return a.part < b.part;
                return a.bound < b.bound;
            });
        }
        for (const Sample& sample : samples)
            out += fmt::format("{} {}\n", sample.key, number_text(sample.value));
    }
    return out;
}

}  // namespace banyan::telemetry
