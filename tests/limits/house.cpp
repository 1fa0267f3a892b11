// SPDX-License-Identifier: Apache-2.0
#include "house.h"

#include "text/yaml.h"

namespace banyan::limit_test {

using runtime::Brand;
using runtime::Outcome;
using runtime::Request;

House::House(std::uint16_t partitions, std::uint32_t logs, const std::string& programme) {
    runtime::Options options;
    options.file.journal = {7, 7, 7};
    options.file.partitions = partitions;
    options.shards = logs;
    options.background_thread = false;
    options.checkpoint_every = std::uint64_t{1} << 60U;
    options.pending_wait = hours(100'000);
    options.programme_document = programme;
    options.parse_document = [](const std::string& document) {
        return text::parse_yaml(document, "programme");
    };
    runtime::Ports ports;
    ports.disk = &disk;
    ports.clock = &clock;
    ports.journal = &journal;
    ports.checkpoints = &checkpoints;
    ports.directory = &directory;
    ports.vault = &vault;
    ports.secrets = &secrets;
    ports.digest = &digest;
    ports.calendar = &calendar;
    auto opened = Brand::open(ports, std::move(options));
    ASSERT(opened.ok());
    brand_ = std::move(opened).value();
}

void House::ask(std::vector<Request> requests, const std::function<void(std::size_t, const Outcome&)>& came) {
    for (std::size_t i = 0; i < requests.size(); ++i)
        brand_->submit(std::move(requests[i]), [came, i](const Outcome& outcome) { came(i, outcome); });
    settle_down();
}

void House::settle_down() {
    while (brand_->step_all()) {}
}

House::Given House::given_today(limits::LimitId limit) {
    const metrics::Day today = metrics::local_day(clock.now, *brand_->programme()->zone);
    const limits::Period period = limits::period_of(*brand_->programme()->limit(limit), {today, today});
    Given given;
    for (std::uint16_t p = 0; p < brand_->partition_count(); ++p) {
        runtime::Entities& entities = brand_->partition({p}).entities();
        if (const auto state = entities.load(engine::entity_of_holder(period))) {
            const limits::Holder& holder = std::get<engine::LimitHolder>(*state).holder;
            given.used += holder.used;
            given.room += holder.room;
        }
        if (const auto state = entities.load(engine::entity_of_owner(period))) {
            const limits::Owner& owner = std::get<engine::LimitOwner>(*state).owner;
            given.lent += owner.limit - owner.left();
        }
    }
    return given;
}

}  // namespace banyan::limit_test
