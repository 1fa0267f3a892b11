// SPDX-License-Identifier: Apache-2.0
#include "search.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "alphabet.h"
#include "domain/ledger/zones_test.h"
#include "holdings.h"

namespace banyan::model_check {

namespace {

struct Hashed {
    std::size_t operator()(const Digest& digest) const { return digest.low; }
};

// How a world was first reached, for the sentence about a broken one.
struct Way {
    std::uint32_t from = 0;
    Step step;
    bool delivery = false;
};

struct Reached {
    std::unique_ptr<World> world;
    std::uint32_t way = 0;  // index
};

std::unique_ptr<World> beginning(const Setting& setting, Pool& pool) {
    auto world = std::make_unique<World>();
    world->pool = &pool;
    world->now = banyan::testing::at("2026-01-05T10:00:00+08:00");
    for (const MemberId id : members_there) {
        engine::Command command;
        command.id = {4, id.value};
        command.occurred_at = world->now;
        command.claim = engine::Claim{{5, id.value}, {1}};
        command.body = engine::RegisterMember{};
        world = after(*world, *setting.programme, partition_of(id), command);
        ASSERT(world->member(id).state == members::State::active);
    }
    return world;
}

// The oldest follow-up of each way between two partitions: those that may be pulled next.
std::vector<std::size_t> deliverable(const World& world) {
    std::vector<std::size_t> first;
    std::set<std::pair<PartitionId, PartitionId>> ways;
    for (std::size_t i = 0; i < world.in_flight.size(); ++i) {
        if (ways.insert({world.in_flight[i]->source, world.in_flight[i]->follow_up.target}).second)
            first.push_back(i);
    }
    return first;
}

class Search {
  public:
    explicit Search(const Setting& setting) : setting_(setting) {
        ways_.push_back({});
        meet(beginning(setting, pool_), 0, {}, false);
    }

    void run(int depth) {
        for (int step = 0; step <= depth && found_.violation.empty(); ++step) {
            std::vector<Reached> worlds = std::exchange(next_, {});
            deliver(worlds);
            last_ = step + 1 >= depth;
            if (step < depth) advance(worlds);
        }
    }
    [[nodiscard]] const Found& found() const { return found_; }

  private:
    // Everything under way arrives in every order, within the same depth.
    void deliver(std::vector<Reached>& worlds) {
        for (std::size_t i = 0; i < worlds.size() && found_.violation.empty(); ++i) {
            for (const std::size_t index : deliverable(*worlds[i].world)) {
                ++found_.transitions;
                meet(delivered(*worlds[i].world, *setting_.programme, index), worlds[i].way, {}, true);
            }
            std::move(next_.begin(), next_.end(), std::back_inserter(worlds));
            next_.clear();
            if (last_) worlds[i].world.reset();
        }
    }
    void advance(std::vector<Reached>& worlds) {
        for (Reached& reached : worlds) {
            if (last_) reached.world->pool = nullptr;
            for (const Step& step : steps(*reached.world, setting_)) {
                auto world = after(*reached.world, setting_, step);
                if (world == nullptr) {
                    ++found_.refused;
                    continue;
                }
                ++found_.transitions;
                meet(std::move(world), reached.way, step, false);
                if (!found_.violation.empty()) return;
            }
            reached.world.reset();
            // What is met at the last depth goes no further: what is under way arrives at once, and nothing is kept.
            if (!last_) continue;
            std::vector<Reached> worlds_met = std::exchange(next_, {});
            deliver(worlds_met);
        }
    }
    void meet(std::unique_ptr<World> world, std::uint32_t from, const Step& step, bool delivery) {
        if (!seen_.insert(world->digest()).second) return;
        ++found_.states;
        ways_.push_back({from, step, delivery});
        const auto way = static_cast<std::uint32_t>(ways_.size() - 1);
        const std::string wrong = violation(*world, setting_);
        if (!wrong.empty()) found_.violation = wrong + ", after: " + told(way);
        // Of the last depth only what is still under way goes on.
        if (!last_ || !world->in_flight.empty()) next_.push_back({std::move(world), way});
    }
    [[nodiscard]] std::string told(std::uint32_t way) const {
        std::string text;
        for (; ways_[way].from != 0; way = ways_[way].from) {
            const std::string step = ways_[way].delivery ? "a follow-up arrives" : name_of(ways_[way].step);
            text = step + (text.empty() ? "" : "; ") + text;
        }
        return text;
    }

    const Setting& setting_;
    Pool pool_;
    std::unordered_set<Digest, Hashed> seen_;
    std::vector<Way> ways_;
    std::vector<Reached> next_;
    bool last_ = false;  // what is met now is of the last depth
    Found found_;
};

}  // namespace

Found search(const Setting& setting, int depth) {
    Search search(setting);
    search.run(depth);
    return search.found();
}

}  // namespace banyan::model_check
