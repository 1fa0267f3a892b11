// SPDX-License-Identifier: Apache-2.0
#include "story.h"

#include <algorithm>
#include <charconv>

#include "base/decimal.h"
#include "domain/basis/money.h"
#include "engine/counts.h"
#include "engine/standings.h"

namespace banyan::scenarios {

using engine::CommandBody;
using engine::Decision;

namespace {

constexpr std::uint16_t partitions = 4;

std::vector<std::string> split(std::string_view line, char separator = ' ') {
    std::vector<std::string> words;
    std::string word;
    for (const char c : line) {
        if (c != separator) {
            word.push_back(c);
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    if (!word.empty()) words.push_back(word);
    return words;
}

// The same word always gives the same id, as the brand's key would.
std::uint64_t hashed(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3U;
    return hash;
}
template <typename Id>
Id id_of(std::string_view kind, const std::string& name) {
    return {hashed(kind), hashed(name) | 1U};
}

std::optional<std::int64_t> whole(std::string_view text) {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// "120.00" in fen.
std::optional<std::int64_t> fen(std::string_view text) {
    const std::size_t point = text.find('.');
    if (point == std::string_view::npos || text.size() - point != 3) return std::nullopt;
    return whole(std::string(text.substr(0, point)) + std::string(text.substr(point + 1)));
}

std::string yuan(std::int64_t amount) {
    const std::int64_t size = amount < 0 ? -amount : amount;
    const std::string cents = std::to_string(size % 100);
    return (amount < 0 ? "-" : "") + std::to_string(size / 100) + "." + (cents.size() < 2 ? "0" : "") + cents;
}

std::string when(Instant instant) {
    if (instant == instant_max) return "never";
    std::string text = to_rfc3339(instant + hours(8));
    text.pop_back();  // the Z: this is Shanghai's time
    if (text.ends_with(":00")) text.resize(text.size() - 3);
    if (text.ends_with("T00:00")) text.resize(text.size() - 6);
    return text;
}

std::string number(Quantity amount) { return std::to_string(amount.value()); }

class Sentence {
  public:
    void add(const std::string& part) { text_ += (text_.empty() ? "" : "; ") + part; }
    [[nodiscard]] std::string text() const { return text_.empty() ? "nothing" : text_; }

  private:
    std::string text_;
};

std::string balance_text(const std::string& unit, const engine::Balance& balance) {
    std::string text = unit + " " + number(balance.posted);
    if (balance.available != balance.posted) text += ", available " + number(balance.available);
    if (!balance.pending.is_zero()) text += ", pending " + number(balance.pending);
    if (!balance.held.is_zero()) text += ", held " + number(balance.held);
    if (!balance.debt.is_zero()) text += ", debt " + number(balance.debt);
    return text;
}

}  // namespace

std::optional<Instant> local_time(std::string_view text) {
    std::string full(text);
    if (full.size() == 16) full += ":00";
    return parse_rfc3339(full + "+08:00");
}

Story::Story(std::shared_ptr<const programme::Programme> programme)
    : programme_(programme), world_(std::move(programme), partitions) {}

Result<UnitId> Story::unit(const std::string& code) const {
    const ledger::Unit* found = programme_->unit(code);
    if (found == nullptr) return Error::invalid("the programme has no unit " + code);
    return found->id;
}

std::string Story::name_of(MemberId id) const {
    for (const auto& [name, member] : members_) {
        if (member == id) return name;
    }
    return "nobody";
}

Result<std::string> Story::tell(std::string_view line) {
    Words words = split(line);
    if (words.empty()) return Error::invalid("an empty line");
    if (words[0] == "in" && words.size() == 3) {  // in m2 1: m2 will live in partition 1
        homes_[words[1]] = {static_cast<std::uint16_t>(whole(words[2]).value_or(0))};
        return std::string();
    }
    if (words[0] == "born" && words.size() == 3) {  // born m1 01-28
        const auto date = parse_date("2000-" + words[2]);
        if (!date) return Error::invalid("no such day: " + words[2]);
        born_[words[1]] = {date->month, date->day};
        return std::string();
    }
    const auto time = local_time(words[0]);
    if (!time) return Error::invalid("a line begins with a local time such as 2026-01-05T10:00");
    if (*time < world_.now) return Error::invalid("time never goes back");
    world_.now = *time;
    words.erase(words.begin());
    if (words.empty()) return Error::invalid("who?");
    if (words[0] == "deliver" || words[0] == "accounts") return about_nobody(words);
    const std::string name = words[0];
    words.erase(words.begin());
    if (words.empty()) return Error::invalid("what does " + name + " do?");
    return about(name, words);
}

Result<std::string> Story::about_nobody(const Words& words) {
    if (words[0] == "accounts" && words.size() == 2) {
        const UnitId id = TRY(unit(words[1]));
        ledger::Accounts sum;
        for (std::uint16_t p = 0; p < partitions; ++p) {
            const auto accounts = world_.read<ledger::Accounts>({p}, engine::entity_of_accounts(id));
            for (std::size_t i = 0; i < ledger::account_count; ++i) sum.balance[i] += accounts.balance[i];
        }
        return "issuance " + number(sum.of(ledger::Account::issuance)) + ", redemption " +
               number(sum.of(ledger::Account::redemption)) + ", breakage " +
               number(sum.of(ledger::Account::breakage)) + ", in transit " +
               number(sum.of(ledger::Account::in_transit)) + ", members " + number(-sum.sum());
    }
    if (world_.sent.empty()) return std::string("nothing under way");
    const std::string who = name_of(world_.sent.front().follow_up.command.member);
    return "to " + who + ": " + describe(world_.deliver());
}

Result<std::string> Story::about(const std::string& name, const Words& words) {
    const auto known = members_.find(name);
    if (words[0] == "look" && words.size() == 1)
        return known != members_.end() ? look(known->second) : std::string("nobody");

    engine::Command command;
    command.id = id_of<KeyedId>("command", std::to_string(++commands_));
    command.occurred_at = world_.now;
    Words rest = words;
    if (rest.size() > 2 && rest[rest.size() - 2] == "on") {  // occurred on another day
        const auto day = local_time(rest.back());
        if (!day) return Error::invalid("on which day?");
        command.occurred_at = *day;
        rest.resize(rest.size() - 2);
    }
    command.body = TRY(body_of(name, rest));
    PartitionId where = homes_[name];
    if (known != members_.end()) {
        command.member = known->second;
        where = partition_of(known->second);
    } else if (name.front() != '?') {  // a ? is a member that nobody knows
        command.claim = engine::Claim{id_of<Handle>("handle", name), {1}};
    } else {
        command.member = {std::uint64_t{999} << 16U};
    }
    if (auto* claim = std::get_if<engine::ClaimIdentity>(&command.body)) {
        claim->member = command.member;
        where = {static_cast<std::uint16_t>(claim->handle.low % partitions)};
    }
    world_.opened = born_[name];
    const Decision decision = world_.run(where, command);
    if (command.claim && decision.refusal == engine::Refusal::none) members_[name] = decision.answer.member;
    return describe(decision);
}

namespace {

// "list=50.00": a part of a price, into the said line or the said order.
Result<bool> say_money(const std::string& word, basis::Parts& parts, std::optional<std::int64_t>& other,
                       std::string_view other_name) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) return false;
    const auto minor = fen(word.substr(equals + 1));
    const std::string name = word.substr(0, equals);
    const auto part = basis::part_named(name);
    if (!part && name != other_name) return false;
    if (!minor) return Error::invalid("an amount is 120.00, not " + word);
    if (part)
        parts[*part] = *minor;
    else
        other = *minor;
    return true;
}

struct Told {
    catalog::Line line;
    basis::SaidLine said;
    std::string brand;
    bool says_more = false;
};

// "120.00", "a:2x60.00", "a:1x40.00,list=50.00,points=10.00,category=coffee,brand=harbour", "a:1x,list=50.00"
Result<Told> line_of(const std::string& word) {
    const std::vector<std::string> said = split(word, ',');
    Told told;
    told.line.id = "1";
    told.line.quantity = 1;
    std::string amount = said[0];
    if (const std::size_t colon = amount.find(':'); colon != std::string::npos) {
        const std::size_t times = amount.find('x', colon);
        if (times == std::string::npos) return Error::invalid("a line is a:2x60.00");
        told.line.id = amount.substr(0, colon);
        if (const std::size_t slash = told.line.id.find('/'); slash != std::string::npos) {
            told.line.category = told.line.id.substr(slash + 1);
            told.line.id.resize(slash);
        }
        told.line.quantity = whole(amount.substr(colon + 1, times - colon - 1)).value_or(0);
        amount = amount.substr(times + 1);
    }
    if (!amount.empty()) {
        const auto minor = fen(amount);
        if (!minor) return Error::invalid("an amount is 120.00, not " + amount);
        told.line.amount = *minor;
        told.said.paid = *minor;
    }
    std::optional<std::int64_t> list;
    for (std::size_t i = 1; i < said.size(); ++i) {
        const std::string value = said[i].substr(said[i].find('=') + 1);
        if (said[i].starts_with("category=")) {
            told.line.category = value;
        } else if (said[i].starts_with("brand=")) {
            told.brand = value;
            told.says_more = true;
        } else {
            if (!TRY(say_money(said[i], told.said.parts, list, "list")))
                return Error::invalid("what is " + said[i] + "?");
            told.says_more = true;
        }
    }
    told.said.id = told.line.id;
    told.said.quantity = told.line.quantity;
    told.said.list = list.value_or(told.line.amount);
    return told;
}

}  // namespace

Result<CommandBody> Story::order_of(const Words& words) {
    engine::RecordPricedOrder priced;
    engine::RecordOrder& order = priced.order;
    order.order = id_of<KeyedId>("order", words[1]);
    basis::SaidOrder said;
    bool says_more = false;
    for (std::size_t i = 2; i < words.size(); ++i) {
        if (words[i].starts_with("store=") || words[i].starts_with("channel=")) {
            const std::size_t equals = words[i].find('=');
            (equals == 5 ? order.store : order.channel) = words[i].substr(equals + 1);
        } else if (words[i].starts_with("payment=")) {
            priced.payment = words[i].substr(8);
            says_more = true;
        } else if (words[i].find(',') == std::string::npos &&
                   TRY(say_money(words[i], said.parts, said.charged, "charged"))) {
            says_more = true;
        } else {
            const Told told = TRY(line_of(words[i]));
            says_more = says_more || told.says_more;
            order.lines.push_back(told.line);
            said.lines.push_back(told.said);
            priced.prices.push_back({told.brand, told.said.list, {}});
        }
    }
    if (!says_more) return CommandBody(order);
    const auto lines = TRY(basis::price_lines(said));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        order.lines[i].amount = lines[i].paid;
        priced.prices[i].parts = lines[i].parts;
    }
    return CommandBody(priced);
}

// "a:1" is a piece, "a=10.00" money of a line, "=10.00" money of the order.
Result<CommandBody> Story::refund_of(const Words& words) {
    engine::RefundMoney refund;
    refund.order = id_of<KeyedId>("order", words[1]);
    bool is_money = false;
    for (std::size_t i = 2; i < words.size(); ++i) {
        if (const std::size_t equals = words[i].find('='); equals != std::string::npos) {
            const auto minor = fen(words[i].substr(equals + 1));
            if (!minor) return Error::invalid("an amount is 120.00, not " + words[i]);
            is_money = true;
            if (equals == 0)
                refund.amount = *minor;
            else
                refund.lines.push_back({words[i].substr(0, equals), 0, *minor});
            continue;
        }
        const Words parts = split(words[i], ':');
        if (parts.size() != 2) return Error::invalid("a returned line is a:1 or a=10.00");
        refund.lines.push_back({parts[0], whole(parts[1]).value_or(0), 0});
    }
    if (is_money) return CommandBody(refund);
    engine::RefundOrder pieces{refund.order, {}};
    for (const auto& line : refund.lines) pieces.lines.push_back({line.line, line.quantity});
    return CommandBody(pieces);
}

// "does review.posted rating=5 photo=true sku=latte"
Result<CommandBody> Story::event_of(const Words& words) const {
    const earning::EventType* type = programme_->event(words[1]);
    if (type == nullptr) return Error::invalid("the programme declares no event " + words[1]);
    engine::RecordEvent event{words[1], {}};
    if (words.size() - 2 != type->attributes.size())
        return Error::invalid("an event says all its attributes");
    for (std::size_t i = 0; i < type->attributes.size(); ++i) {
        const earning::Attribute& attribute = type->attributes[i];
        const std::string& word = words[i + 2];
        if (!word.starts_with(attribute.name + "="))
            return Error::invalid("attributes come as they are declared");
        const std::string value = word.substr(attribute.name.size() + 1);
        if (attribute.kind == rules::Kind::integer)
            event.attributes.push_back({attribute.name, whole(value).value_or(0)});
        else if (attribute.kind == rules::Kind::boolean)
            event.attributes.push_back({attribute.name, value == "true"});
        else
            event.attributes.push_back({attribute.name, value});
    }
    return CommandBody(event);
}

namespace {

Result<std::vector<orders::Pieces>> pieces_of(const std::vector<std::string>& words, std::size_t from) {
    std::vector<orders::Pieces> pieces;
    for (std::size_t i = from; i < words.size(); ++i) {
        const auto parts = split(words[i], ':');
        if (parts.size() != 2) return Error::invalid("pieces are a:1");
        pieces.push_back({parts[0], whole(parts[1]).value_or(0)});
    }
    return pieces;
}

// shipped o1 [p1 [a:1 ...]] [replaces p0,p2]
Result<orders::Event> shipping_of(std::vector<std::string> words) {
    orders::Shipped shipped;
    if (words.size() > 3 && words[words.size() - 2] == "replaces") {
        shipped.replaces = split(words.back(), ',');
        words.resize(words.size() - 2);
    }
    if (words.size() > 2) shipped.parcel = words[2];
    shipped.pieces = TRY(pieces_of(words, 3));
    return orders::Event(std::move(shipped));
}

// s1 requested o1 refund_only [a:1 ...]
Result<orders::Event> after_sale_of(const std::string& id, const std::vector<std::string>& words) {
    const std::vector<std::string> steps{"requested", "agreed", "refused", "withdrawn", "done"};
    const std::vector<std::string> forms{"refund_only", "return_refund", "exchange", "resend"};
    const auto step = std::find(steps.begin(), steps.end(), words[0]);
    const auto form = std::find(forms.begin(), forms.end(), words[2]);
    if (step == steps.end() || form == forms.end()) return Error::invalid("no such step or form");
    return orders::Event(orders::AfterSaleMoved{{},
                                                id,
                                                static_cast<orders::Step>(step - steps.begin()),
                                                static_cast<orders::Form>(form - forms.begin()),
                                                TRY(pieces_of(words, 3))});
}

}  // namespace

Result<CommandBody> Story::told_of(const Words& words) {
    const std::string& verb = words[0];
    const bool is_after_sale = verb == "aftersale" && words.size() > 4;
    const auto order = id_of<KeyedId>("order", words[is_after_sale ? 3 : 1]);
    if (verb == "placed") return CommandBody(engine::TellOrder{order, orders::Placed{}});
    if (verb == "completed") return CommandBody(engine::TellOrder{order, orders::Completed{}});
    if (verb == "closed") return CommandBody(engine::TellOrder{order, orders::Closed{}});
    if (verb == "received")
        return CommandBody(
            engine::TellOrder{order, orders::Received{{}, words.size() > 2 ? words[2] : std::string()}});
    if (verb == "shipped") return CommandBody(engine::TellOrder{order, TRY(shipping_of(words))});
    if (is_after_sale)
        return CommandBody(
            engine::TellOrder{order, TRY(after_sale_of(words[1], Words(words.begin() + 2, words.end())))});
    return Error::invalid("an order cannot \"" + verb + "\" like that");
}

Result<CommandBody> Story::body_of(const std::string& name, const Words& words) {
    const std::string& verb = words[0];
    const std::size_t count = words.size();
    const auto spend = [&](std::size_t i) { return id_of<KeyedId>("spend", words[i]); };
    const auto amount = [&](std::size_t i) { return Quantity(whole(words[i]).value_or(0)); };
    if (verb == "registers" && count == 1) return CommandBody(engine::RegisterMember{});
    if (verb == "order" && count > 2) return order_of(words);
    if (verb == "refund" && count > 1) return refund_of(words);
    if (verb == "does" && count > 1) return event_of(words);
    if (verb == "event" && count == 3)
        return CommandBody(engine::ReleaseOrder{id_of<KeyedId>("order", words[2]), words[1]});
    for (const char* told : {"placed", "shipped", "received", "completed", "closed", "aftersale"}) {
        if (verb == told && count > 1) return told_of(words);
    }
    if (verb == "adjust" && count == 3)
        return CommandBody(engine::AdjustPoints{TRY(unit(words[1])), amount(2), "story", 0});
    if (verb == "hold" && count == 6 && words[4] == "until") {
        const auto until = local_time(words[5]);
        if (!until) return Error::invalid("until when?");
        return CommandBody(engine::PlaceHold{spend(1), TRY(unit(words[2])), amount(3), *until});
    }
    if (verb == "capture" && count == 2)
        return CommandBody(engine::EndHold{spend(1), engine::HoldEnd::captured});
    if (verb == "capture" && count == 4)
        return CommandBody(engine::CaptureHold{spend(1), TRY(unit(words[2])), amount(3)});
    if (verb == "gives" && count == 4) {
        const auto to = members_.find(words[1]);
        const MemberId nobody{std::uint64_t{999} << 16U};
        if (to == members_.end() && words[1].front() != '?')
            return Error::invalid("who is " + words[1] + "?");
        return CommandBody(engine::TransferPoints{to != members_.end() ? to->second : nobody,
                                                  TRY(unit(words[2])), amount(3)});
    }
    if (verb == "free" && count == 2)
        return CommandBody(engine::EndHold{spend(1), engine::HoldEnd::released});
    if (verb == "redeem" && count == 4)
        return CommandBody(engine::Redeem{spend(1), TRY(unit(words[2])), amount(3)});
    if (verb == "unspend" && (count == 2 || count == 3))
        return CommandBody(engine::ReverseSpend{spend(1), count == 3 ? amount(2) : Quantity{}});
    if (verb == "merges" && count == 2) {
        const auto absorbed = members_.find(words[1]);
        if (absorbed == members_.end()) return Error::invalid("who is " + words[1] + "?");
        return CommandBody(engine::MergeMembers{absorbed->second});
    }
    if (verb == "unmerges" && count == 2) {
        const auto absorbed = members_.find(words[1]);
        if (absorbed == members_.end()) return Error::invalid("who is " + words[1] + "?");
        return CommandBody(engine::UnmergeMembers{absorbed->second});
    }
    if (verb == "binds" && count == 2)
        return CommandBody(engine::ClaimIdentity{id_of<Handle>("handle", words[1]), {1}, {}});
    if (verb == "erases" && count == 1) return CommandBody(engine::EraseMember{});
    if (verb == "erased" && count == 1) return CommandBody(engine::CompleteErasure{});
    return Error::invalid(name + " cannot \"" + verb + "\" like that");
}

std::string Story::describe(const Decision& decision) {
    if (decision.refusal != engine::Refusal::none) {
        const std::string detail = decision.detail.empty() ? "" : ": " + decision.detail;
        return "refused " + std::string(engine::name_of(decision.refusal)) + detail;
    }
    const engine::Answer& answer = decision.answer;
    Sentence said;
    if (answer.refused != engine::Refusal::none)
        said.add("answers " + std::string(engine::name_of(answer.refused)));
    if (answer.joined) said.add("joined");
    for (const engine::Earned& earned : answer.earned) {
        const earning::Rule* rule = programme_->rule(earned.rule);
        std::string text = "earned " + number(earned.amount);
        if (rule != nullptr) text += " " + rule->code;
        if (!earned.capped.is_zero()) text += ", capped " + number(earned.capped);
        if (earned.available > world_.now) text += ", pending until " + when(earned.available);
        said.add(text + ", expires " + when(earned.expires));
    }
    for (const engine::Rejudged& again : answer.rejudged)
        said.add("order of " + when(again.at) + " judged again: " + programme_->rule(again.rule)->code + " " +
                 number(again.before) + " to " + number(again.after));
    for (const engine::Limited& limited : answer.limited) {
        const earning::Rule* rule = programme_->rule(limited.rule);
        said.add("limit " + programme_->limit(limited.limit)->name +
                 (limited.waits ? " is asked for " : " keeps ") + number(limited.cut) + " " + rule->code +
                 (limited.again < instant_max ? ", again " + when(limited.again) : ""));
    }
    if (answer.refunded != 0) said.add("refunded " + yuan(answer.refunded));
    for (const engine::TakenBack& taken : answer.taken_back) {
        std::string text = "taken back " + number(taken.amount);
        if (const earning::Rule* rule = programme_->rule(taken.rule)) text += " " + rule->code;
        if (!taken.from_expired.is_zero()) text += ", expired " + number(taken.from_expired);
        if (!taken.as_debt.is_zero()) text += ", as debt " + number(taken.as_debt);
        if (!taken.uncollected.is_zero()) text += ", uncollected " + number(taken.uncollected);
        said.add(text);
    }
    for (const engine::TierChange& change : answer.tiers) {
        const tiers::Ladder* ladder = programme_->ladder(change.ladder);
        const tiers::Tier* before = ladder->find(change.before);
        said.add("tier " + (before != nullptr ? before->code + " to " : std::string()) +
                 ladder->find(change.after)->code);
    }
    if (answer.stage) {
        const std::string after = orders::name_of(answer.stage->after);
        const bool same = answer.stage->before == answer.stage->after;
        said.add(same ? "still " + after : orders::name_of(answer.stage->before) + (" to " + after));
    }
    for (const engine::Fact& fact : decision.facts) {  // what fell due meanwhile
        if (const auto* wallet = std::get_if<ledger::WalletFact>(&fact.body)) {
            if (const auto* moved = std::get_if<ledger::Rescheduled>(wallet))
                said.add(programme_->unit(moved->unit)->code + " lot " + std::to_string(moved->lot.value) +
                         " due " + when(moved->available));
            if (const auto* expired = std::get_if<ledger::Expired>(wallet))
                said.add("expired " + number(expired->amount) + " on " + when(expired->at));
        }
        if (const auto* ended = std::get_if<engine::HoldEnded>(&fact.body)) {
            if (ended->end == engine::HoldEnd::expired) said.add("a hold timed out on " + when(ended->at));
        }
    }
    for (const engine::Balance& balance : answer.balances)
        said.add(balance_text(programme_->unit(balance.unit)->code, balance));
    if (answer.pending) said.add("goes on in partition " + std::to_string(answer.pending_at.value));
    return said.text();
}

namespace {

// "club 320, 80 to gold, review 2027-01-01 as gold, 20 to keep, buys 10"
std::string way_text(const tiers::Ladder& ladder, const engine::StandingSeen& seen) {
    std::string text = ladder.code + " " + (seen.value ? std::to_string(*seen.value) : "unknown");
    if (seen.next && seen.missing)
        text += ", " + std::to_string(*seen.missing) + " to " + ladder.find(*seen.next)->code;
    if (seen.review != instant_max) {
        text += std::string(seen.in_grace ? ", grace until " : ", review ") + when(seen.review);
        if (seen.projected) text += " as " + ladder.find(*seen.projected)->code;
        if (seen.missing_to_keep) text += ", " + std::to_string(*seen.missing_to_keep) + " to keep";
    }
    for (std::size_t i = 0; i < ladder.dimensions.size(); ++i)
        text += ", " + ladder.dimensions[i].code + " " + std::to_string(seen.contributions[i]);
    return text;
}

}  // namespace

std::string Story::look(MemberId id) {
    const members::Member member = world_.settled(id);
    Sentence said;
    switch (member.state) {
        case members::State::forwarded: return "is now " + name_of(member.forwarded_to);
        case members::State::sealed: said.add("sealed"); break;
        case members::State::gone: said.add("gone"); break;
        case members::State::empty: said.add("empty"); break;
        case members::State::active: break;
    }
    for (const ledger::Wallet& wallet : member.wallets) {
        said.add(balance_text(programme_->unit(wallet.unit)->code,
                              {wallet.unit, wallet.posted, wallet.available(world_.now),
                               wallet.pending(world_.now), wallet.held(), wallet.debt}));
        for (const ledger::Lot& lot : wallet.lots) {
            if (!lot.remaining.is_zero())
                said.add("lot " + number(lot.remaining) + " until " + when(wallet.expires(lot)));
        }
    }
    for (const tiers::Standing& standing : member.standings)
        said.add(programme_->ladder(standing.ladder)->find(standing.tier)->code + " since " +
                 when(standing.since));
    said.add("spend " + yuan(member.spend) + " in " + std::to_string(member.orders) + " orders");
    said.add(std::to_string(member.identities.size()) + " identities");
    for (const engine::MetricSeen& seen : engine::metrics_of(*programme_, {}, member, world_.now)) {
        const auto& value = seen.reading.value;
        const bool is_day = seen.yields == metrics::Yields::timestamp;
        said.add(seen.metric + " " +
                 (!value   ? (seen.reading.known == metrics::Known::exact ? "never" : "unknown")
                  : is_day ? to_text(civil_date(*value))
                           : std::to_string(*value)));
    }
    for (const engine::StandingSeen& seen : engine::standings_of(*programme_, {}, member, world_.now)) {
        const tiers::Ladder& ladder = *programme_->ladder(seen.ladder);
        if (ladder.keeps_course()) said.add(way_text(ladder, seen));
    }
    return said.text();
}

}  // namespace banyan::scenarios
