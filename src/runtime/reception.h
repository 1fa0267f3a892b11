// SPDX-License-Identifier: Apache-2.0
#pragma once

// What arrives at a shard is received here, on the shard's thread: a request is turned into a command (whom it is about,
// whether its id is known, what it is in the engine's words), decided, and its answer prepared; a follow-up of another
// partition is decided as it is. Nothing leaves before the shard's commit: answers go to its Releases.

#include "runtime/directory.h"
#include "runtime/ids.h"
#include "runtime/partition.h"
#include "runtime/release.h"
#include "runtime/service.h"

namespace banyan::runtime {

class Brand;
class Shard;

/// A request on its way, with what is computed from it once: the keys of its identities, in their order (of
/// BindIdentity also the key of the one to bind, at the end).
struct RequestOp {
    Request request;
    std::vector<IdentityKey> keys;
    std::function<void(Outcome)> done;
};
RequestOp op_of(const Directory& directory, Request request, std::function<void(Outcome)> done);
/// Who it is about as far as the directory knows; 0 = nobody yet.
MemberId member_of(const Directory& directory, const RequestOp& op);

class Reception {
  public:
    Reception(Brand& brand, Shard& shard, Releases& releases)
        : brand_(brand), shard_(shard), releases_(releases) {}

    void take(RequestOp op);
    void take(const Outgoing& follow_up);

  private:
    bool route(RequestOp& op, Partition*& partition, engine::Command& command);
    bool digest_profile(RequestOp& op, Partition& partition, engine::Command& command);
    void answer_known(RequestOp op, KeyedId id, const Accepted& accepted, Fingerprint fingerprint);
    Outcome outcome_of_reuse(const RequestOp& op, const Accepted& accepted) const;
    Result<codec::Record> read(const Accepted& where) const;
    bool claim_for_bind(RequestOp& op, engine::Command& command);
    void run(RequestOp op, Partition& partition, engine::Command command);
    void finish(RequestOp op, Partition& partition, const engine::Command& command,
                Partition::Executed executed);
    void bind_others(RequestOp op, Outcome outcome);
    void begin_erasure(Partition& partition, MemberId id);
    void refuse(RequestOp& op, engine::Refusal refusal, std::string detail);

    Brand& brand_;
    Shard& shard_;
    Releases& releases_;
};

}  // namespace banyan::runtime
