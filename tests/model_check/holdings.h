// SPDX-License-Identifier: Apache-2.0
#pragma once

// "No member gains", precisely. Of both members together, at every state:
//
//   had       what they had of their points: spends less reversals
//   have      what lies in their wallets, spendable, pending or held
//   lost      what expired
//   moving    what left one wallet or spend and has not yet arrived, in follow-ups
//   due       what the orders are entitled to, by the money kept (setting.h says it in literals)
//   owed      debt, in wallets or moving
//   late      what a refund decided to take back and the survivor of a merge has not yet been asked for
//   missed    what reversals said they could not collect
//
//   had + have + lost + moving = due + owed + late + missed
//
// so that nothing can be had or spent that an order, a debt or a named loss does not stand for. Where the debt limit
// covers, nothing is ever missed: with every order refunded, what was had is owed to the last point. And time is no
// leak either: of what expires at one instant there is, in wallets and spends, at most what was granted to expire then.

#include <string>

#include "setting.h"
#include "world.h"

namespace banyan::model_check {

/// What is wrong with this state as a sentence, or empty: the property above; L2 over both partitions; L3, L4, L5 and
/// L11 of each member; L10 of each order and spend. L1 is asserted by every decision.
std::string violation(const World& world, const Setting& setting);

}  // namespace banyan::model_check
