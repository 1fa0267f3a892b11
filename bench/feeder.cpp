// SPDX-License-Identifier: Apache-2.0
#include "feeder.h"

namespace banyan::bench {

using runtime::Outcome;
using runtime::Personal;
using runtime::Request;

namespace {

Request request_of(const char* prefix, std::uint64_t number, std::uint64_t member) {
    Request request;
    request.source = "bench";
    request.id = prefix + std::to_string(number);
    request.subject.identities.push_back({"openid", Personal("m-" + std::to_string(member))});
    return request;
}

}  // namespace

Request registration_of(std::uint64_t member) {
    Request request = request_of("r-", member, member);
    const std::uint64_t month = member % 12 + 1;
    runtime::Profile profile;
    profile.birthday =
        Personal(std::string("1990-") + (month < 10 ? "0" : "") + std::to_string(month) + "-14");
    request.body = runtime::Register{std::move(profile)};
    return request;
}

Request order_of(Sequence& sequence, std::uint64_t number, std::uint64_t member) {
    Request request = request_of("b-", number, member);
    runtime::OrderPaid order;
    order.order = request.id;
    order.currency = "CNY";
    order.channel = "app";
    order.store = "s-12";
    order.lines.push_back(
        {"1", "latte", "coffee", 2, static_cast<std::int64_t>(100 + sequence.below(20'000))});
    request.body = std::move(order);
    return request;
}

void Feeder::feed(std::vector<Request>& requests) {
    for (Request& request : requests) {
        brand_.submit(std::move(request), [this](const Outcome& outcome) {
            if (outcome.status != Outcome::Status::applied) give_up("not applied: " + outcome.detail);
            ++answered_;
        });
    }
    sent_ += requests.size();
    while (answered_ < sent_) brand_.step_all();
    requests.clear();
}

double Feeder::feed_all(std::uint64_t count, std::uint64_t batch,
                        const std::function<Request(std::uint64_t)>& make) {
    std::vector<Request> requests;
    double cpu = 0;
    for (std::uint64_t done = 0; done < count;) {
        for (std::uint64_t i = 0; i < batch && done < count; ++i) requests.push_back(make(done++));
        const double start = thread_seconds();
        feed(requests);
        cpu += thread_seconds() - start;
    }
    return cpu;
}

}  // namespace banyan::bench
