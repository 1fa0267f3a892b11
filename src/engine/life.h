// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the deciders of orders and of their lives share. An order and its life are two entities of one partition: the
// order knows what was paid, granted and refunded, its life what the shop told of it. A refund reaches both; so does an
// after-sale that is done.

#include "engine/draft.h"

namespace banyan::engine {

// --- orders.cpp ---
/// Who paid the order, as far as this partition knows; 0 = nobody.
MemberId payer_of(Draft& draft, KeyedId order);
/// Asks the first of the gates about an order, which asks the others.
using Sought = decltype(SeekOrder::what);
void seek(Draft& draft, std::vector<MemberId> gates, Sought what);
void send_to_survivor(Draft& draft, MemberId id, CommandBody effect);
/// The pieces came back, or `money` without pieces: what they earned is taken back, and their money counts no more. What that means for a member who
/// was merged is written down for the survivor.
void give_back(Draft& draft, MemberId id, KeyedId order, std::vector<catalog::ReturnedLine> lines,
               ReverseGrants& at_survivor, std::vector<catalog::ReturnedLine> money = {});

// --- life.cpp ---
void decide_tell(Draft& draft, MemberId id, const TellOrder& body);
void decide_keep_told(Draft& draft, MemberId id, const KeepTold& body);
void decide_meet_order(Draft& draft, MemberId id, const MeetOrder& body);
/// The order was recorded: its life, where it is followed, hears of the payment and of the terms that hold for its lines.
void tell_payment(Draft& draft, MemberId id, const RecordOrder& body);
/// A grant whose unit waits for the release: each line's share of it is a lot of its own.
void grant_by_line(Draft& draft, MemberId id, const ledger::Unit& unit, Quantity amount, RuleId rule,
                   std::uint16_t cost_centre, KeyedId order, const catalog::GrantBasis* basis);
/// Of such a grant, what is to be taken back in all for what came back of the lines; nothing when it is no such grant.
std::optional<Quantity> owed_by_lines(Draft& draft, KeyedId order, std::uint32_t grant);
/// Takes it back, from each line's own lot.
void reverse_by_line(Draft& draft, MemberId id, KeyedId order, std::uint32_t grant,
                     ReverseGrants& at_survivor);
/// What was told of the order before its payment is met, after it has earned.
void meet_payment(Draft& draft, MemberId id, KeyedId order);
/// Pieces were refunded without an after-sale's id: to the life of the order, if it has one, they are one that is done.
void tell_return(Draft& draft, MemberId id, KeyedId order, const std::vector<catalog::ReturnedLine>& lines,
                 MeetOrder& effect);
bool has_life(Draft& draft, KeyedId order);

}  // namespace banyan::engine
