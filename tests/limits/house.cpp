// SPDX-License-Identifier: Apache-2.0
#include "house.h"

#include "codec/state.h"
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

std::map<limits::LimitId, House::Given> House::given_today() {
    std::map<limits::LimitId, Given> given;
    const metrics::Day today = metrics::local_day(clock.now, *brand_->programme()->zone);
    for (std::uint16_t p = 0; p < brand_->partition_count(); ++p) {
        const auto read =
            brand_->partition({p}).entities().each([&](engine::EntityId id, Lsn, std::string_view block) {
                if (id.kind != engine::EntityKind::limit_owner && id.kind != engine::EntityKind::limit_holder)
                    return;
                const limits::Period period = engine::period_of_number(id.low);
                if (period.first != today) return;
                const auto state = codec::unpack(id, block);
                ASSERT(state.ok());
                Given& sum = given[period.limit];
                if (const auto* holder = std::get_if<engine::LimitHolder>(&*state)) {
                    sum.used += holder->holder.used;
                    sum.room += holder->holder.room;
                } else {
                    const auto& owner = std::get<engine::LimitOwner>(*state).owner;
                    sum.lent += owner.limit - owner.left();
                }
            });
        ASSERT(read.ok());
    }
    return given;
}

}  // namespace banyan::limit_test
