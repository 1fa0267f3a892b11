// SPDX-License-Identifier: Apache-2.0
// The metrics section: each entry says which events count, what of them, and over which window it is read. Entries that
// count the same share a measure.

#include <algorithm>
#include <cctype>

#include "domain/programme/expressions.h"
#include "domain/programme/sections.h"
#include "domain/programme/words.h"
#include "domain/rules/compile.h"
#include "domain/rules/parse.h"

namespace banyan::programme {

namespace {

using metrics::Counts;
using metrics::Fold;
using metrics::Window;

constexpr std::int64_t rolling_max = 3660;

// What an entry says of the events, before it has found its measure.
struct Said {
    std::string on;
    std::optional<std::string> when;
    std::optional<std::string> of;
    Counts counts = Counts::times;
    metrics::RefundDay refund = metrics::RefundDay::of_order;
    std::uint32_t most = 256;

    [[nodiscard]] std::string key() const {
        std::string key = on + "\n" + when.value_or("true") + "\n" + of.value_or("1") + "\n";
        for (const auto part : {static_cast<std::uint32_t>(counts), static_cast<std::uint32_t>(refund), most})
            key += std::to_string(part) + " ";
        return key;
    }
};

Window read_window(Reader& reader) {
    using Kind = Window::Kind;
    const Value* given = reader.value().is(Value::Kind::map) ? reader.value().map().find("window") : nullptr;
    if (given == nullptr || !given->is(Value::Kind::map)) {
        const auto word =
            reader.word("window", {"lifetime", "day", "week", "month", "quarter", "year", "anniversary"});
        return {word ? static_cast<Kind>(*word) : Kind::lifetime, 0};
    }
    auto rolling = reader.object("window");
    const auto days = rolling->required_integer("rolling_days", 1, rolling_max);
    rolling->finish();
    return {Kind::rolling, static_cast<std::int32_t>(days)};
}

Counts counted_by(Fold fold) {
    switch (fold) {
        case Fold::sum: return Counts::amounts;
        case Fold::distinct: return Counts::things;
        case Fold::first:
        case Fold::last: return Counts::moments;
        default: return Counts::times;
    }
}

void check_of(Reader& reader, Fold fold, const Said& said) {
    if (said.counts == Counts::times && said.of)
        reader.fail("this fold counts events, not what they are worth; leave \"of\" out, or fold: sum", "of");
    if (said.counts == Counts::times || said.of) return;
    const char* example = fold == Fold::sum        ? "order.paid"
                          : fold == Fold::distinct ? "order.store"
                                                   : "order.paid";
    reader.fail("\"of\" is missing: what of the event, for example of: " + std::string(example));
}

// Metrics are words of expressions, so their codes are names there.
void check_code(Reader& reader, const std::string& code) {
    const auto is_letter = [](char c) {
        return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    const bool is_name =
        !code.empty() && is_letter(code.front()) && std::all_of(code.begin(), code.end(), [&](char c) {
            return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
        });
    if (!is_name && !code.empty())
        reader.fail(
            "rules say metric." + code + ", so the code is letters, digits and _ only: for example spend_12m",
            "metric");
}

CountedEvent* event_named(Programme& programme, const std::string& type) {
    const auto found = std::find_if(programme.counted_events.begin(), programme.counted_events.end(),
                                    [&](const CountedEvent& event) { return event.words.event() == type; });
    return found != programme.counted_events.end() ? &*found : nullptr;
}

// A metric is filled in from the journal, which keeps the event but not what the member was then.
std::optional<rules::Program> read_expression(Reader& reader, const char* part, const std::string& text,
                                              const earning::Vocabulary& words, const Regex* regex) {
    auto program = compiled_at(reader, part, text, words.schema(), regex);
    if (!program) return std::nullopt;
    for (const rules::Slot slot : program->slots()) {
        const std::string& path = words.word(slot).path;
        if (!path.starts_with("member.")) continue;
        reader.fail("a metric reads the event and not the member: \"" + path +
                        "\" is not kept with past events; say it where the metric is used",
                    part);
        return std::nullopt;
    }
    return program;
}

void check_kind(Reader& reader, Counts counts, const rules::Program& of) {
    using rules::Kind;
    const Kind kind = of.kind();
    if (kind == Kind::integer || kind == Kind::dyn) return;
    if (counts == Counts::things && kind == Kind::string) return;
    reader.fail(counts == Counts::things ? "a thing is text or a whole number, for example order.store"
                                         : "the value must be a whole number, for example order.paid",
                "of");
}

// The measure of what is said; a new one where nobody said it before.
metrics::MeasureId measure_of(Reader& reader, const Said& said, Programme& programme,
                              std::vector<metrics::Measure>& measures, const Regex* regex) {
    CountedEvent* event = event_named(programme, said.on);
    if (event == nullptr) {
        std::vector<std::string> events{std::string(earning::paid_event)};
        for (const earning::EventType& type : programme.events) events.push_back(type.code);
        if (!said.on.empty())
            reader.fail("metrics listen to one of: " + joined(events) + did_you_mean(said.on, events) +
                            "; declare others under \"events\"",
                        "on");
        return {};
    }
    const std::string key = said.key();
    for (const Counting& counting : event->countings) {
        if (counting.key == key) return counting.measure;
    }
    Counting counting;
    counting.measure = {static_cast<std::uint16_t>(measures.size() + 1)};
    counting.key = key;
    if (said.when) counting.when = read_expression(reader, "when", *said.when, event->words, regex);
    if (said.of) counting.of = read_expression(reader, "of", *said.of, event->words, regex);
    if (counting.when && counting.when->kind() != rules::Kind::boolean &&
        counting.when->kind() != rules::Kind::dyn)
        reader.fail("the condition must be true or false, for example order.paid > 0", "when");
    if (counting.of) check_kind(reader, said.counts, *counting.of);
    if (counting.when) event->words.reads(*counting.when);
    if (counting.of) event->words.reads(*counting.of);
    metrics::Measure measure;
    measure.id = counting.measure;
    measure.name = "m" + std::to_string(measure.id.value);
    measure.counts = said.counts;
    measure.refund = said.refund;
    measure.most = said.most;
    measures.push_back(std::move(measure));
    event->countings.push_back(std::move(counting));
    return event->countings.back().measure;
}

metrics::Metric read_metric(Reader& reader, std::size_t index, Programme& programme,
                            std::vector<metrics::Measure>& measures, const Regex* regex) {
    metrics::Metric metric;
    metric.id = {static_cast<std::uint16_t>(index + 1)};
    metric.name = reader.required_text("metric");
    check_code(reader, metric.name);
    const Names names = read_names(reader, metric.name);
    programme.metric_names.push_back({names.zh, names.en});
    Said said;
    said.on = reader.required_text("on");
    said.when = reader.text("when");
    if (said.when == "true") said.when.reset();
    said.of = reader.text("of");
    if (!reader.has("fold"))
        reader.fail("\"fold\" is missing: how the events are added up, for example fold: sum");
    if (const auto fold = reader.word(
            "fold", {"count", "sum", "distinct", "first", "last", "first_day", "last_day", "streak"}))
        metric.fold = static_cast<Fold>(*fold);
    said.counts = counted_by(metric.fold);
    metric.window = read_window(reader);
    if (const auto refund = reader.word("refund", {"of_order", "of_refund", "never"}))
        said.refund = static_cast<metrics::RefundDay>(*refund);
    if (said.counts == Counts::moments && said.refund == metrics::RefundDay::of_refund)
        reader.fail("the first or last value cannot be taken back on another day: use of_order or never",
                    "refund");
    const auto every = reader.word("every", {"day", "week", "month"});
    const auto grace = reader.integer("grace", 0, rolling_max);
    if (metric.fold == Fold::streak) {
        metric.every = static_cast<metrics::Every>(every.value_or(0));
        metric.grace = static_cast<std::int32_t>(grace.value_or(0));
    } else if (every || grace) {
        reader.fail("only a streak has periods and grace: fold: streak", every ? "every" : "grace");
    }
    const auto most = reader.integer("most", 2, 4096);
    const bool is_bounded = said.counts == Counts::things || said.counts == Counts::moments;
    if (most && !is_bounded) reader.fail("only distinct, first and last keep things one by one", "most");
    if (is_bounded && most) said.most = static_cast<std::uint32_t>(*most);
    reader.finish();
    if (reader.has("fold")) check_of(reader, metric.fold, said);
    if (!said.on.empty()) metric.measure = measure_of(reader, said, programme, measures, regex);
    return metric;
}

}  // namespace

void read_metrics(Reader& document, Programme& programme, const Regex* regex) {
    std::vector<Reader> readers = document.list("metrics");
    if (readers.empty()) return;
    programme.counted_events = countable_events(programme);
    std::vector<metrics::Measure> measures;
    std::vector<metrics::Metric> metrics;
    for (std::size_t i = 0; i < readers.size(); ++i)
        metrics.push_back(read_metric(readers[i], i, programme, measures, regex));
    refuse_repeated(readers, metrics, "metric", [](const metrics::Metric& metric) { return metric.name; });
    std::erase_if(programme.counted_events,
                  [](const CountedEvent& event) { return event.countings.empty(); });
    if (document.findings().has_errors()) return;
    auto compiled = metrics::compiled(std::move(measures), std::move(metrics));
    ASSERT(compiled.ok());  // every misfit has a place of its own above
    programme.metrics = std::move(compiled).value();
}

}  // namespace banyan::programme
