// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/handler.h"

namespace banyan::http {

namespace {

using ProgrammePointer = std::shared_ptr<const programme::Programme>;

Result<runtime::Page> read_page(Query& query) {
    runtime::Page page;
    page.before = TRY(query.cursor("before"));
    page.limit = TRY(query.limit(200, 50));
    return page;
}

// A statement is the movements of the member's records. A record may have none in the wanted unit, so pages of the
// timeline are asked for until enough lines are there; a bound on the pages keeps one request from reading a life.
class Statement : public std::enable_shared_from_this<Statement> {
  public:
    Statement(const Api& api, const Call& call, Respond respond)
        : service_(api.service),
          programme_(api.service->programme()),
          asker_(call),
          respond_(std::move(respond)) {}

    MemberId member;
    runtime::Page page;
    std::optional<UnitId> unit;
    std::optional<Instant> until;

    void ask() {
        auto next = [self = shared_from_this()](Result<runtime::Timeline> timeline) {
            self->take(std::move(timeline));
        };
        service_->timeline(member, page, std::move(next));
    }

    [[nodiscard]] const programme::Programme& programme() const { return *programme_; }

  private:
    static constexpr int pages_max = 20;

    void take(Result<runtime::Timeline> timeline) {
        if (!timeline.ok()) return respond_(asker_.refuse(problem_of(timeline.error())));
        for (runtime::TimelineEntry& entry : timeline->entries) {
            for (runtime::StatementLine& line : entry.movements) {
                if (unit && line.unit != *unit) continue;
                if (until && line.at > *until) continue;
                lines_.push_back(std::move(line));
            }
            // A page ends where a record ends, so that the cursor, which names a record, loses no line.
            if (lines_.size() >= page.limit) return finish(entry.lsn.value > 1 ? entry.lsn.value : 0);
        }
        if (timeline->next == 0 || ++pages_ == pages_max) return finish(timeline->next);
        page.before = timeline->next;
        ask();
    }

    void finish(std::uint64_t next) {
        std::string out;
        text::JsonWriter json(out);
        json.begin_object().string("member", to_text(member)).key("lines").begin_array();
        for (const runtime::StatementLine& line : lines_) write(json, line, *programme_);
        json.end_array();
        if (next == 0)
            json.key("next").null();
        else
            json.string("next", std::to_string(next));
        json.end_object();
        respond_(json_reply(std::move(out)));
    }

    runtime::Service* service_;
    ProgrammePointer programme_;
    Asker asker_;
    Respond respond_;
    std::vector<runtime::StatementLine> lines_;
    int pages_ = 0;
};

}  // namespace

void get_timeline(const Api& api, const Call& call, Respond respond) {
    runtime::Page page;
    const auto ask = [&page](Query& query) -> Result<void> {
        page = TRY(read_page(query));
        return {};
    };
    if (const auto parsed = read_query(call, ask); !parsed.ok())
        return respond(Asker(call).refuse(problem_of_query(parsed.error())));
    const auto member = member_of(call);
    if (!member.ok()) return respond(Asker(call).refuse(problem_of(member.error())));
    auto render_timeline = [programme = api.service->programme()](const runtime::Timeline& timeline) {
        return json_reply(render(timeline, *programme));
    };
    api.service->timeline(*member, page,
                          answer<runtime::Timeline>(call, std::move(respond), std::move(render_timeline)));
}

void get_ledger(const Api& api, const Call& call, Respond respond) {
    // `respond` is needed here for the refusals, too.
    auto statement = std::make_shared<Statement>(api, call, respond);
    const auto ask = [&statement](Query& query) -> Result<void> {
        statement->page = TRY(read_page(query));
        statement->until = TRY(query.instant("until"));
        if (const auto code = query.text("unit")) {
            const ledger::Unit* unit = statement->programme().unit(*code);
            if (unit == nullptr) return Error::invalid("the programme has no such unit");
            statement->unit = unit->id;
        }
        return {};
    };
    if (const auto parsed = read_query(call, ask); !parsed.ok())
        return respond(Asker(call).refuse(problem_of_query(parsed.error())));
    const auto member = member_of(call);
    if (!member.ok()) return respond(Asker(call).refuse(problem_of(member.error())));
    statement->member = *member;
    statement->ask();
}

void get_totals(const Api& api, const Call& call, Respond respond) {
    if (!call.query.empty())
        return respond(Asker(call).refuse(problem_of_query(Error::invalid("this path takes no parameters"))));
    auto render_totals = [programme = api.service->programme()](const runtime::Totals& totals) {
        return json_reply(render(totals, *programme));
    };
    api.service->totals(answer<runtime::Totals>(call, std::move(respond), std::move(render_totals)));
}

}  // namespace banyan::http
