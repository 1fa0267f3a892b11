// SPDX-License-Identifier: Apache-2.0
// banyan_sim: plays seeds and lets the model judge each. Stops at the first that fails and says how to repeat it.

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>

#include "simulator/model_process.h"
#include "simulator/simulation.h"

namespace {

using namespace banyan;
using namespace banyan::simulator;

constexpr const char* usage =
    "Usage: ./dev sim [--seed N] [--seeds A..B] [--commands N] [--programme NAME] [--trace FILE] [--json]\n"
    "\n"
    "Plays the real runtime on simulated time, disk and stores, one run a seed, and holds every answer "
    "against\n"
    "the model in tests/model. Without arguments: seeds 1..2000.\n"
    "  --trace FILE   write what happened as NDJSON (python3 tests/model/check.py FILE judges it again)\n"
    "  --json         end with one JSON object of counts\n";

struct Arguments {
    std::uint64_t first = 1;
    std::uint64_t last = 2000;
    std::uint64_t commands = 120;
    std::string programme;
    std::string root = ".";
    std::string trace;
    bool json = false;
    bool is_help = false;
};

std::optional<std::uint64_t> number(const std::string& text) {
    try {
        std::size_t used = 0;
        const auto value = std::stoull(text, &used);
        return used == text.size() ? std::optional<std::uint64_t>(value) : std::nullopt;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

std::optional<Arguments> read_arguments(const std::vector<std::string>& words) {
    Arguments a;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "--json") {
            a.json = true;
            continue;
        }
        if (word == "--help" || word == "-h") {
            a.is_help = true;
            return a;
        }
        if (i + 1 >= words.size()) return std::nullopt;
        const std::string& value = words[++i];
        const auto n = number(value);
        if (word == "--seed" && n) {
            a.first = a.last = *n;
        } else if (word == "--seeds") {
            const auto dots = value.find("..");
            if (dots == std::string::npos) return std::nullopt;
            const auto from = number(value.substr(0, dots));
            const auto to = number(value.substr(dots + 2));
            if (!from || !to || *to < *from) return std::nullopt;
            a.first = *from;
            a.last = *to;
        } else if (word == "--commands" && n) {
            a.commands = *n;
        } else if (word == "--programme") {
            a.programme = value;
        } else if (word == "--root") {
            a.root = value;
        } else if (word == "--trace") {
            a.trace = value;
        } else {
            return std::nullopt;
        }
    }
    return a;
}

// An assertion inside the engine ends the process; the line that repeats it must still come out.
char repeat_line[160];

void say_repeat_line(int) {
    const auto written = write(2, repeat_line, std::strlen(repeat_line));
    (void)written;
    _exit(1);
}

std::string repeats(const Arguments& a, std::uint64_t seed) {
    std::string line = "./dev sim --seed " + std::to_string(seed);
    if (a.commands != Arguments{}.commands) line += " --commands " + std::to_string(a.commands);
    if (!a.programme.empty()) line += " --programme " + a.programme;
    return line;
}

std::vector<NamedProgramme> programmes(const Arguments& a) {
    std::vector<NamedProgramme> all = own_programmes();
    std::ifstream file(a.root + "/presets/starter.yaml");
    std::ostringstream text;
    text << file.rdbuf();
    if (!text.str().empty()) all.push_back({"starter", text.str(), {"points"}, {}});
    if (!a.programme.empty())
        std::erase_if(all, [&](const NamedProgramme& p) { return p.name != a.programme; });
    return all;
}

int fail(const Arguments& a, std::uint64_t seed, const std::string& why) {
    std::cout << "seed " << seed << ": " << why << "\n" << repeats(a, seed) << std::endl;
    return 1;
}

int play(const Arguments& a) {
    const auto all = programmes(a);
    if (all.empty()) {
        std::cerr << "banyan_sim: no such programme\n";
        return 2;
    }
    ModelProcess model;
    if (const auto started = model.start(a.root + "/tests/model/check.py"); !started.ok()) {
        std::cerr << "banyan_sim: " << started.error().text() << "\n";
        return 2;
    }
    std::ofstream trace;
    if (!a.trace.empty()) trace.open(a.trace);
    Played total;
    const auto start = std::chrono::steady_clock::now();
    const auto seconds_since = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    for (std::uint64_t seed = a.first; seed <= a.last; ++seed) {
        const std::string line = repeats(a, seed) + "\n";
        std::strncpy(repeat_line, line.c_str(), sizeof repeat_line - 1);
        std::string broken;
        Settings settings{seed, a.commands, &all};
        Simulation simulation(settings, [&](const std::string& lines) {
            if (trace.is_open()) trace << lines << std::flush;
            if (const auto sent = model.write(lines); !sent.ok() && broken.empty())
                broken = sent.error().text();
        });
        const Played played = simulation.play();
        const auto verdict = model.verdict();
        if (!verdict.ok()) return fail(a, seed, verdict.error().text());
        // What the model says is usually nearer to the cause than what the simulator stumbled over.
        if (*verdict != "ok") return fail(a, seed, *verdict);
        if (!played.failure.empty()) return fail(a, seed, played.failure);
        if (!broken.empty()) return fail(a, seed, broken);
        total.requests += played.requests;
        total.records += played.records;
        total.deaths += played.deaths;
        total.power_cuts += played.power_cuts;
        total.audits += played.audits;
        const std::uint64_t done = seed - a.first + 1;
        if (isatty(2) != 0 && done % 20 == 0)
            std::cerr << "\r" << done << " of " << (a.last - a.first + 1) << " seeds, "
                      << static_cast<std::uint64_t>(static_cast<double>(done) / seconds_since()) << "/s "
                      << std::flush;
    }
    if (isatty(2) != 0) std::cerr << "\r";
    const std::uint64_t seeds = a.last - a.first + 1;
    if (a.json) {
        std::cout << "{\"seeds\":" << seeds << ",\"commands\":" << total.requests
                  << ",\"records\":" << total.records << ",\"crashes\":" << total.deaths
                  << ",\"power_cuts\":" << total.power_cuts << ",\"audits\":" << total.audits
                  << ",\"seconds\":" << seconds_since() << "}" << std::endl;
    } else {
        std::cout << seeds << " seeds clean: " << total.requests << " commands, " << total.records
                  << " records, " << total.deaths << " crashes (" << total.power_cuts << " power cuts), "
                  << total.audits << " audits, " << static_cast<std::uint64_t>(seconds_since()) << " s"
                  << std::endl;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const auto arguments = read_arguments({argv + 1, argv + argc});
    if (!arguments) {
        std::cerr << usage;
        return 2;
    }
    if (arguments->is_help) {
        std::cout << usage;
        return 0;
    }
    std::signal(SIGABRT, say_repeat_line);
    std::signal(SIGSEGV, say_repeat_line);
    std::signal(SIGFPE, say_repeat_line);
    return play(*arguments);
}
